//! Levels over all variants: what is low, what is out.

use catalog::VariantOrder;
use database::{Ctx, Error};
use kernel::{Cursor, FieldError, Forbidden, LocationId, Page, PageRequest, Permission, VariantId};

use crate::{
    Level,
    sorted_levels::{Bounds, list_named},
    store::{self, lists::sorted::Number},
};

kernel::named! {
    /// How much is left of what lies at a location.
    StockState {
        /// At or below its reorder point.
        Low = "low",
        /// Nothing can be sold.
        Out = "out",
    }
}

kernel::named! {
    /// In which order levels stand.
    #[derive(Default)]
    LevelSort {
        /// The newest variants first.
        #[default]
        Newest = "newest",
        /// By the product's name.
        Title = "title",
        /// By the merchant's own number; those without one last.
        Sku = "sku",
        /// What lies there, the least first.
        OnHand = "on_hand",
        /// What lies there, the most first.
        OnHandMost = "on_hand_most",
        /// What can be sold, the least first.
        Free = "free",
        /// What can be sold, the most first.
        FreeMost = "free_most",
    }
}

/// Which levels are wanted, and in which order; all of them by default, the newest variants first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LevelFilter {
    /// Only at this location.
    pub location: Option<LocationId>,
    /// Only with that much left.
    pub state: Option<StockState>,
    /// Only of these variants.
    pub variants: Option<Vec<VariantId>>,
    /// In this order.
    pub sort: LevelSort,
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

/// A page of levels; reservations that have run out do not count.
pub async fn list_levels(
    ctx: &mut Ctx,
    filter: &LevelFilter,
    request: &PageRequest,
) -> Result<Page<Level>, ListLevelsError> {
    ctx.require(Permission::ReadCatalog)
        .or_else(|_| ctx.require(Permission::AdjustStock))?;
    match filter.sort {
        LevelSort::Newest => {
            let after = request.cursor.as_ref().map(Cursor::decode).transpose()?;
            Ok(store::lists::list(ctx, filter, request, after).await?)
        }
        LevelSort::Title => list_named(ctx, filter, VariantOrder::Title, request, Bounds::USUAL).await,
        LevelSort::Sku => list_named(ctx, filter, VariantOrder::Sku, request, Bounds::USUAL).await,
        LevelSort::OnHand => list_numbered(ctx, filter, (Number::OnHand, false), request).await,
        LevelSort::OnHandMost => list_numbered(ctx, filter, (Number::OnHand, true), request).await,
        LevelSort::Free => list_numbered(ctx, filter, (Number::Free, false), request).await,
        LevelSort::FreeMost => list_numbered(ctx, filter, (Number::Free, true), request).await,
    }
}

async fn list_numbered(
    ctx: &mut Ctx,
    filter: &LevelFilter,
    (number, most_first): (Number, bool),
    request: &PageRequest,
) -> Result<Page<Level>, ListLevelsError> {
    let after = request.cursor.as_ref().map(Cursor::decode).transpose()?;
    let total = store::lists::count(ctx, filter).await?;
    let limit = request.limit_plus_one();
    let rows = store::lists::sorted::list_by(ctx, filter, (number, most_first), after, limit).await?;
    let of = |level: &Level| match number {
        Number::OnHand => level.on_hand,
        Number::Free => level.free(),
    };
    Ok(Page::from_rows(rows, request, total, |level: &Level| {
        (of(level), level.variant_id, level.location_id)
    }))
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
