//! How a store sends pushes, and those it sent.

use database::{Ctx, Error};
use kernel::{CustomerId, EventId, MessageId, OrderId, PushSubscriptionId, Time};
use orders::Order;

use crate::{
    Notice, PushFilter, PushSettings, PushState, PushSubscription, PushSummary, TextKind, Unsent, pushes::KeptSettings,
};

macro_rules! columns {
    () => {
        "id, kind, service, title, body, state, attempts, last_error, order_id, customer_id, created_at, sent_at"
    };
}

macro_rules! filter {
    () => {
        "store_id = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3) \
           AND strpos(lower(title || ' ' || body), $4) > 0"
    };
}

database::statements! {
    FIND_SETTINGS = "SELECT public_key, sealed_key, contact, kinds, active, version FROM notifications.push_settings \
        WHERE store_id = $1";
    INSERT_SETTINGS = "INSERT INTO notifications.push_settings \
          (store_id, contact, kinds, active, updated_at, public_key, sealed_key, version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT ON CONSTRAINT push_settings_pk DO NOTHING";
    UPDATE_SETTINGS = "UPDATE notifications.push_settings SET contact = $2, kinds = $3, active = $4, updated_at = $5, \
          version = version + 1 WHERE store_id = $1 AND version = $6";
    INSERT_PUSH = "INSERT INTO notifications.pushes \
          (store_id, id, kind, event_id, subscription_id, service, locale, title, body, order_id, customer_id, state, \
           last_error, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
        ON CONFLICT ON CONSTRAINT pushes_event_key DO NOTHING";
    FIND_STATE = "SELECT state FROM notifications.pushes WHERE store_id = $1 AND id = $2";
    FIND_TO_SEND = "SELECT p.id, p.kind, p.title, p.body, p.order_id, p.subscription_id, s.endpoint, s.public_key, s.auth \
        FROM notifications.pushes p \
        JOIN notifications.push_subscriptions s ON s.store_id = p.store_id AND s.id = p.subscription_id \
        WHERE p.store_id = $1 AND p.id = $2";
    UPDATE_PUSH = "UPDATE notifications.pushes SET state = $3, last_error = $4, attempts = attempts + 1, \
          sent_at = CASE WHEN $3 = 'sent' THEN $5::timestamptz END WHERE store_id = $1 AND id = $2";
    REFUSE_PUSH = "UPDATE notifications.pushes SET state = 'failed', last_error = $3 WHERE store_id = $1 AND id = $2";
    LIST_ABOUT = concat!("SELECT ", columns!(), " FROM notifications.pushes \
        WHERE store_id = $1 AND order_id = ANY($2) ORDER BY created_at, id");
    DELETE_ABOUT = "DELETE FROM notifications.pushes WHERE store_id = $1 AND order_id = ANY($2)";
    DELETE_OLD = "DELETE FROM notifications.pushes WHERE store_id = $1 AND created_at < $2";
    COUNT_PUSHES = concat!("SELECT count(*) FROM notifications.pushes WHERE ", filter!());
    LIST_PUSHES = concat!("SELECT ", columns!(), " FROM notifications.pushes WHERE ", filter!(), " \
          AND ($5::timestamptz IS NULL OR (created_at, id) < ($5, $6::uuid)) \
        ORDER BY created_at DESC, id DESC LIMIT $7");
}

#[derive(sqlx::FromRow)]
struct SettingsRow {
    public_key: Vec<u8>,
    sealed_key: Vec<u8>,
    contact: String,
    kinds: Vec<String>,
    active: bool,
    version: i64,
}

#[derive(sqlx::FromRow)]
struct PushRow {
    id: MessageId,
    kind: String,
    service: String,
    title: String,
    body: String,
    state: String,
    attempts: i32,
    last_error: Option<String>,
    order_id: OrderId,
    customer_id: Option<CustomerId>,
    created_at: Time,
    sent_at: Option<Time>,
}

impl TryFrom<PushRow> for PushSummary {
    type Error = Error;

    fn try_from(row: PushRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            kind: row.kind,
            service: row.service,
            title: row.title,
            body: row.body,
            state: read_state(&row.state)?,
            attempts: row.attempts,
            last_error: row.last_error,
            order_id: row.order_id,
            customer_id: row.customer_id,
            created_at: row.created_at,
            sent_at: row.sent_at,
        })
    }
}

fn read_state(text: &str) -> Result<PushState, Error> {
    PushState::parse(text).ok_or_else(|| Error::corrupt("pushes.state", text))
}

/// A push with the browser that it goes to.
#[derive(sqlx::FromRow)]
pub(crate) struct PushToSend {
    pub(crate) id: MessageId,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) order_id: OrderId,
    pub(crate) subscription_id: PushSubscriptionId,
    pub(crate) endpoint: String,
    pub(crate) public_key: Vec<u8>,
    pub(crate) auth: Vec<u8>,
}

/// The settings with the key. A kind that this version does not know is of a newer one.
pub(crate) async fn find_settings(ctx: &mut Ctx) -> Result<Option<KeptSettings>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_SETTINGS).bind(store_id);
    let row: Option<SettingsRow> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(row.map(|row| KeptSettings {
        settings: PushSettings {
            contact: row.contact,
            kinds: row.kinds.iter().filter_map(|kind| TextKind::parse(kind)).collect(),
            active: row.active,
            version: row.version,
        },
        public_key: row.public_key,
        sealed_key: row.sealed_key,
    }))
}

/// `false`: there are some already.
pub(crate) async fn insert_settings(ctx: &mut Ctx, new: &KeptSettings) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(INSERT_SETTINGS).bind(store_id);
    let query = query.bind(&new.settings.contact).bind(names(&new.settings.kinds));
    let query = query.bind(new.settings.active).bind(now);
    let query = query.bind(&new.public_key).bind(&new.sealed_key);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

/// `false`: they have another version.
pub(crate) async fn update_settings(ctx: &mut Ctx, settings: &PushSettings) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(UPDATE_SETTINGS).bind(store_id);
    let query = query.bind(&settings.contact).bind(names(&settings.kinds));
    let query = query.bind(settings.active).bind(now).bind(settings.version);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

fn names(kinds: &[TextKind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.as_str()).collect()
}

/// A push that is written now.
pub(crate) struct NewPush<'p> {
    pub(crate) id: MessageId,
    pub(crate) kind: TextKind,
    pub(crate) event_id: EventId,
    pub(crate) taker: &'p PushSubscription,
    pub(crate) notice: &'p Notice,
    pub(crate) order: &'p Order,
    /// Why it will not be sent, if it will not.
    pub(crate) refused: Option<String>,
}

/// `false`: the event has a push of this kind to that browser already.
pub(crate) async fn insert_push(ctx: &mut Ctx, new: NewPush<'_>) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let state = if new.refused.is_some() {
        PushState::Failed
    } else {
        PushState::Queued
    };
    let query = sqlx::query(INSERT_PUSH).bind(store_id).bind(new.id);
    let query = query.bind(new.kind.as_str()).bind(new.event_id).bind(new.taker.id);
    let query = query.bind(&new.taker.service).bind(new.taker.locale.code());
    let query = query.bind(&new.notice.title).bind(&new.notice.body);
    let query = query.bind(new.order.id).bind(new.order.customer_id);
    let query = query.bind(state.as_str()).bind(new.refused).bind(now);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

pub(crate) async fn find_state(ctx: &mut Ctx, id: MessageId) -> Result<Option<PushState>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(FIND_STATE).bind(store_id).bind(id);
    let state: Option<String> = query.fetch_optional(ctx.sql().await?).await?;
    state.as_deref().map(read_state).transpose()
}

/// Nothing where the browser is not there any more.
pub(crate) async fn find_to_send(ctx: &mut Ctx, id: MessageId) -> Result<Option<PushToSend>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_TO_SEND).bind(store_id).bind(id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

/// What became of an attempt.
pub(crate) async fn update_push(
    ctx: &mut Ctx,
    id: MessageId,
    state: PushState,
    error: Option<String>,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(UPDATE_PUSH).bind(store_id).bind(id);
    let query = query.bind(state.as_str()).bind(error).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// A push is not offered. This is no attempt.
pub(crate) async fn refuse_push(ctx: &mut Ctx, id: MessageId, why: Unsent) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(REFUSE_PUSH).bind(store_id).bind(id).bind(why.as_str());
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// The pushes about these orders, the oldest first.
pub(crate) async fn list_about(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<PushSummary>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_ABOUT).bind(store_id).bind(orders);
    let rows: Vec<PushRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(PushSummary::try_from).collect()
}

pub(crate) async fn delete_about(ctx: &mut Ctx, orders: &[OrderId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_ABOUT).bind(store_id).bind(orders);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn delete_old(ctx: &mut Ctx, written_until: Time) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_OLD).bind(store_id).bind(written_until);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn count_pushes(ctx: &mut Ctx, filter: &PushFilter) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(COUNT_PUSHES).bind(store_id);
    let query = query.bind(filter.kind.map(TextKind::as_str));
    let query = query
        .bind(filter.state.map(PushState::as_str))
        .bind(filter.words.to_lowercase());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn list_pushes(
    ctx: &mut Ctx,
    filter: &PushFilter,
    after: Option<(Time, MessageId)>,
    limit: i64,
) -> Result<Vec<PushSummary>, Error> {
    let store_id = ctx.store_id();
    let (time, id) = after.unzip();
    let query = sqlx::query_as(LIST_PUSHES).bind(store_id);
    let query = query.bind(filter.kind.map(TextKind::as_str));
    let query = query
        .bind(filter.state.map(PushState::as_str))
        .bind(filter.words.to_lowercase());
    let query = query.bind(time).bind(id).bind(limit);
    let rows: Vec<PushRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(PushSummary::try_from).collect()
}
