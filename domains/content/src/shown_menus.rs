//! What stands around every page as shoppers see it: the menus, with names and targets in place of ids and without what leads
//! nowhere, and the announcement.

use std::sync::Arc;

use catalog::events::{CategoriesChanged, DisplayChanged, ProductsImported};
use database::{Ctx, Error};
use kernel::Locale;

use crate::{
    Link, MenuItem, ShownAnnouncement, Target,
    events::{AnnouncementChanged, MenusChanged},
    store,
    targets::Things,
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

/// Both menus as they are shown, and what is said above every page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShownMenus {
    /// Above every page.
    pub header: Vec<ShownItem>,
    /// Below every page.
    pub footer: Vec<ShownItem>,
    /// Above everything.
    pub announcement: Option<ShownAnnouncement>,
}

/// Both menus and the announcement in a language, in no statement when they are known already.
pub async fn shown_menus(ctx: &mut Ctx, locale: Locale) -> Result<Arc<ShownMenus>, Error> {
    let making = match ctx.kept::<ShownMenus>("content.menus", locale.code()) {
        Ok(menus) => return Ok(menus),
        Err(making) => making,
    };
    let (store_id, own) = (ctx.store_id(), ctx.store().locale);
    let (menus, announcement) = store::announcements::find_with_menus(ctx).await?;
    let links: Vec<&Link> = menus.every_item().map(|item| &item.link).collect();
    let (things, needs) = Things::load(ctx, &links, locale).await?;
    let mut needs = needs
        .any::<MenusChanged>(store_id)
        .any::<AnnouncementChanged>(store_id)
        .until(announcement.next_turn(ctx.now()));
    let header = if menus.header.is_empty() {
        needs = needs
            .any::<CategoriesChanged>(store_id)
            .any::<DisplayChanged>(store_id)
            .any::<ProductsImported>(store_id);
        departments(ctx).await?
    } else {
        show(&things, &menus.header, locale, own)
    };
    let shown = ShownMenus {
        header,
        footer: show(&things, &menus.footer, locale, own),
        announcement: announcement.shown(ctx.now(), locale, own),
    };
    let bytes = (links.len() + shown.header.len()) * ITEM_BYTES;
    Ok(ctx.keep(making, shown, &needs, bytes))
}

/// The categories at the top.
async fn departments(ctx: &mut Ctx) -> Result<Vec<ShownItem>, Error> {
    let categories = catalog::list_categories(ctx).await?.into_iter();
    let top = categories.filter(|category| category.depth == 0).take(DEPARTMENTS);
    let items = top.map(|category| ShownItem {
        label: category.name,
        target: Target::Category(category.slug),
        children: Vec::new(),
    });
    Ok(items.collect())
}

fn show(things: &Things, items: &[MenuItem], locale: Locale, own: Locale) -> Vec<ShownItem> {
    let shown = items.iter().filter_map(|item| show_one(things, item, locale, own));
    shown.collect()
}

/// Nothing when it leads nowhere, or heads nothing.
fn show_one(things: &Things, item: &MenuItem, locale: Locale, own: Locale) -> Option<ShownItem> {
    let children = show(things, &item.children, locale, own);
    let (name, target) = things.target(&item.link)?;
    if target == Target::Nowhere && children.is_empty() {
        return None;
    }
    let labels = &item.labels;
    let label = match &item.link {
        // A page's own title in the shopper's language is better than a label in another.
        Link::Page(_) => labels.get(locale),
        Link::Heading | Link::Address(_) => labels.shown(locale, own),
        Link::Category(_) | Link::Collection(_) | Link::Product(_) => labels.get(locale).or_else(|| labels.get(own)),
    };
    Some(ShownItem {
        label: label.cloned().unwrap_or(name),
        target,
        children,
    })
}
