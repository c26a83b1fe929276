//! Whether a store writes about carts that were left behind, and up to when it looked.

use database::{Ctx, Error};
use kernel::{CartId, EmailAddress, Time};

use crate::{CartReminders, MailKind};

database::statements! {
    FIND = "SELECT hours, coalesce(hours, last_hours) AS last_hours, version FROM notifications.cart_reminders WHERE store_id = $1";
    /// The first time is version 0.
    PUT = "INSERT INTO notifications.cart_reminders (store_id, hours, last_hours, looked_until) SELECT $1, $2, $5, $3 \
        WHERE $4 = 0 OR EXISTS (SELECT FROM notifications.cart_reminders WHERE store_id = $1) \
        ON CONFLICT ON CONSTRAINT cart_reminders_pk DO UPDATE SET hours = excluded.hours, \
          last_hours = coalesce(excluded.last_hours, cart_reminders.hours, cart_reminders.last_hours), version = cart_reminders.version + 1, \
          looked_cart = CASE WHEN cart_reminders.hours IS NULL THEN NULL ELSE cart_reminders.looked_cart END, \
          looked_until = CASE WHEN cart_reminders.hours IS NULL THEN excluded.looked_until ELSE cart_reminders.looked_until END \
        WHERE cart_reminders.version = $4";
    /// Nobody waits for whoever looks already.
    LOCK = "SELECT hours, looked_until, looked_cart FROM notifications.cart_reminders \
        WHERE store_id = $1 AND hours IS NOT NULL FOR UPDATE SKIP LOCKED";
    UPDATE_LOOKED = "UPDATE notifications.cart_reminders SET looked_until = $2, looked_cart = $3 WHERE store_id = $1";
    /// Mails of this kind to one address are written one after the other.
    LOCK_ADDRESS = "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text || 'cart reminder' || $2::text, 0))";
    WAS_REMINDED = "SELECT EXISTS (SELECT FROM notifications.messages \
        WHERE store_id = $1 AND recipient = $2 AND created_at > $4 AND kind = $3)";
}

pub(crate) async fn find(ctx: &mut Ctx) -> Result<Option<CartReminders>, Error> {
    let query = sqlx::query_as(FIND).bind(ctx.store_id());
    let row: Option<(Option<i32>, Option<i32>, i64)> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(row.map(|(hours, last_hours, version)| CartReminders {
        hours,
        last_hours,
        version,
    }))
}

/// The hours as they are from now on, and those to remember. `false`: it has another version.
pub(crate) async fn put(
    ctx: &mut Ctx,
    (hours, last_hours): (Option<i32>, Option<i32>),
    since: Time,
    expected_version: i64,
) -> Result<bool, Error> {
    let query = sqlx::query(PUT).bind(ctx.store_id()).bind(hours);
    let query = query.bind(since).bind(expected_version).bind(last_hours);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

/// How far carts were looked at.
#[derive(sqlx::FromRow)]
pub(crate) struct Looked {
    /// After how many hours the store writes.
    pub(crate) hours: i32,
    #[sqlx(rename = "looked_until")]
    pub(crate) until: Time,
    /// Where not all were that were touched at that moment, the last that was.
    #[sqlx(rename = "looked_cart")]
    pub(crate) cart: Option<CartId>,
}

/// Nothing where the store does not write, or somebody looks.
pub(crate) async fn lock(ctx: &mut Ctx) -> Result<Option<Looked>, Error> {
    let query = sqlx::query_as(LOCK).bind(ctx.store_id());
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn update_looked(ctx: &mut Ctx, (until, cart): (Time, Option<CartId>)) -> Result<(), Error> {
    let query = sqlx::query(UPDATE_LOOKED).bind(ctx.store_id()).bind(until).bind(cart);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// Whether such a mail was written to an address since then. Until the end of the transaction nobody else writes one there.
pub(crate) async fn was_reminded(ctx: &mut Ctx, email: &EmailAddress, since: Time) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(LOCK_ADDRESS).bind(store_id).bind(email.as_str());
    query.execute(ctx.sql().await?).await?;
    let query = sqlx::query_scalar(WAS_REMINDED).bind(store_id).bind(email.as_str());
    let query = query.bind(MailKind::CartLeft.as_str()).bind(since);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}
