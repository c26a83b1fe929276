//! Finds the order that a parcel belongs to.

use database::Ctx;
use kernel::{FulfilmentId, OrderId};

use crate::{ChangeError, Fulfilment, OrderAndLines, get::lock, store};

/// The order of that parcel. Whoever asks has proved that they may see orders.
pub async fn find_order_of_parcel(ctx: &mut Ctx, id: FulfilmentId) -> Result<OrderId, ChangeError> {
    store::parcels::find_order(ctx, id).await?.ok_or(ChangeError::NotFound)
}

/// Locks the order of a parcel, and reads the parcel and the other ones of that order.
pub(crate) async fn lock_parcel(
    ctx: &mut Ctx,
    id: FulfilmentId,
) -> Result<(OrderAndLines, Fulfilment, Vec<Fulfilment>), ChangeError> {
    let order_id = find_order_of_parcel(ctx, id).await?;
    let sold = lock(ctx, order_id).await?;
    let parcels = store::parcels::list(ctx, order_id).await?;
    let (mut own, others): (Vec<_>, Vec<_>) = parcels.into_iter().partition(|parcel| parcel.id == id);
    // It may have been unpacked while the order was waited for.
    let parcel = own.pop().ok_or(ChangeError::NotFound)?;
    Ok((sold, parcel, others))
}
