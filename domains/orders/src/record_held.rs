//! Writes into the timeline what became of held money that was not taken.

use database::Ctx;
use kernel::{Money, OrderId};
use serde_json::json;

use crate::{Amount, ChangeError, get::lock, store};

/// A capture was refused; nothing else changes.
pub async fn record_capture_failed(
    ctx: &mut Ctx,
    order_id: OrderId,
    amount: Money,
    code: &str,
) -> Result<(), ChangeError> {
    let details = json!({ "amount": Amount::from(amount), "code": code });
    note(ctx, order_id, "capture_failed", details).await
}

/// Some of the money was taken, and the rest is held no longer; nothing else changes.
pub async fn record_release(ctx: &mut Ctx, order_id: OrderId, amount: Money) -> Result<(), ChangeError> {
    let details = json!({ "amount": Amount::from(amount) });
    note(ctx, order_id, "payment_released", details).await
}

async fn note(
    ctx: &mut Ctx,
    order_id: OrderId,
    kind: &'static str,
    details: serde_json::Value,
) -> Result<(), ChangeError> {
    let mut order = lock(ctx, order_id).await?.order;
    store::save(ctx, &mut order, store::Entry { kind, details }).await
}
