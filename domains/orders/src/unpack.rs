//! Takes a parcel apart that has not left.

use database::Ctx;
use kernel::{FulfilmentId, Permission};
use serde_json::json;

use crate::{ChangeError, IllegalTransition, Order, ParcelUnpacked, find_parcel::lock_parcel, store};

/// The parcel is gone, and its pieces can go into another one.
pub async fn unpack(ctx: &mut Ctx, id: FulfilmentId) -> Result<Order, ChangeError> {
    ctx.require(Permission::FulfilOrders)?;
    let (sold, parcel, _others) = lock_parcel(ctx, id).await?;
    if parcel.state.has_left() {
        return Err(IllegalTransition {
            status: parcel.state.as_str(),
            event: "unpack",
        }
        .into());
    }
    let mut order = sold.order;
    store::parcels::delete(ctx, &[id]).await?;
    let entry = store::Entry {
        kind: "unpacked",
        details: json!({ "fulfilment": id, "pieces": parcel.pieces() }),
    };
    store::save(ctx, &mut order, entry).await?;
    let unpacked = ParcelUnpacked {
        order: (&order).into(),
        fulfilment_id: id,
    };
    ctx.publish(&unpacked).await?;
    Ok(order)
}
