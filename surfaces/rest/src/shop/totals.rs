//! What a cart comes to on the wire: as it is answered, and as a shopper saw it.

use kernel::{Currency, FieldError};
use pricing::Quote;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Problem;

use crate::wire::Money;

/// What a cart comes to: items − discount + shipping − shipping discount, and + tax when prices are without it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
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

impl From<&Quote> for Totals {
    fn from(quote: &Quote) -> Self {
        Self {
            items: quote.items_total.into(),
            discount: quote.discount_total.into(),
            shipping: quote.shipping_total.into(),
            shipping_discount: quote.shipping_discount.into(),
            tax: quote.tax_total.into(),
            total: quote.total.into(),
        }
    }
}

impl Totals {
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
        // What it adds follows from the others.
        read(self.tax, "tax")?;
        Ok(checkout::Totals {
            items: read(self.items, "items")?,
            discount: read(self.discount, "discount")?,
            shipping: read(self.shipping, "shipping")?,
            shipping_discount: read(self.shipping_discount, "shipping_discount")?,
            total: read(self.total, "total")?,
        })
    }
}
