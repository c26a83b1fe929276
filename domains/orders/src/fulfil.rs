//! Puts pieces of an order into a parcel: one that is to be picked, or one that leaves at once.

use database::{Ctx, OnConstraint as _};
use kernel::{FieldError, FulfilmentId, LocationId, OrderId, OrderLineId, Permission};

use crate::{
    ChangeError, Fulfilment, FulfilmentState, OrderAndLines, OrderEvent, OrderShipped, OrderStatus, ParcelMoved,
    Tracking, get::lock, store,
};

/// A parcel to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfil {
    /// The order.
    pub order_id: OrderId,
    /// What is in it; `None` is everything that is left and in no other parcel.
    pub lines: Option<Vec<(OrderLineId, i64)>>,
    /// How far it is: `InTransit` leaves at once, a state before that waits to leave.
    pub state: FulfilmentState,
    /// Where it is picked.
    pub location_id: Option<LocationId>,
    /// How it is followed.
    pub tracking: Tracking,
}

/// Records a parcel. While one waits to leave, its pieces go into no other parcel and the order is being processed.
pub async fn fulfil(ctx: &mut Ctx, parcel: Fulfil) -> Result<FulfilmentId, ChangeError> {
    ctx.require(Permission::FulfilOrders)?;
    let tracking = parcel.tracking.checked()?;
    let leaves = leaves(parcel.state)?;
    let mut sold = lock(ctx, parcel.order_id).await?;
    let others = store::parcels::list(ctx, parcel.order_id).await?;
    let pieces = choose(&sold, &others, parcel.lines)?;
    if leaves {
        sold.ship(&pieces)?;
    } else if sold.order.status == OrderStatus::Confirmed {
        sold.order.status = sold.order.status.next(OrderEvent::Process)?;
    } else {
        // Only what could be shipped is picked.
        sold.order.status.next(OrderEvent::ShipPart)?;
    }
    let (id, now) = (ctx.new_id(), ctx.now());
    let fulfilment = Fulfilment {
        id,
        state: parcel.state,
        location_id: parcel.location_id,
        carrier: tracking.carrier,
        tracking_number: tracking.number,
        tracking_url: tracking.url,
        created_at: now,
        shipped_at: leaves.then_some(now),
        lines: pieces,
    };
    let entry = store::Entry {
        kind: if leaves { "shipped" } else { parcel.state.as_str() },
        details: fulfilment.details(),
    };
    let mut order = sold.order;
    let inserted = store::parcels::insert(ctx, &[(order.id, fulfilment)]).await;
    inserted.on_constraint("fulfilments_location_fk", || {
        ChangeError::from(FieldError::new("location_id", "gone", "is no location of the store"))
    })?;
    store::update_lines(ctx, order.id, &sold.lines).await?;
    store::save(ctx, &mut order, entry).await?;
    let (order, fulfilment_id) = ((&order).into(), id);
    if leaves {
        ctx.publish(&OrderShipped { order, fulfilment_id }).await?;
    } else {
        let state = parcel.state.as_str().to_owned();
        let waits = ParcelMoved {
            order,
            fulfilment_id,
            state,
        };
        ctx.publish(&waits).await?;
    }
    Ok(id)
}

/// Whether a parcel begins by leaving; it cannot begin further on.
fn leaves(state: FulfilmentState) -> Result<bool, FieldError> {
    match state {
        FulfilmentState::Picking | FulfilmentState::ReadyToShip | FulfilmentState::LabelCreated => Ok(false),
        FulfilmentState::InTransit => Ok(true),
        FulfilmentState::OutForDelivery
        | FulfilmentState::Delivered
        | FulfilmentState::Failed
        | FulfilmentState::Returned => {
            let message = "must be picking, ready_to_ship, label_created or in_transit";
            Err(FieldError::new("state", "invalid_value", message))
        }
    }
}

/// The pieces that were asked for, or all that are left; none of them waits in another parcel.
fn choose(
    sold: &OrderAndLines,
    others: &[Fulfilment],
    wanted: Option<Vec<(OrderLineId, i64)>>,
) -> Result<Vec<(OrderLineId, i64)>, ChangeError> {
    let left: Vec<(OrderLineId, i64)> = sold.left_to_pack(others);
    let mut pieces = wanted.unwrap_or_else(|| left.iter().filter(|(_, left)| *left > 0).copied().collect());
    pieces.sort_unstable();
    if pieces
        .windows(2)
        .any(|pair| matches!(pair, [(one, _), (other, _)] if one == other))
    {
        return Err(FieldError::new("lines", "duplicate_line", "may name each line only once").into());
    }
    if pieces.is_empty() {
        return Err(ChangeError::NothingToShip);
    }
    for (line, quantity) in &pieces {
        let known = left.iter().find(|(id, _)| id == line);
        let (_, left) = known.ok_or(ChangeError::LineNotFound { line: *line })?;
        if !(1..=*left).contains(quantity) {
            let (line, left) = (*line, *left);
            return Err(ChangeError::QuantityOutOfRange { line, left });
        }
    }
    Ok(pieces)
}
