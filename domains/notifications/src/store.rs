//! All SQL of notifications: messages here, templates in a file of their own.

pub(crate) mod templates;

use database::{Ctx, Error};
use kernel::{EmailAddress, EventId, MessageId, Time};

use crate::{MailData, Message, MessageState, MessageSummary, Rendered};

database::statements! {
    INSERT_MESSAGE = "INSERT INTO notifications.messages \
          (store_id, id, kind, event_id, recipient, locale, subject, text_body, html_body, state, created_at, template_error) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'queued', $10, $11) ON CONFLICT ON CONSTRAINT messages_event_key DO NOTHING";
    UPDATE_MESSAGE = "UPDATE notifications.messages SET state = $3, last_error = $4, attempts = attempts + 1, \
          sent_at = CASE WHEN $3 = 'sent' THEN $5::timestamptz END \
        WHERE store_id = $1 AND id = $2";
    COUNT_MESSAGES = "SELECT count(*) FROM notifications.messages WHERE store_id = $1";
    LIST_MESSAGES = "SELECT id, kind, recipient, subject, state, attempts, last_error, created_at, sent_at \
        FROM notifications.messages WHERE store_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid)) \
        ORDER BY created_at DESC, id DESC LIMIT $4";
    FIND_MESSAGE = "SELECT id, kind, recipient, subject, state, attempts, last_error, created_at, sent_at, text_body, html_body, template_error \
        FROM notifications.messages WHERE store_id = $1 AND id = $2";
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
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    #[sqlx(flatten)]
    summary: SummaryRow,
    text_body: String,
    html_body: String,
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
        })
    }
}

/// `None`: the event has a message of this kind already.
pub(crate) async fn insert_message(
    ctx: &mut Ctx,
    event_id: EventId,
    recipient: &EmailAddress,
    data: &MailData,
    (rendered, template_error): (&Rendered, Option<&str>),
) -> Result<Option<MessageId>, Error> {
    let (store_id, now, id) = (ctx.store_id(), ctx.now(), ctx.new_id::<MessageId>());
    let query = sqlx::query(INSERT_MESSAGE)
        .bind(store_id)
        .bind(id)
        .bind(data.kind.as_str())
        .bind(event_id);
    let query = query.bind(recipient.as_str()).bind(data.lang).bind(&rendered.subject);
    let query = query
        .bind(&rendered.text)
        .bind(&rendered.html)
        .bind(now)
        .bind(template_error);
    let inserted = query.execute(ctx.sql().await?).await?.rows_affected() == 1;
    Ok(inserted.then_some(id))
}

pub(crate) async fn update_message(
    ctx: &mut Ctx,
    id: MessageId,
    state: MessageState,
    last_error: Option<String>,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(UPDATE_MESSAGE)
        .bind(store_id)
        .bind(id)
        .bind(state.as_str())
        .bind(last_error)
        .bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn count_messages(ctx: &mut Ctx) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(COUNT_MESSAGES)
        .bind(store_id)
        .fetch_one(ctx.sql().await?)
        .await?)
}

pub(crate) async fn list_messages(
    ctx: &mut Ctx,
    after: Option<(Time, MessageId)>,
    limit: i64,
) -> Result<Vec<MessageSummary>, Error> {
    let store_id = ctx.store_id();
    let (time, id) = after.unzip();
    let query = sqlx::query_as(LIST_MESSAGES)
        .bind(store_id)
        .bind(time)
        .bind(id)
        .bind(limit);
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
        template_error,
    }) = query.fetch_optional(ctx.sql().await?).await?
    else {
        return Ok(None);
    };
    Ok(Some(Message {
        summary: summary.try_into()?,
        text: text_body,
        html: html_body,
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
    }
}
