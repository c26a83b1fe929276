//! All SQL of the cart.

pub(crate) mod adding;
pub(crate) mod creating;
pub(crate) mod erase;
pub(crate) mod left_behind;
pub(crate) mod looks;
mod rows;
pub(crate) mod saved;
pub(crate) mod steps;

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{CartId, CartLineId, CartReminderId, CustomerId, EmailAddress, Money, OrderId, Quantity, Time};
use sqlx::types::Json;

use crate::{AddLine, Cart, CartLine, Changes};
use rows::{CartRow, LineRow};
use steps::{Step, price_seen};

database::statements! {
    OUTCOMES = "SELECT count(*) AS made, count(*) FILTER (WHERE c.state = 'completed') AS ordered \
        FROM cart.carts c WHERE c.store_id = $1 AND c.created_at >= $2 AND c.created_at < $3 AND c.state <> 'merged'";
    FIND_OPEN_OF_CUSTOMER = "SELECT id FROM cart.carts WHERE store_id = $1 AND customer_id = $2 AND state = 'open'";
    FIND_COUNTRY_OF_CUSTOMER = "SELECT coalesce(shipping_address, billing_address) ->> 'country' FROM cart.carts \
        WHERE store_id = $1 AND customer_id = $2 AND state = 'open'";
    FIND_CART = "SELECT id, state, customer_id, email, locale, currency, shipping_address, billing_address, shipping_option, \
        delivery_date, coupon_codes, customer_note, held_until, order_id, version, created_at, updated_at FROM cart.carts WHERE store_id = $1 AND id = $2";
    LIST_CARTS_OF_CUSTOMER = "SELECT id, state, customer_id, email, locale, currency, shipping_address, billing_address, shipping_option, \
        delivery_date, coupon_codes, customer_note, held_until, order_id, version, created_at, updated_at FROM cart.carts \
        WHERE store_id = $1 AND customer_id = $2 AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid)) \
        ORDER BY created_at DESC, id DESC LIMIT $5";
    LOCK_CART = "SELECT id, state, customer_id, email, locale, currency, shipping_address, billing_address, shipping_option, \
        delivery_date, coupon_codes, customer_note, held_until, order_id, version, created_at, updated_at FROM cart.carts WHERE store_id = $1 AND id = $2 FOR UPDATE";
    /// Those of several that nobody holds, so that nobody is waited for.
    LOCK_FREE_CARTS = "SELECT own.* FROM (SELECT DISTINCT unnest($2::uuid[]) AS id ORDER BY id) AS n CROSS JOIN LATERAL ( \
            SELECT id, state, customer_id, email, locale, currency, shipping_address, billing_address, shipping_option, \
                delivery_date, coupon_codes, customer_note, held_until, order_id, version, created_at, updated_at FROM cart.carts \
            WHERE store_id = $1 AND id = n.id FOR UPDATE SKIP LOCKED) AS own";
    LIST_LINES_OF = "SELECT own.cart_id, own.id, own.variant_id, own.quantity, own.properties, own.currency, own.price_seen, own.quantity_seen \
        FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) AS n \
        CROSS JOIN LATERAL (SELECT * FROM cart.lines WHERE store_id = $1 AND cart_id = n.id OFFSET 0) AS own \
        ORDER BY own.cart_id, own.added_at, own.id";
    LIST_LINES = "SELECT id, variant_id, quantity, properties, currency, price_seen, quantity_seen FROM cart.lines \
        WHERE store_id = $1 AND cart_id = $2 ORDER BY added_at, id";
    FIND_LINE = "SELECT id, variant_id, quantity, properties, currency, price_seen, quantity_seen FROM cart.lines \
        WHERE store_id = $1 AND cart_id = $2 AND id = $3";
    COUNT_ITEMS = "SELECT coalesce(sum(l.quantity), 0)::bigint FROM cart.carts c \
        JOIN cart.lines l ON l.store_id = c.store_id AND l.cart_id = c.id WHERE c.store_id = $1 AND c.id = $2 AND c.state = 'open'";
    UPDATE_CART = "UPDATE cart.carts SET customer_note = coalesce($8, customer_note), \
        email = CASE WHEN 'email' = ANY ($10::text[]) THEN $4 ELSE email END, \
        shipping_address = CASE WHEN 'shipping_address' = ANY ($10) THEN $5 ELSE shipping_address END, \
        billing_address = CASE WHEN 'billing_address' = ANY ($10) THEN $6 ELSE billing_address END, \
        shipping_option = CASE WHEN 'shipping_option' = ANY ($10) THEN $7 ELSE shipping_option END, \
        delivery_date = CASE WHEN 'delivery_date' = ANY ($10) THEN $11 ELSE delivery_date END, version = version + 1, updated_at = $9 \
        WHERE store_id = $1 AND id = $2 AND state = 'open' AND ($3::bigint IS NULL OR version = $3)";
    UPDATE_COUPON_CODES = "UPDATE cart.carts SET coupon_codes = $3, version = version + 1, updated_at = $4 \
        WHERE store_id = $1 AND id = $2 AND state = 'open'";
    /// What was seen of the price is what it is with all that the cart then has of the variant.
    UPDATE_LINE = concat!("WITH touched AS ( \
            UPDATE cart.carts SET version = version + 1, updated_at = $6 WHERE store_id = $1 AND id = $2 AND state = 'open' \
            RETURNING id, customer_id, coalesce(shipping_address, billing_address) ->> 'country' AS country \
        ), own AS ( \
            SELECT l.id, l.variant_id, ($4::bigint + coalesce((SELECT sum(other.quantity) FROM cart.lines other WHERE other.store_id = $1 \
                AND other.cart_id = $2 AND other.variant_id = l.variant_id AND other.id <> l.id), 0))::bigint AS total \
            FROM cart.lines l WHERE l.store_id = $1 AND l.cart_id = $2 AND l.id = $3 \
        ) UPDATE cart.lines l SET quantity = $4, quantity_seen = own.total, price_seen = ",
        price_seen!("$7", "own.variant_id", "own.total", "$5::bigint"), " FROM touched, own \
        WHERE l.store_id = $1 AND l.cart_id = touched.id AND l.id = own.id RETURNING own.total");
    DELETE_LINE = "WITH touched AS ( \
            UPDATE cart.carts SET version = version + 1, updated_at = $4 WHERE store_id = $1 AND id = $2 AND state = 'open' RETURNING id \
        ) DELETE FROM cart.lines l USING touched WHERE l.store_id = $1 AND l.cart_id = touched.id AND l.id = $3";
    COMPLETE = "UPDATE cart.carts c SET state = 'completed', order_id = n.order_id, held_until = NULL, version = c.version + 1, \
            updated_at = $4 \
        FROM unnest($2::uuid[], $3::uuid[]) AS n (id, order_id) WHERE c.store_id = $1 AND c.id = n.id AND c.state = 'open'";
    REOPEN = "UPDATE cart.carts c SET state = 'open', order_id = NULL, version = version + 1, updated_at = $3, \
        customer_id = CASE WHEN EXISTS (SELECT FROM cart.carts other WHERE other.store_id = $1 AND other.customer_id = c.customer_id \
            AND other.state = 'open') THEN NULL ELSE c.customer_id END \
        WHERE c.store_id = $1 AND c.order_id = $2 AND c.state = 'completed'";
    UPDATE_HELD_UNTIL = "UPDATE cart.carts SET held_until = $3 WHERE store_id = $1 AND id = $2 AND state = 'open'";
    /// Sign-ins of one customer follow each other, so that two carts are not given at once.
    LOCK_CUSTOMER = "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text || $2::uuid::text, 0))";
    GIVE_TO_CUSTOMER = "UPDATE cart.carts SET customer_id = $3, version = version + 1, updated_at = $4 \
        WHERE store_id = $1 AND id = $2 AND state = 'open' AND (customer_id IS NULL OR customer_id = $3)";
    /// Who was told of the guest's cart is told of nothing that it brings along. No mail names the customer's cart by the new id, and
    /// no version it will have is the one that was told of.
    MERGE_LINES = "WITH guest AS ( \
            UPDATE cart.carts SET state = 'merged', version = version + 1, updated_at = $4 \
            WHERE store_id = $1 AND id = $2 AND state = 'open' AND customer_id IS NULL \
            RETURNING id, coupon_codes, email, shipping_address, billing_address, shipping_option, reminder_id \
        ), own AS ( \
            UPDATE cart.carts c SET version = c.version + 1, updated_at = $4, email = coalesce(c.email, guest.email), \
                shipping_address = coalesce(c.shipping_address, guest.shipping_address), \
                billing_address = coalesce(c.billing_address, guest.billing_address), \
                shipping_option = coalesce(c.shipping_option, guest.shipping_option), \
                reminder_id = CASE WHEN guest.reminder_id IS NULL THEN c.reminder_id ELSE coalesce(c.reminder_id, $5) END, \
                reminded_version = CASE WHEN guest.reminder_id IS NULL THEN c.reminded_version \
                    ELSE coalesce(c.reminded_version, c.version) END, \
                coupon_codes = (SELECT coalesce(array_agg(DISTINCT code), '{}') FROM unnest(c.coupon_codes || guest.coupon_codes) AS code) \
            FROM guest WHERE c.store_id = $1 AND c.id = $3 AND c.state = 'open' RETURNING c.id \
        ), raised AS ( \
            UPDATE cart.lines mine SET quantity = greatest(mine.quantity, theirs.quantity) \
            FROM own, guest, cart.lines theirs \
            WHERE mine.store_id = $1 AND mine.cart_id = own.id AND theirs.store_id = $1 AND theirs.cart_id = guest.id \
                AND theirs.variant_id = mine.variant_id AND theirs.properties_hash = mine.properties_hash \
        ) UPDATE cart.lines theirs SET cart_id = own.id FROM own, guest \
        WHERE theirs.store_id = $1 AND theirs.cart_id = guest.id AND NOT EXISTS (SELECT FROM cart.lines mine WHERE mine.store_id = $1 \
            AND mine.cart_id = own.id AND mine.variant_id = theirs.variant_id AND mine.properties_hash = theirs.properties_hash)";
}

pub(crate) async fn find_open_of_customer(ctx: &mut Ctx, customer: CustomerId) -> Result<Option<CartId>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(FIND_OPEN_OF_CUSTOMER)
        .bind(store_id)
        .bind(customer)
        .fetch_optional(ctx.sql().await?)
        .await?)
}

/// Where the customer's open cart goes, as far as that was said.
pub(crate) async fn find_country_of_customer(ctx: &mut Ctx, customer: CustomerId) -> Result<Option<String>, Error> {
    let query = sqlx::query_scalar(FIND_COUNTRY_OF_CUSTOMER)
        .bind(ctx.store_id())
        .bind(customer);
    let found: Option<Option<String>> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(found.flatten())
}

pub(crate) async fn find_cart(ctx: &mut Ctx, id: CartId) -> Result<Option<Cart>, Error> {
    cart_by(ctx, FIND_CART, id).await
}

pub(crate) async fn lock_cart(ctx: &mut Ctx, id: CartId) -> Result<Option<Cart>, Error> {
    cart_by(ctx, LOCK_CART, id).await
}

async fn cart_by(ctx: &mut Ctx, sql: &'static str, id: CartId) -> Result<Option<Cart>, Error> {
    let store_id = ctx.store_id();
    let row: Option<CartRow> = sqlx::query_as(sql)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Cart::try_from).transpose()
}

/// Those of the carts that nobody else holds, locked in the order of their ids.
pub(crate) async fn lock_free_carts(ctx: &mut Ctx, ids: &[CartId]) -> Result<Vec<Cart>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<CartRow> = sqlx::query_as(LOCK_FREE_CARTS)
        .bind(store_id)
        .bind(ids)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Cart::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct LineOfRow {
    cart_id: CartId,
    #[sqlx(flatten)]
    line: LineRow,
}

/// The lines of several carts, of each in the order they were added.
pub(crate) async fn list_carts_of_customer(
    ctx: &mut Ctx,
    customer: CustomerId,
    after: Option<(Time, CartId)>,
    most: u16,
) -> Result<Vec<Cart>, Error> {
    let sql = sqlx::query_as::<_, CartRow>(LIST_CARTS_OF_CUSTOMER)
        .bind(ctx.store_id())
        .bind(customer)
        .bind(after.map(|(created_at, _)| created_at))
        .bind(after.map(|(_, id)| id))
        .bind(i64::from(most));
    let rows = sql.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Cart::try_from).collect()
}

pub(crate) async fn list_lines_of(ctx: &mut Ctx, carts: &[CartId]) -> Result<HashMap<CartId, Vec<CartLine>>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<LineOfRow> = sqlx::query_as(LIST_LINES_OF)
        .bind(store_id)
        .bind(carts)
        .fetch_all(ctx.sql().await?)
        .await?;
    let mut lines: HashMap<CartId, Vec<CartLine>> = HashMap::with_capacity(carts.len());
    for row in rows {
        lines.entry(row.cart_id).or_default().push(row.line.try_into()?);
    }
    Ok(lines)
}

pub(crate) async fn list_lines(ctx: &mut Ctx, cart: CartId) -> Result<Vec<CartLine>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<LineRow> = sqlx::query_as(LIST_LINES)
        .bind(store_id)
        .bind(cart)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(CartLine::try_from).collect()
}

pub(crate) async fn find_line(ctx: &mut Ctx, cart: CartId, line: CartLineId) -> Result<Option<CartLine>, Error> {
    let store_id = ctx.store_id();
    let row: Option<LineRow> = sqlx::query_as(FIND_LINE)
        .bind(store_id)
        .bind(cart)
        .bind(line)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(CartLine::try_from).transpose()
}

pub(crate) async fn count_items(ctx: &mut Ctx, cart: CartId) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(COUNT_ITEMS)
        .bind(store_id)
        .bind(cart)
        .fetch_one(ctx.sql().await?)
        .await?)
}

/// A line to be added, with its id and price.
pub(crate) struct PricedLine {
    pub(crate) id: CartLineId,
    pub(crate) line: AddLine,
    pub(crate) price: Money,
    /// How many of the variant it is the price of.
    pub(crate) quantity_seen: i64,
}

/// What a column is to hold, where it is changed.
fn inner<T>(change: &Option<Option<T>>) -> Option<&T> {
    change.as_ref().and_then(Option::as_ref)
}

pub(crate) async fn update_cart(
    ctx: &mut Ctx,
    cart: CartId,
    changes: &Changes,
    expected_version: Option<i64>,
) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let updated = sqlx::query(UPDATE_CART)
        .bind(store_id)
        .bind(cart)
        .bind(expected_version)
        .bind(inner(&changes.email).map(EmailAddress::as_str))
        .bind(inner(&changes.shipping_address).map(Json))
        .bind(inner(&changes.billing_address).map(Json))
        .bind(inner(&changes.shipping_option))
        .bind(&changes.customer_note)
        .bind(now)
        .bind(changes.columns())
        .bind(changes.delivery_date.flatten())
        .execute(ctx.sql().await?)
        .await?;
    Ok(updated.rows_affected() == 1)
}

pub(crate) async fn update_coupon_codes(ctx: &mut Ctx, cart: CartId, codes: &[String]) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let updated = sqlx::query(UPDATE_COUPON_CODES)
        .bind(store_id)
        .bind(cart)
        .bind(codes)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(updated.rows_affected() == 1)
}

/// How many of the line's variant the cart then holds; `None` when the cart is closed. What one costs whoever has no list is
/// `everybody`.
pub(crate) async fn update_line(
    ctx: &mut Ctx,
    (cart, line): (CartId, CartLineId),
    quantity: Quantity,
    everybody: Money,
    steps: &[Step],
) -> Result<Option<i64>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    Ok(sqlx::query_scalar(UPDATE_LINE)
        .bind(store_id)
        .bind(cart)
        .bind(line)
        .bind(quantity.get())
        .bind(everybody.minor())
        .bind(now)
        .bind(Json(steps))
        .fetch_optional(ctx.sql().await?)
        .await?)
}

pub(crate) async fn delete_line(ctx: &mut Ctx, cart: CartId, line: CartLineId) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let deleted = sqlx::query(DELETE_LINE)
        .bind(store_id)
        .bind(cart)
        .bind(line)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// How many carts were made from one moment up to another, and how many of them are orders by now.
pub(crate) async fn outcomes(ctx: &mut Ctx, (from, until): (Time, Time)) -> Result<(i64, i64), Error> {
    let query = sqlx::query_as(OUTCOMES).bind(ctx.store_id()).bind(from).bind(until);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn update_held_until(ctx: &mut Ctx, cart: CartId, until: Option<Time>) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE_HELD_UNTIL)
        .bind(store_id)
        .bind(cart)
        .bind(until)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// How many of the carts were open and are not any more.
pub(crate) async fn complete(ctx: &mut Ctx, carts: &[(CartId, OrderId)]) -> Result<usize, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let updated = sqlx::query(COMPLETE)
        .bind(store_id)
        .bind(carts.iter().map(|(cart, _)| *cart).collect::<Vec<CartId>>())
        .bind(carts.iter().map(|(_, order)| *order).collect::<Vec<OrderId>>())
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(usize::try_from(updated.rows_affected()).unwrap_or_default())
}

pub(crate) async fn reopen(ctx: &mut Ctx, order: OrderId) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(REOPEN)
        .bind(store_id)
        .bind(order)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn lock_customer(ctx: &mut Ctx, customer: CustomerId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(LOCK_CUSTOMER)
        .bind(store_id)
        .bind(customer)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn give_to_customer(ctx: &mut Ctx, cart: CartId, customer: CustomerId) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let updated = sqlx::query(GIVE_TO_CUSTOMER)
        .bind(store_id)
        .bind(cart)
        .bind(customer)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(updated.rows_affected() == 1)
}

pub(crate) async fn merge_lines(ctx: &mut Ctx, guest: CartId, own: CartId) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let reminder: CartReminderId = ctx.new_secret_id();
    sqlx::query(MERGE_LINES)
        .bind(store_id)
        .bind(guest)
        .bind(own)
        .bind(now)
        .bind(reminder)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
