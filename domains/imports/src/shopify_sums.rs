//! How the amounts of an order in Shopify's CSV belong together. The file does not say whether prices contain the tax, nor
//! whether a discount is off the goods or off the delivery: only one reading of the stated amounts sums to the stated total.

use kernel::{Money, MoneyError};
use orders::OrderLine;

use crate::order_columns::Heading;

/// What the file states.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stated {
    pub(crate) subtotal: Option<Money>,
    pub(crate) discount: Option<Money>,
    pub(crate) shipping: Money,
    pub(crate) duties: Money,
    pub(crate) tax: Money,
    pub(crate) total: Money,
}

/// The sums of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) items: Money,
    pub(crate) discount: Money,
    pub(crate) shipping: Money,
    pub(crate) shipping_discount: Money,
    pub(crate) tax: Money,
    pub(crate) total: Money,
    pub(crate) prices_include_tax: bool,
}

impl Sums {
    /// The reading that sums to the stated total; where both do, prices contain the tax as the store's do. An error names
    /// the column.
    pub(crate) fn of(stated: &Stated, lines: &[OrderLine], usually_included: bool) -> Result<Self, (Heading, String)> {
        let too_large = |_error: MoneyError| (Heading::Total, "is too large".to_owned());
        // The duties are a line too.
        let items = items_of(lines, stated.total).map_err(too_large)?;
        let goods = items.minus(stated.duties).map_err(too_large)?;
        let zero = Money::zero(stated.total.currency());
        let subtotal = match (stated.subtotal, stated.discount) {
            (Some(subtotal), _) => subtotal,
            (None, discount) => goods
                .minus(discount.unwrap_or(zero).min(goods).map_err(too_large)?)
                .map_err(too_large)?,
        };
        let discount = goods.minus(subtotal).map_err(too_large)?;
        if discount.is_negative() {
            let reason = format!(
                "is {}, but the lines come to {}",
                subtotal.to_decimal(),
                goods.to_decimal()
            );
            return Err((Heading::Subtotal, reason));
        }
        // What the goods do not account for may be off the delivery.
        let rest = stated.discount.unwrap_or(zero).minus(discount).map_err(too_large)?;
        let rest = if rest.is_negative() { zero } else { rest };
        let rest = rest.min(stated.shipping).map_err(too_large)?;
        for shipping_discount in [rest, zero] {
            for prices_include_tax in [usually_included, !usually_included] {
                let sums = Self {
                    items,
                    discount,
                    shipping: stated.shipping,
                    shipping_discount,
                    tax: stated.tax,
                    total: stated.total,
                    prices_include_tax,
                };
                if sums.comes_to().map_err(too_large)? == stated.total {
                    return Ok(sums);
                }
            }
        }
        let parts = [subtotal, stated.shipping, stated.duties, stated.tax];
        let sum = Money::sum(zero.currency(), parts).map_err(too_large)?;
        let (total, sum) = (stated.total.to_decimal(), sum.to_decimal());
        let reason = format!("is {total}, but Subtotal, Shipping, Duties and Taxes come to {sum}");
        Err((Heading::Total, reason))
    }

    fn comes_to(&self) -> Result<Money, MoneyError> {
        let tax = if self.prices_include_tax {
            Money::zero(self.total.currency())
        } else {
            self.tax
        };
        let goods = self.items.minus(self.discount)?;
        goods.plus(self.shipping.minus(self.shipping_discount)?)?.plus(tax)
    }
}

fn items_of(lines: &[OrderLine], total: Money) -> Result<Money, MoneyError> {
    let subtotals = lines.iter().map(|line| line.unit_price.times(line.quantity));
    let subtotals: Vec<Money> = subtotals.collect::<Result<_, _>>()?;
    Money::sum(total.currency(), subtotals)
}
