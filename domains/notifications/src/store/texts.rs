//! How a store sends texts, what they say, and those it sent.

use database::{Ctx, Error};
use kernel::{EventId, Locale, MessageId, OrderId, Time};

use crate::{PhoneNumber, Receipt, TextFilter, TextKind, TextSettings, TextState, TextSummary, Unsent};

/// What stands, whatever an attempt says: the telephone has it, whoever carries it took it, or told already that it failed.
macro_rules! stands {
    () => {
        "(state = 'delivered' OR (state = 'sent' AND $3 <> 'sent') OR (state = 'failed' AND reference = $6))"
    };
}

database::statements! {
    IS_ACTIVE = "SELECT EXISTS (SELECT FROM notifications.text_settings WHERE store_id = $1 AND active)";
    FIND_SETTINGS = "SELECT account, sealed_token, sender, kinds, active, version FROM notifications.text_settings \
        WHERE store_id = $1";
    INSERT_SETTINGS = "INSERT INTO notifications.text_settings \
          (store_id, account, sealed_token, sender, kinds, active, version, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7) ON CONFLICT ON CONSTRAINT text_settings_pk DO NOTHING";
    UPDATE_SETTINGS = "UPDATE notifications.text_settings SET account = $2, sealed_token = $3, sender = $4, kinds = $5, \
          active = $6, version = version + 1, updated_at = $7 WHERE store_id = $1 AND version = $8";
    INSERT_TEXT = "INSERT INTO notifications.texts \
          (store_id, id, kind, event_id, phone, locale, body, segments, order_id, asked_by, state, last_error, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT ON CONSTRAINT texts_event_key DO NOTHING";
    COUNT_SINCE = "SELECT count(*) FROM notifications.texts \
        WHERE store_id = $1 AND phone = $2 AND created_at > $3 AND order_id IS NOT NULL \
          AND (state <> 'failed' OR attempts > 0)";
    LIST_ABOUT = "SELECT id, kind, phone, body, segments, state, attempts, last_error, reference, order_id, asked_by, created_at, \
          sent_at FROM notifications.texts WHERE store_id = $1 AND order_id = ANY($2) ORDER BY created_at, id";
    OFFER_TEXT = "UPDATE notifications.texts SET offered_at = $3 \
        WHERE store_id = $1 AND id = $2 AND offered_at IS NULL AND state IN ('queued', 'failed')";
    REFUSE_TEXT = "UPDATE notifications.texts SET state = 'failed', last_error = $3 \
        WHERE store_id = $1 AND id = $2 AND state IN ('queued', 'failed')";
    UPDATE_TEXT = concat!("UPDATE notifications.texts SET state = CASE WHEN ", stands!(), " THEN state ELSE $3 END, \
          last_error = CASE WHEN ", stands!(), " THEN last_error ELSE $4 END, \
          attempts = attempts + 1, offered_at = NULL, reference = coalesce(nullif($6, ''), reference), \
          sent_at = CASE WHEN $3 = 'sent' THEN $5::timestamptz ELSE sent_at END \
        WHERE store_id = $1 AND id = $2");
    TAKE_TEXT = "UPDATE notifications.texts SET state = 'sent', last_error = NULL, sent_at = coalesce(sent_at, $4), \
          reference = coalesce(nullif($3, ''), reference) \
        WHERE store_id = $1 AND id = $2 AND (state = 'queued' OR (state = 'failed' AND reference IS NULL))";
    END_TEXT = "UPDATE notifications.texts SET state = $3, last_error = $4, reference = coalesce(nullif($5, ''), reference) \
        WHERE store_id = $1 AND id = $2 AND state <> 'delivered'";
    FIND_TEXT = "SELECT id, kind, phone, body, segments, state, attempts, last_error, reference, order_id, asked_by, created_at, \
          sent_at FROM notifications.texts WHERE store_id = $1 AND id = $2";
    COUNT_TEXTS = "SELECT count(*) FROM notifications.texts WHERE store_id = $1 \
          AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3) AND strpos(phone, $4) > 0";
    LIST_TEXTS = "SELECT id, kind, phone, body, segments, state, attempts, last_error, reference, order_id, asked_by, created_at, \
          sent_at FROM notifications.texts WHERE store_id = $1 \
          AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3) AND strpos(phone, $4) > 0 \
          AND ($5::timestamptz IS NULL OR (created_at, id) < ($5, $6::uuid)) \
        ORDER BY created_at DESC, id DESC LIMIT $7";
}

#[derive(sqlx::FromRow)]
struct SettingsRow {
    account: String,
    sealed_token: Vec<u8>,
    sender: String,
    kinds: Vec<String>,
    active: bool,
    version: i64,
}

#[derive(sqlx::FromRow)]
struct TextRow {
    id: MessageId,
    kind: String,
    phone: String,
    body: String,
    segments: i32,
    state: String,
    attempts: i32,
    last_error: Option<String>,
    reference: Option<String>,
    order_id: Option<OrderId>,
    asked_by: Option<String>,
    created_at: Time,
    sent_at: Option<Time>,
}

impl TryFrom<TextRow> for TextSummary {
    type Error = Error;

    fn try_from(row: TextRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            kind: row.kind,
            phone: PhoneNumber::read(&row.phone).ok_or_else(|| Error::corrupt("texts.phone", &row.phone))?,
            body: row.body,
            segments: row.segments,
            state: TextState::parse(&row.state).ok_or_else(|| Error::corrupt("texts.state", &row.state))?,
            attempts: row.attempts,
            last_error: row.last_error,
            reference: row.reference,
            order_id: row.order_id,
            asked_by: row.asked_by,
            created_at: row.created_at,
            sent_at: row.sent_at,
        })
    }
}

pub(crate) async fn is_active(ctx: &mut Ctx) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(IS_ACTIVE).bind(store_id);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// The settings and the sealed token. A kind that this version does not know is of a newer one.
pub(crate) async fn find_settings(ctx: &mut Ctx) -> Result<Option<(TextSettings, Vec<u8>)>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_SETTINGS).bind(store_id);
    let row: Option<SettingsRow> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(row.map(|row| {
        let settings = TextSettings {
            account: row.account,
            sender: row.sender,
            kinds: row.kinds.iter().filter_map(|kind| TextKind::parse(kind)).collect(),
            active: row.active,
            version: row.version,
        };
        (settings, row.sealed_token)
    }))
}

/// `false`: they have another version.
pub(crate) async fn put_settings(ctx: &mut Ctx, settings: &TextSettings, sealed: &[u8]) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let kinds: Vec<&str> = settings.kinds.iter().map(|kind| kind.as_str()).collect();
    let is_new = settings.version == 0;
    let query = sqlx::query(if is_new { INSERT_SETTINGS } else { UPDATE_SETTINGS });
    let query = query.bind(store_id).bind(&settings.account).bind(sealed);
    let query = query.bind(&settings.sender).bind(kinds).bind(settings.active).bind(now);
    let query = if is_new { query } else { query.bind(settings.version) };
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

/// A text that is written now.
pub(crate) struct NewText<'t> {
    pub(crate) id: MessageId,
    pub(crate) kind: TextKind,
    pub(crate) event_id: EventId,
    pub(crate) phone: &'t PhoneNumber,
    pub(crate) locale: Locale,
    pub(crate) body: &'t str,
    pub(crate) segments: i32,
    pub(crate) order_id: Option<OrderId>,
    /// Who asked for it, when no event did.
    pub(crate) asked_by: Option<String>,
    /// Why it will not be sent, if it will not.
    pub(crate) refused: Option<String>,
}

/// `false`: the event has a text of this kind already.
pub(crate) async fn insert_text(ctx: &mut Ctx, new: NewText<'_>) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(INSERT_TEXT).bind(store_id).bind(new.id);
    let query = query
        .bind(new.kind.as_str())
        .bind(new.event_id)
        .bind(new.phone.as_str());
    let query = query.bind(new.locale.code()).bind(new.body).bind(new.segments);
    let state = if new.refused.is_some() {
        TextState::Failed
    } else {
        TextState::Queued
    };
    let query = query.bind(new.order_id).bind(new.asked_by).bind(state.as_str());
    let query = query.bind(new.refused).bind(now);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

/// How many texts about orders were written to a number.
pub(crate) async fn count_since(ctx: &mut Ctx, phone: &PhoneNumber, since: Time) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(COUNT_SINCE).bind(store_id);
    let query = query.bind(phone.as_str()).bind(since);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// The texts about these orders, the oldest first.
pub(crate) async fn list_about(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<TextSummary>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_ABOUT).bind(store_id).bind(orders);
    let rows: Vec<TextRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(TextSummary::try_from).collect()
}

/// Notes that a text is offered now. `false`: it was before, and nobody knows what became of it, or it is taken.
pub(crate) async fn offer_text(ctx: &mut Ctx, id: MessageId) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(OFFER_TEXT).bind(store_id).bind(id).bind(now);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

/// A text is not offered. This is no attempt.
pub(crate) async fn refuse_text(ctx: &mut Ctx, id: MessageId, why: Unsent) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(REFUSE_TEXT).bind(store_id).bind(id).bind(why.as_str());
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// What became of an attempt, unless whoever carries the text told more already.
pub(crate) async fn update_text(
    ctx: &mut Ctx,
    id: MessageId,
    state: TextState,
    outcome: Result<&Receipt, String>,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let (reference, error) = match outcome {
        Ok(receipt) => (receipt.reference(), None),
        Err(error) => ("", Some(error)),
    };
    let query = sqlx::query(UPDATE_TEXT).bind(store_id).bind(id).bind(state.as_str());
    let query = query.bind(error).bind(now).bind(reference);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// A text is on its way, as whoever carries it says.
pub(crate) async fn take_text(ctx: &mut Ctx, id: MessageId, reference: &str) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(TAKE_TEXT).bind(store_id).bind(id);
    query.bind(reference).bind(now).execute(ctx.sql().await?).await?;
    Ok(())
}

/// How a text ended, as whoever carries it says.
pub(crate) async fn end_text(
    ctx: &mut Ctx,
    id: MessageId,
    (state, error): (TextState, Option<&str>),
    reference: &str,
) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(END_TEXT).bind(store_id).bind(id).bind(state.as_str());
    query.bind(error).bind(reference).execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn find_text(ctx: &mut Ctx, id: MessageId) -> Result<Option<TextSummary>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_TEXT).bind(store_id).bind(id);
    let row: Option<TextRow> = query.fetch_optional(ctx.sql().await?).await?;
    row.map(TextSummary::try_from).transpose()
}

pub(crate) async fn count_texts(ctx: &mut Ctx, filter: &TextFilter) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(COUNT_TEXTS).bind(store_id);
    let query = query.bind(filter.kind.map(TextKind::as_str));
    let query = query.bind(filter.state.map(TextState::as_str)).bind(&filter.phone);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn list_texts(
    ctx: &mut Ctx,
    filter: &TextFilter,
    after: Option<(Time, MessageId)>,
    limit: i64,
) -> Result<Vec<TextSummary>, Error> {
    let store_id = ctx.store_id();
    let (time, id) = after.unzip();
    let query = sqlx::query_as(LIST_TEXTS).bind(store_id);
    let query = query.bind(filter.kind.map(TextKind::as_str));
    let query = query.bind(filter.state.map(TextState::as_str)).bind(&filter.phone);
    let query = query.bind(time).bind(id).bind(limit);
    let rows: Vec<TextRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(TextSummary::try_from).collect()
}
