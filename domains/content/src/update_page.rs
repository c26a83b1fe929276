//! Staff change a page or take it away.

use catalog::changed_slug;
use database::{Ctx, OnConstraint as _};
use kernel::{Invalid, PageId, Permission};

use crate::{Localised, Page, PageError, PageText, events::PageChanged, page::checked, store};

/// New values of some of a page's fields; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageChanges {
    /// The last part of its address, made of the title when it is empty; the one it had redirects.
    pub slug: Option<String>,
    /// Whether shoppers see it.
    pub published: Option<bool>,
    /// What it says in these languages; a language that says nothing is dropped, others stay.
    pub texts: Option<Localised<PageText>>,
}

/// A change of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatePage {
    /// Which.
    pub id: PageId,
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// The new values.
    pub changes: PageChanges,
}

/// Changes the page, and answers with it as it is then.
pub async fn update_page(ctx: &mut Ctx, update: UpdatePage) -> Result<Page, PageError> {
    ctx.require(Permission::WriteContent)?;
    let before = lock(ctx, update.id, update.expected_version).await?;
    let old_slug = before.slug.clone();
    let mut invalid = Invalid::default();
    let mut after = before;
    after.published = update.changes.published.unwrap_or(after.published);
    let own = ctx.store().locale;
    if let Some(texts) = update.changes.texts {
        after.texts.extend(texts);
        after.texts = checked(&mut invalid, after.texts, own);
    }
    let title = after.texts.get(own).map(|text| text.title.as_str()).unwrap_or_default();
    if let Some(slug) = changed_slug(&mut invalid, update.changes.slug.as_deref(), title) {
        after.slug = slug;
    }
    invalid.into_result()?;
    after.version += 1;
    after.updated_at = ctx.now();
    store::pages::update(ctx, &after)
        .await
        .on_constraint("pages_slug_key", || PageError::SlugTaken)?;
    if after.slug != old_slug {
        store::pages::forget_slug(ctx, &after.slug).await?;
        store::pages::keep_slug(ctx, after.id, &old_slug).await?;
    }
    ctx.publish(&PageChanged { page_id: after.id }).await?;
    Ok(after)
}

/// Takes the page away, and with it the entries of menus that lead to it from what shoppers see.
pub async fn delete_page(ctx: &mut Ctx, id: PageId, expected_version: Option<i64>) -> Result<(), PageError> {
    ctx.require(Permission::WriteContent)?;
    lock(ctx, id, expected_version).await?;
    store::pages::delete(ctx, id).await?;
    ctx.publish(&PageChanged { page_id: id }).await?;
    Ok(())
}

async fn lock(ctx: &mut Ctx, id: PageId, expected_version: Option<i64>) -> Result<Page, PageError> {
    let page = store::pages::lock(ctx, id).await?.ok_or(PageError::NotFound)?;
    match expected_version {
        Some(expected) if expected != page.version => Err(PageError::VersionConflict { current: page.version }),
        _ => Ok(page),
    }
}
