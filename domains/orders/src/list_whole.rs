//! Orders with all that belongs to them, a page after the other: what an export writes.

use database::Ctx;
use kernel::{OrderId, Permission, Time};

use crate::{ListError, OrderDetails, store::whole};

/// The first orders placed after that one, the oldest first; six statements however many they are. Their timelines, which
/// tell how they came to be what they are, stay empty.
pub async fn list_whole(
    ctx: &mut Ctx,
    after: Option<(Time, OrderId)>,
    limit: i64,
) -> Result<Vec<OrderDetails>, ListError> {
    ctx.require(Permission::ReadOrders)?;
    Ok(whole::list(ctx, after, limit).await?)
}
