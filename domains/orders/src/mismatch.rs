//! Whether an order that was made elsewhere is the sum of its parts: what `check` asks of orders in the database, asked before.

use std::fmt;

use kernel::Money;
use payments::RefundState;

use crate::{OrderDetails, OrderLine};

/// A part of an order that does not follow from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Which, such as `total` or `lines.2.total`.
    pub part: String,
    /// What it is.
    pub stated: String,
    /// What it has to be, or has to keep to.
    pub due: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, but {}", self.part, self.stated, self.due)
    }
}

/// What was found so far: the first thing that is wrong.
struct Finder<'a> {
    details: &'a OrderDetails,
    found: Option<Mismatch>,
}

/// The first part that is not the sum of what it is made of, or is beyond its bounds.
pub fn find_mismatch(details: &OrderDetails) -> Option<Mismatch> {
    let mut finder = Finder { details, found: None };
    for line in &details.lines {
        finder.line(line);
    }
    finder.totals();
    finder.refunds();
    finder.found
}

fn minor(money: Money) -> i128 {
    i128::from(money.minor())
}

impl Finder<'_> {
    fn amount(&self, minor: i128) -> String {
        let amount = i64::try_from(minor).map(|minor| Money::new(minor, self.details.order.currency));
        amount.map_or_else(|_error| minor.to_string(), |money| money.to_decimal().to_string())
    }

    /// The amount must be that sum.
    fn sums(&mut self, part: &str, stated: Money, sum: i128) {
        if self.found.is_none() && minor(stated) != sum {
            self.found = Some(Mismatch {
                part: part.to_owned(),
                stated: self.amount(minor(stated)),
                due: format!("what it is made of comes to {}", self.amount(sum)),
            });
        }
    }

    /// The number must lie within these bounds.
    fn within(&mut self, part: &str, stated: i128, least: i128, most: i128) {
        if self.found.is_none() && !(least..=most).contains(&stated) {
            self.found = Some(Mismatch {
                part: part.to_owned(),
                stated: stated.to_string(),
                due: format!("must be from {least} to {most}"),
            });
        }
    }

    /// Tax that comes on top of a price.
    fn on_top(&self, tax: Money) -> i128 {
        if self.details.order.prices_include_tax {
            0
        } else {
            minor(tax)
        }
    }

    fn line(&mut self, line: &OrderLine) {
        let part = |name: &str| format!("lines.{}.{name}", line.position);
        let quantity = i128::from(line.quantity);
        let most = i128::from(i64::MAX);
        self.within(&part("quantity"), quantity, 1, most);
        self.within(&part("unit_price"), minor(line.unit_price), 0, most);
        let subtotal = minor(line.unit_price).saturating_mul(quantity);
        self.within(&part("discount"), minor(line.discount), 0, subtotal);
        self.within(&part("tax"), minor(line.tax), 0, most);
        let total = subtotal - minor(line.discount) + self.on_top(line.tax);
        self.sums(&part("total"), line.total, total);
        let (mut shipped, mut waiting) = (0_i128, 0_i128);
        for parcel in &self.details.fulfilments {
            let pieces = parcel.lines.iter().filter(|(id, _)| *id == line.id);
            let pieces: i128 = pieces.map(|(_, quantity)| i128::from(*quantity)).sum();
            if parcel.shipped_at.is_some() {
                shipped += pieces;
            } else {
                waiting += pieces;
            }
        }
        let stated = i128::from(line.fulfilled_quantity);
        self.within(&part("shipped"), stated, shipped, shipped.min(quantity));
        let counted = self
            .details
            .refunds
            .iter()
            .filter(|refund| refund.state != RefundState::Failed);
        let refunded: Vec<_> = counted
            .flat_map(|refund| &refund.lines)
            .filter(|one| one.line_id == line.id)
            .collect();
        let pieces: i128 = refunded.iter().map(|one| i128::from(one.quantity)).sum();
        let stated = i128::from(line.refunded_quantity);
        self.within(&part("refunded_quantity"), stated, pieces, pieces.min(quantity));
        let left = (quantity - i128::from(line.fulfilled_quantity) - stated).max(0);
        self.within(&part("pieces in waiting parcels"), waiting, 0, left);
        self.sums(
            &part("refunded"),
            line.refunded,
            refunded.iter().map(|one| minor(one.amount)).sum(),
        );
        self.within(&part("refunded"), minor(line.refunded), 0, minor(line.total));
    }

    fn totals(&mut self) {
        let order = &self.details.order;
        let sum = |amount: fn(&OrderLine) -> Money| -> i128 {
            self.details.lines.iter().map(|line| minor(amount(line))).sum()
        };
        let items = self.details.lines.iter();
        let items: i128 = items
            .map(|line| minor(line.unit_price).saturating_mul(line.quantity.into()))
            .sum();
        let (discount, tax, lines) = (sum(|line| line.discount), sum(|line| line.tax), sum(|line| line.total));
        self.within(
            "lines",
            i128::try_from(self.details.lines.len()).unwrap_or(i128::MAX),
            1,
            10_000,
        );
        self.sums("items_total", order.items_total, items);
        self.sums("discount_total", order.discount_total, discount);
        self.within("shipping_total", minor(order.shipping_total), 0, i64::MAX.into());
        self.within(
            "shipping_discount",
            minor(order.shipping_discount),
            0,
            minor(order.shipping_total),
        );
        self.within("shipping_tax", minor(order.shipping_tax), 0, i64::MAX.into());
        self.sums("tax_total", order.tax_total, tax + minor(order.shipping_tax));
        let delivery = minor(order.shipping_total) - minor(order.shipping_discount) + self.on_top(order.shipping_tax);
        self.sums("total", order.total, lines + delivery);
    }

    fn refunds(&mut self) {
        let order = &self.details.order;
        self.within("paid_total", minor(order.paid_total), 0, i64::MAX.into());
        let mut sums = (0_i128, 0_i128);
        for (number, refund) in (1..).zip(&self.details.refunds) {
            self.within(
                &format!("refunds.{number}.amount"),
                minor(refund.amount),
                1,
                i64::MAX.into(),
            );
            let lines: i128 = refund.lines.iter().map(|line| minor(line.amount)).sum();
            let most = minor(refund.amount) - minor(refund.shipping_amount);
            self.within(&format!("refunds.{number}.lines"), lines, 0, most);
            for line in &refund.lines {
                let part = format!("refunds.{number}.quantity");
                self.within(&part, line.quantity.into(), 1, i64::MAX.into());
            }
            if refund.state != RefundState::Failed {
                sums.0 += minor(refund.amount);
                sums.1 += minor(refund.shipping_amount);
            }
        }
        self.sums("refunded_total", order.refunded_total, sums.0);
        self.sums("shipping_refunded", order.shipping_refunded, sums.1);
        self.within(
            "refunded_total",
            minor(order.refunded_total),
            0,
            minor(order.paid_total),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::sold;

    fn details() -> OrderDetails {
        let sold = sold(&[(1, 1_000, 0), (1, 250, 0)], 500);
        let mut order = sold.order;
        order.items_total = Money::new(1_250, order.currency);
        OrderDetails {
            order,
            lines: sold.lines,
            fulfilments: Vec::new(),
            refunds: Vec::new(),
            timeline: Vec::new(),
        }
    }

    #[test]
    fn what_does_not_follow_from_its_parts_is_named() {
        assert_eq!(find_mismatch(&details()), None);
        let money = |minor| Money::new(minor, kernel::Currency::USD);
        type Change = fn(&mut OrderDetails, Money);
        let wrong: [(&str, Change); 8] = [
            ("total", |details, money| details.order.total = money),
            ("items_total", |details, money| details.order.items_total = money),
            ("tax_total", |details, money| details.order.tax_total = money),
            ("lines.2.total", |details, money| details.lines[1].total = money),
            ("lines.1.discount", |details, money| {
                details.lines[0].discount = money.negated().unwrap()
            }),
            ("lines.2.shipped", |details, _| details.lines[1].fulfilled_quantity = 1),
            ("refunded_total", |details, money| details.order.refunded_total = money),
            ("lines", |details, _| details.lines.clear()),
        ];
        for (part, change) in wrong {
            let mut details = details();
            change(&mut details, money(7));
            let found = find_mismatch(&details).map(|mismatch| mismatch.part);
            assert_eq!(found.as_deref(), Some(part));
        }
        let mut more = details();
        more.order.total = money(1_751);
        let said = find_mismatch(&more).unwrap().to_string();
        assert_eq!(said, "total is 17.51, but what it is made of comes to 17.50");
    }
}
