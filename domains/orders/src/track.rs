//! Says anew how a parcel is followed.

use database::Ctx;
use kernel::{FulfilmentId, Permission};

use crate::{ChangeError, Order, ParcelChanged, Tracking, find_parcel::lock_parcel, store};

/// Changes carrier, number and address of a parcel, wherever it is. The same again changes nothing.
pub async fn track(ctx: &mut Ctx, id: FulfilmentId, tracking: Tracking) -> Result<Order, ChangeError> {
    ctx.require(Permission::FulfilOrders)?;
    let tracking = tracking.checked()?;
    let (sold, mut parcel, _others) = lock_parcel(ctx, id).await?;
    let mut order = sold.order;
    if !parcel.track(tracking) {
        return Ok(order);
    }
    store::parcels::update(ctx, &parcel).await?;
    let entry = store::Entry {
        kind: "tracking_changed",
        details: parcel.details(),
    };
    store::save(ctx, &mut order, entry).await?;
    let changed = ParcelChanged {
        order: (&order).into(),
        fulfilment_id: id,
    };
    ctx.publish(&changed).await?;
    Ok(order)
}
