//! Levels over all variants: what is low, what is out.

use database::{Ctx, Error};
use kernel::{Cursor, FieldError, Forbidden, LocationId, Page, PageRequest, Permission, VariantId};

use crate::{Level, store};

kernel::named! {
    /// How much is left of what lies at a location.
    StockState {
        /// At or below its reorder point.
        Low = "low",
        /// Nothing can be sold.
        Out = "out",
    }
}

/// Which levels are wanted; all of them by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LevelFilter {
    /// Only at this location.
    pub location: Option<LocationId>,
    /// Only with that much left.
    pub state: Option<StockState>,
    /// Only of these variants.
    pub variants: Option<Vec<VariantId>>,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListLevelsError {
    /// The actor may not see stock.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The cursor is none.
    #[error(transparent)]
    InvalidCursor(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// A page of levels, the newest variants first; reservations that have run out do not count.
pub async fn list_levels(
    ctx: &mut Ctx,
    filter: &LevelFilter,
    request: &PageRequest,
) -> Result<Page<Level>, ListLevelsError> {
    ctx.require(Permission::ReadCatalog)
        .or_else(|_| ctx.require(Permission::AdjustStock))?;
    let after = request.cursor.as_ref().map(Cursor::decode).transpose()?;
    Ok(store::lists::list(ctx, filter, request, after).await?)
}

/// Levels at or below their reorder point, so many at most: those that are nearest to being sold out.
pub async fn list_lowest(ctx: &mut Ctx, most: u16) -> Result<Vec<Level>, ListLevelsError> {
    ctx.require(Permission::ReadCatalog)
        .or_else(|_| ctx.require(Permission::AdjustStock))?;
    Ok(store::lists::list_lowest(ctx, most).await?)
}

/// How many levels are at or below their reorder point.
pub async fn count_low(ctx: &mut Ctx) -> Result<i64, Error> {
    store::lists::count_low(ctx).await
}
