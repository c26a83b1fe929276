//! Works out what a document says from the order it is about.

use kernel::{Locale, Money, MoneyError, Store};
use orders::{Amount, Order, OrderDetails, OrderLine, OrderRefund, RefundedLine, TaxShare};
use rust_decimal::Decimal;

use crate::{
    Content, Exempt, Party, Row, Sums, TaxRow, Terms,
    shares::{scaled, step},
};

/// Who writes, and about which order.
#[derive(Clone, Copy)]
pub(crate) struct Occasion<'a> {
    pub(crate) store: &'a Store,
    pub(crate) terms: &'a Terms,
    pub(crate) details: &'a OrderDetails,
}

impl Occasion<'_> {
    pub(crate) fn buyer(self) -> Party {
        let order = &self.details.order;
        let (bill, ship) = (order.billing_address.as_ref(), order.shipping_address.as_ref());
        let lines = |address: &kernel::Address| address.label_lines(order.locale);
        Party {
            lines: bill.or(ship).map(lines).unwrap_or_default(),
            email: order.email.to_string(),
            ship_to: ship
                .filter(|_| bill.is_some() && bill != ship)
                .map(lines)
                .unwrap_or_default(),
        }
    }

    /// What an invoice says.
    pub(crate) fn invoice(self) -> Result<Content, MoneyError> {
        let order = &self.details.order;
        let mut taxes = Taxes::default();
        for line in &self.details.lines {
            taxes.add(&line.taxes, line.total.minus(line.tax)?, |share| share.amount)?;
        }
        let shipped = order.shipping_charged()?.minus(order.shipping_tax)?;
        taxes.add(&order.explanation.shipping_taxes, shipped, |share| share.amount)?;
        let positive = |money: Money| money.is_positive().then(|| Amount::from(money));
        let sums = Sums {
            items: order.items_total.into(),
            discount: positive(order.discount_total),
            shipping: (!order.shipping_code.is_empty()).then(|| order.shipping_total.into()),
            shipping_discount: positive(order.shipping_discount),
            other: None,
            tax: order.tax_total.into(),
            total: order.total.into(),
        };
        let rows = self.details.lines.iter().map(sold).collect();
        Ok(self.content(rows, sums, taxes, String::new()))
    }

    /// What the credit note for a refund says, after those for `credited` were written.
    pub(crate) fn credit_note(
        self,
        invoice_number: &str,
        refund: &OrderRefund,
        credited: &[&OrderRefund],
    ) -> Result<Content, MoneyError> {
        let order = &self.details.order;
        let (mut taxes, mut rows) = (Taxes::default(), Vec::new());
        let (mut tax, mut items) = (Money::zero(order.currency), Money::zero(order.currency));
        for back in &refund.lines {
            let Some(line) = self.details.lines.iter().find(|line| line.id == back.line_id) else {
                continue;
            };
            let of_line = credited.iter().flat_map(|refund| &refund.lines);
            let before = of_line.filter(|known| known.line_id == line.id).map(|known| known.tax);
            let before = Money::sum(order.currency, before)?;
            taxes.step(
                &line.taxes,
                back.amount.minus(back.tax)?,
                before,
                before.plus(back.tax)?,
            )?;
            (tax, items) = (tax.plus(back.tax)?, items.plus(back.amount)?);
            rows.push(given_back(line, back));
        }
        let before = Money::sum(order.currency, credited.iter().map(|refund| refund.shipping_amount))?;
        let (before, now) = (
            shipping_tax(order, before)?,
            shipping_tax(order, before.plus(refund.shipping_amount)?)?,
        );
        let of_shipping = now.minus(before)?;
        let net = refund.shipping_amount.minus(of_shipping)?;
        taxes.step(&order.explanation.shipping_taxes, net, before, now)?;
        let other = refund.amount.minus(items)?.minus(refund.shipping_amount)?;
        let positive = |money: Money| money.is_positive().then(|| Amount::from(money));
        let sums = Sums {
            items: items.into(),
            discount: None,
            shipping: positive(refund.shipping_amount),
            shipping_discount: None,
            other: positive(other),
            tax: tax.plus(of_shipping)?.into(),
            total: refund.amount.into(),
        };
        Ok(self.content(rows, sums, taxes, invoice_number.to_owned()))
    }

    fn content(self, rows: Vec<Row>, sums: Sums, taxes: Taxes, invoice_number: String) -> Content {
        let order = &self.details.order;
        let exempt = order.explanation.exemption.as_ref().map(|exemption| Exempt {
            certificate: exemption.certificate.clone(),
            reason: exemption.reason.clone(),
        });
        Content {
            seller: seller(self.store, self.terms, order.locale),
            tax_numbers: self.terms.tax_numbers.clone(),
            note: self.terms.note.clone(),
            order_number: order.number.clone(),
            placed_at: order.placed_at,
            invoice_number,
            rows,
            shipping_name: order.shipping_name.clone(),
            sums,
            prices_include_tax: order.prices_include_tax,
            taxes: taxes.rows(),
            exempt,
        }
    }
}

fn seller(store: &Store, terms: &Terms, locale: Locale) -> Party {
    let name = Some(&terms.legal_name)
        .filter(|name| !name.is_empty())
        .unwrap_or(&store.name);
    let address = store.address.as_ref().map(|address| address.label_lines(locale));
    Party {
        lines: std::iter::once(name.clone())
            .chain(address.unwrap_or_default())
            .collect(),
        email: store.email.to_string(),
        ship_to: Vec::new(),
    }
}

fn sold(line: &OrderLine) -> Row {
    Row {
        unit_price: Some(line.unit_price.into()),
        discount: line.discount.is_positive().then(|| line.discount.into()),
        ..row(line, line.quantity, line.tax, line.total)
    }
}

fn given_back(line: &OrderLine, back: &RefundedLine) -> Row {
    row(line, back.quantity, back.tax, back.amount)
}

fn row(line: &OrderLine, quantity: i64, tax: Money, total: Money) -> Row {
    Row {
        title: line.title.clone(),
        variant_title: line.variant_title.clone(),
        sku: line.sku.clone().unwrap_or_default(),
        quantity,
        unit_price: None,
        discount: None,
        tax: tax.into(),
        total: total.into(),
    }
}

/// The tax in so much of the delivery.
fn shipping_tax(order: &Order, part: Money) -> Result<Money, MoneyError> {
    let charged = order.shipping_charged()?;
    let tax = scaled(order.shipping_tax.minor(), part.minor(), charged.minor());
    Ok(Money::new(tax, order.currency))
}

/// Taxes by name, rate and jurisdiction, in the order in which they come up, with what each is taken of.
#[derive(Default)]
struct Taxes(Vec<(TaxShare, Money)>);

impl Taxes {
    fn add(&mut self, shares: &[TaxShare], net: Money, amount: fn(&TaxShare) -> Money) -> Result<(), MoneyError> {
        shares
            .iter()
            .try_for_each(|share| self.add_one(share, net, amount(share)))
    }

    /// Adds what goes back of `shares`, of which `before` went back already.
    fn step(&mut self, shares: &[TaxShare], net: Money, before: Money, now: Money) -> Result<(), MoneyError> {
        let amounts: Vec<i64> = shares.iter().map(|share| share.amount.minor()).collect();
        let steps = step(&amounts, before.minor(), now.minor());
        let mut steps = shares.iter().zip(steps).filter(|_| !net.is_zero() || now != before);
        steps.try_for_each(|(share, tax)| self.add_one(share, net, Money::new(tax, net.currency())))
    }

    fn add_one(&mut self, share: &TaxShare, net: Money, tax: Money) -> Result<(), MoneyError> {
        let same = |(known, _): &&mut (TaxShare, Money)| {
            known.name == share.name && known.rate == share.rate && known.jurisdiction == share.jurisdiction
        };
        match self.0.iter_mut().find(same) {
            Some((known, of)) => {
                known.amount = known.amount.plus(tax)?;
                *of = of.plus(net)?;
            }
            None => self.0.push((
                TaxShare {
                    amount: tax,
                    ..share.clone()
                },
                net,
            )),
        }
        Ok(())
    }

    fn rows(self) -> Vec<TaxRow> {
        let row = |(share, net): (TaxShare, Money)| TaxRow {
            percent: (share.rate * Decimal::ONE_HUNDRED).normalize().to_string(),
            name: share.name,
            jurisdiction: share.jurisdiction,
            net: net.into(),
            tax: share.amount.into(),
        };
        self.0.into_iter().map(row).collect()
    }
}
