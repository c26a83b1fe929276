//! All SQL of payments; what only `check` and `import_history` need is in modules of its own.

pub(crate) mod audit;
pub(crate) mod history;

use database::{Ctx, Error};
use kernel::{AttemptId, Currency, Money, OrderId, RefundId, Time};

use crate::{
    Attempt, AttemptEvent, AttemptState, Authorization, NewAttempt, NewRefund, Refund, RefundEvent, RefundState, Wanted,
};

/// The columns of `AttemptRow`, of attempts named `a`.
macro_rules! attempt_columns {
    () => {
        "a.id, a.order_id, a.gateway, a.state, a.currency, a.amount, a.refunded, a.gateway_reference, a.wanted, a.action_url, a.failure_code, \
         a.created_at, a.updated_at, a.check_at"
    };
}

/// The columns of `RefundRow`, of refunds named `r` and their attempts named `a`.
macro_rules! refund_columns {
    () => {
        "r.id, r.attempt_id, a.order_id, a.gateway, a.gateway_reference AS attempt_reference, r.state, r.currency, r.amount, \
         r.gateway_reference, r.failure_code, r.created_at, r.check_at"
    };
}

/// How long until the next question: as long as it took so far, at least a minute and at most a day.
macro_rules! next_check {
    ($table:literal) => {
        concat!(
            "$2 + least(greatest($2 - ",
            $table,
            ".created_at, interval '1 minute'), interval '1 day')"
        )
    };
}

database::statements! {
    INSERT_ATTEMPT = "INSERT INTO payments.attempts (store_id, id, order_id, gateway, state, currency, amount, created_at, updated_at, check_at) \
        VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7, $7, $8)";
    FIND_ATTEMPT = concat!("SELECT ", attempt_columns!(), " FROM payments.attempts a WHERE a.store_id = $1 AND a.id = $2");
    FIND_ATTEMPT_BY_REFERENCE = concat!("SELECT ", attempt_columns!(),
        " FROM payments.attempts a WHERE a.store_id = $1 AND a.gateway = $2 AND a.gateway_reference = $3");
    LIST_ATTEMPTS_OF = concat!("SELECT ", attempt_columns!(),
        " FROM payments.attempts a WHERE a.store_id = $1 AND a.order_id = $2 ORDER BY a.created_at, a.id");
    /// Compare and swap: nothing happens unless the attempt is in one of the states `$8`.
    MOVE_ATTEMPT = concat!("UPDATE payments.attempts a SET state = $3, gateway_reference = coalesce($4, a.gateway_reference), action_url = $5, \
            failure_code = $6, updated_at = $7, wanted = NULL, check_at = CASE WHEN $9 THEN a.check_at END \
        WHERE a.store_id = $1 AND a.id = $2 AND a.state = ANY ($8) RETURNING ", attempt_columns!());
    /// Compare and swap: money that is held is asked for one thing at a time.
    UPDATE_WANTED = "UPDATE payments.attempts SET wanted = $3, check_at = $4, updated_at = $5 \
        WHERE store_id = $1 AND id = $2 AND state = 'authorized' AND (wanted IS NULL OR wanted = $3)";
    CLAIM_UNSETTLED_ATTEMPTS = concat!("UPDATE payments.attempts a SET check_at = ", next_check!("a"), " FROM ( \
            SELECT id FROM payments.attempts WHERE store_id = $1 AND check_at <= $2 ORDER BY check_at LIMIT $3 FOR UPDATE SKIP LOCKED \
        ) AS due WHERE a.store_id = $1 AND a.id = due.id RETURNING ", attempt_columns!());
    /// The amount is set aside on the attempt; a refund of more than is left finds no row.
    INSERT_REFUND = "WITH attempt AS ( \
            UPDATE payments.attempts SET refunded = refunded + $4, updated_at = $6 \
            WHERE store_id = $1 AND id = $3 AND state = 'captured' AND currency = $5 AND refunded + $4 <= amount RETURNING id \
        ) INSERT INTO payments.refunds (store_id, id, attempt_id, state, currency, amount, created_at, check_at) \
        SELECT $1, $2, attempt.id, 'pending', $5, $4, $6, $7 FROM attempt";
    FIND_REFUND = concat!("SELECT ", refund_columns!(), " FROM payments.refunds r \
        JOIN payments.attempts a ON a.store_id = r.store_id AND a.id = r.attempt_id WHERE r.store_id = $1 AND r.id = $2");
    LIST_REFUNDS_OF = concat!("SELECT ", refund_columns!(), " FROM payments.refunds r \
        JOIN payments.attempts a ON a.store_id = r.store_id AND a.id = r.attempt_id \
        WHERE r.store_id = $1 AND a.order_id = $2 ORDER BY r.created_at, r.id");
    /// Compare and swap from pending; a refund that failed gives its amount back to the attempt.
    MOVE_REFUND = "WITH refund AS ( \
            UPDATE payments.refunds SET state = $3, gateway_reference = coalesce($4, gateway_reference), failure_code = $5, check_at = NULL \
            WHERE store_id = $1 AND id = $2 AND state = 'pending' RETURNING attempt_id, amount, state \
        ) UPDATE payments.attempts a SET refunded = a.refunded - CASE refund.state WHEN 'failed' THEN refund.amount ELSE 0 END, updated_at = $6 \
        FROM refund WHERE a.store_id = $1 AND a.id = refund.attempt_id";
    UPDATE_REFUND_REFERENCE = "UPDATE payments.refunds SET gateway_reference = $3 WHERE store_id = $1 AND id = $2 AND state = 'pending'";
    CLAIM_UNSETTLED_REFUNDS = concat!("UPDATE payments.refunds r SET check_at = ", next_check!("r"), " FROM ( \
            SELECT id FROM payments.refunds WHERE store_id = $1 AND check_at <= $2 ORDER BY check_at LIMIT $3 FOR UPDATE SKIP LOCKED \
        ) AS due, payments.attempts a \
        WHERE r.store_id = $1 AND r.id = due.id AND a.store_id = r.store_id AND a.id = r.attempt_id RETURNING ", refund_columns!());
    /// Attempts and refunds whose time to ask the gateway came long ago.
    COUNT_OVERDUE = "SELECT (SELECT count(*) FROM payments.attempts WHERE store_id = $1 AND check_at <= $2) \
        + (SELECT count(*) FROM payments.refunds WHERE store_id = $1 AND check_at <= $2)";
    INSERT_WEBHOOK_EVENT = "INSERT INTO payments.webhook_events (store_id, gateway, event_id, received_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT ON CONSTRAINT webhook_events_pk DO NOTHING";
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    id: AttemptId,
    order_id: OrderId,
    gateway: String,
    state: String,
    currency: String,
    amount: i64,
    refunded: i64,
    gateway_reference: Option<String>,
    wanted: Option<String>,
    action_url: Option<String>,
    failure_code: Option<String>,
    created_at: Time,
    updated_at: Time,
    check_at: Option<Time>,
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = Error;

    fn try_from(row: AttemptRow) -> Result<Self, Error> {
        let currency = parse_currency("attempts.currency", &row.currency)?;
        Ok(Self {
            id: row.id,
            order_id: row.order_id,
            gateway: row.gateway,
            state: AttemptState::parse(&row.state).ok_or_else(|| Error::corrupt("attempts.state", &row.state))?,
            amount: Money::new(row.amount, currency),
            refunded: Money::new(row.refunded, currency),
            gateway_reference: row.gateway_reference,
            wanted: match row.wanted {
                None => None,
                Some(name) => Some(Wanted::parse(&name).ok_or_else(|| Error::corrupt("attempts.wanted", &name))?),
            },
            action_url: row.action_url,
            failure_code: row.failure_code,
            created_at: row.created_at,
            updated_at: row.updated_at,
            check_at: row.check_at,
        })
    }
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
    gateway_reference: Option<String>,
    failure_code: Option<String>,
    created_at: Time,
    check_at: Option<Time>,
}

impl TryFrom<RefundRow> for Refund {
    type Error = Error;

    fn try_from(row: RefundRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            attempt_id: row.attempt_id,
            order_id: row.order_id,
            gateway: row.gateway,
            attempt_reference: row.attempt_reference,
            state: RefundState::parse(&row.state).ok_or_else(|| Error::corrupt("refunds.state", &row.state))?,
            amount: Money::new(row.amount, parse_currency("refunds.currency", &row.currency)?),
            gateway_reference: row.gateway_reference,
            failure_code: row.failure_code,
            created_at: row.created_at,
            check_at: row.check_at,
        })
    }
}

fn parse_currency(what: &'static str, code: &str) -> Result<Currency, Error> {
    Currency::parse(code).map_err(|_e| Error::corrupt(what, code))
}

pub(crate) async fn insert_attempt(
    ctx: &mut Ctx,
    id: AttemptId,
    new: &NewAttempt,
    check_at: Time,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(INSERT_ATTEMPT)
        .bind(store_id)
        .bind(id)
        .bind(new.order_id)
        .bind(&new.gateway)
        .bind(new.amount.currency().code())
        .bind(new.amount.minor())
        .bind(now)
        .bind(check_at)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn find_attempt(ctx: &mut Ctx, id: AttemptId) -> Result<Option<Attempt>, Error> {
    let store_id = ctx.store_id();
    let row: Option<AttemptRow> = sqlx::query_as(FIND_ATTEMPT)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Attempt::try_from).transpose()
}

pub(crate) async fn find_attempt_by_reference(
    ctx: &mut Ctx,
    gateway: &str,
    reference: &str,
) -> Result<Option<Attempt>, Error> {
    let store_id = ctx.store_id();
    let row: Option<AttemptRow> = sqlx::query_as(FIND_ATTEMPT_BY_REFERENCE)
        .bind(store_id)
        .bind(gateway)
        .bind(reference)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Attempt::try_from).transpose()
}

pub(crate) async fn list_attempts_of(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<Attempt>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<AttemptRow> = sqlx::query_as(LIST_ATTEMPTS_OF)
        .bind(store_id)
        .bind(order_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Attempt::try_from).collect()
}

/// `None`: there is no such attempt, or it is in a state that the event does not lead from.
pub(crate) async fn move_attempt(
    ctx: &mut Ctx,
    id: AttemptId,
    event: AttemptEvent,
    outcome: &Authorization,
) -> Result<Option<Attempt>, Error> {
    let (reference, action_url, failure_code) = match outcome {
        Authorization::Captured { reference } | Authorization::Authorized { reference } => {
            (Some(reference), None, None)
        }
        Authorization::RequiresAction { reference, url } => (Some(reference), Some(url), None),
        Authorization::Failed { code } => (None, None, Some(code)),
        Authorization::Voided => (None, None, None),
    };
    let from: Vec<&str> = AttemptState::before(event)
        .into_iter()
        .map(AttemptState::as_str)
        .collect();
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let row: Option<AttemptRow> = sqlx::query_as(MOVE_ATTEMPT)
        .bind(store_id)
        .bind(id)
        .bind(event.target().as_str())
        .bind(reference)
        .bind(action_url)
        .bind(failure_code)
        .bind(now)
        .bind(from)
        .bind(event.target().is_open())
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Attempt::try_from).transpose()
}

/// False: the money is not held, or something else is wanted of it.
pub(crate) async fn update_wanted(ctx: &mut Ctx, id: AttemptId, wanted: Wanted, check_at: Time) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let updated = sqlx::query(UPDATE_WANTED)
        .bind(store_id)
        .bind(id)
        .bind(wanted.as_str())
        .bind(check_at)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(updated.rows_affected() > 0)
}

pub(crate) async fn claim_unsettled_attempts(ctx: &mut Ctx, limit: i64) -> Result<Vec<Attempt>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<AttemptRow> = sqlx::query_as(CLAIM_UNSETTLED_ATTEMPTS)
        .bind(store_id)
        .bind(now)
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Attempt::try_from).collect()
}

/// False: the attempt is unknown, not captured, of another currency, or has less left.
pub(crate) async fn insert_refund(ctx: &mut Ctx, new: &NewRefund, check_at: Time) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let inserted = sqlx::query(INSERT_REFUND)
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

pub(crate) async fn find_refund(ctx: &mut Ctx, id: RefundId) -> Result<Option<Refund>, Error> {
    let store_id = ctx.store_id();
    let row: Option<RefundRow> = sqlx::query_as(FIND_REFUND)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Refund::try_from).transpose()
}

pub(crate) async fn list_refunds_of(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<Refund>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<RefundRow> = sqlx::query_as(LIST_REFUNDS_OF)
        .bind(store_id)
        .bind(order_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Refund::try_from).collect()
}

/// False: there is no such refund, or it is decided.
pub(crate) async fn move_refund(
    ctx: &mut Ctx,
    id: RefundId,
    event: RefundEvent,
    reference: Option<&str>,
    failure_code: Option<&str>,
) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let state = RefundState::Pending
        .next(event)
        .map_err(|_e| Error::corrupt("refunds.state", event.as_str()))?;
    let moved = sqlx::query(MOVE_REFUND)
        .bind(store_id)
        .bind(id)
        .bind(state.as_str())
        .bind(reference)
        .bind(failure_code)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(moved.rows_affected() > 0)
}

pub(crate) async fn update_refund_reference(ctx: &mut Ctx, id: RefundId, reference: &str) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE_REFUND_REFERENCE)
        .bind(store_id)
        .bind(id)
        .bind(reference)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn claim_unsettled_refunds(ctx: &mut Ctx, limit: i64) -> Result<Vec<Refund>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<RefundRow> = sqlx::query_as(CLAIM_UNSETTLED_REFUNDS)
        .bind(store_id)
        .bind(now)
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Refund::try_from).collect()
}

/// False: the message was noted before.
pub(crate) async fn insert_webhook_event(ctx: &mut Ctx, gateway: &str, event_id: &str) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let inserted = sqlx::query(INSERT_WEBHOOK_EVENT)
        .bind(store_id)
        .bind(gateway)
        .bind(event_id)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(inserted.rows_affected() > 0)
}

/// Attempts and refunds that should have been asked about before that moment.
pub(crate) async fn count_overdue(ctx: &mut Ctx, before: Time) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(COUNT_OVERDUE)
        .bind(store_id)
        .bind(before)
        .fetch_one(ctx.sql().await?)
        .await?)
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn postgres_accepts_every_statement() {
        let database = database::testing::TestDatabase::new().await;
        database::testing::prepare_all(&database, super::STATEMENTS).await;
        database::testing::prepare_all(&database, super::audit::STATEMENTS).await;
        database::testing::prepare_all(&database, super::history::STATEMENTS).await;
    }
}
