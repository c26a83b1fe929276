//! Redirects, by path.

use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, Page, PageRequest, Permission};

use crate::{Redirect, store};

/// Why redirects cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The actor may not see what only staff see.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The page's cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// A page of the redirects whose paths hold a text, by path. Whoever may change redirects may see them.
pub async fn list(ctx: &mut Ctx, q: &str, page: &PageRequest) -> Result<Page<Redirect>, ListError> {
    ctx.require(Permission::ReadCatalog)
        .or_else(|_| ctx.require(Permission::WriteCatalog))?;
    let after: Option<String> = page.cursor.as_ref().map(kernel::Cursor::decode).transpose()?;
    let found = store::list(ctx, q, after.as_deref(), page.limit_plus_one()).await?;
    let total = store::count(ctx, q).await?;
    Ok(Page::from_rows(found, page, total, |redirect| {
        redirect.from().to_owned()
    }))
}

/// The first redirects after that path: what an export writes.
pub async fn list_after(ctx: &mut Ctx, after: Option<&str>, limit: i64) -> Result<Vec<Redirect>, ListError> {
    ctx.require(Permission::ReadCatalog)?;
    Ok(store::list(ctx, "", after, limit).await?)
}
