//! Staff write a page.

use catalog::slug_or_made;
use database::{Ctx, OnConstraint as _};
use kernel::{FieldError, Invalid, Permission};

use crate::{Localised, Page, PageText, events::PageChanged, page::checked, store};

/// A page to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewPage {
    /// The last part of its address; made from the title when it is missing.
    pub slug: Option<String>,
    /// Whether shoppers see it.
    pub published: bool,
    /// What it says in each language; harmful markup is dropped.
    pub texts: Localised<PageText>,
}

/// Why a page is not made, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The actor may not write pages.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such page.
    #[error("there is no such page")]
    NotFound,
    /// Somebody else changed it.
    #[error("the page has version {current} now")]
    VersionConflict {
        /// The version it has.
        current: i64,
    },
    /// Another page has the slug.
    #[error("another page has that slug")]
    SlugTaken,
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes the page. A slug that another page had before is this page's from now on.
pub async fn create_page(ctx: &mut Ctx, new: NewPage) -> Result<Page, PageError> {
    ctx.require(Permission::WriteContent)?;
    let own = ctx.store().locale;
    let mut invalid = Invalid::default();
    let texts = checked(&mut invalid, new.texts, own);
    let title = texts.get(own).map(|text| text.title.as_str()).unwrap_or_default();
    let slug = slug_or_made(&mut invalid, new.slug.as_deref(), title);
    invalid.into_result()?;
    let slug = slug.ok_or_else(|| Invalid::from(FieldError::required("slug")))?;
    let page = Page {
        id: ctx.new_id(),
        slug,
        published: new.published,
        texts,
        version: 1,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    store::pages::insert(ctx, &page)
        .await
        .on_constraint("pages_slug_key", || PageError::SlugTaken)?;
    store::pages::forget_slug(ctx, &page.slug).await?;
    ctx.publish(&PageChanged { page_id: page.id }).await?;
    Ok(page)
}
