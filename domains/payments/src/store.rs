//! All SQL of payments; what only `check` and `import_history` need is in modules of its own.

use std::collections::HashMap;

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{AttemptId, Currency, CustomerId, Money, OrderId, Time};

use crate::{Attempt, AttemptEvent, AttemptState, Authorization, CardLabel, NewAttempt};

/// The columns of `AttemptRow`, of attempts named `a`.
macro_rules! attempt_columns {
    () => {
        "a.id, a.order_id, a.gateway, a.state, a.currency, a.amount, a.captured, a.capturing, a.refunded, a.fee, a.gateway_reference, \
         a.giving_up, a.action_url, a.failure_code, a.created_at, a.updated_at, a.check_at, a.saves_for, a.saving_check_at, \
         a.card_brand, a.card_last_four"
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

pub(crate) mod audit;
pub(crate) mod captures;
pub(crate) mod erase;
pub(crate) mod history;
pub(crate) mod methods;
pub(crate) mod refunds;

database::statements! {
    INSERT_ATTEMPTS = "INSERT INTO payments.attempts (store_id, id, order_id, gateway, state, currency, amount, created_at, updated_at, check_at, \
            card_brand, card_last_four, saves_for) \
        SELECT $1, n.id, n.order_id, n.gateway, 'pending', n.currency, n.amount, $7, $7, $8, n.brand, n.last_four, n.saves_for \
        FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $9::text[], $10::text[], $11::uuid[]) \
            AS n (id, order_id, gateway, currency, amount, brand, last_four, saves_for)";
    FIND_ATTEMPT = concat!("SELECT ", attempt_columns!(), " FROM payments.attempts a WHERE a.store_id = $1 AND a.id = $2");
    FIND_ATTEMPT_BY_REFERENCE = concat!("SELECT ", attempt_columns!(),
        " FROM payments.attempts a WHERE a.store_id = $1 AND a.gateway = $2 AND a.gateway_reference = $3");
    LIST_ATTEMPTS_OF = concat!("SELECT ", attempt_columns!(),
        " FROM payments.attempts a WHERE a.store_id = $1 AND a.order_id = $2 ORDER BY a.created_at, a.id");
    LOCK_ATTEMPT = concat!("SELECT ", attempt_columns!(), " FROM payments.attempts a WHERE a.store_id = $1 AND a.id = $2 FOR UPDATE");
    /// Compare and swap: nothing happens unless the attempt is in one of the states `before`, nor when it takes money while a
    /// capture may. A fee in another currency cannot be booked. Held money of which some was taken is only released. A
    /// card that is to be kept is asked for once it pays.
    MOVE_ATTEMPTS = concat!("WITH locked AS ( \
            SELECT own.id FROM (SELECT DISTINCT unnest($2::uuid[]) AS id ORDER BY id) AS k CROSS JOIN LATERAL ( \
                SELECT a.id FROM payments.attempts a WHERE a.store_id = $1 AND a.id = k.id FOR NO KEY UPDATE) AS own) \
        UPDATE payments.attempts a SET state = CASE WHEN a.captured > 0 THEN 'captured' ELSE n.target END, \
            gateway_reference = coalesce(n.reference, a.gateway_reference), action_url = n.action_url, failure_code = n.failure_code, \
            updated_at = $12, giving_up = false, check_at = CASE WHEN n.is_open THEN a.check_at END, \
            captured = CASE WHEN n.taken IS NULL THEN a.captured ELSE least(n.taken, a.amount) END, \
            fee = CASE WHEN a.currency = n.fee_currency THEN n.fee ELSE a.fee END, \
            saving_check_at = CASE WHEN a.saves_for IS NOT NULL AND a.state NOT IN ('authorized', 'captured') \
                AND n.target IN ('authorized', 'captured') THEN $12 ELSE a.saving_check_at END \
        FROM locked JOIN unnest($2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], \
                $10::bigint[], $11::text[]) AS n (id, target, is_open, before, reference, action_url, failure_code, taken, fee, fee_currency) \
            ON n.id = locked.id \
        WHERE a.store_id = $1 AND a.id = n.id AND a.state = ANY (string_to_array(n.before, ' ')) \
            AND (n.taken IS NULL OR a.capturing = 0) RETURNING ", attempt_columns!());
    /// What an attempt that is locked has come to.
    UPDATE_FUNDS = "UPDATE payments.attempts SET state = $3, captured = $4, capturing = $5, fee = $6, giving_up = $7, failure_code = $8, \
            check_at = $9, updated_at = $10 WHERE store_id = $1 AND id = $2";
    /// Compare and swap: money that is held is not taken and given up at once.
    UPDATE_GIVING_UP = "UPDATE payments.attempts SET giving_up = true, check_at = $3, updated_at = $4 \
        WHERE store_id = $1 AND id = $2 AND state = 'authorized' AND capturing = 0";
    /// Nothing more is to be heard of money that is simply held.
    STOP_ASKING = "UPDATE payments.attempts SET check_at = NULL WHERE store_id = $1 AND id = $2 AND state = 'authorized' AND NOT giving_up AND capturing = 0";
    /// One that may still be paid is asked about when its time for that, $4, is over as well.
    CLAIM_UNSETTLED_ATTEMPTS = concat!("UPDATE payments.attempts a SET check_at = least(", next_check!("a"), ", \
            CASE WHEN a.state IN ('pending', 'requires_action') AND a.created_at + $4 > $2 \
                THEN a.created_at + $4 END) FROM ( \
            SELECT id FROM payments.attempts WHERE store_id = $1 AND check_at <= $2 ORDER BY check_at LIMIT $3 FOR UPDATE SKIP LOCKED \
        ) AS due WHERE a.store_id = $1 AND a.id = due.id RETURNING ", attempt_columns!());
    INSERT_WEBHOOK_EVENT = "INSERT INTO payments.webhook_events (store_id, gateway, event_id, received_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT ON CONSTRAINT webhook_events_pk DO NOTHING";
}

#[derive(sqlx::FromRow)]
pub(crate) struct AttemptRow {
    id: AttemptId,
    order_id: OrderId,
    gateway: String,
    state: String,
    currency: String,
    amount: i64,
    captured: i64,
    capturing: i64,
    refunded: i64,
    fee: i64,
    gateway_reference: Option<String>,
    giving_up: bool,
    action_url: Option<String>,
    failure_code: Option<String>,
    created_at: Time,
    updated_at: Time,
    check_at: Option<Time>,
    saves_for: Option<CustomerId>,
    saving_check_at: Option<Time>,
    card_brand: Option<String>,
    card_last_four: Option<String>,
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
            captured: Money::new(row.captured, currency),
            capturing: Money::new(row.capturing, currency),
            refunded: Money::new(row.refunded, currency),
            fee: Money::new(row.fee, currency),
            gateway_reference: row.gateway_reference,
            giving_up: row.giving_up,
            action_url: row.action_url,
            failure_code: row.failure_code,
            created_at: row.created_at,
            updated_at: row.updated_at,
            check_at: row.check_at,
            saves_for: row.saves_for,
            saving_check_at: row.saving_check_at,
            card: row
                .card_brand
                .zip(row.card_last_four)
                .and_then(|(brand, last_four)| CardLabel::new(&brand, &last_four)),
        })
    }
}

fn parse_currency(what: &'static str, code: &str) -> Result<Currency, Error> {
    Currency::parse(code).map_err(|_e| Error::corrupt(what, code))
}

pub(crate) async fn insert_attempts(
    ctx: &mut Ctx,
    new: &[(AttemptId, NewAttempt)],
    check_at: Time,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let cards = new.iter().map(|(_, new)| new.card.as_ref());
    sqlx::query(INSERT_ATTEMPTS)
        .bind(store_id)
        .bind(new.iter().map(|(id, _)| *id).collect::<Vec<AttemptId>>())
        .bind(new.iter().map(|(_, new)| new.order_id).collect::<Vec<OrderId>>())
        .bind(new.iter().map(|(_, new)| new.gateway.as_str()).collect::<Vec<_>>())
        .bind(
            new.iter()
                .map(|(_, new)| new.amount.currency().code())
                .collect::<Vec<_>>(),
        )
        .bind(new.iter().map(|(_, new)| new.amount.minor()).collect::<Vec<i64>>())
        .bind(now)
        .bind(check_at)
        .bind(cards.clone().map(|card| card.map(CardLabel::brand)).collect::<Vec<_>>())
        .bind(cards.map(|card| card.map(CardLabel::last_four)).collect::<Vec<_>>())
        .bind(new.iter().map(|(_, new)| new.saves_for).collect::<Vec<_>>())
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

/// Holds it until the transaction ends.
pub(crate) async fn lock_attempt(ctx: &mut Ctx, id: AttemptId) -> Result<Option<Attempt>, Error> {
    let store_id = ctx.store_id();
    let row: Option<AttemptRow> = sqlx::query_as(LOCK_ATTEMPT)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Attempt::try_from).transpose()
}

/// News of an attempt: the event, the states it leads from, and what the gateway said.
pub(crate) struct Move<'a> {
    pub(crate) id: AttemptId,
    pub(crate) event: AttemptEvent,
    pub(crate) before: Vec<AttemptState>,
    pub(crate) outcome: &'a Authorization,
}

impl Move<'_> {
    fn before(&self) -> String {
        let names: Vec<&str> = self.before.iter().map(|state| state.as_str()).collect();
        names.join(" ")
    }

    fn reference(&self) -> Option<&str> {
        match self.outcome {
            Authorization::Captured { reference, .. }
            | Authorization::Authorized { reference }
            | Authorization::RequiresAction { reference, .. } => Some(reference),
            Authorization::Failed { .. } | Authorization::Voided => None,
        }
    }

    fn action_url(&self) -> Option<&str> {
        match self.outcome {
            Authorization::RequiresAction { url, .. } => Some(url),
            Authorization::Captured { .. }
            | Authorization::Authorized { .. }
            | Authorization::Failed { .. }
            | Authorization::Voided => None,
        }
    }

    fn failure_code(&self) -> Option<&str> {
        match self.outcome {
            Authorization::Failed { code } => Some(code),
            Authorization::Captured { .. }
            | Authorization::Authorized { .. }
            | Authorization::RequiresAction { .. }
            | Authorization::Voided => None,
        }
    }

    /// All of it, unless the outcome says how much; and the fee.
    fn taken(&self) -> (Option<i64>, Option<Money>) {
        match self.outcome {
            Authorization::Captured { taken, fee, .. } => (Some(taken.map_or(i64::MAX, Money::minor)), *fee),
            Authorization::Authorized { .. }
            | Authorization::RequiresAction { .. }
            | Authorization::Failed { .. }
            | Authorization::Voided => (None, None),
        }
    }
}

/// The attempts that moved. An attempt that is left out is unknown, or in a state that its event does not lead from. Money is
/// only taken by an event that says so.
pub(crate) async fn move_attempts(ctx: &mut Ctx, moves: &[Move<'_>]) -> Result<HashMap<AttemptId, Attempt>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let target = |news: &Move<'_>| news.event.target();
    let fee = |news: &Move<'_>| news.taken().1;
    let rows: Vec<AttemptRow> = sqlx::query_as(MOVE_ATTEMPTS)
        .bind(store_id)
        .bind(moves.iter().map(|news| news.id).collect::<Vec<_>>())
        .bind(moves.iter().map(|news| target(news).as_str()).collect::<Vec<_>>())
        .bind(moves.iter().map(|news| target(news).is_open()).collect::<Vec<_>>())
        .bind(moves.iter().map(Move::before).collect::<Vec<_>>())
        .bind(moves.iter().map(Move::reference).collect::<Vec<_>>())
        .bind(moves.iter().map(Move::action_url).collect::<Vec<_>>())
        .bind(moves.iter().map(Move::failure_code).collect::<Vec<_>>())
        .bind(moves.iter().map(|news| news.taken().0).collect::<Vec<_>>())
        .bind(moves.iter().map(|news| fee(news).map(Money::minor)).collect::<Vec<_>>())
        .bind(
            moves
                .iter()
                .map(|news| fee(news).map(|fee| fee.currency().code().to_owned()))
                .collect::<Vec<_>>(),
        )
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(|row| Ok((row.id, row.try_into()?))).collect()
}

/// Writes what a locked attempt has come to.
pub(crate) async fn update_funds(ctx: &mut Ctx, attempt: &Attempt) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(UPDATE_FUNDS)
        .bind(store_id)
        .bind(attempt.id)
        .bind(attempt.state.as_str())
        .bind(attempt.captured.minor())
        .bind(attempt.capturing.minor())
        .bind(attempt.fee.minor())
        .bind(attempt.giving_up)
        .bind(&attempt.failure_code)
        .bind(attempt.check_at)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// False: the money is not held, or a capture is under way.
pub(crate) async fn update_giving_up(ctx: &mut Ctx, id: AttemptId, check_at: Time) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let updated = sqlx::query(UPDATE_GIVING_UP)
        .bind(store_id)
        .bind(id)
        .bind(check_at)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(updated.rows_affected() > 0)
}

pub(crate) async fn stop_asking(ctx: &mut Ctx, id: AttemptId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(STOP_ASKING)
        .bind(store_id)
        .bind(id)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn claim_unsettled_attempts(
    ctx: &mut Ctx,
    limit: i64,
    window: TimeDelta,
) -> Result<Vec<Attempt>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<AttemptRow> = sqlx::query_as(CLAIM_UNSETTLED_ATTEMPTS)
        .bind(store_id)
        .bind(now)
        .bind(limit)
        .bind(window)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Attempt::try_from).collect()
}

async fn claim_attempts(ctx: &mut Ctx, statement: &'static str, limit: i64) -> Result<Vec<Attempt>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<AttemptRow> = sqlx::query_as(statement)
        .bind(store_id)
        .bind(now)
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Attempt::try_from).collect()
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

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn postgres_accepts_every_statement() {
        let database = database::testing::TestDatabase::new().await;
        database::testing::prepare_all(&database, super::STATEMENTS).await;
        database::testing::prepare_all(&database, super::audit::STATEMENTS).await;
        database::testing::prepare_all(&database, super::captures::STATEMENTS).await;
        database::testing::prepare_all(&database, super::erase::STATEMENTS).await;
        database::testing::prepare_all(&database, super::history::STATEMENTS).await;
        database::testing::prepare_all(&database, super::methods::STATEMENTS).await;
        database::testing::prepare_all(&database, super::refunds::STATEMENTS).await;
    }
}
