//! Prices that go by what only a statement knows when it writes: how many of a variant a cart has, whose it is and where it goes.

use kernel::CountryCode;
use serde::Serialize;
use uuid::Uuid;

/// What one of `$variant` costs with `$total` of it in the cart `touched`: by the [`Step`]s of `$steps`, where the cart is that
/// customer's, and else `$otherwise`.
macro_rules! price_seen {
    ($steps:literal, $variant:literal, $total:literal, $otherwise:literal) => {
        concat!(
            "coalesce((SELECT s.price FROM jsonb_to_recordset(",
            $steps,
            ") AS s (customer_id uuid, home text, country text, variant_id uuid, min_quantity bigint, price bigint) \
             WHERE s.customer_id = touched.customer_id AND s.variant_id = ",
            $variant,
            " AND s.min_quantity <= ",
            $total,
            " AND (s.country IS NULL OR s.country = coalesce(touched.country, s.home)) \
             ORDER BY s.country IS NULL, s.min_quantity DESC LIMIT 1), ",
            $otherwise,
            ")"
        )
    };
}
pub(crate) use price_seen;

/// What a variant costs a customer from a quantity on, where it goes to that country, or to any that no other step names. A cart
/// without an address goes home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    pub(crate) customer_id: Uuid,
    pub(crate) home: CountryCode,
    pub(crate) country: Option<CountryCode>,
    pub(crate) variant_id: Uuid,
    pub(crate) min_quantity: i64,
    pub(crate) price: i64,
}
