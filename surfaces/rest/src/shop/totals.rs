//! What a cart comes to on the wire: as it is answered, and as a shopper saw it.

use kernel::{Currency, FieldError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Problem;

use crate::wire::Money;

/// What a cart comes to: items − discount + shipping − shipping discount, and + tax when prices are without it.
#[derive(Serialize, ToSchema)]
pub(super) struct Totals {
    /// Σ unit price × quantity.
    items: Money,
    /// What coupons take off the lines.
    discount: Money,
    /// What delivery costs before any coupon.
    shipping: Money,
    /// What coupons take off the delivery.
    shipping_discount: Money,
    /// The tax of lines and delivery, whether prices contain it or not.
    tax: Money,
    /// What the shopper pays.
    total: Money,
}

impl From<checkout::Totals> for Totals {
    fn from(totals: checkout::Totals) -> Self {
        Self {
            items: totals.items.into(),
            discount: totals.discount.into(),
            shipping: totals.shipping.into(),
            shipping_discount: totals.shipping_discount.into(),
            tax: totals.tax.into(),
            total: totals.total.into(),
        }
    }
}

/// The `totals` of a cart as a shopper saw them.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedTotals {
    /// Σ unit price × quantity.
    items: Money,
    /// What coupons take off the lines.
    discount: Money,
    /// What delivery costs before any coupon.
    shipping: Money,
    /// What coupons take off the delivery.
    shipping_discount: Money,
    /// The tax of lines and delivery, whether prices contain it or not.
    tax: Money,
    /// What the shopper pays.
    total: Money,
}

impl ExpectedTotals {
    /// What a shopper says to have seen, by the field that says it; all of it in the store's currency, for in another one none
    /// would be the same.
    pub(super) fn parse(self, field: &str, currency: Currency) -> Result<checkout::Totals, Problem> {
        let read = |money: Money, name: &str| {
            let field = format!("{field}.{name}");
            let money = money.parse(&field)?;
            if money.currency() != currency {
                let message = format!("must be {currency}, the store's currency");
                return Err(FieldError::new(format!("{field}.currency"), "wrong_currency", message));
            }
            Ok(money)
        };
        Ok(checkout::Totals {
            tax: read(self.tax, "tax")?,
            items: read(self.items, "items")?,
            discount: read(self.discount, "discount")?,
            shipping: read(self.shipping, "shipping")?,
            shipping_discount: read(self.shipping_discount, "shipping_discount")?,
            total: read(self.total, "total")?,
        })
    }
}
