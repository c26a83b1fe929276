//! Moves a parcel on: packed, labelled, handed over, on the van, arrived, given up or back again.

use database::Ctx;
use kernel::{FulfilmentId, Permission};

use crate::{
    ChangeError, Fulfilment, FulfilmentState, Order, OrderDelivered, OrderShipped, OrderStatus, ParcelMoved, Tracking,
    find_parcel::lock_parcel, store,
};

/// Where a parcel is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveParcel {
    /// The parcel.
    pub fulfilment_id: FulfilmentId,
    /// How far it is.
    pub state: FulfilmentState,
    /// How it is followed from now on; `None` leaves that as it is.
    pub tracking: Option<Tracking>,
}

/// Moves the parcel and what follows from it: its pieces are shipped when it leaves, and the order is delivered when all of
/// it arrived.
pub async fn move_parcel(ctx: &mut Ctx, change: MoveParcel) -> Result<Order, ChangeError> {
    ctx.require(Permission::FulfilOrders)?;
    let tracking = change.tracking.map(Tracking::checked).transpose()?;
    let (mut sold, mut moved, mut parcels) = lock_parcel(ctx, change.fulfilment_id).await?;
    let before = moved.state;
    moved.state = before.next(change.state)?;
    if let Some(tracking) = tracking {
        moved.track(tracking);
    }
    let leaves = moved.state.has_left() && !before.has_left();
    if leaves {
        moved.shipped_at = Some(ctx.now());
        sold.ship(&moved.lines)?;
    }
    parcels.push(moved.clone());
    let was = sold.order.status;
    sold.follow(&parcels)?;
    store::parcels::update(ctx, &moved).await?;
    store::update_lines(ctx, sold.order.id, &sold.lines).await?;
    let mut order = sold.order;
    store::save(ctx, &mut order, entry(&moved, leaves)).await?;
    if leaves {
        let fulfilment_id = moved.id;
        ctx.publish(&OrderShipped {
            order: (&order).into(),
            fulfilment_id,
        })
        .await?;
    } else {
        ctx.publish(&ParcelMoved::of(&order, &moved)).await?;
    }
    if order.status == OrderStatus::Delivered && was != OrderStatus::Delivered {
        ctx.publish(&OrderDelivered { order: (&order).into() }).await?;
    }
    Ok(order)
}

fn entry(parcel: &Fulfilment, leaves: bool) -> store::Entry {
    store::Entry {
        kind: match parcel.state {
            _ if leaves => "shipped",
            FulfilmentState::Delivered => "parcel_delivered",
            state => state.as_str(),
        },
        details: parcel.details(),
    }
}
