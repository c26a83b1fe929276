//! Pages, without what they say: every one, or a page of the list at a time.

use database::{Ctx, Error, cache::Needs};
use kernel::{Cursor, FieldError, Forbidden, Locale, Page, PageId, PageRequest, Permission, Slug, Time};

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

/// Why a page of the list cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ListPagesError {
    /// The actor may not see drafts.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
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

/// So many of the pages by slug, for the back office, in two statements.
pub async fn page_pages(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<PageSummary>, ListPagesError> {
    ctx.require(Permission::WriteContent)?;
    page_summaries(ctx, false, page).await
}

/// So many of the pages that shoppers see, by slug, in two statements.
pub async fn page_published_pages(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<PageSummary>, ListPagesError> {
    ctx.note(&Needs::default().any::<PageChanged>(ctx.store_id()));
    page_summaries(ctx, true, page).await
}

async fn page_summaries(
    ctx: &mut Ctx,
    only_published: bool,
    page: &PageRequest,
) -> Result<Page<PageSummary>, ListPagesError> {
    let after = page.cursor.as_ref().map(Cursor::decode).transpose()?;
    let found = store::pages::list_after(ctx, only_published, after, page.limit_plus_one()).await?;
    let total = store::pages::count(ctx, only_published).await?;
    Ok(Page::from_rows(found, page, total, |summary| summary.slug.to_string()))
}
