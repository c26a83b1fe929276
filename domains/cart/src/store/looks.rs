//! Carts with everything that lies in them, in one statement however many they are.

use std::collections::{BTreeMap, HashMap};

use database::{Ctx, Error};
use kernel::{CartId, CartLineId, VariantId};
use sqlx::types::Json;

use super::rows::{CartRow, LineRow};
use crate::{Cart, CartLine};

database::statements! {
    /// A row for each line, and one without a line for a cart that has none.
    LOOK = "SELECT c.id, c.state, c.customer_id, c.email, c.locale, c.currency, c.shipping_address, c.billing_address, c.shipping_option, \
            c.delivery_date, c.coupon_codes, c.customer_note, c.held_until, c.order_id, c.version, c.created_at, c.updated_at, \
            l.line_id, l.variant_id, l.quantity, l.properties, l.line_currency, l.price_seen, l.quantity_seen, l.saved \
        FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) AS n \
        CROSS JOIN LATERAL (SELECT * FROM cart.carts WHERE store_id = $1 AND id = n.id OFFSET 0) AS c LEFT JOIN LATERAL ( \
            SELECT id AS line_id, variant_id, quantity, properties, currency AS line_currency, price_seen, quantity_seen, false AS saved, added_at \
            FROM cart.lines WHERE store_id = $1 AND cart_id = c.id \
            UNION ALL SELECT id, variant_id, quantity, properties, currency, price_seen, quantity_seen, true, added_at \
            FROM cart.saved_lines WHERE store_id = $1 AND owner_id = coalesce(c.customer_id, c.id) \
        ) AS l ON true ORDER BY c.id, l.saved, l.added_at, l.line_id";
}

/// A cart, and what lies in it and beside it.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) cart: Cart,
    /// In the order they were added.
    pub(crate) lines: Vec<CartLine>,
    /// What its owner put aside, in the order they did.
    pub(crate) saved: Vec<CartLine>,
}

#[derive(sqlx::FromRow)]
struct LookRow {
    #[sqlx(flatten)]
    cart: CartRow,
    line_id: Option<CartLineId>,
    variant_id: Option<VariantId>,
    quantity: Option<i64>,
    properties: Option<Json<BTreeMap<String, String>>>,
    line_currency: Option<String>,
    price_seen: Option<i64>,
    quantity_seen: Option<i64>,
    saved: Option<bool>,
}

impl LookRow {
    /// The cart, and its line with whether it is put aside.
    fn parts(self) -> (CartRow, Option<(LineRow, bool)>) {
        let line = || {
            let line = LineRow {
                id: self.line_id?,
                variant_id: self.variant_id?,
                quantity: self.quantity?,
                properties: self.properties?,
                currency: self.line_currency?,
                price_seen: self.price_seen?,
                quantity_seen: self.quantity_seen?,
            };
            Some((line, self.saved?))
        };
        let line = line();
        (self.cart, line)
    }
}

/// The carts of these ids that are there, as they are at one moment.
pub(crate) async fn look_at(ctx: &mut Ctx, ids: &[CartId]) -> Result<HashMap<CartId, Look>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<LookRow> = sqlx::query_as(LOOK)
        .bind(store_id)
        .bind(ids)
        .fetch_all(ctx.sql().await?)
        .await?;
    let mut looks: HashMap<CartId, Look> = HashMap::with_capacity(ids.len());
    for row in rows {
        let (cart, line) = row.parts();
        let look = match looks.entry(cart.id) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => new.insert(Look {
                cart: cart.try_into()?,
                lines: Vec::new(),
                saved: Vec::new(),
            }),
        };
        match line {
            Some((line, true)) => look.saved.push(line.try_into()?),
            Some((line, false)) => look.lines.push(line.try_into()?),
            None => {}
        }
    }
    Ok(looks)
}
