//! Carts that are new, with their lines.

use chrono::NaiveDate;
use database::{Ctx, Error};
use kernel::{Address, CartId, EmailAddress, Money};
use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::PricedLine;
use crate::Cart;

database::statements! {
    /// In the order of the customers, so that two transactions never wait for each other. Of customers who have an open cart or
    /// something saved none is made. Lines keep their order by a microsecond each.
    INSERT_ALL = "WITH new AS ( \
            INSERT INTO cart.carts (store_id, id, state, customer_id, locale, currency, created_at, updated_at, email, \
                shipping_address, billing_address, shipping_option, customer_note, delivery_date, coupon_codes) \
            SELECT $1, n.id, 'open', n.customer_id, n.locale, $2, $3, $3, n.email, n.shipping_address, n.billing_address, \
                n.shipping_option, n.customer_note, n.delivery_date, n.coupon_codes \
            FROM jsonb_to_recordset($4) AS n (id uuid, customer_id uuid, locale text, email text, shipping_address jsonb, \
                billing_address jsonb, shipping_option text, customer_note text, delivery_date date, coupon_codes text[]) \
            WHERE n.customer_id IS NULL OR NOT EXISTS ( \
                SELECT FROM cart.saved_lines s WHERE s.store_id = $1 AND s.customer_id = n.customer_id) \
            ORDER BY n.customer_id \
            ON CONFLICT (store_id, customer_id) WHERE state = 'open' AND customer_id IS NOT NULL DO NOTHING RETURNING id \
        ), added AS ( \
            INSERT INTO cart.lines (store_id, id, cart_id, variant_id, quantity, properties, properties_hash, currency, \
                price_seen, quantity_seen, added_at) \
            SELECT $1, l.id, new.id, l.variant_id, l.quantity, l.properties, l.properties_hash, $2, l.price, l.quantity_seen, \
                $3 + l.place * interval '1 microsecond' \
            FROM unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::bigint[], $9::jsonb[], $10::bytea[], $11::bigint[], $12::bigint[], $13::bigint[]) \
                AS l (cart_id, id, variant_id, quantity, properties, properties_hash, price, quantity_seen, place) \
            JOIN new ON new.id = l.cart_id \
        ) SELECT id FROM new";
}

#[derive(Serialize)]
struct NewRow<'a> {
    id: Uuid,
    customer_id: Option<Uuid>,
    locale: &'a str,
    email: Option<&'a str>,
    shipping_address: Option<&'a Address>,
    billing_address: Option<&'a Address>,
    shipping_option: Option<&'a str>,
    customer_note: &'a str,
    delivery_date: Option<NaiveDate>,
    coupon_codes: &'a [String],
}

impl<'a> From<&'a Cart> for NewRow<'a> {
    fn from(cart: &'a Cart) -> Self {
        Self {
            id: cart.id.into(),
            customer_id: cart.customer_id.map(Uuid::from),
            locale: cart.locale.code(),
            email: cart.email.as_ref().map(EmailAddress::as_str),
            shipping_address: cart.shipping_address.as_ref(),
            billing_address: cart.billing_address.as_ref(),
            shipping_option: cart.shipping_option.as_deref(),
            customer_note: &cart.customer_note,
            delivery_date: cart.delivery_date,
            coupon_codes: &cart.coupon_codes,
        }
    }
}

/// Those of the carts that were made.
pub(crate) async fn insert_all(ctx: &mut Ctx, carts: &[(&Cart, &[PricedLine])]) -> Result<Vec<CartId>, Error> {
    if carts.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<NewRow<'_>> = carts.iter().map(|(cart, _)| NewRow::from(*cart)).collect();
    let lines: Vec<(CartId, i64, &PricedLine)> = carts
        .iter()
        .flat_map(|(cart, lines)| (1..).zip(lines.iter()).map(|(place, line)| (cart.id, place, line)))
        .collect();
    let numbers = |f: fn(&PricedLine) -> i64| lines.iter().map(|(_, _, line)| f(line)).collect::<Vec<_>>();
    let of_lines = lines.iter().map(|(_, _, line)| *line);
    let properties = of_lines.clone().map(|new| Json(new.line.properties.as_map()));
    Ok(sqlx::query_scalar(INSERT_ALL)
        .bind(ctx.store_id())
        .bind(ctx.currency().code())
        .bind(ctx.now())
        .bind(Json(rows))
        .bind(lines.iter().map(|(cart, _, _)| *cart).collect::<Vec<_>>())
        .bind(of_lines.clone().map(|new| new.id).collect::<Vec<_>>())
        .bind(of_lines.clone().map(|new| new.line.variant_id).collect::<Vec<_>>())
        .bind(numbers(|new| new.line.quantity.get()))
        .bind(properties.collect::<Vec<_>>())
        .bind(of_lines.map(|new| new.line.properties.hash()).collect::<Vec<_>>())
        .bind(numbers(|new| Money::minor(new.price)))
        .bind(numbers(|new| new.quantity_seen))
        .bind(lines.iter().map(|(_, place, _)| *place).collect::<Vec<_>>())
        .fetch_all(ctx.sql().await?)
        .await?)
}
