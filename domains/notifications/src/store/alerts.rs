//! Who waits for which variant.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{EmailAddress, StockAlertId, Time, VariantId};

use crate::{AskForAlert, StockAlert, stock_alert::AlertState};

database::statements! {
    PUT = "INSERT INTO notifications.stock_alerts \
          (store_id, id, variant_id, email, locale, state, client, asked_at, confirmed_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $6 = 'waiting' THEN $8::timestamptz END) \
        ON CONFLICT ON CONSTRAINT stock_alerts_email_key DO UPDATE SET locale = excluded.locale, state = excluded.state, \
          client = excluded.client, asked_at = excluded.asked_at, confirmed_at = excluded.confirmed_at, told_at = NULL \
        WHERE stock_alerts.state = 'told' OR (stock_alerts.state = 'asked' \
          AND (excluded.state = 'waiting' OR stock_alerts.asked_at <= $9)) \
        RETURNING id";
    FIND = "SELECT id, variant_id, email, locale, state, asked_at, client, confirmed_at FROM notifications.stock_alerts \
        WHERE store_id = $1 AND id = $2";
    LIST_OF = "SELECT id, variant_id, email, locale, state, asked_at, client, confirmed_at FROM notifications.stock_alerts \
        WHERE store_id = $1 AND email = $2 ORDER BY asked_at, id";
    COUNT_ASKED = "SELECT count(*) FROM notifications.stock_alerts \
        WHERE store_id = $1 AND email = $2 AND state = 'asked' AND asked_at > $3";
    CONFIRM = "UPDATE notifications.stock_alerts SET state = 'waiting', confirmed_at = $3, client = $4 \
        WHERE store_id = $1 AND id = $2 AND state = 'asked'";
    COUNT_WAITING = "SELECT variant_id, count(*) FROM notifications.stock_alerts \
        WHERE store_id = $1 AND variant_id = ANY($2) AND state = 'waiting' GROUP BY variant_id";
    LOCK_WAITING = "SELECT id, email, locale FROM notifications.stock_alerts \
        WHERE store_id = $1 AND variant_id = $2 AND state = 'waiting' ORDER BY confirmed_at, id LIMIT $3 FOR UPDATE";
    COUNT_TOLD = "SELECT count(*) FROM notifications.stock_alerts \
        WHERE store_id = $1 AND variant_id = $2 AND state = 'told' AND told_at > $3";
    MARK_TOLD = "UPDATE notifications.stock_alerts SET state = 'told', told_at = $3 WHERE store_id = $1 AND id = ANY($2)";
    DELETE_OLD = "DELETE FROM notifications.stock_alerts WHERE store_id = $1 \
          AND ((state = 'asked' AND asked_at <= $2) OR (state = 'told' AND told_at <= $3))";
    DELETE_OPEN = "DELETE FROM notifications.stock_alerts WHERE store_id = $1 AND email = $2 AND state <> 'told'";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: StockAlertId,
    variant_id: VariantId,
    email: String,
    locale: String,
    state: String,
    asked_at: Time,
    client: String,
    confirmed_at: Option<Time>,
}

#[derive(sqlx::FromRow)]
struct WaitingRow {
    id: StockAlertId,
    email: String,
    locale: String,
}

/// Somebody in the line for a variant.
pub(crate) struct Waiting {
    pub(crate) id: StockAlertId,
    pub(crate) email: EmailAddress,
    pub(crate) locale: String,
}

/// `None`: they wait already, or were asked to confirm since then.
pub(crate) async fn put(
    ctx: &mut Ctx,
    ask: AskForAlert<'_>,
    state: AlertState,
    since: Time,
) -> Result<Option<StockAlertId>, Error> {
    let (store_id, now, id) = (ctx.store_id(), ctx.now(), ctx.new_id::<StockAlertId>());
    let locale = ctx.locale().code();
    let query = sqlx::query_scalar(PUT).bind(store_id).bind(id).bind(ask.variant_id);
    let query = query.bind(ask.email.as_str()).bind(locale).bind(state.as_str());
    let query = query.bind(ask.client).bind(now).bind(since);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn find(ctx: &mut Ctx, id: StockAlertId) -> Result<Option<StockAlert>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND).bind(store_id).bind(id);
    let row: Option<Row> = query.fetch_optional(ctx.sql().await?).await?;
    row.map(StockAlert::try_from).transpose()
}

pub(crate) async fn list_of(ctx: &mut Ctx, email: &EmailAddress) -> Result<Vec<StockAlert>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as::<_, Row>(LIST_OF).bind(store_id).bind(email.as_str());
    let rows = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(StockAlert::try_from).collect()
}

impl TryFrom<Row> for StockAlert {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let state = AlertState::parse(&row.state).ok_or_else(|| Error::corrupt("stock_alerts.state", &row.state))?;
        Ok(Self {
            id: row.id,
            variant_id: row.variant_id,
            email: address(&row.email)?,
            locale: row.locale,
            state,
            asked_at: row.asked_at,
            client: row.client,
            confirmed_at: row.confirmed_at,
        })
    }
}

fn address(text: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(text).map_err(|_error| Error::corrupt("stock_alerts.email", text))
}

pub(crate) async fn count_asked(ctx: &mut Ctx, email: &EmailAddress, since: Time) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(COUNT_ASKED)
        .bind(store_id)
        .bind(email.as_str())
        .bind(since);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn confirm(ctx: &mut Ctx, id: StockAlertId, client: &str) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(CONFIRM).bind(store_id).bind(id).bind(now).bind(client);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn count_waiting(ctx: &mut Ctx, variants: &[VariantId]) -> Result<HashMap<VariantId, i64>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(COUNT_WAITING).bind(store_id).bind(variants);
    let rows: Vec<(VariantId, i64)> = query.fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().collect())
}

/// So many, the first in line first.
pub(crate) async fn lock_waiting(ctx: &mut Ctx, variant: VariantId, limit: i64) -> Result<Vec<Waiting>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LOCK_WAITING).bind(store_id).bind(variant).bind(limit);
    let rows: Vec<WaitingRow> = query.fetch_all(ctx.sql().await?).await?;
    let waiting = |row: WaitingRow| {
        Ok(Waiting {
            id: row.id,
            email: address(&row.email)?,
            locale: row.locale,
        })
    };
    rows.into_iter().map(waiting).collect()
}

pub(crate) async fn count_told(ctx: &mut Ctx, variant: VariantId, since: Time) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(COUNT_TOLD).bind(store_id).bind(variant).bind(since);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn mark_told(ctx: &mut Ctx, ids: &[StockAlertId]) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(MARK_TOLD).bind(store_id).bind(ids).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// What was never confirmed, and what is over.
pub(crate) async fn delete_old(ctx: &mut Ctx, asked_until: Time, told_until: Time) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_OLD)
        .bind(store_id)
        .bind(asked_until)
        .bind(told_until);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// Whoever refuses such mails waits for nothing any more.
pub(crate) async fn delete_open(ctx: &mut Ctx, email: &EmailAddress) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_OPEN).bind(store_id).bind(email.as_str());
    query.execute(ctx.sql().await?).await?;
    Ok(())
}
