//! Carts that were left behind.

use database::{Ctx, Error};
use kernel::{CartId, CartReminderId, Time, VariantId};

use crate::LeftCart;

database::statements! {
    /// By the index of open carts by their last change.
    LIST = "SELECT c.id, c.version, c.updated_at FROM cart.carts c \
        WHERE c.store_id = $1 AND c.state = 'open' AND c.updated_at >= $2 AND c.updated_at < $3 AND c.reminder_id IS NULL \
            AND ($5::uuid IS NULL OR (c.updated_at, c.id) > ($2, $5)) \
            AND (c.email IS NOT NULL OR c.customer_id IS NOT NULL) \
            AND EXISTS (SELECT FROM cart.lines l WHERE l.store_id = $1 AND l.cart_id = c.id) \
        ORDER BY c.updated_at, c.id LIMIT $4";
    MARK = "UPDATE cart.carts SET reminder_id = $4, reminded_version = $3 \
        WHERE store_id = $1 AND id = $2 AND version = $3 AND state = 'open' AND reminder_id IS NULL";
    /// By an id that no mail knows.
    MARK_TAKEN_UP = "UPDATE cart.carts SET reminder_id = $3, reminded_version = version \
        WHERE store_id = $1 AND id = $2 AND state = 'open' AND reminder_id IS NULL \
            AND EXISTS (SELECT FROM cart.lines l WHERE l.store_id = $1 AND l.cart_id = $2 AND l.variant_id = ANY($4::uuid[]))";
    FIND = "SELECT id, reminded_version FROM cart.carts WHERE store_id = $1 AND reminder_id = $2";
}

pub(crate) async fn list(
    ctx: &mut Ctx,
    (from, behind): (Time, Option<CartId>),
    until: Time,
    most: u16,
) -> Result<Vec<LeftCart>, Error> {
    let query = sqlx::query_as(LIST).bind(ctx.store_id()).bind(from).bind(until);
    let query = query.bind(i64::from(most)).bind(behind);
    let rows: Vec<(CartId, i64, Time)> = query.fetch_all(ctx.sql().await?).await?;
    let left = |(id, version, touched_at)| LeftCart {
        id,
        version,
        touched_at,
    };
    Ok(rows.into_iter().map(left).collect())
}

/// Whether it is as it was seen, and nobody was told of it.
pub(crate) async fn mark(ctx: &mut Ctx, left: LeftCart, reminder: CartReminderId) -> Result<bool, Error> {
    let query = sqlx::query(MARK).bind(ctx.store_id()).bind(left.id).bind(left.version);
    let marked = query.bind(reminder).execute(ctx.sql().await?).await?;
    Ok(marked.rows_affected() == 1)
}

/// Nobody is told of it any more, if it has one of the variants and is open.
pub(crate) async fn mark_taken_up(ctx: &mut Ctx, cart: CartId, told: &[VariantId]) -> Result<(), Error> {
    let reminder: CartReminderId = ctx.new_secret_id();
    let query = sqlx::query(MARK_TAKEN_UP).bind(ctx.store_id()).bind(cart);
    query.bind(reminder).bind(told).execute(ctx.sql().await?).await?;
    Ok(())
}

/// The cart, and the version that was told of.
pub(crate) async fn find(ctx: &mut Ctx, id: CartReminderId) -> Result<Option<(CartId, i64)>, Error> {
    let query = sqlx::query_as(FIND).bind(ctx.store_id()).bind(id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}
