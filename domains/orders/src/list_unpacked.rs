//! Lists the orders with pieces that are in no parcel yet.

use database::Ctx;
use kernel::{OrderId, Permission, Time};

use crate::{ListError, store::parcels};

/// An order with pieces that are left to ship and wait in no parcel.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct UnpackedOrder {
    /// Its id.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// Whom it goes to.
    pub recipient: String,
    /// How many such pieces.
    pub pieces: i64,
    /// When it was placed.
    pub placed_at: Time,
}

/// The first `limit` such orders, oldest first.
pub async fn list_unpacked(ctx: &mut Ctx, limit: u16) -> Result<Vec<UnpackedOrder>, ListError> {
    ctx.require(Permission::ReadOrders)
        .or_else(|_| ctx.require(Permission::FulfilOrders))?;
    Ok(parcels::list_unpacked(ctx, limit).await?)
}
