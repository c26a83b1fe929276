//! What links lead to: what it is called, and its slug.

use std::collections::HashMap;

use catalog::events::{CategoriesChanged, DisplayChanged, ProductChanged, ProductsImported};
use database::{Ctx, Error, cache::Needs};
use kernel::{CategoryId, CollectionId, FieldError, Invalid, Locale, PageId, ProductId, Slug};

use crate::{Link, Target, events::PageChanged, store};

/// The things that links lead to and shoppers see.
#[derive(Default)]
pub(crate) struct Things {
    pages: HashMap<PageId, (String, Slug)>,
    categories: HashMap<CategoryId, (String, Slug)>,
    collections: HashMap<CollectionId, (String, Slug)>,
    products: HashMap<ProductId, (String, Slug)>,
}

impl Things {
    /// Looks up what the links lead to, with a statement for each kind that there is, and tells what would make another of it.
    pub(crate) async fn load(ctx: &mut Ctx, links: &[&Link], locale: Locale) -> Result<(Self, Needs), Error> {
        let (store_id, own) = (ctx.store_id(), ctx.store().locale);
        let has = |wanted: fn(&Link) -> bool| links.iter().any(|link| wanted(link));
        let mut needs = Needs::default();
        let mut things = Self::default();
        if has(|link| matches!(link, Link::Page(_))) {
            needs = needs.any::<PageChanged>(store_id);
            let pages = store::pages::list(ctx, true).await?.into_iter();
            let named = pages.map(|page| (page.id, (page.title(locale, own).to_owned(), page.slug)));
            things.pages = named.collect();
        }
        if has(|link| matches!(link, Link::Category(_))) {
            needs = needs
                .any::<CategoriesChanged>(store_id)
                .any::<DisplayChanged>(store_id)
                .any::<ProductsImported>(store_id);
            let named = catalog::list_categories(ctx).await?.into_iter();
            things.categories = named
                .map(|category| (category.id, (category.name, category.slug)))
                .collect();
        }
        if has(|link| matches!(link, Link::Collection(_))) {
            needs = needs.any::<DisplayChanged>(store_id);
            let collections = catalog::list_collections(ctx).await?.into_iter();
            let named = collections.map(|collection| (collection.id, (collection.title, collection.slug)));
            things.collections = named.collect();
        }
        let products: Vec<ProductId> = links
            .iter()
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

    /// What a link leads to, and what that is called; nothing when it is gone or shoppers do not see it.
    pub(crate) fn target(&self, link: &Link) -> Option<(String, Target)> {
        Some(match link {
            Link::Heading => (String::new(), Target::Nowhere),
            Link::Page(id) => named(self.pages.get(id)?, Target::Page),
            Link::Category(id) => named(self.categories.get(id)?, Target::Category),
            Link::Collection(id) => named(self.collections.get(id)?, Target::Collection),
            Link::Product(id) => named(self.products.get(id)?, Target::Product),
            Link::Address(address) => (String::new(), Target::Address(address.clone())),
        })
    }
}

/// Notes which of these categories are gone, each at the link of the place that leads to it. What led to one before may go on to:
/// whoever changes something else sends it back as they read it.
pub(crate) async fn check_categories(
    ctx: &mut Ctx,
    invalid: &mut Invalid,
    mut wanted: Vec<(String, CategoryId)>,
    before: &[CategoryId],
) -> Result<(), Error> {
    wanted.retain(|(_, id)| !before.contains(id));
    if wanted.is_empty() {
        return Ok(());
    }
    let ids: Vec<CategoryId> = wanted.iter().map(|(_, id)| *id).collect();
    let known = catalog::known_categories(ctx, &ids).await?;
    for (place, _) in wanted.iter().filter(|(_, id)| !known.contains(id)) {
        let field = format!("{place}link.target");
        invalid.push(FieldError::new(
            field,
            "gone",
            "is no category of the store, or not any more",
        ));
    }
    Ok(())
}

fn named((name, slug): &(String, Slug), target: fn(Slug) -> Target) -> (String, Target) {
    (name.clone(), target(slug.clone()))
}
