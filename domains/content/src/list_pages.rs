//! Every page, without what it says.

use database::{Ctx, Error, cache::Needs};
use kernel::{Locale, PageId, Permission, Slug, Time};

use crate::{Localised, PageError, events::PageChanged, store};

/// A page in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSummary {
    /// The page.
    pub id: PageId,
    /// The last part of its address.
    pub slug: Slug,
    /// Whether shoppers see it.
    pub published: bool,
    /// Its headings.
    pub titles: Localised<String>,
    /// When it was last changed.
    pub updated_at: Time,
}

impl PageSummary {
    /// Its heading in that language or the store's own.
    pub fn title(&self, locale: Locale, own: Locale) -> &str {
        self.titles.shown(locale, own).map(String::as_str).unwrap_or_default()
    }
}

/// Every page by slug, for the back office.
pub async fn list_pages(ctx: &mut Ctx) -> Result<Vec<PageSummary>, PageError> {
    ctx.require(Permission::WriteContent)?;
    Ok(store::pages::list(ctx, false).await?)
}

/// Every page that shoppers see, by slug.
pub async fn list_published_pages(ctx: &mut Ctx) -> Result<Vec<PageSummary>, Error> {
    ctx.note(&Needs::default().any::<PageChanged>(ctx.store_id()));
    store::pages::list(ctx, true).await
}
