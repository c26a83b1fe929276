//! The menus as shoppers see them: with names and targets in place of ids, and without what leads nowhere.

use std::{collections::HashMap, sync::Arc};

use catalog::events::{CategoriesChanged, DisplayChanged, ProductChanged, ProductsImported};
use database::{Ctx, Error, cache::Needs};
use kernel::{CategoryId, CollectionId, Locale, PageId, ProductId, Slug};

use crate::{
    Link, MenuItem, Menus, Target,
    events::{MenusChanged, PageChanged},
    store,
};

/// The most departments that stand in the place of a header menu.
const DEPARTMENTS: usize = 12;
/// About how much memory an entry takes.
const ITEM_BYTES: usize = 200;

/// An entry as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownItem {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub target: Target,
    /// The entries below it.
    pub children: Vec<ShownItem>,
}

/// Both menus as they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShownMenus {
    /// Above every page.
    pub header: Vec<ShownItem>,
    /// Below every page.
    pub footer: Vec<ShownItem>,
}

/// Both menus in a language, in no statement when they are known already.
pub async fn shown_menus(ctx: &mut Ctx, locale: Locale) -> Result<Arc<ShownMenus>, Error> {
    let making = match ctx.kept::<ShownMenus>("content.menus", locale.code()) {
        Ok(menus) => return Ok(menus),
        Err(making) => making,
    };
    let own = ctx.store().locale;
    let menus = store::menus::find(ctx).await?;
    let (things, needs) = load(ctx, &menus, locale).await?;
    let shown = ShownMenus {
        header: if menus.header.is_empty() {
            things.departments.clone()
        } else {
            things.show(&menus.header, locale, own)
        },
        footer: things.show(&menus.footer, locale, own),
    };
    let bytes = (menus.every_item().count() + shown.header.len()) * ITEM_BYTES;
    Ok(ctx.keep(making, shown, &needs, bytes))
}

/// What entries lead to: what it is called, and its slug.
#[derive(Default)]
struct Things {
    pages: HashMap<PageId, (String, Slug)>,
    categories: HashMap<CategoryId, (String, Slug)>,
    collections: HashMap<CollectionId, (String, Slug)>,
    products: HashMap<ProductId, (String, Slug)>,
    departments: Vec<ShownItem>,
}

/// Looks up what the entries lead to, with a statement for each kind that there is.
async fn load(ctx: &mut Ctx, menus: &Menus, locale: Locale) -> Result<(Things, Needs), Error> {
    let (store_id, own) = (ctx.store_id(), ctx.store().locale);
    let links = || menus.every_item().map(|item| &item.link);
    let mut needs = Needs::default().any::<MenusChanged>(store_id);
    let mut things = Things::default();
    if links().any(|link| matches!(link, Link::Page(_))) {
        needs = needs.any::<PageChanged>(store_id);
        let pages = store::pages::list(ctx, true).await?.into_iter();
        let named = pages.map(|page| (page.id, (page.title(locale, own).to_owned(), page.slug)));
        things.pages = named.collect();
    }
    if menus.header.is_empty() || links().any(|link| matches!(link, Link::Category(_))) {
        needs = needs
            .any::<CategoriesChanged>(store_id)
            .any::<DisplayChanged>(store_id)
            .any::<ProductsImported>(store_id);
        let categories = catalog::list_categories(ctx).await?;
        let top = categories.iter().filter(|category| category.depth == 0);
        let departments = top.take(DEPARTMENTS).map(|category| ShownItem {
            label: category.name.clone(),
            target: Target::Category(category.slug.clone()),
            children: Vec::new(),
        });
        things.departments = departments.collect();
        let named = categories.into_iter();
        things.categories = named
            .map(|category| (category.id, (category.name, category.slug)))
            .collect();
    }
    if links().any(|link| matches!(link, Link::Collection(_))) {
        needs = needs.any::<DisplayChanged>(store_id);
        let collections = catalog::list_collections(ctx).await?.into_iter();
        let named = collections.map(|collection| (collection.id, (collection.title, collection.slug)));
        things.collections = named.collect();
    }
    let products: Vec<ProductId> = links()
        .filter_map(|link| match link {
            Link::Product(id) => Some(*id),
            _ => None,
        })
        .collect();
    if !products.is_empty() {
        let (named, turn) = catalog::name_products(ctx, &products).await?;
        needs = products.iter().fold(needs.until(turn), |needs, id| {
            needs
                .one::<ProductChanged>(store_id, *id)
                .one::<ProductsImported>(store_id, *id)
        });
        let named = named.into_iter();
        things.products = named
            .map(|product| (product.id, (product.title, product.slug)))
            .collect();
    }
    Ok((things, needs))
}

impl Things {
    fn show(&self, items: &[MenuItem], locale: Locale, own: Locale) -> Vec<ShownItem> {
        let shown = items.iter().filter_map(|item| self.show_one(item, locale, own));
        shown.collect()
    }

    /// Nothing when it leads nowhere, or heads nothing.
    fn show_one(&self, item: &MenuItem, locale: Locale, own: Locale) -> Option<ShownItem> {
        let children = self.show(&item.children, locale, own);
        let (name, target) = match &item.link {
            Link::Heading => (!children.is_empty()).then(|| (String::new(), Target::Nowhere))?,
            Link::Page(id) => named(self.pages.get(id)?, Target::Page),
            Link::Category(id) => named(self.categories.get(id)?, Target::Category),
            Link::Collection(id) => named(self.collections.get(id)?, Target::Collection),
            Link::Product(id) => named(self.products.get(id)?, Target::Product),
            Link::Address(address) => (String::new(), Target::Address(address.clone())),
        };
        let labels = &item.labels;
        let label = match &item.link {
            // A page's own title in the shopper's language is better than a label in another.
            Link::Page(_) => labels.get(locale),
            Link::Heading | Link::Address(_) => labels.shown(locale, own),
            Link::Category(_) | Link::Collection(_) | Link::Product(_) => {
                labels.get(locale).or_else(|| labels.get(own))
            }
        };
        Some(ShownItem {
            label: label.cloned().unwrap_or(name),
            target,
            children,
        })
    }
}

fn named((name, slug): &(String, Slug), target: fn(Slug) -> Target) -> (String, Target) {
    (name.clone(), target(slug.clone()))
}
