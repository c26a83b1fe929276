//! What shoppers put aside for another time. It belongs to a customer, or to the cart of a guest; whoever knows a cart of the
//! customer's reaches it too.

use database::{Ctx, Error};
use kernel::{CartId, CartLineId, VariantId};
use uuid::Uuid;

use super::rows::LineRow;
use crate::{CartLine, Saver};

/// The columns of [`LineRow`].
macro_rules! line_columns {
    () => {
        "id, variant_id, quantity, properties, currency, price_seen, quantity_seen"
    };
}

/// The owner $2, a customer or a cart, and the customer of that cart.
macro_rules! owners {
    () => {
        "SELECT $2::uuid UNION ALL SELECT customer_id FROM cart.carts WHERE store_id = $1 AND id = $2"
    };
}

/// Rows of these owners.
macro_rules! owned {
    () => {
        concat!("store_id = $1 AND owner_id IN (", owners!(), ")")
    };
}

database::statements! {
    LIST_SAVED = concat!("SELECT ", line_columns!(), " FROM cart.saved_lines WHERE ", owned!(), " ORDER BY added_at, id");
    /// Out of an open cart. What was put aside once with the same properties becomes more, unless that is more than a line can
    /// have: then nothing is put, and no count given back.
    SAVE = "WITH touched AS ( \
            UPDATE cart.carts SET version = version + 1, updated_at = $4 WHERE store_id = $1 AND id = $2 AND state = 'open' \
            RETURNING id, customer_id \
        ), taken AS ( \
            DELETE FROM cart.lines l USING touched WHERE l.store_id = $1 AND l.cart_id = touched.id AND l.id = $3 \
            RETURNING l.id, CASE WHEN touched.customer_id IS NULL THEN touched.id END AS cart_id, touched.customer_id, \
                l.variant_id, l.quantity, l.properties, l.properties_hash, l.currency, l.price_seen, l.quantity_seen \
        ), put AS ( \
            INSERT INTO cart.saved_lines AS saved (store_id, id, cart_id, customer_id, variant_id, quantity, properties, \
                properties_hash, currency, price_seen, quantity_seen, added_at) \
            SELECT $1, id, cart_id, customer_id, variant_id, quantity, properties, properties_hash, currency, price_seen, quantity_seen, $4 \
            FROM taken \
            ON CONFLICT ON CONSTRAINT saved_lines_variant_key \
                DO UPDATE SET quantity = saved.quantity + EXCLUDED.quantity, price_seen = EXCLUDED.price_seen, \
                    quantity_seen = EXCLUDED.quantity_seen \
                WHERE saved.quantity + EXCLUDED.quantity <= 9999 \
            RETURNING (SELECT count(*) FROM cart.saved_lines other WHERE other.store_id = $1 AND other.owner_id = saved.owner_id) AS before \
        ) SELECT taken.variant_id, put.before FROM taken LEFT JOIN put ON true";
    TAKE_OUT = concat!("DELETE FROM cart.saved_lines WHERE ", owned!(), " AND id = $3 RETURNING ", line_columns!());
    /// The cart that shows it comes first, as where something is put aside: what is deleted depends on it.
    DELETE_SAVED = concat!("WITH touched AS ( \
            UPDATE cart.carts SET version = version + 1, updated_at = $4 \
            WHERE store_id = $1 AND state = 'open' AND id IN (SELECT $2::uuid UNION ALL SELECT id FROM cart.carts \
                    WHERE store_id = $1 AND state = 'open' AND customer_id IN (", owners!(), ")) \
                AND EXISTS (SELECT FROM cart.saved_lines WHERE ", owned!(), " AND id = $3) RETURNING id \
        ) DELETE FROM cart.saved_lines USING (SELECT count(*) FROM touched) AS held WHERE ", owned!(), " AND id = $3");
    /// Another cart for what a guest put aside in one that became an order; none when there is nothing.
    CARRY_ON = "WITH made AS ( \
            INSERT INTO cart.carts (store_id, id, state, locale, currency, created_at, updated_at) \
            SELECT $1, $3, 'open', c.locale, c.currency, $4, $4 FROM cart.carts c \
            WHERE c.store_id = $1 AND c.id = $2 AND c.state = 'completed' \
                AND EXISTS (SELECT FROM cart.saved_lines s WHERE s.store_id = $1 AND s.cart_id = $2) RETURNING id \
        ), moved AS (UPDATE cart.saved_lines s SET cart_id = made.id FROM made WHERE s.store_id = $1 AND s.cart_id = $2) \
        SELECT id FROM made";
    /// What a guest put aside goes to another cart of theirs, or to the customer they are.
    CARRY = "WITH carried AS (DELETE FROM cart.saved_lines WHERE store_id = $1 AND cart_id = $2 RETURNING *) \
        INSERT INTO cart.saved_lines AS saved (store_id, id, cart_id, customer_id, variant_id, quantity, properties, \
            properties_hash, currency, price_seen, quantity_seen, added_at) \
        SELECT $1, id, $3, $4, variant_id, quantity, properties, properties_hash, currency, price_seen, quantity_seen, added_at FROM carried \
        ON CONFLICT ON CONSTRAINT saved_lines_variant_key DO UPDATE SET quantity = greatest(saved.quantity, EXCLUDED.quantity)";
}

pub(crate) async fn list(ctx: &mut Ctx, owner: Uuid) -> Result<Vec<CartLine>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<LineRow> = sqlx::query_as(LIST_SAVED)
        .bind(store_id)
        .bind(owner)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(CartLine::try_from).collect()
}

/// A line that left its cart.
#[derive(sqlx::FromRow)]
pub(crate) struct Taken {
    pub(crate) variant_id: VariantId,
    /// How many lines were put aside before; `None` when one would have more than it can.
    pub(crate) before: Option<i64>,
}

/// `None` when the cart is closed or has no such line.
pub(crate) async fn save(ctx: &mut Ctx, cart: CartId, line: CartLineId) -> Result<Option<Taken>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    Ok(sqlx::query_as(SAVE)
        .bind(store_id)
        .bind(cart)
        .bind(line)
        .bind(now)
        .fetch_optional(ctx.sql().await?)
        .await?)
}

/// The line that is put aside no more.
pub(crate) async fn take_out(ctx: &mut Ctx, owner: Uuid, line: CartLineId) -> Result<Option<CartLine>, Error> {
    let store_id = ctx.store_id();
    let row: Option<LineRow> = sqlx::query_as(TAKE_OUT)
        .bind(store_id)
        .bind(owner)
        .bind(line)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(CartLine::try_from).transpose()
}

/// Whether it was there. The open cart that shows it has another version then.
pub(crate) async fn delete(ctx: &mut Ctx, owner: Uuid, line: CartLineId) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let deleted = sqlx::query(DELETE_SAVED)
        .bind(store_id)
        .bind(owner)
        .bind(line)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// The cart that was made.
pub(crate) async fn carry_on(ctx: &mut Ctx, from: CartId) -> Result<Option<CartId>, Error> {
    let (store_id, now, id): (_, _, CartId) = (ctx.store_id(), ctx.now(), ctx.new_secret_id());
    Ok(sqlx::query_scalar(CARRY_ON)
        .bind(store_id)
        .bind(from)
        .bind(id)
        .bind(now)
        .fetch_optional(ctx.sql().await?)
        .await?)
}

/// From a guest's cart to another cart, or to the customer. Of two quantities of one thing the larger stays.
pub(crate) async fn carry(ctx: &mut Ctx, from: CartId, to: Saver) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(CARRY)
        .bind(store_id)
        .bind(from)
        .bind(match to {
            Saver::Cart(id) => Some(id),
            Saver::Customer(_) => None,
        })
        .bind(match to {
            Saver::Cart(_) => None,
            Saver::Customer(id) => Some(id),
        })
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
