//! What `check` asks.

use database::{Ctx, Error};
use kernel::{AttemptId, OrderId, Time};
use uuid::Uuid;

database::statements! {
    /// Attempts, captures, refunds and cards whose time to ask the gateway came long ago.
    COUNT_OVERDUE = "SELECT (SELECT count(*) FROM payments.attempts WHERE store_id = $1 AND check_at <= $2) \
        + (SELECT count(*) FROM payments.attempts WHERE store_id = $1 AND saving_check_at <= $2) \
        + (SELECT count(*) FROM payments.methods WHERE store_id = $1 AND check_at <= $2) \
        + (SELECT count(*) FROM payments.captures WHERE store_id = $1 AND check_at <= $2) \
        + (SELECT count(*) FROM payments.refunds WHERE store_id = $1 AND check_at <= $2)";
    /// What each gateway took for each order, less its fees, and did not give back.
    LIST_TAKEN = "SELECT order_id, gateway, currency, sum(amount)::bigint AS amount FROM ( \
            SELECT order_id, gateway, currency, captured - fee AS amount FROM payments.attempts WHERE store_id = $1 \
            UNION ALL \
            SELECT a.order_id, a.gateway, r.currency, -r.amount FROM payments.refunds r \
            JOIN payments.attempts a ON a.store_id = r.store_id AND a.id = r.attempt_id WHERE r.store_id = $1 AND r.state = 'succeeded' \
        ) AS moved GROUP BY order_id, gateway, currency HAVING sum(amount) <> 0";
    /// What every attempt was to take, and what it took.
    LIST_ASKED = "SELECT id, order_id, gateway, currency, amount, captured FROM payments.attempts WHERE store_id = $1 ORDER BY created_at, id";
    /// Rows without an outcome that nobody will ask about, or has not asked about for a day.
    LIST_ORPHANS = "SELECT 'attempt' AS what, id, state, check_at FROM payments.attempts \
        WHERE store_id = $1 AND ((state IN ('pending', 'requires_action') OR giving_up) AND check_at IS NULL \
            OR state IN ('captured', 'failed', 'voided') AND check_at IS NOT NULL OR check_at < $2::timestamptz - interval '1 day') \
        UNION ALL \
        SELECT 'saving', id, state, saving_check_at FROM payments.attempts \
        WHERE store_id = $1 AND saving_check_at < $2::timestamptz - interval '1 day' \
        UNION ALL \
        SELECT 'method', id, 'removed', check_at FROM payments.methods WHERE store_id = $1 AND check_at < $2::timestamptz - interval '1 day' \
        UNION ALL \
        SELECT 'capture', id, state, check_at FROM payments.captures \
        WHERE store_id = $1 AND ((state = 'pending') <> (check_at IS NOT NULL) OR check_at < $2::timestamptz - interval '1 day') \
        UNION ALL \
        SELECT 'refund', id, state, check_at FROM payments.refunds \
        WHERE store_id = $1 AND ((state = 'pending') <> (check_at IS NOT NULL) OR check_at < $2::timestamptz - interval '1 day')";
    /// Amounts of an attempt beside what its refunds and captures sum to. What was taken at once has no captures.
    LIST_WRONG_SUMS = "SELECT a.id, w.what, w.stored, w.summed FROM payments.attempts a \
        CROSS JOIN LATERAL (SELECT coalesce(sum(r.amount), 0)::bigint AS amount, coalesce(sum(r.fee_returned), 0)::bigint AS fee FROM payments.refunds r \
            WHERE r.store_id = a.store_id AND r.attempt_id = a.id AND r.state <> 'failed') AS refunds \
        CROSS JOIN LATERAL (SELECT sum(c.amount) FILTER (WHERE c.state = 'succeeded')::bigint AS captured, \
            coalesce(sum(c.amount) FILTER (WHERE c.state = 'pending'), 0)::bigint AS capturing, \
            sum(c.fee) FILTER (WHERE c.state = 'succeeded')::bigint AS fee FROM payments.captures c \
            WHERE c.store_id = a.store_id AND c.attempt_id = a.id) AS captures \
        CROSS JOIN LATERAL (VALUES ('refunded', a.refunded, refunds.amount), ('capturing', a.capturing, captures.capturing), \
            ('captured', a.captured, coalesce(captures.captured, CASE a.state WHEN 'captured' THEN a.captured ELSE 0 END)), \
            ('fee', a.fee, coalesce(captures.fee - refunds.fee, a.fee))) AS w (what, stored, summed) \
        WHERE a.store_id = $1 AND w.stored <> w.summed ORDER BY a.id, w.what";
}

/// What should have been asked about before that moment.
pub(crate) async fn count_overdue(ctx: &mut Ctx, before: Time) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(COUNT_OVERDUE)
        .bind(store_id)
        .bind(before)
        .fetch_one(ctx.sql().await?)
        .await?)
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

/// What an attempt was to take for an order, and what it took.
#[derive(sqlx::FromRow)]
pub(crate) struct AskedRow {
    pub(crate) id: AttemptId,
    pub(crate) order_id: OrderId,
    pub(crate) gateway: String,
    pub(crate) currency: String,
    pub(crate) amount: i64,
    pub(crate) captured: i64,
}

pub(crate) async fn list_asked(ctx: &mut Ctx) -> Result<Vec<AskedRow>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(LIST_ASKED)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?)
}

/// An attempt, capture or refund without an outcome that nobody asks about, or with one that somebody still would.
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

/// An amount of an attempt that is not the sum it should be.
#[derive(sqlx::FromRow)]
pub(crate) struct WrongSumRow {
    pub(crate) id: AttemptId,
    pub(crate) what: String,
    pub(crate) stored: i64,
    pub(crate) summed: i64,
}

pub(crate) async fn list_wrong_sums(ctx: &mut Ctx) -> Result<Vec<WrongSumRow>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(LIST_WRONG_SUMS)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?)
}
