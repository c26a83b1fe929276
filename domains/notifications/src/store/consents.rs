//! What people said about mails that they may refuse.

use database::{Ctx, Error};
use kernel::{ConsentId, EmailAddress, MessageId, Time};

use crate::{Choose, Consent, Topic};

database::statements! {
    INSERT = "INSERT INTO notifications.consents (store_id, id, email, topic, wanted, said_at, said_by, client, message_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIST_NEWEST = "SELECT DISTINCT ON (topic) topic, wanted, said_at FROM notifications.consents \
        WHERE store_id = $1 AND email = $2 ORDER BY topic, said_at DESC, id DESC";
    LIST = "SELECT topic, wanted, said_at, said_by, client, message_id FROM notifications.consents \
        WHERE store_id = $1 AND email = $2 ORDER BY said_at DESC, id DESC LIMIT $3";
    FIND_TOPIC = "SELECT recipient, topic FROM notifications.messages \
        WHERE store_id = $1 AND id = $2 AND topic IS NOT NULL";
}

#[derive(sqlx::FromRow)]
struct Row {
    topic: String,
    wanted: bool,
    said_at: Time,
    said_by: String,
    client: String,
    message_id: Option<MessageId>,
}

pub(crate) async fn insert(ctx: &mut Ctx, said: Choose<'_>) -> Result<(), Error> {
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    let id = ctx.new_id::<ConsentId>();
    let query = sqlx::query(INSERT).bind(store_id).bind(id).bind(said.email.as_str());
    let query = query.bind(said.topic.as_str()).bind(said.wanted).bind(now).bind(actor);
    let query = query.bind(said.client).bind(said.message_id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// Topics that this version does not know are of a newer one.
pub(crate) async fn list_newest(ctx: &mut Ctx, email: &EmailAddress) -> Result<Vec<(Topic, bool, Time)>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_NEWEST).bind(store_id).bind(email.as_str());
    let rows: Vec<(String, bool, Time)> = query.fetch_all(ctx.sql().await?).await?;
    let known = rows
        .into_iter()
        .filter_map(|(topic, wanted, said_at)| Some((Topic::parse(&topic)?, wanted, said_at)));
    Ok(known.collect())
}

pub(crate) async fn list(ctx: &mut Ctx, email: &EmailAddress, limit: i64) -> Result<Vec<Consent>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST).bind(store_id).bind(email.as_str()).bind(limit);
    let rows: Vec<Row> = query.fetch_all(ctx.sql().await?).await?;
    let known = rows.into_iter().filter_map(|row| {
        Some(Consent {
            topic: Topic::parse(&row.topic)?,
            wanted: row.wanted,
            said_at: row.said_at,
            said_by: row.said_by,
            client: row.client,
            message_id: row.message_id,
        })
    });
    Ok(known.collect())
}

/// Who got a mail, and what they may refuse with its link.
pub(crate) async fn find_topic(ctx: &mut Ctx, id: MessageId) -> Result<Option<(EmailAddress, Topic)>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_TOPIC).bind(store_id).bind(id);
    let row: Option<(String, String)> = query.fetch_optional(ctx.sql().await?).await?;
    let Some((recipient, topic)) = row else { return Ok(None) };
    let email = EmailAddress::parse(&recipient).map_err(|_error| Error::corrupt("messages.recipient", &recipient))?;
    Ok(Topic::parse(&topic).map(|topic| (email, topic)))
}
