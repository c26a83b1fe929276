//! All SQL of notifications: messages here, the rest in files of their own.

pub(crate) mod alerts;
pub(crate) mod consents;
pub(crate) mod low_stock;
pub(crate) mod push_subscriptions;
pub(crate) mod pushes;
pub(crate) mod templates;
pub(crate) mod text_wishes;
pub(crate) mod texts;
pub(crate) mod words;

use database::{Ctx, Error};
use kernel::{EmailAddress, EventId, MessageId, OrderId, Time};

use crate::{MailData, Message, MessageFilter, MessageState, MessageSummary, Receipt, Rendered, Topic};

/// What the log shows of a message `m`, and whether its reader said since that such mails are not wanted.
macro_rules! summary_columns {
    () => {
        "id, kind, recipient, subject, state, attempts, last_error, created_at, sent_at, reference, order_id, asked_by, copy_of, \
         coalesce((SELECT NOT c.wanted FROM notifications.consents c \
           WHERE c.store_id = m.store_id AND c.email = m.recipient AND c.topic = m.topic \
           ORDER BY c.said_at DESC, c.id DESC LIMIT 1), false) AS refused"
    };
}

database::statements! {
    INSERT_MESSAGE = "INSERT INTO notifications.messages \
          (store_id, id, kind, event_id, recipient, locale, subject, text_body, html_body, state, created_at, \
          template_error, order_id, asked_by, topic, stop_link) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'queued', $10, $11, $12, $13, $14, $15) ON CONFLICT ON CONSTRAINT messages_event_key DO NOTHING";
    UPDATE_MESSAGE = "UPDATE notifications.messages SET state = $3, last_error = $4, attempts = attempts + 1, reference = nullif($6, ''), \
          sent_at = CASE WHEN $3 = 'sent' THEN $5::timestamptz END \
        WHERE store_id = $1 AND id = $2";
    COPY_MESSAGE = "INSERT INTO notifications.messages \
          (store_id, id, kind, event_id, recipient, locale, subject, text_body, html_body, state, created_at, \
          template_error, order_id, asked_by, copy_of, topic, stop_link) \
        SELECT store_id, $3, kind, $4, recipient, locale, subject, text_body, html_body, 'queued', $5, \
          template_error, order_id, $6, coalesce(copy_of, id), topic, stop_link \
        FROM notifications.messages WHERE store_id = $1 AND id = $2";
    COUNT_MESSAGES = "SELECT count(*) FROM notifications.messages WHERE store_id = $1 \
          AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3) AND strpos(lower(recipient), $4) > 0";
    LIST_MESSAGES = concat!("SELECT ", summary_columns!(), " \
        FROM notifications.messages m WHERE store_id = $1 \
          AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3) AND strpos(lower(recipient), $4) > 0 \
          AND ($5::timestamptz IS NULL OR (created_at, id) < ($5, $6::uuid)) \
        ORDER BY created_at DESC, id DESC LIMIT $7");
    LIST_ABOUT = concat!("SELECT ", summary_columns!(), " \
        FROM notifications.messages m WHERE store_id = $1 AND order_id = $2 ORDER BY created_at, id LIMIT 100");
    LIST_SENT_TO = concat!("SELECT ", summary_columns!(), " \
        FROM notifications.messages m WHERE store_id = $1 AND recipient = $2 ORDER BY created_at, id");
    FIND_MESSAGE = concat!("SELECT ", summary_columns!(), ", \
          text_body, html_body, topic, stop_link, template_error \
        FROM notifications.messages m WHERE store_id = $1 AND id = $2");
}

#[derive(sqlx::FromRow)]
struct SummaryRow {
    id: MessageId,
    kind: String,
    recipient: String,
    subject: String,
    state: String,
    attempts: i32,
    last_error: Option<String>,
    created_at: Time,
    sent_at: Option<Time>,
    reference: Option<String>,
    order_id: Option<OrderId>,
    asked_by: Option<String>,
    copy_of: Option<MessageId>,
    refused: bool,
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    #[sqlx(flatten)]
    summary: SummaryRow,
    text_body: String,
    html_body: String,
    topic: Option<String>,
    stop_link: Option<String>,
    template_error: Option<String>,
}

impl TryFrom<SummaryRow> for MessageSummary {
    type Error = Error;

    fn try_from(row: SummaryRow) -> Result<Self, Error> {
        let SummaryRow {
            id,
            kind,
            subject,
            attempts,
            last_error,
            created_at,
            sent_at,
            reference,
            order_id,
            asked_by,
            copy_of,
            refused,
            ..
        } = row;
        let recipient = EmailAddress::parse(&row.recipient)
            .map_err(|_error| Error::corrupt("messages.recipient", &row.recipient))?;
        let state = MessageState::parse(&row.state).ok_or_else(|| Error::corrupt("messages.state", &row.state))?;
        Ok(Self {
            id,
            kind,
            recipient,
            subject,
            state,
            attempts,
            last_error,
            created_at,
            sent_at,
            reference,
            order_id,
            asked_by,
            copy_of,
            refused,
        })
    }
}

/// A mail that is written now.
pub(crate) struct NewMessage<'m> {
    pub(crate) id: MessageId,
    pub(crate) event_id: EventId,
    pub(crate) recipient: &'m EmailAddress,
    pub(crate) data: &'m MailData,
    pub(crate) rendered: &'m Rendered,
    pub(crate) template_error: Option<String>,
    pub(crate) order_id: Option<OrderId>,
    /// Who asked for it, when no event did.
    pub(crate) asked_by: Option<String>,
}

/// `false`: the event has a message of this kind already.
pub(crate) async fn insert_message(ctx: &mut Ctx, new: NewMessage<'_>) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let (data, rendered) = (new.data, new.rendered);
    let query = sqlx::query(INSERT_MESSAGE)
        .bind(store_id)
        .bind(new.id)
        .bind(data.kind.as_str())
        .bind(new.event_id);
    let query = query
        .bind(new.recipient.as_str())
        .bind(data.lang)
        .bind(&rendered.subject);
    let query = query.bind(&rendered.text).bind(&rendered.html).bind(now);
    let query = query.bind(new.template_error).bind(new.order_id).bind(new.asked_by);
    let query = query
        .bind(data.content.topic().map(Topic::as_str))
        .bind(&data.stop_link);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

/// The same mail once more, asked for by the actor.
pub(crate) async fn copy_message(ctx: &mut Ctx, id: MessageId) -> Result<MessageId, Error> {
    let (store_id, now, copy) = (ctx.store_id(), ctx.now(), ctx.new_id::<MessageId>());
    // No event asked for it.
    let (event_id, actor) = (ctx.new_id::<EventId>(), ctx.actor().label());
    let query = sqlx::query(COPY_MESSAGE).bind(store_id).bind(id).bind(copy);
    let query = query.bind(event_id).bind(now).bind(actor);
    query.execute(ctx.sql().await?).await?;
    Ok(copy)
}

pub(crate) async fn update_message(
    ctx: &mut Ctx,
    id: MessageId,
    state: MessageState,
    outcome: Result<&Receipt, String>,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let reference = outcome
        .as_ref()
        .map(|receipt| receipt.reference())
        .unwrap_or_default()
        .to_owned();
    let query = sqlx::query(UPDATE_MESSAGE)
        .bind(store_id)
        .bind(id)
        .bind(state.as_str())
        .bind(outcome.err())
        .bind(now)
        .bind(reference);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn count_messages(ctx: &mut Ctx, filter: &MessageFilter) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(COUNT_MESSAGES).bind(store_id).bind(&filter.kind);
    let query = query
        .bind(filter.state.map(MessageState::as_str))
        .bind(filter.recipient.to_lowercase());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn list_messages(
    ctx: &mut Ctx,
    filter: &MessageFilter,
    after: Option<(Time, MessageId)>,
    limit: i64,
) -> Result<Vec<MessageSummary>, Error> {
    let store_id = ctx.store_id();
    let (time, id) = after.unzip();
    let query = sqlx::query_as(LIST_MESSAGES).bind(store_id).bind(&filter.kind);
    let query = query
        .bind(filter.state.map(MessageState::as_str))
        .bind(filter.recipient.to_lowercase());
    let query = query.bind(time).bind(id).bind(limit);
    let rows: Vec<SummaryRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(MessageSummary::try_from).collect()
}

pub(crate) async fn list_about(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<MessageSummary>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_ABOUT).bind(store_id).bind(order_id);
    let rows: Vec<SummaryRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(MessageSummary::try_from).collect()
}

pub(crate) async fn list_sent_to(ctx: &mut Ctx, email: &EmailAddress) -> Result<Vec<MessageSummary>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_SENT_TO).bind(store_id).bind(email.as_str());
    let rows: Vec<SummaryRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(MessageSummary::try_from).collect()
}

pub(crate) async fn find_message(ctx: &mut Ctx, id: MessageId) -> Result<Option<Message>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_MESSAGE).bind(store_id).bind(id);
    let Some(MessageRow {
        summary,
        text_body,
        html_body,
        topic,
        stop_link,
        template_error,
    }) = query.fetch_optional(ctx.sql().await?).await?
    else {
        return Ok(None);
    };
    Ok(Some(Message {
        summary: summary.try_into()?,
        text: text_body,
        html: html_body,
        topic: topic.as_deref().and_then(Topic::parse),
        stop_link,
        template_error,
    }))
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    use super::*;

    #[tokio::test]
    async fn postgresql_takes_every_statement() {
        let db = TestDatabase::new().await;
        prepare_all(&db, STATEMENTS).await;
        prepare_all(&db, super::templates::STATEMENTS).await;
        prepare_all(&db, super::consents::STATEMENTS).await;
        prepare_all(&db, super::alerts::STATEMENTS).await;
        prepare_all(&db, super::low_stock::STATEMENTS).await;
        prepare_all(&db, super::texts::STATEMENTS).await;
        prepare_all(&db, super::text_wishes::STATEMENTS).await;
        prepare_all(&db, super::words::STATEMENTS).await;
        prepare_all(&db, super::pushes::STATEMENTS).await;
        prepare_all(&db, super::push_subscriptions::STATEMENTS).await;
    }
}
