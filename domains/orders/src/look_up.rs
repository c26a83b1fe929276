//! Finds orders by what somebody begins to type.

use database::Ctx;
use kernel::Permission;

use crate::{ListError, OrderSummary, store::lists};

/// The newest orders in whose numbers, e-mail address and names each typed word begins a word; one with exactly that number
/// comes first. Of a beginning that very many have, some are looked at.
pub async fn look_up(ctx: &mut Ctx, typed: &str, limit: u16) -> Result<Vec<OrderSummary>, ListError> {
    ctx.require(Permission::ReadOrders)?;
    Ok(lists::look_up(ctx, typed, limit).await?)
}
