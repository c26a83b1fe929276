//! The one place where a total is worked out, in this order:
//!
//! 1. **prices**: what one costs now, times how many;
//! 2. **line discounts**: the best of the coupons for some products, spread over the lines it is for;
//! 3. **order discounts**: the best of the coupons for the whole order, of what is left, spread over all lines;
//! 4. **shipping**: the delivery that was chosen;
//! 5. **shipping discounts**: the best of the coupons for free delivery;
//! 6. **tax**: on what is left of each line and of the delivery, rounded as the store says;
//! 7. **totals**: sums of the above, and of nothing else.
//!
//! Discounts come before tax because tax is due on what is really paid (Directive 2006/112/EC, article 79; likewise the
//! sales tax of the states). Coupons in one lane (2, 3, 5) do not add up, lanes do. What is spread is spread by largest
//! remainder over the lines in the order of their variants, so the same cart has the same total however it is sorted.

use std::collections::BTreeMap;

use kernel::{Money, MoneyError, VariantId};
use rust_decimal::Decimal;
use tax::Rate;

use crate::{
    Discount, Lane, LineFacts, Quote, QuoteFacts, QuoteLine, QuoteShipping, ShippingFacts, TaxPart,
    discounts::Judged,
    taxation::{Taxable, taxes_of},
};

/// Why facts have no quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// A price is below zero.
    #[error("the price of {0} is negative")]
    NegativePrice(VariantId),
    /// A line has less than one piece.
    #[error("there must be at least one of {0}")]
    InvalidQuantity(VariantId),
    /// The delivery costs less than nothing.
    #[error("the price of the delivery is negative")]
    NegativeShipping,
    /// The amounts are too large or in another currency than the quote.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Works out what an order costs, and why.
pub fn quote(facts: &QuoteFacts) -> Result<Quote, QuoteError> {
    let mut lines = priced(facts)?;
    let items = Money::sum(facts.currency, lines.iter().map(|line| line.subtotal))?;
    let mut coupons = Judged::new(facts, items);

    for lane in [Lane::Lines, Lane::Order] {
        let left = lines.iter().map(Line::left).collect::<Result<Vec<_>, _>>()?;
        let of_lines: Vec<&LineFacts> = lines.iter().map(|line| line.facts).collect();
        let discounts = coupons.apply_best(lane, &left, &of_lines)?;
        for (line, discount) in lines.iter_mut().zip(discounts) {
            if !discount.amount.is_zero() {
                line.discounts.push(discount);
            }
        }
    }

    let shipping = facts.shipping.as_ref();
    if shipping.is_some_and(|shipping| shipping.price.is_negative()) {
        return Err(QuoteError::NegativeShipping);
    }
    let shipping_price: Vec<Money> = shipping.iter().map(|shipping| shipping.price).collect();
    let mut shipping_discounts = coupons.apply_best(Lane::Shipping, &shipping_price, &[])?;
    shipping_discounts.retain(|discount| !discount.amount.is_zero());

    let (lines, shipping) = taxed(facts, lines, shipping_discounts)?;
    totalled(facts, lines, shipping, coupons)
}

/// A line on its way through the calculation.
struct Line<'a> {
    /// Where it stands in the facts.
    position: usize,
    facts: &'a LineFacts,
    subtotal: Money,
    discounts: Vec<Discount>,
}

impl Line<'_> {
    fn discount(&self) -> Result<Money, MoneyError> {
        Money::sum(
            self.subtotal.currency(),
            self.discounts.iter().map(|discount| discount.amount),
        )
    }

    fn left(&self) -> Result<Money, MoneyError> {
        self.subtotal.minus(self.discount()?)
    }
}

/// The lines with their prices, sorted by variant.
fn priced(facts: &QuoteFacts) -> Result<Vec<Line<'_>>, QuoteError> {
    let mut lines = Vec::with_capacity(facts.lines.len());
    for (position, line) in facts.lines.iter().enumerate() {
        if line.unit_price.is_negative() {
            return Err(QuoteError::NegativePrice(line.variant_id));
        }
        if line.quantity < 1 {
            return Err(QuoteError::InvalidQuantity(line.variant_id));
        }
        let subtotal = line.unit_price.times(line.quantity)?;
        lines.push(Line {
            position,
            facts: line,
            subtotal,
            discounts: Vec::new(),
        });
    }
    lines.sort_by_key(|line| (line.facts.variant_id, line.facts.quantity, line.subtotal.minor()));
    Ok(lines)
}

/// The lines and the delivery with their taxes, the lines in the order of the facts.
fn taxed(
    facts: &QuoteFacts,
    lines: Vec<Line<'_>>,
    shipping_discounts: Vec<Discount>,
) -> Result<(Vec<QuoteLine>, Option<QuoteShipping>), MoneyError> {
    let shipping_discount = Money::sum(
        facts.currency,
        shipping_discounts.iter().map(|discount| discount.amount),
    )?;
    let mut taxables = Vec::with_capacity(lines.len() + 1);
    for line in &lines {
        taxables.push(Taxable {
            amount: line.left()?,
            rates: &line.facts.taxes,
        });
    }
    if let Some(shipping) = &facts.shipping {
        let rates = if facts.lines.iter().any(|line| !line.taxes.is_empty()) {
            shipping.taxes.as_slice()
        } else {
            &[]
        };
        taxables.push(Taxable {
            amount: shipping.price.minus(shipping_discount)?,
            rates,
        });
    }
    let taxes = taxes_of(&taxables, facts.prices_include_tax, facts.tax_rounding)?;
    let mut charges = Vec::with_capacity(taxables.len());
    for (taxable, amounts) in taxables.iter().zip(taxes) {
        charges.push(Charge::new(*taxable, amounts, facts.prices_include_tax)?);
    }
    let mut charges = charges.into_iter();

    let mut quoted = Vec::with_capacity(lines.len());
    for (line, charge) in lines.into_iter().zip(charges.by_ref()) {
        quoted.push((line.position, quote_line(line, charge)?));
    }
    quoted.sort_by_key(|(position, _)| *position);
    let shipping = facts.shipping.as_ref().zip(charges.next());
    let shipping =
        shipping.map(|(shipping, charge)| quote_shipping(shipping, shipping_discounts, shipping_discount, charge));
    Ok((quoted.into_iter().map(|(_, line)| line).collect(), shipping))
}

/// An amount with its taxes.
struct Charge {
    taxes: Vec<TaxPart>,
    tax: Money,
    net: Money,
    total: Money,
}

impl Charge {
    fn new(taxable: Taxable<'_>, taxes: Vec<Money>, included: bool) -> Result<Self, MoneyError> {
        let amount = taxable.amount;
        let tax = Money::sum(amount.currency(), taxes.iter().copied())?;
        let (net, total) = if included {
            (amount.minus(tax)?, amount)
        } else {
            (amount, amount.plus(tax)?)
        };
        let named = |(rate, amount): (&Rate, Money)| TaxPart {
            name: rate.name.clone(),
            rate: rate.rate,
            jurisdiction: rate.jurisdiction.to_string(),
            amount,
        };
        Ok(Self {
            taxes: taxable.rates.iter().zip(taxes).map(named).collect(),
            tax,
            net,
            total,
        })
    }
}

fn quote_line(line: Line<'_>, charge: Charge) -> Result<QuoteLine, MoneyError> {
    Ok(QuoteLine {
        variant_id: line.facts.variant_id,
        product_id: line.facts.product_id,
        quantity: line.facts.quantity,
        unit_price: line.facts.unit_price,
        subtotal: line.subtotal,
        discount: line.discount()?,
        discounts: line.discounts,
        taxes: charge.taxes,
        tax: charge.tax,
        net: charge.net,
        total: charge.total,
    })
}

fn quote_shipping(
    shipping: &ShippingFacts,
    discounts: Vec<Discount>,
    discount: Money,
    charge: Charge,
) -> QuoteShipping {
    QuoteShipping {
        price: shipping.price,
        discounts,
        discount,
        taxes: charge.taxes,
        tax: charge.tax,
        net: charge.net,
        total: charge.total,
    }
}

fn totalled(
    facts: &QuoteFacts,
    lines: Vec<QuoteLine>,
    shipping: Option<QuoteShipping>,
    coupons: Judged<'_>,
) -> Result<Quote, QuoteError> {
    let of_lines = |column: fn(&QuoteLine) -> Money| Money::sum(facts.currency, lines.iter().map(column));
    let of_shipping =
        |column: fn(&QuoteShipping) -> Money| shipping.as_ref().map_or(Money::zero(facts.currency), column);
    Ok(Quote {
        currency: facts.currency,
        prices_include_tax: facts.prices_include_tax,
        tax_rounding: facts.tax_rounding,
        items_total: of_lines(|line| line.subtotal)?,
        discount_total: of_lines(|line| line.discount)?,
        shipping_total: of_shipping(|shipping| shipping.price),
        shipping_discount: of_shipping(|shipping| shipping.discount),
        tax_total: of_lines(|line| line.tax)?.plus(of_shipping(|shipping| shipping.tax))?,
        total: of_lines(|line| line.total)?.plus(of_shipping(|shipping| shipping.total))?,
        taxes: by_rate(&lines, shipping.as_ref())?,
        coupons: coupons.outcomes(),
        lines,
        shipping,
    })
}

/// The tax of lines and delivery by rate.
fn by_rate(lines: &[QuoteLine], shipping: Option<&QuoteShipping>) -> Result<Vec<TaxPart>, MoneyError> {
    let mut sums: BTreeMap<(&str, &str, Decimal), Money> = BTreeMap::new();
    let of_lines = lines.iter().flat_map(|line| &line.taxes);
    for part in of_lines.chain(shipping.into_iter().flat_map(|shipping| &shipping.taxes)) {
        let key = (part.jurisdiction.as_str(), part.name.as_str(), part.rate);
        let sum = sums.entry(key).or_insert(Money::zero(part.amount.currency()));
        *sum = sum.plus(part.amount)?;
    }
    let named = |((jurisdiction, name, rate), amount): ((&str, &str, Decimal), Money)| TaxPart {
        name: name.to_owned(),
        rate,
        jurisdiction: jurisdiction.to_owned(),
        amount,
    };
    Ok(sums.into_iter().map(named).collect())
}

#[cfg(test)]
mod tests;
