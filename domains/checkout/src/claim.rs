//! What an order takes while it is placed: stock, what is left of its customer's quotas, and the uses of its coupons.

use cart::CartView;
use database::Ctx;
use inventory::{Demand, Holder, QuotaError, ReserveError};
use kernel::{EmailAddress, OrderId};

use crate::place_order_flow::{PlaceOrderError, payment_window};

/// Takes everything, or says what is not there.
pub(crate) async fn claim(
    ctx: &mut Ctx,
    order_id: OrderId,
    view: &CartView,
    email: &EmailAddress,
) -> Result<(), PlaceOrderError> {
    reserve(ctx, order_id, view).await?;
    take_quotas(ctx, order_id, view).await?;
    redeem(ctx, order_id, view, email).await
}

async fn reserve(ctx: &mut Ctx, order_id: OrderId, view: &CartView) -> Result<(), PlaceOrderError> {
    let demand: Vec<Demand> = view
        .lines
        .iter()
        .map(|line| Demand {
            variant_id: line.line.variant_id,
            quantity: line.line.quantity.get(),
        })
        .collect();
    let until = ctx.now() + payment_window(ctx.store());
    let (order, cart) = (Holder::Order(order_id), Holder::Cart(view.cart.id));
    match inventory::reserve(ctx, order, &[cart], &demand, until).await {
        Ok(()) => Ok(()),
        Err(ReserveError::Insufficient(shortages)) => Err(PlaceOrderError::OutOfStock(shortages)),
        Err(ReserveError::Internal(error)) => Err(error.into()),
    }
}

async fn take_quotas(ctx: &mut Ctx, order_id: OrderId, view: &CartView) -> Result<(), PlaceOrderError> {
    let demands = view.quota_demands();
    let Some(key) = view.customer_key.as_ref().filter(|_| !demands.is_empty()) else {
        return Ok(());
    };
    let take = inventory::TakeQuota {
        order_id,
        customer_key: key.as_str(),
        demands: &demands,
    };
    match inventory::take_quotas(ctx, take).await {
        Ok(()) => Ok(()),
        Err(QuotaError::Reached) => Err(PlaceOrderError::CustomerMaximumReached),
        Err(QuotaError::Internal(error)) => Err(error.into()),
    }
}

async fn redeem(
    ctx: &mut Ctx,
    order_id: OrderId,
    view: &CartView,
    email: &EmailAddress,
) -> Result<(), PlaceOrderError> {
    let coupon_ids = view.quote.applied_coupons();
    match pricing::redeem(
        ctx,
        pricing::Redeem {
            order_id,
            coupon_ids: &coupon_ids,
            customer_key: email,
        },
    )
    .await
    {
        Ok(()) => Ok(()),
        Err(pricing::RedeemError::UsageLimitReached | pricing::RedeemError::CustomerLimitReached) => {
            Err(PlaceOrderError::CouponUsedUp)
        }
        Err(pricing::RedeemError::Internal(error)) => Err(error.into()),
    }
}
