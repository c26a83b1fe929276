//! Takes over orders of another shop as they stand there. Nothing is worked out anew, and nothing happens because of it: no
//! event tells of them, no stock moves.

use database::{Ctx, Error};
use kernel::{Forbidden, Money, Permission};
use serde_json::json;

use crate::{OrderAndLines, OrderDetails, TimelineEntry, mismatch::Mismatch, mismatch::find_mismatch, place, store};

/// Why orders cannot be taken over.
#[derive(Debug, thiserror::Error)]
pub enum TakeOverError {
    /// The actor may not import.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// An order's amounts or pieces do not follow from each other.
    #[error("order {number}: {mismatch}")]
    Mismatch {
        /// The number it has there.
        number: String,
        /// What is wrong with it.
        mismatch: Mismatch,
    },
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Those of the numbers that orders of this store had elsewhere.
pub async fn taken_over(ctx: &mut Ctx, external_numbers: &[&str]) -> Result<Vec<String>, Error> {
    store::whole::list_taken_over(ctx, external_numbers).await
}

/// Inserts orders in the order given, with numbers of this store that follow on, by four statements however many there are.
/// Their timelines say when they were placed and that they were taken over.
pub async fn take_over(ctx: &mut Ctx, orders: Vec<OrderDetails>) -> Result<(), TakeOverError> {
    ctx.require(Permission::RunImports)?;
    let count = i64::try_from(orders.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    for details in &orders {
        if let Some(mismatch) = find_mismatch(details) {
            let number = details.order.external_number.clone();
            return Err(TakeOverError::Mismatch { number, mismatch });
        }
    }
    let first = place::next_numbers(ctx, count).await?;
    let (mut sold, mut timeline, mut parcels, mut refunds) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (number, details) in (first..).zip(orders) {
        let OrderDetails {
            order,
            lines,
            fulfilments,
            refunds: given_back,
            timeline: _,
        } = details;
        let mut one = place::numbered(ctx, OrderAndLines { order, lines }, number);
        let id = one.order.id;
        one.order.version = 1;
        timeline.push((id, place::placed_entry(ctx, &one.order)));
        one.order.version = 2;
        timeline.push((id, taken_over_entry(ctx, &one.order.external_number, one.order.total)));
        parcels.extend(fulfilments.into_iter().map(|parcel| (id, parcel)));
        refunds.extend(given_back.into_iter().map(|refund| (id, refund)));
        sold.push(one);
    }
    store::insert_orders(ctx, &sold, timeline).await?;
    store::parcels::insert(ctx, &parcels).await?;
    store::insert_refunds(ctx, &refunds).await?;
    Ok(())
}

fn taken_over_entry(ctx: &Ctx, external_number: &str, total: Money) -> TimelineEntry {
    TimelineEntry {
        id: ctx.new_id(),
        order_version: 2,
        kind: "taken_over".to_owned(),
        details: json!({ "text": external_number, "amount": crate::Amount::from(total) }),
        actor: ctx.actor().label(),
        occurred_at: ctx.now(),
    }
}
