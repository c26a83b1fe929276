//! Rows as PostgreSQL gives them, and the cart's own types they become.

use std::{collections::BTreeMap, str::FromStr as _};

use chrono::NaiveDate;
use database::Error;
use kernel::{
    Address, CartId, CartLineId, Currency, CustomerId, EmailAddress, Locale, Money, OrderId, Quantity, Time, VariantId,
};
use sqlx::types::Json;

use crate::{Cart, CartLine, CartState, Properties};

#[derive(sqlx::FromRow)]
pub(super) struct CartRow {
    pub(super) id: CartId,
    state: String,
    customer_id: Option<CustomerId>,
    email: Option<String>,
    locale: String,
    currency: String,
    shipping_address: Option<Json<Address>>,
    billing_address: Option<Json<Address>>,
    shipping_option: Option<String>,
    delivery_date: Option<NaiveDate>,
    coupon_codes: Vec<String>,
    customer_note: String,
    held_until: Option<Time>,
    order_id: Option<OrderId>,
    version: i64,
    created_at: Time,
    updated_at: Time,
}

impl TryFrom<CartRow> for Cart {
    type Error = Error;

    fn try_from(row: CartRow) -> Result<Self, Error> {
        let email = row.email.as_deref().map(email).transpose()?;
        Ok(Self {
            id: row.id,
            state: CartState::parse(&row.state)?,
            customer_id: row.customer_id,
            email,
            locale: Locale::from_str(&row.locale).map_err(|_e| Error::corrupt("carts.locale", row.locale))?,
            currency: currency(&row.currency)?,
            shipping_address: row.shipping_address.map(|Json(address)| address),
            billing_address: row.billing_address.map(|Json(address)| address),
            shipping_option: row.shipping_option,
            delivery_date: row.delivery_date,
            coupon_codes: row.coupon_codes,
            customer_note: row.customer_note,
            held_until: row.held_until,
            order_id: row.order_id,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct LineRow {
    pub(super) id: CartLineId,
    pub(super) variant_id: VariantId,
    pub(super) quantity: i64,
    pub(super) properties: Json<BTreeMap<String, String>>,
    pub(super) currency: String,
    pub(super) price_seen: i64,
    pub(super) quantity_seen: i64,
}

impl TryFrom<LineRow> for CartLine {
    type Error = Error;

    fn try_from(row: LineRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            variant_id: row.variant_id,
            quantity: Quantity::new(row.quantity)
                .map_err(|_e| Error::corrupt("cart.lines.quantity", row.quantity.to_string()))?,
            properties: Properties::new(row.properties.0)
                .map_err(|_e| Error::corrupt("cart.lines.properties", row.id.to_string()))?,
            price_seen: Money::new(row.price_seen, currency(&row.currency)?),
            quantity_seen: row.quantity_seen,
        })
    }
}

pub(super) fn email(text: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(text).map_err(|_e| Error::corrupt("carts.email", text))
}

pub(super) fn currency(code: &str) -> Result<Currency, Error> {
    Currency::parse(code).map_err(|_e| Error::corrupt("cart currency", code))
}
