//! One page.

use database::{Ctx, Error, cache::Needs};
use kernel::{PageId, Permission, Slug};

use crate::{Page, PageError, events::PageChanged, store};

/// A published page by the slug of its address.
pub async fn find_page(ctx: &mut Ctx, slug: &Slug) -> Result<Option<Page>, Error> {
    let page = store::pages::find(ctx, slug).await?.filter(|page| page.published);
    if let Some(page) = &page {
        ctx.note(&Needs::default().one::<PageChanged>(ctx.store_id(), page.id));
    }
    Ok(page)
}

/// Any page, for the back office.
pub async fn find_page_by_id(ctx: &mut Ctx, id: PageId) -> Result<Option<Page>, PageError> {
    ctx.require(Permission::WriteContent)?;
    Ok(store::pages::find_by_id(ctx, id).await?)
}

/// The slug that a published page has now, if it had this one before.
pub async fn find_slug_redirect(ctx: &mut Ctx, slug: &Slug) -> Result<Option<Slug>, Error> {
    store::pages::find_redirect(ctx, slug).await
}
