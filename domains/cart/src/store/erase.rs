//! Deletes carts: those of a person, and those that nobody touches any more.

use database::{Ctx, Error};
use kernel::{CartId, CustomerId, Person, Time};

database::statements! {
    /// Carts of a person's account, those of a guest with their address, and those of other customers who typed it, all in the one
    /// order of their ids, as everybody locks several; and which of them are the person's own.
    LOCK = "SELECT c.id, coalesce(c.customer_id = $2, c.customer_id IS NULL) AS is_own FROM cart.carts c \
         WHERE c.store_id = $1 AND (c.customer_id = $2 OR c.email = $3) ORDER BY c.id FOR UPDATE";
    /// Of one that was ordered as well, for it opens again when its payment comes to nothing; the order has its own address.
    FORGET_EMAIL = "UPDATE cart.carts SET email = NULL, version = version + 1 WHERE store_id = $1 AND id = ANY ($2)";
    /// Guests' alone, the longest untouched first; nobody is waited for.
    LOCK_IDLE = "SELECT id FROM cart.carts WHERE store_id = $1 AND state = 'open' AND updated_at < $2 AND customer_id IS NULL \
         AND (held_until IS NULL OR held_until < $3) ORDER BY updated_at LIMIT $4 FOR UPDATE SKIP LOCKED";
    DELETE_SAVED = "DELETE FROM cart.saved_lines WHERE store_id = $1 AND (cart_id = ANY ($2) OR customer_id = $3)";
    DELETE_LINES = "DELETE FROM cart.lines WHERE store_id = $1 AND cart_id = ANY ($2)";
    DELETE_CARTS = "DELETE FROM cart.carts WHERE store_id = $1 AND id = ANY ($2)";
}

/// The carts with a person's address or of their account, each with whether it is their own.
pub(crate) async fn lock(ctx: &mut Ctx, person: &Person) -> Result<Vec<(CartId, bool)>, Error> {
    let query = sqlx::query_as(LOCK).bind(ctx.store_id()).bind(person.customer);
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

/// The carts are locked, and stay with whose they are.
pub(crate) async fn forget_email(ctx: &mut Ctx, carts: &[CartId]) -> Result<(), Error> {
    let query = sqlx::query(FORGET_EMAIL).bind(ctx.store_id()).bind(carts);
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
