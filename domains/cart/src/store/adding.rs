//! Lines that come into a cart, and the carts they come into.

use std::collections::{BTreeMap, HashMap, HashSet};

use database::{Ctx, Error};
use kernel::{CartId, CartLineId, CustomerId, EmailAddress, Money, VariantId};
use sqlx::{Postgres, postgres::PgArguments, query::QueryAs, types::Json};

use super::{PricedLine, inner, steps::price_seen};
use crate::{CartLine, Changes, Shopper, add_lines::Prepared};

/// Lines for the cart whose row the first statement gives back. It is changed first, so that two requests adding to one cart
/// follow each other. Lines added together keep their order by a microsecond each. One that would have more than a line can stays
/// as it is and is not given back. What was seen of the price is what it is with all that the cart then has of the variant.
macro_rules! add_lines {
    ($touch:expr) => {
        concat!(
            "WITH touched AS (", $touch, " RETURNING id, customer_id, email, coalesce(shipping_address, billing_address) ->> 'country' AS country), new AS ( \
            SELECT n.*, ((SELECT coalesce(sum(there.quantity), 0) FROM cart.lines there WHERE there.store_id = $1 \
                AND there.cart_id = touched.id AND there.variant_id = n.variant_id) + sum(n.quantity) OVER (PARTITION BY n.variant_id))::bigint AS total \
            FROM touched, unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::jsonb[], $7::bytea[], $8::bigint[]) \
                WITH ORDINALITY AS n (id, variant_id, quantity, properties, properties_hash, price, place) \
        ), added AS ( \
            INSERT INTO cart.lines AS line (store_id, id, cart_id, variant_id, quantity, properties, properties_hash, currency, \
                price_seen, quantity_seen, added_at) \
            SELECT $1, new.id, touched.id, new.variant_id, new.quantity, new.properties, new.properties_hash, $10, ",
            price_seen!("$11", "new.variant_id", "new.total", "new.price"), ", new.total, $9 + new.place * interval '1 microsecond' \
            FROM touched, new \
            ON CONFLICT ON CONSTRAINT lines_variant_key DO UPDATE \
                SET quantity = line.quantity + EXCLUDED.quantity, price_seen = EXCLUDED.price_seen, quantity_seen = EXCLUDED.quantity_seen \
                WHERE line.quantity + EXCLUDED.quantity <= 9999 \
            RETURNING line.id, line.variant_id, line.quantity \
        ) SELECT added.id, added.variant_id, added.quantity, touched.id AS cart_id, touched.customer_id, touched.email, \
            coalesce((SELECT sum(other.quantity) FROM cart.lines other WHERE other.store_id = $1 AND other.cart_id = touched.id \
                AND other.variant_id = added.variant_id AND other.id NOT IN (SELECT id FROM added)), 0)::bigint AS other_quantity, \
            (SELECT count(*) FROM cart.lines other WHERE other.store_id = $1 AND other.cart_id = touched.id \
                AND other.id NOT IN (SELECT id FROM added)) + (SELECT count(*) FROM added) AS line_count \
        FROM touched LEFT JOIN added ON true"
        )
    };
}

/// A new cart, or the one that the customer has open: a customer has one, which is taken instead of a second. What is told of it
/// is kept.
macro_rules! open_cart {
    () => {
        "INSERT INTO cart.carts AS c (store_id, id, state, customer_id, locale, currency, created_at, updated_at, email, \
            shipping_address, billing_address, shipping_option, customer_note, delivery_date, coupon_codes) \
        VALUES ($1, $2, 'open', $12, $13, $10, $9, $9, $14, $15, $16, $17, coalesce($18, ''), $20, coalesce($21::text[], '{}')) \
        ON CONFLICT (store_id, customer_id) WHERE state = 'open' AND customer_id IS NOT NULL \
        DO UPDATE SET version = c.version + 1, updated_at = EXCLUDED.updated_at, \
            email = CASE WHEN 'email' = ANY ($19::text[]) THEN $14 ELSE c.email END, \
            shipping_address = CASE WHEN 'shipping_address' = ANY ($19) THEN $15 ELSE c.shipping_address END, \
            billing_address = CASE WHEN 'billing_address' = ANY ($19) THEN $16 ELSE c.billing_address END, \
            shipping_option = CASE WHEN 'shipping_option' = ANY ($19) THEN $17 ELSE c.shipping_option END, \
            delivery_date = CASE WHEN 'delivery_date' = ANY ($19) THEN $20 ELSE c.delivery_date END, \
            customer_note = coalesce($18, c.customer_note), coupon_codes = coalesce($21, c.coupon_codes)"
    };
}

database::statements! {
    ADD_LINES = add_lines!("UPDATE cart.carts SET version = version + 1, updated_at = $9 WHERE store_id = $1 AND id = $2 AND state = 'open'");
    /// A new cart with lines, or the customer's open one with more.
    ADD_TO_NEW = add_lines!(open_cart!());
    /// Lines as they are to be, into those of the carts that are as they were seen and that nobody holds: nobody is waited for.
    PUT_ALL = "WITH seen AS ( \
            SELECT c.id FROM cart.carts c JOIN unnest($2::uuid[], $3::bigint[]) AS n (id, version) ON n.id = c.id AND n.version = c.version \
            WHERE c.store_id = $1 AND c.state = 'open' AND c.held_until IS NULL ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED \
        ), touched AS ( \
            UPDATE cart.carts c SET version = c.version + 1, updated_at = $4 FROM seen WHERE c.store_id = $1 AND c.id = seen.id RETURNING c.id \
        ), put AS ( \
            INSERT INTO cart.lines AS line (store_id, id, cart_id, variant_id, quantity, properties, properties_hash, currency, \
                price_seen, quantity_seen, added_at) \
            SELECT $1, l.id, touched.id, l.variant_id, l.quantity, l.properties, l.properties_hash, $5, l.price_seen, l.quantity_seen, \
                $4 + l.place * interval '1 microsecond' \
            FROM unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::bigint[], $10::jsonb[], $11::bytea[], $12::bigint[], $13::bigint[], $14::bigint[]) \
                AS l (cart_id, id, variant_id, quantity, properties, properties_hash, price_seen, quantity_seen, place) \
            JOIN touched ON touched.id = l.cart_id \
            ON CONFLICT ON CONSTRAINT lines_variant_key DO UPDATE \
                SET quantity = EXCLUDED.quantity, price_seen = EXCLUDED.price_seen, quantity_seen = EXCLUDED.quantity_seen \
        ) SELECT id FROM touched";
}

/// What the cart holds after lines were added.
pub(crate) struct Added {
    pub(crate) cart_id: CartId,
    pub(crate) customer_id: Option<CustomerId>,
    pub(crate) email: Option<EmailAddress>,
    pub(crate) lines: Vec<AddedLine>,
    /// How many of each variant that was added, in all lines.
    pub(crate) quantities: BTreeMap<VariantId, i64>,
    pub(crate) line_count: usize,
    /// What a line would have more of than it can.
    pub(crate) too_many: Option<VariantId>,
}

pub(crate) struct AddedLine {
    pub(crate) id: CartLineId,
    pub(crate) variant_id: VariantId,
    /// How many the line has then.
    pub(crate) quantity: i64,
}

#[derive(sqlx::FromRow)]
struct AddedRow {
    /// There is no line when none was added.
    id: Option<CartLineId>,
    variant_id: Option<VariantId>,
    quantity: Option<i64>,
    cart_id: CartId,
    customer_id: Option<CustomerId>,
    email: Option<String>,
    other_quantity: i64,
    line_count: i64,
}

/// `None` when the cart is not open.
pub(crate) async fn add_lines(ctx: &mut Ctx, cart: CartId, prepared: &Prepared) -> Result<Option<Added>, Error> {
    let query = bind(ADD_LINES, ctx, cart, prepared);
    added(query.fetch_all(ctx.sql().await?).await?, &prepared.lines)
}

/// A cart whose version was seen, and lines of it as they are to be.
pub(crate) struct Put<'a> {
    pub(crate) cart: CartId,
    pub(crate) version: i64,
    pub(crate) lines: Vec<&'a CartLine>,
}

/// Those of the carts that were still as they were seen; into others nothing was put.
pub(crate) async fn put_all(ctx: &mut Ctx, puts: &[Put<'_>]) -> Result<HashSet<CartId>, Error> {
    if puts.is_empty() {
        return Ok(HashSet::new());
    }
    let lines: Vec<(CartId, i64, &CartLine)> = puts
        .iter()
        .flat_map(|put| (1..).zip(&put.lines).map(|(place, line)| (put.cart, place, *line)))
        .collect();
    let of_lines = lines.iter().map(|(_, _, line)| *line);
    let properties = of_lines.clone().map(|line| Json(line.properties.as_map()));
    let put: Vec<CartId> = sqlx::query_scalar(PUT_ALL)
        .bind(ctx.store_id())
        .bind(puts.iter().map(|put| put.cart).collect::<Vec<_>>())
        .bind(puts.iter().map(|put| put.version).collect::<Vec<_>>())
        .bind(ctx.now())
        .bind(ctx.currency().code())
        .bind(lines.iter().map(|(cart, _, _)| *cart).collect::<Vec<_>>())
        .bind(of_lines.clone().map(|line| line.id).collect::<Vec<_>>())
        .bind(of_lines.clone().map(|line| line.variant_id).collect::<Vec<_>>())
        .bind(of_lines.clone().map(|line| line.quantity.get()).collect::<Vec<_>>())
        .bind(properties.collect::<Vec<_>>())
        .bind(of_lines.clone().map(|line| line.properties.hash()).collect::<Vec<_>>())
        .bind(of_lines.clone().map(|line| line.price_seen.minor()).collect::<Vec<_>>())
        .bind(of_lines.map(|line| line.quantity_seen).collect::<Vec<_>>())
        .bind(lines.iter().map(|(_, place, _)| *place).collect::<Vec<_>>())
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(put.into_iter().collect())
}

/// What a cart is told when it is made.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) changes: Changes,
    /// `None` leaves those of the customer's open cart.
    pub(crate) coupon_codes: Option<Vec<String>>,
}

/// Into a cart of that id, unless the customer has an open one.
pub(crate) async fn add_to_new(
    ctx: &mut Ctx,
    id: CartId,
    shopper: Shopper,
    told: &Told,
    prepared: &Prepared,
) -> Result<Option<Added>, Error> {
    let changes = &told.changes;
    let query = bind(ADD_TO_NEW, ctx, id, prepared)
        .bind(shopper.customer)
        .bind(shopper.locale.code())
        .bind(inner(&changes.email).map(EmailAddress::as_str))
        .bind(inner(&changes.shipping_address).map(Json))
        .bind(inner(&changes.billing_address).map(Json))
        .bind(inner(&changes.shipping_option))
        .bind(&changes.customer_note)
        .bind(changes.columns())
        .bind(changes.delivery_date.flatten())
        .bind(&told.coupon_codes);
    added(query.fetch_all(ctx.sql().await?).await?, &prepared.lines)
}

fn bind<'q>(
    sql: &'static str,
    ctx: &Ctx,
    cart: CartId,
    Prepared { lines, steps, .. }: &'q Prepared,
) -> QueryAs<'q, Postgres, AddedRow, PgArguments> {
    let column = |f: fn(&PricedLine) -> i64| lines.iter().map(f).collect::<Vec<_>>();
    let properties = lines.iter().map(|new| Json(new.line.properties.as_map()));
    sqlx::query_as(sql)
        .bind(ctx.store_id())
        .bind(cart)
        .bind(lines.iter().map(|new| new.id).collect::<Vec<_>>())
        .bind(lines.iter().map(|new| new.line.variant_id).collect::<Vec<_>>())
        .bind(column(|new| new.line.quantity.get()))
        .bind(properties.collect::<Vec<_>>())
        .bind(lines.iter().map(|new| new.line.properties.hash()).collect::<Vec<_>>())
        .bind(column(|new| Money::minor(new.price)))
        .bind(ctx.now())
        .bind(ctx.currency().code())
        .bind(Json(steps))
}

fn added(rows: Vec<AddedRow>, wanted: &[PricedLine]) -> Result<Option<Added>, Error> {
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let email = first.email.as_deref().map(super::rows::email).transpose()?;
    let (cart_id, customer_id) = (first.cart_id, first.customer_id);
    let line_count = usize::try_from(first.line_count).unwrap_or_default();
    let (mut quantities, mut lines) = (HashMap::<VariantId, i64>::new(), Vec::with_capacity(rows.len()));
    for row in rows {
        if let (Some(id), Some(variant_id), Some(quantity)) = (row.id, row.variant_id, row.quantity) {
            *quantities.entry(variant_id).or_insert(row.other_quantity) += quantity;
            lines.push(AddedLine {
                id,
                variant_id,
                quantity,
            });
        }
    }
    // Of one variant there may be lines with several properties.
    let lines_of = |variant: VariantId| {
        lines
            .iter()
            .filter(|line: &&AddedLine| line.variant_id == variant)
            .count()
    };
    let wanted_of = |variant: VariantId| wanted.iter().filter(|new| new.line.variant_id == variant).count();
    let variants = || wanted.iter().map(|new| new.line.variant_id);
    let too_many = (lines.len() < wanted.len())
        .then(|| variants().find(|variant| lines_of(*variant) < wanted_of(*variant)))
        .flatten();
    Ok(Some(Added {
        too_many,
        cart_id,
        customer_id,
        email,
        line_count,
        quantities: quantities.into_iter().collect(),
        lines,
    }))
}
