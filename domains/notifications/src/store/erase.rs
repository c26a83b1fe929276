//! Takes a person out of what they were told and what they said about it, and the texts out of old mails.

use database::{Ctx, Error};
use kernel::{EmailAddress, MessageId, OrderId, StockAlertId, Time};
use uuid::Uuid;

database::statements! {
    DELETE_MAILS_ABOUT = "DELETE FROM notifications.messages WHERE store_id = $1 AND order_id = ANY ($2) RETURNING id";
    DELETE_MAILS_TO = "DELETE FROM notifications.messages WHERE store_id = $1 AND recipient = $2 RETURNING id";
    /// Those about the account alone.
    DELETE_ACCOUNT_MAILS_TO = "DELETE FROM notifications.messages WHERE store_id = $1 AND recipient = $2 AND kind = ANY ($3) RETURNING id";
    DELETE_MAILS = "DELETE FROM notifications.messages WHERE store_id = $1 AND id = ANY ($2)";
    /// Those that wait for nothing and still have a text, the oldest first.
    EMPTY_MAILS = "UPDATE notifications.messages m SET text_body = '', html_body = '', stop_link = NULL FROM ( \
          SELECT id FROM notifications.messages WHERE store_id = $1 AND text_body <> '' AND created_at < $2 AND state <> 'queued' \
          ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED \
        ) AS old WHERE m.store_id = $1 AND m.id = old.id";
    DELETE_TEXTS_ABOUT = "DELETE FROM notifications.texts WHERE store_id = $1 AND order_id = ANY ($2) RETURNING id";
    DELETE_WISHES_ABOUT = "DELETE FROM notifications.text_wishes WHERE store_id = $1 AND about = ANY ($2) RETURNING id::text";
    DELETE_CONSENTS = "DELETE FROM notifications.consents WHERE store_id = $1 AND email = $2 RETURNING id::text";
    DELETE_ALERTS = "DELETE FROM notifications.stock_alerts WHERE store_id = $1 AND email = $2 RETURNING id";
}

pub(crate) async fn empty_mails(ctx: &mut Ctx, before: Time, limit: i64) -> Result<u64, Error> {
    let query = sqlx::query(EMPTY_MAILS).bind(ctx.store_id()).bind(before).bind(limit);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected())
}

pub(crate) async fn delete_mails_about(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<MessageId>, Error> {
    let query = sqlx::query_scalar(DELETE_MAILS_ABOUT).bind(ctx.store_id()).bind(orders);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn delete_mails_to(ctx: &mut Ctx, email: &EmailAddress) -> Result<Vec<MessageId>, Error> {
    let query = sqlx::query_scalar(DELETE_MAILS_TO).bind(ctx.store_id());
    Ok(query.bind(email.as_str()).fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn delete_account_mails_to(
    ctx: &mut Ctx,
    email: &EmailAddress,
    kinds: &[&str],
) -> Result<Vec<MessageId>, Error> {
    let query = sqlx::query_scalar(DELETE_ACCOUNT_MAILS_TO).bind(ctx.store_id());
    let query = query.bind(email.as_str()).bind(kinds);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn delete_mails(ctx: &mut Ctx, ids: &[MessageId]) -> Result<(), Error> {
    let query = sqlx::query(DELETE_MAILS).bind(ctx.store_id()).bind(ids);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn delete_texts_about(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<MessageId>, Error> {
    let query = sqlx::query_scalar(DELETE_TEXTS_ABOUT).bind(ctx.store_id()).bind(orders);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// The keys of the rows.
pub(crate) async fn delete_wishes_about(ctx: &mut Ctx, about: &[Uuid]) -> Result<Vec<String>, Error> {
    let query = sqlx::query_scalar(DELETE_WISHES_ABOUT).bind(ctx.store_id()).bind(about);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// The keys of the rows.
pub(crate) async fn delete_consents(ctx: &mut Ctx, email: &EmailAddress) -> Result<Vec<String>, Error> {
    let query = sqlx::query_scalar(DELETE_CONSENTS).bind(ctx.store_id());
    Ok(query.bind(email.as_str()).fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn delete_alerts(ctx: &mut Ctx, email: &EmailAddress) -> Result<Vec<StockAlertId>, Error> {
    let query = sqlx::query_scalar(DELETE_ALERTS).bind(ctx.store_id());
    Ok(query.bind(email.as_str()).fetch_all(ctx.sql().await?).await?)
}
