//! What `check` asks.

use database::{Ctx, Error};
use kernel::{AttemptId, OrderId, Time};
use uuid::Uuid;

database::statements! {
    /// What each gateway took for each order and did not give back.
    LIST_TAKEN = "SELECT order_id, gateway, currency, sum(amount)::bigint AS amount FROM ( \
            SELECT order_id, gateway, currency, amount FROM payments.attempts WHERE store_id = $1 AND state = 'captured' \
            UNION ALL \
            SELECT a.order_id, a.gateway, r.currency, -r.amount FROM payments.refunds r \
            JOIN payments.attempts a ON a.store_id = r.store_id AND a.id = r.attempt_id WHERE r.store_id = $1 AND r.state = 'succeeded' \
        ) AS moved GROUP BY order_id, gateway, currency HAVING sum(amount) <> 0";
    /// Rows without an outcome that nobody will ask about, or has not asked about for a day.
    LIST_ORPHANS = "SELECT 'attempt' AS what, id, state, check_at FROM payments.attempts \
        WHERE store_id = $1 AND ((state IN ('pending', 'requires_action') OR wanted IS NOT NULL) <> (check_at IS NOT NULL) OR check_at < $2::timestamptz - interval '1 day') \
        UNION ALL \
        SELECT 'refund', id, state, check_at FROM payments.refunds \
        WHERE store_id = $1 AND ((state = 'pending') <> (check_at IS NOT NULL) OR check_at < $2::timestamptz - interval '1 day')";
    LIST_WRONG_REFUNDED = "SELECT a.id, a.refunded, coalesce(sum(r.amount), 0)::bigint AS refunds FROM payments.attempts a \
        LEFT JOIN payments.refunds r ON r.store_id = a.store_id AND r.attempt_id = a.id AND r.state <> 'failed' \
        WHERE a.store_id = $1 GROUP BY a.id, a.refunded HAVING a.refunded <> coalesce(sum(r.amount), 0)";
}

/// What a gateway took for an order and did not give back.
#[derive(sqlx::FromRow)]
pub(crate) struct TakenRow {
    pub(crate) order_id: OrderId,
    pub(crate) gateway: String,
    pub(crate) currency: String,
    pub(crate) amount: i64,
}

pub(crate) async fn list_taken(ctx: &mut Ctx) -> Result<Vec<TakenRow>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(LIST_TAKEN)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?)
}

/// An attempt or refund without an outcome that nobody asks about, or with one that somebody still would.
#[derive(sqlx::FromRow)]
pub(crate) struct OrphanRow {
    pub(crate) what: String,
    pub(crate) id: Uuid,
    pub(crate) state: String,
    pub(crate) check_at: Option<Time>,
}

pub(crate) async fn list_orphans(ctx: &mut Ctx) -> Result<Vec<OrphanRow>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    Ok(sqlx::query_as(LIST_ORPHANS)
        .bind(store_id)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?)
}

/// An attempt whose `refunded` is not the sum of its refunds.
#[derive(sqlx::FromRow)]
pub(crate) struct WrongRefundedRow {
    pub(crate) id: AttemptId,
    pub(crate) refunded: i64,
    pub(crate) refunds: i64,
}

pub(crate) async fn list_wrong_refunded(ctx: &mut Ctx) -> Result<Vec<WrongRefundedRow>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(LIST_WRONG_REFUNDED)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?)
}
