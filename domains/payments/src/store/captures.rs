//! The SQL of captures. Every change of one happens under the lock of its attempt.

use database::{Ctx, Error};
use kernel::{AttemptId, CaptureId, Money, OrderId, Time};

use super::{AttemptRow, parse_currency};
use crate::{Attempt, Capture, CaptureState, NewCapture};

/// The columns of `CaptureRow`, of captures named `c` and their attempts named `a`.
macro_rules! capture_columns {
    () => {
        "c.id, c.attempt_id, a.order_id, a.gateway, a.gateway_reference AS attempt_reference, c.state, c.currency, c.amount, c.last, \
         c.fee, c.gateway_reference, c.failure_code, c.created_at, c.check_at"
    };
}

database::statements! {
    /// Its amount is set aside on the attempt.
    INSERT = "WITH attempt AS ( \
            UPDATE payments.attempts SET capturing = capturing + $4, updated_at = $7 WHERE store_id = $1 AND id = $3 RETURNING id \
        ) INSERT INTO payments.captures (store_id, id, attempt_id, state, currency, amount, last, created_at, check_at) \
        SELECT $1, $2, attempt.id, 'pending', $5, $4, $6, $7, $8 FROM attempt";
    /// Captures that nobody here asked for, such as at the gateway's own desk.
    INSERT_TAKEN = "INSERT INTO payments.captures (store_id, id, attempt_id, state, currency, amount, last, fee, gateway_reference, created_at) \
        VALUES ($1, $2, $3, 'succeeded', $4, $5, true, $6, $7, $8)";
    FIND = concat!("SELECT ", capture_columns!(), " FROM payments.captures c \
        JOIN payments.attempts a ON a.store_id = c.store_id AND a.id = c.attempt_id WHERE c.store_id = $1 AND c.id = $2");
    LIST_OF = concat!("SELECT ", capture_columns!(), " FROM payments.captures c \
        JOIN payments.attempts a ON a.store_id = c.store_id AND a.id = c.attempt_id \
        WHERE c.store_id = $1 AND a.order_id = $2 ORDER BY c.created_at, c.id");
    HOLD_ATTEMPTS_OF = "SELECT id FROM payments.attempts WHERE store_id = $1 AND order_id = ANY ($2) ORDER BY id FOR UPDATE";
    LOCK_ATTEMPT = concat!("SELECT ", attempt_columns!(), " FROM payments.attempts a \
        WHERE a.store_id = $1 AND a.id = (SELECT attempt_id FROM payments.captures WHERE store_id = $1 AND id = $2) FOR UPDATE");
    IS_LAST_OPEN = "SELECT EXISTS (SELECT FROM payments.captures WHERE store_id = $1 AND attempt_id = $2 AND state = 'pending' AND last)";
    UPDATE = "UPDATE payments.captures SET state = $3, fee = $4, gateway_reference = $5, failure_code = $6, check_at = $7 \
        WHERE store_id = $1 AND id = $2";
    UPDATE_REFERENCE = "UPDATE payments.captures SET gateway_reference = $3 WHERE store_id = $1 AND id = $2 AND state = 'pending'";
    CLAIM_UNSETTLED = concat!("UPDATE payments.captures c SET check_at = ", next_check!("c"), " FROM ( \
            SELECT id FROM payments.captures WHERE store_id = $1 AND check_at <= $2 ORDER BY check_at LIMIT $3 FOR UPDATE SKIP LOCKED \
        ) AS due, payments.attempts a \
        WHERE c.store_id = $1 AND c.id = due.id AND a.store_id = c.store_id AND a.id = c.attempt_id RETURNING ", capture_columns!());
}

#[derive(sqlx::FromRow)]
struct CaptureRow {
    id: CaptureId,
    attempt_id: AttemptId,
    order_id: OrderId,
    gateway: String,
    attempt_reference: Option<String>,
    state: String,
    currency: String,
    amount: i64,
    last: bool,
    fee: i64,
    gateway_reference: Option<String>,
    failure_code: Option<String>,
    created_at: Time,
    check_at: Option<Time>,
}

impl TryFrom<CaptureRow> for Capture {
    type Error = Error;

    fn try_from(row: CaptureRow) -> Result<Self, Error> {
        let currency = parse_currency("captures.currency", &row.currency)?;
        Ok(Self {
            id: row.id,
            attempt_id: row.attempt_id,
            order_id: row.order_id,
            gateway: row.gateway,
            attempt_reference: row.attempt_reference,
            state: CaptureState::parse(&row.state).ok_or_else(|| Error::corrupt("captures.state", &row.state))?,
            amount: Money::new(row.amount, currency),
            last: row.last,
            fee: Money::new(row.fee, currency),
            gateway_reference: row.gateway_reference,
            failure_code: row.failure_code,
            created_at: row.created_at,
            check_at: row.check_at,
        })
    }
}

pub(crate) async fn insert(ctx: &mut Ctx, new: &NewCapture, check_at: Time) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(INSERT)
        .bind(store_id)
        .bind(new.id)
        .bind(new.attempt_id)
        .bind(new.amount.minor())
        .bind(new.amount.currency().code())
        .bind(new.last)
        .bind(now)
        .bind(check_at)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// A capture that is decided when it becomes known. What it took is not set aside; the caller counts it on the attempt.
pub(crate) async fn insert_taken(
    ctx: &mut Ctx,
    id: CaptureId,
    attempt: &Attempt,
    amount: Money,
    fee: Money,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(INSERT_TAKEN)
        .bind(store_id)
        .bind(id)
        .bind(attempt.id)
        .bind(amount.currency().code())
        .bind(amount.minor())
        .bind(fee.minor())
        .bind(&attempt.gateway_reference)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn find(ctx: &mut Ctx, id: CaptureId) -> Result<Option<Capture>, Error> {
    let store_id = ctx.store_id();
    let row: Option<CaptureRow> = sqlx::query_as(FIND)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Capture::try_from).transpose()
}

pub(crate) async fn list_of(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<Capture>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<CaptureRow> = sqlx::query_as(LIST_OF)
        .bind(store_id)
        .bind(order_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Capture::try_from).collect()
}

/// Holds the attempts of orders until the transaction ends.
pub(crate) async fn hold_attempts_of(ctx: &mut Ctx, orders: &[OrderId]) -> Result<(), Error> {
    let query = sqlx::query(HOLD_ATTEMPTS_OF).bind(ctx.store_id()).bind(orders);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// The attempt of a capture.
pub(crate) async fn lock_attempt(ctx: &mut Ctx, id: CaptureId) -> Result<Option<Attempt>, Error> {
    let store_id = ctx.store_id();
    let row: Option<AttemptRow> = sqlx::query_as(LOCK_ATTEMPT)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Attempt::try_from).transpose()
}

/// Whether the last capture of an attempt waits for its outcome.
pub(crate) async fn is_last_open(ctx: &mut Ctx, attempt_id: AttemptId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(IS_LAST_OPEN)
        .bind(store_id)
        .bind(attempt_id)
        .fetch_one(ctx.sql().await?)
        .await?)
}

pub(crate) async fn update(ctx: &mut Ctx, capture: &Capture) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE)
        .bind(store_id)
        .bind(capture.id)
        .bind(capture.state.as_str())
        .bind(capture.fee.minor())
        .bind(&capture.gateway_reference)
        .bind(&capture.failure_code)
        .bind(capture.check_at)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn update_reference(ctx: &mut Ctx, id: CaptureId, reference: &str) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE_REFERENCE)
        .bind(store_id)
        .bind(id)
        .bind(reference)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn claim_unsettled(ctx: &mut Ctx, limit: i64) -> Result<Vec<Capture>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<CaptureRow> = sqlx::query_as(CLAIM_UNSETTLED)
        .bind(store_id)
        .bind(now)
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Capture::try_from).collect()
}
