//! How many orders call for something to be done.

use database::{Ctx, Error};
use kernel::Permission;

use crate::{ListError, OrderSummary, store::lists};

/// Orders by what is to do with them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ToDo {
    /// Paid, and nothing was begun.
    pub confirmed: i64,
    /// Somebody is at it.
    pub processing: i64,
    /// Some of it has left.
    pub partially_fulfilled: i64,
    /// Given up because their payment failed.
    pub failed: i64,
}

/// Counts them in one statement.
pub async fn count_to_do(ctx: &mut Ctx) -> Result<ToDo, ListError> {
    ctx.require(Permission::ReadOrders)?;
    Ok(lists::count_to_do(ctx).await?)
}

/// Whether the store ever had an order.
pub async fn has_any(ctx: &mut Ctx) -> Result<bool, Error> {
    lists::has_any(ctx).await
}

/// The newest orders, without saying how many there are.
pub async fn list_latest(ctx: &mut Ctx, limit: u16) -> Result<Vec<OrderSummary>, ListError> {
    ctx.require(Permission::ReadOrders)?;
    let page = kernel::PageRequest::first(limit);
    let mut rows = lists::list(
        ctx,
        &crate::OrderFilter::default(),
        lists::Search::Everything,
        None,
        &page,
    )
    .await?;
    rows.truncate(limit.into());
    Ok(rows)
}
