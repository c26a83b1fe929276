//! The SQL of refunds.

use database::{Ctx, Error};
use kernel::{AttemptId, Money, OrderId, RefundId, Time};

use super::parse_currency;
use crate::{NewRefund, Refund, RefundEvent, RefundState};

/// The columns of `RefundRow`, of refunds named `r` and their attempts named `a`.
macro_rules! refund_columns {
    () => {
        "r.id, r.attempt_id, a.order_id, a.gateway, a.gateway_reference AS attempt_reference, r.state, r.currency, r.amount, \
         r.fee_returned, r.gateway_reference, r.failure_code, r.created_at, r.check_at"
    };
}

database::statements! {
    /// The amount is set aside on the attempt; a refund of more than is left finds no row.
    INSERT = "WITH attempt AS ( \
            UPDATE payments.attempts SET refunded = refunded + $4, updated_at = $6 \
            WHERE store_id = $1 AND id = $3 AND currency = $5 AND refunded + $4 <= captured RETURNING id \
        ) INSERT INTO payments.refunds (store_id, id, attempt_id, state, currency, amount, created_at, check_at) \
        SELECT $1, $2, attempt.id, 'pending', $5, $4, $6, $7 FROM attempt";
    FIND = concat!("SELECT ", refund_columns!(), " FROM payments.refunds r \
        JOIN payments.attempts a ON a.store_id = r.store_id AND a.id = r.attempt_id WHERE r.store_id = $1 AND r.id = $2");
    LIST_OF = concat!("SELECT ", refund_columns!(), " FROM payments.refunds r \
        JOIN payments.attempts a ON a.store_id = r.store_id AND a.id = r.attempt_id \
        WHERE r.store_id = $1 AND a.order_id = $2 ORDER BY r.created_at, r.id");
    /// Compare and swap from pending; a refund that failed gives its amount back to the attempt.
    MOVE = "WITH refund AS ( \
            UPDATE payments.refunds SET state = $3, gateway_reference = coalesce($4, gateway_reference), failure_code = $5, check_at = NULL, \
                fee_returned = CASE WHEN currency = $8 THEN $7 ELSE 0 END \
            WHERE store_id = $1 AND id = $2 AND state = 'pending' RETURNING attempt_id, amount, state, fee_returned \
        ) UPDATE payments.attempts a SET refunded = a.refunded - CASE refund.state WHEN 'failed' THEN refund.amount ELSE 0 END, \
            fee = a.fee - refund.fee_returned, updated_at = $6 \
        FROM refund WHERE a.store_id = $1 AND a.id = refund.attempt_id";
    UPDATE_REFERENCE = "UPDATE payments.refunds SET gateway_reference = $3 WHERE store_id = $1 AND id = $2 AND state = 'pending'";
    CLAIM_UNSETTLED = concat!("UPDATE payments.refunds r SET check_at = ", next_check!("r"), " FROM ( \
            SELECT id FROM payments.refunds WHERE store_id = $1 AND check_at <= $2 ORDER BY check_at LIMIT $3 FOR UPDATE SKIP LOCKED \
        ) AS due, payments.attempts a \
        WHERE r.store_id = $1 AND r.id = due.id AND a.store_id = r.store_id AND a.id = r.attempt_id RETURNING ", refund_columns!());
}

#[derive(sqlx::FromRow)]
struct RefundRow {
    id: RefundId,
    attempt_id: AttemptId,
    order_id: OrderId,
    gateway: String,
    attempt_reference: Option<String>,
    state: String,
    currency: String,
    amount: i64,
    fee_returned: i64,
    gateway_reference: Option<String>,
    failure_code: Option<String>,
    created_at: Time,
    check_at: Option<Time>,
}

impl TryFrom<RefundRow> for Refund {
    type Error = Error;

    fn try_from(row: RefundRow) -> Result<Self, Error> {
        let currency = parse_currency("refunds.currency", &row.currency)?;
        Ok(Self {
            id: row.id,
            attempt_id: row.attempt_id,
            order_id: row.order_id,
            gateway: row.gateway,
            attempt_reference: row.attempt_reference,
            state: RefundState::parse(&row.state).ok_or_else(|| Error::corrupt("refunds.state", &row.state))?,
            amount: Money::new(row.amount, currency),
            fee_returned: Money::new(row.fee_returned, currency),
            gateway_reference: row.gateway_reference,
            failure_code: row.failure_code,
            created_at: row.created_at,
            check_at: row.check_at,
        })
    }
}

/// False: the attempt is unknown, not captured, of another currency, or has less left.
pub(crate) async fn insert(ctx: &mut Ctx, new: &NewRefund, check_at: Time) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let inserted = sqlx::query(INSERT)
        .bind(store_id)
        .bind(new.id)
        .bind(new.attempt_id)
        .bind(new.amount.minor())
        .bind(new.amount.currency().code())
        .bind(now)
        .bind(check_at)
        .execute(ctx.sql().await?)
        .await?;
    Ok(inserted.rows_affected() > 0)
}

pub(crate) async fn find(ctx: &mut Ctx, id: RefundId) -> Result<Option<Refund>, Error> {
    let store_id = ctx.store_id();
    let row: Option<RefundRow> = sqlx::query_as(FIND)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Refund::try_from).transpose()
}

pub(crate) async fn list_of(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<Refund>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<RefundRow> = sqlx::query_as(LIST_OF)
        .bind(store_id)
        .bind(order_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Refund::try_from).collect()
}

/// What a gateway says of a refund that is decided.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RefundTold<'a> {
    pub(crate) reference: Option<&'a str>,
    pub(crate) failure_code: Option<&'a str>,
    pub(crate) fee_returned: Option<Money>,
}

/// False: there is no such refund, or it is decided.
pub(crate) async fn advance(
    ctx: &mut Ctx,
    id: RefundId,
    event: RefundEvent,
    told: RefundTold<'_>,
) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let state = RefundState::Pending
        .next(event)
        .map_err(|_e| Error::corrupt("refunds.state", event.as_str()))?;
    let moved = sqlx::query(MOVE)
        .bind(store_id)
        .bind(id)
        .bind(state.as_str())
        .bind(told.reference)
        .bind(told.failure_code)
        .bind(now)
        .bind(told.fee_returned.map(Money::minor))
        .bind(told.fee_returned.map(|fee| fee.currency().code()))
        .execute(ctx.sql().await?)
        .await?;
    Ok(moved.rows_affected() > 0)
}

pub(crate) async fn update_reference(ctx: &mut Ctx, id: RefundId, reference: &str) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE_REFERENCE)
        .bind(store_id)
        .bind(id)
        .bind(reference)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn claim_unsettled(ctx: &mut Ctx, limit: i64) -> Result<Vec<Refund>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<RefundRow> = sqlx::query_as(CLAIM_UNSETTLED)
        .bind(store_id)
        .bind(now)
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Refund::try_from).collect()
}
