//! Redirects are added, or lead elsewhere from now on.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::{Forbidden, Permission};

use crate::{Redirect, store};

/// Why redirects are not put.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// The actor may neither change the catalogue nor import.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Some would close a circle. The unit of work must be given up.
    #[error("following {} would never end", .0.join(", "))]
    Circle(Vec<String>),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Puts redirects, in three statements however many they are, and tells how many are new. Of a path named twice the last one
/// holds. Others of the store wait until the end of the transaction, so that no two close a circle together.
pub async fn put(ctx: &mut Ctx, redirects: &[Redirect]) -> Result<u64, PutError> {
    ctx.require(Permission::WriteCatalog)
        .or_else(|_| ctx.require(Permission::RunImports))?;
    let by_path: BTreeMap<&str, &str> = redirects
        .iter()
        .map(|redirect| (redirect.from(), redirect.to()))
        .collect();
    if by_path.is_empty() {
        return Ok(0);
    }
    let (from, to): (Vec<&str>, Vec<&str>) = by_path.into_iter().unzip();
    store::lock(ctx).await?;
    let new = store::upsert(ctx, &from, &to).await?;
    let circles = store::circles(ctx, &from).await?;
    if circles.is_empty() {
        Ok(new)
    } else {
        Err(PutError::Circle(circles))
    }
}
