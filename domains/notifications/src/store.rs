//! All SQL of notifications: messages here, the rest in files of their own.

pub(crate) mod alerts;
pub(crate) mod cart_reminders;
pub(crate) mod consents;
pub(crate) mod erase;
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
           ORDER BY c.said_at DESC, c.id DESC LIMIT 1), false) AS refused, \
         text_body = '' AND html_body = '' AS is_emptied"
    };
}

database::statements! {
    INSERT_MESSAGES = "INSERT INTO notifications.messages \
          (store_id, id, kind, event_id, recipient, locale, subject, text_body, html_body, state, created_at, \
          template_error, order_id, asked_by, topic, stop_link) \
        SELECT $1, n.id, n.kind, n.event_id, n.recipient, n.locale, n.subject, n.text_body, n.html_body, 'queued', $10, \
          n.template_error, n.order_id, n.asked_by, n.topic, n.stop_link \
        FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $11::text[], \
            $12::uuid[], $13::text[], $14::text[], $15::text[]) AS n (id, kind, event_id, recipient, locale, subject, text_body, \
            html_body, template_error, order_id, asked_by, topic, stop_link) \
        ON CONFLICT ON CONSTRAINT messages_event_key DO NOTHING RETURNING id";
    UPDATE_MESSAGES = "UPDATE notifications.messages m SET state = n.state, last_error = n.error, attempts = m.attempts + 1, \
          reference = nullif(n.reference, ''), sent_at = CASE WHEN n.state = 'sent' THEN $6::timestamptz END \
        FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS n (id, state, error, reference) \
        WHERE m.store_id = $1 AND m.id = n.id AND m.state <> 'sent'";
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
    FIND_MESSAGES = concat!("SELECT ", summary_columns!(), ", \
          text_body, html_body, topic, stop_link, template_error \
        FROM notifications.messages m WHERE store_id = $1 AND id = ANY ($2::uuid[])");
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
    is_emptied: bool,
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
            is_emptied,
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
            is_emptied,
        })
    }
}

impl TryFrom<MessageRow> for Message {
    type Error = Error;

    fn try_from(row: MessageRow) -> Result<Self, Error> {
        Ok(Self {
            summary: row.summary.try_into()?,
            text: row.text_body,
            html: row.html_body,
            topic: row.topic.as_deref().and_then(Topic::parse),
            stop_link: row.stop_link,
            template_error: row.template_error,
        })
    }
}

/// A mail that is written now.
pub(crate) struct NewMessage {
    pub(crate) id: MessageId,
    pub(crate) event_id: EventId,
    pub(crate) recipient: EmailAddress,
    pub(crate) data: MailData,
    pub(crate) rendered: Rendered,
    pub(crate) template_error: Option<String>,
    pub(crate) order_id: Option<OrderId>,
    /// Who asked for it, when no event did.
    pub(crate) asked_by: Option<String>,
}

/// Those that were inserted; the events of others have a message of their kind already.
pub(crate) async fn insert_messages(ctx: &mut Ctx, new: &[NewMessage]) -> Result<Vec<MessageId>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let texts = |f: fn(&NewMessage) -> &str| new.iter().map(f).collect::<Vec<_>>();
    let maybe = |f: fn(&NewMessage) -> Option<&str>| new.iter().map(f).collect::<Vec<_>>();
    let query = sqlx::query_scalar(INSERT_MESSAGES)
        .bind(store_id)
        .bind(new.iter().map(|one| one.id).collect::<Vec<_>>())
        .bind(texts(|one| one.data.kind.as_str()))
        .bind(new.iter().map(|one| one.event_id).collect::<Vec<_>>())
        .bind(texts(|one| one.recipient.as_str()))
        .bind(texts(|one| one.data.lang))
        .bind(texts(|one| &one.rendered.subject))
        .bind(texts(|one| &one.rendered.text))
        .bind(texts(|one| &one.rendered.html))
        .bind(now)
        .bind(maybe(|one| one.template_error.as_deref()))
        .bind(new.iter().map(|one| one.order_id).collect::<Vec<_>>())
        .bind(maybe(|one| one.asked_by.as_deref()))
        .bind(maybe(|one| one.data.content.topic().map(Topic::as_str)))
        .bind(maybe(|one| one.data.stop_link.as_deref()));
    Ok(query.fetch_all(ctx.sql().await?).await?)
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

/// What became of an attempt to send a message.
pub(crate) struct Sending {
    pub(crate) id: MessageId,
    pub(crate) state: MessageState,
    pub(crate) outcome: Result<Receipt, String>,
}

pub(crate) async fn update_messages(ctx: &mut Ctx, sent: &[Sending]) -> Result<(), Error> {
    if sent.is_empty() {
        return Ok(());
    }
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let outcomes = sent.iter().map(|one| one.outcome.as_ref());
    let references = outcomes.clone().map(|outcome| outcome.ok().map(Receipt::reference));
    let errors = outcomes.map(|outcome| outcome.err().map(String::as_str));
    let query = sqlx::query(UPDATE_MESSAGES)
        .bind(store_id)
        .bind(sent.iter().map(|one| one.id).collect::<Vec<_>>())
        .bind(sent.iter().map(|one| one.state.as_str()).collect::<Vec<_>>())
        .bind(errors.collect::<Vec<_>>())
        .bind(references.collect::<Vec<_>>())
        .bind(now);
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
    Ok(find_messages(ctx, &[id]).await?.pop())
}

/// Those of these messages that there are.
pub(crate) async fn find_messages(ctx: &mut Ctx, ids: &[MessageId]) -> Result<Vec<Message>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_MESSAGES).bind(store_id).bind(ids);
    let rows: Vec<MessageRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Message::try_from).collect()
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
        prepare_all(&db, super::cart_reminders::STATEMENTS).await;
        prepare_all(&db, super::erase::STATEMENTS).await;
        prepare_all(&db, super::low_stock::STATEMENTS).await;
        prepare_all(&db, super::texts::STATEMENTS).await;
        prepare_all(&db, super::text_wishes::STATEMENTS).await;
        prepare_all(&db, super::words::STATEMENTS).await;
        prepare_all(&db, super::pushes::STATEMENTS).await;
        prepare_all(&db, super::push_subscriptions::STATEMENTS).await;
    }
}
