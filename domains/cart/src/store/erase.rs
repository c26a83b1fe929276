//! Deletes carts: those of a person, and those that nobody touches any more.

use database::{Ctx, Error};
use kernel::{CartId, CustomerId, EmailAddress, Person, Time};

/// Carts `c` of a person: of their account, and those of a guest with their address.
macro_rules! of_person {
    () => {
        "c.store_id = $1 AND (c.customer_id = $2 OR (c.email = $3 AND c.customer_id IS NULL))"
    };
}

database::statements! {
    /// In the order of their ids, as everybody locks several.
    LOCK = concat!("SELECT c.id FROM cart.carts c WHERE ", of_person!(), " ORDER BY c.id FOR UPDATE");
    /// Carts of other customers, who typed the address, as long as no order has it from them; in the order of their ids.
    FORGET_EMAIL = "UPDATE cart.carts c SET email = NULL, version = c.version + 1 FROM ( \
            SELECT id FROM cart.carts WHERE store_id = $1 AND email = $2 AND customer_id IS NOT NULL AND state <> 'completed' \
            ORDER BY id FOR UPDATE \
        ) AS theirs WHERE c.store_id = $1 AND c.id = theirs.id";
    /// Guests' alone, the longest untouched first; nobody is waited for.
    LOCK_IDLE = "SELECT id FROM cart.carts WHERE store_id = $1 AND state = 'open' AND updated_at < $2 AND customer_id IS NULL \
         AND (held_until IS NULL OR held_until < $3) ORDER BY updated_at LIMIT $4 FOR UPDATE SKIP LOCKED";
    DELETE_SAVED = "DELETE FROM cart.saved_lines WHERE store_id = $1 AND (cart_id = ANY ($2) OR customer_id = $3)";
    DELETE_LINES = "DELETE FROM cart.lines WHERE store_id = $1 AND cart_id = ANY ($2)";
    DELETE_CARTS = "DELETE FROM cart.carts WHERE store_id = $1 AND id = ANY ($2)";
}

pub(crate) async fn lock(ctx: &mut Ctx, person: &Person) -> Result<Vec<CartId>, Error> {
    let query = sqlx::query_scalar(LOCK).bind(ctx.store_id()).bind(person.customer);
    Ok(query.bind(person.email_text()).fetch_all(ctx.sql().await?).await?)
}

/// Those that were not touched since then.
pub(crate) async fn lock_idle(ctx: &mut Ctx, before: Time, limit: i64) -> Result<Vec<CartId>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(LOCK_IDLE)
        .bind(store_id)
        .bind(before)
        .bind(now)
        .bind(limit);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// The carts themselves stay with whose they are.
pub(crate) async fn forget_email(ctx: &mut Ctx, email: &EmailAddress) -> Result<(), Error> {
    let query = sqlx::query(FORGET_EMAIL).bind(ctx.store_id()).bind(email.as_str());
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// The carts are locked. What a customer saved goes with them.
pub(crate) async fn delete(ctx: &mut Ctx, customer: Option<CustomerId>, carts: &[CartId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_SAVED).bind(store_id).bind(carts);
    query.bind(customer).execute(ctx.sql().await?).await?;
    for sql in [DELETE_LINES, DELETE_CARTS] {
        let query = sqlx::query(sql).bind(store_id).bind(carts);
        query.execute(ctx.sql().await?).await?;
    }
    Ok(())
}
