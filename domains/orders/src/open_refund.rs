//! Opens a refund: what it covers is set aside before the gateway hears of it.

use database::Ctx;
use kernel::RefundId;
use payments::RefundState;
use serde_json::json;

use crate::{Amount, ChangeError, OrderAndLines, OrderRefund, ParcelChanged, ParcelUnpacked, RefundPlan, store};

/// Opens a refund of what `plan_refund` worked out for the locked order, under an id that the payment's side shares.
/// What waits in a parcel leaves it. Called by the flows of checkout; the store itself refunds too, so it is they who ask for the actor's permission.
pub async fn open_refund(
    ctx: &mut Ctx,
    id: RefundId,
    sold: &OrderAndLines,
    plan: &RefundPlan,
    reason: &str,
    restock: bool,
) -> Result<(), ChangeError> {
    let mut sold = sold.clone();
    let left = sold.order.refundable()?;
    if plan.order_id != sold.order.id || plan.amount.minor() > left.minor() {
        return Err(ChangeError::ExceedsPaid { left });
    }
    sold.set_aside(plan)?;
    let parcels = store::parcels::list(ctx, sold.order.id).await?;
    let shrunk = sold.shrunk(&parcels);
    let refund = OrderRefund {
        id,
        state: RefundState::Pending,
        amount: plan.amount,
        shipping_amount: plan.shipping,
        reason: reason.to_owned(),
        restock,
        created_at: ctx.now(),
        lines: plan.lines.clone(),
    };
    let entry = store::Entry {
        kind: "refund_opened",
        details: json!({ "refund": id, "amount": Amount::from(plan.amount), "reason": reason, "restock": restock }),
    };
    store::insert_refunds(ctx, &[(sold.order.id, refund)]).await?;
    store::update_lines(ctx, sold.order.id, &sold.lines).await?;
    store::parcels::replace_lines(ctx, &shrunk).await?;
    store::save(ctx, &mut sold.order, entry).await?;
    for parcel in shrunk {
        let (order, fulfilment_id) = ((&sold.order).into(), parcel.id);
        if parcel.lines.is_empty() {
            ctx.publish(&ParcelUnpacked { order, fulfilment_id }).await?;
        } else {
            ctx.publish(&ParcelChanged { order, fulfilment_id }).await?;
        }
    }
    Ok(())
}
