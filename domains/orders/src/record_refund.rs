//! Records what became of a refund.

use database::Ctx;
use kernel::{Money, RefundId};
use payments::RefundState;
use serde_json::json;

use crate::{
    Amount, ChangeError, Order, OrderDelivered, OrderRefund, OrderRefunded, OrderStatus, RefundPlan, get::lock, store,
};

/// Records that a pending refund succeeded or failed. The same news again changes nothing.
pub async fn record_refund(ctx: &mut Ctx, refund_id: RefundId, succeeded: bool) -> Result<Order, ChangeError> {
    let order_id = store::find_order_of_refund(ctx, refund_id)
        .await?
        .ok_or(ChangeError::NotFound)?;
    let mut sold = lock(ctx, order_id).await?;
    let refunds = store::list_refunds(ctx, order_id).await?;
    let refund = refunds
        .iter()
        .find(|refund| refund.id == refund_id)
        .ok_or(ChangeError::NotFound)?;
    let state = if succeeded {
        RefundState::Succeeded
    } else {
        RefundState::Failed
    };
    if refund.state != RefundState::Pending || !store::move_refund(ctx, refund_id, state).await? {
        return Ok(sold.order);
    }
    let parcels = store::parcels::list(ctx, order_id).await?;
    let was = sold.order.status;
    let details = json!({ "refund": refund_id, "amount": Amount::from(refund.amount) });
    if succeeded {
        sold.refund_succeeded(gone_back(&refunds, refund.amount)?)?;
        sold.follow(&parcels)?;
        store::save(
            ctx,
            &mut sold.order,
            store::Entry {
                kind: "refunded",
                details,
            },
        )
        .await?;
        let (order, amount) = ((&sold.order).into(), refund.amount.into());
        ctx.publish(&OrderRefunded {
            order,
            refund_id,
            amount,
        })
        .await?;
        if sold.order.status == OrderStatus::Delivered && was != OrderStatus::Delivered {
            let order = (&sold.order).into();
            ctx.publish(&OrderDelivered { order }).await?;
        }
    } else {
        let covered = RefundPlan {
            order_id,
            lines: refund.lines.clone(),
            shipping: refund.shipping_amount,
            amount: refund.amount,
        };
        sold.refund_failed(&covered, gone_back(&refunds, Money::zero(refund.amount.currency()))?)?;
        sold.follow(&parcels)?;
        store::update_lines(ctx, order_id, &sold.lines).await?;
        store::save(
            ctx,
            &mut sold.order,
            store::Entry {
                kind: "refund_failed",
                details,
            },
        )
        .await?;
    }
    Ok(sold.order)
}

/// What went back by now, with what did just now.
pub(crate) fn gone_back(refunds: &[OrderRefund], just_now: Money) -> Result<Money, ChangeError> {
    let before = refunds.iter().filter(|refund| refund.state == RefundState::Succeeded);
    Ok(Money::sum(just_now.currency(), before.map(|refund| refund.amount))?.plus(just_now)?)
}
