//! Works out what a document says from the order it is about.

use database::Error;
use kernel::{Locale, Money, MoneyError, Store};
use orders::{Amount, Order, OrderDetails, OrderLine, OrderRefund, RefundedLine, TaxShare};
use rust_decimal::Decimal;

use crate::{
    Content, Exempt, Party, Row, Sums, TaxRow, Terms, WriteError,
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
                .filter(|_| bill.is_some() && bill != ship && self.is_sent())
                .map(lines)
                .unwrap_or_default(),
        }
    }

    /// Whether anything of it goes to an address.
    fn is_sent(self) -> bool {
        self.details.lines.iter().any(|line| line.requires_shipping)
    }

    /// What an invoice says.
    pub(crate) fn invoice(self) -> Result<Content, MoneyError> {
        let order = &self.details.order;
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
        Ok(self.content(rows, sums, self.charged()?, String::new()))
    }

    /// The taxes that were charged. An order that was taken over may know them only as a whole.
    fn charged(self) -> Result<Taxes, MoneyError> {
        let order = &self.details.order;
        let mut taxes = Taxes::default();
        for line in &self.details.lines {
            taxes.add(&line.taxes, line.total.minus(line.tax)?)?;
        }
        let shipped = order.shipping_charged()?.minus(order.shipping_tax)?;
        taxes.add(&order.explanation.shipping_taxes, shipped)?;
        if taxes.0.is_empty() {
            taxes.add(&order.explanation.taxes, order.total.minus(order.tax_total)?)?;
        }
        Ok(taxes)
    }

    /// What the credit note for a refund says, after those for `credited` were written.
    pub(crate) fn credit_note(
        self,
        invoice_number: &str,
        refund: &OrderRefund,
        credited: &[&OrderRefund],
    ) -> Result<Content, WriteError> {
        let (mut before, mut given) = (Vec::new(), Taxes::default());
        for known in credited {
            let back = self.back(known, &before, &given)?;
            given.merge(&back.taxes)?;
            before.push(*known);
        }
        let back = self.back(refund, &before, &given)?;
        let positive = |money: Money| money.is_positive().then(|| Amount::from(money));
        let sums = Sums {
            items: back.items.into(),
            discount: None,
            shipping: positive(refund.shipping_amount),
            shipping_discount: None,
            other: positive(back.other),
            tax: back.tax.into(),
            total: refund.amount.into(),
        };
        Ok(self.content(back.rows, sums, back.taxes, invoice_number.to_owned()))
    }

    /// What a refund gives back, after those `before` gave back their taxes.
    fn back(self, refund: &OrderRefund, before: &[&OrderRefund], given: &Taxes) -> Result<Back, WriteError> {
        let order = &self.details.order;
        let (mut taxes, mut rows) = (Taxes::default(), Vec::new());
        let (mut tax, mut items) = (Money::zero(order.currency), Money::zero(order.currency));
        for back in &refund.lines {
            let Some(line) = self.details.lines.iter().find(|line| line.id == back.line_id) else {
                continue;
            };
            let of_line = before.iter().flat_map(|refund| &refund.lines);
            let gone = of_line.filter(|known| known.line_id == line.id).map(|known| known.tax);
            let gone = Money::sum(order.currency, gone)?;
            taxes.step(&line.taxes, back.amount.minus(back.tax)?, gone, gone.plus(back.tax)?)?;
            (tax, items) = (tax.plus(back.tax)?, items.plus(back.amount)?);
            rows.push(given_back(line, back));
        }
        let shipped = Money::sum(order.currency, before.iter().map(|refund| refund.shipping_amount))?;
        let (gone, now) = (
            shipping_tax(order, shipped)?,
            shipping_tax(order, shipped.plus(refund.shipping_amount)?)?,
        );
        let of_shipping = now.minus(gone)?;
        let net = refund.shipping_amount.minus(of_shipping)?;
        taxes.step(&order.explanation.shipping_taxes, net, gone, now)?;
        let told = items.plus(refund.shipping_amount)?;
        let other = refund.amount.minus(told)?;
        if other.minor() < 0 {
            return Err(Error::corrupt("refunds.amount", refund.amount.minor().to_string()).into());
        }
        let gone = Money::sum(order.currency, before.iter().map(|refund| refund.amount))?;
        let left = order.total.minus(gone)?.minus(told)?;
        let of_other = taxes.take_part(&self.charged()?, given, (other, left))?;
        let tax = tax.plus(of_shipping)?.plus(of_other)?;
        Ok(Back {
            rows,
            items,
            other,
            tax,
            taxes,
        })
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

/// What a refund gives back.
struct Back {
    rows: Vec<Row>,
    items: Money,
    /// What is for neither a row nor the delivery.
    other: Money,
    tax: Money,
    taxes: Taxes,
}

/// Taxes by name, rate and jurisdiction, in the order in which they come up, with what each is taken of.
#[derive(Default)]
struct Taxes(Vec<(TaxShare, Money)>);

impl Taxes {
    fn add(&mut self, shares: &[TaxShare], net: Money) -> Result<(), MoneyError> {
        shares
            .iter()
            .try_for_each(|share| self.add_one(share, net, share.amount))
    }

    fn merge(&mut self, others: &Self) -> Result<(), MoneyError> {
        let mut others = others.0.iter();
        others.try_for_each(|(share, net)| self.add_one(share, *net, share.amount))
    }

    /// Adds what an amount that names no row takes of what is left of each tax: of all that is left, all. The answer is the
    /// tax in it.
    fn take_part(&mut self, charged: &Self, given: &Self, (part, left): (Money, Money)) -> Result<Money, MoneyError> {
        let (mut all, zero) = (Money::zero(part.currency()), Money::zero(part.currency()));
        if !part.is_positive() {
            return Ok(all);
        }
        let scale = |whole: Money| {
            let minor = scaled(whole.minor().max(0), part.minor().min(left.minor()), left.minor());
            Money::new(minor.max(0), part.currency())
        };
        let gone = |taxes: &Self, share: &TaxShare| {
            let known = taxes.0.iter().find(|(known, _)| is_same(known, share));
            known.map_or((zero, zero), |(known, net)| (known.amount, *net))
        };
        for (share, net) in &charged.0 {
            let ((tax_before, net_before), (own_tax, own_net)) = (gone(given, share), gone(self, share));
            let tax = scale(share.amount.minus(tax_before)?.minus(own_tax)?);
            self.add_one(share, scale(net.minus(net_before)?.minus(own_net)?), tax)?;
            all = all.plus(tax)?;
        }
        Ok(all)
    }

    /// Adds what goes back of `shares`, of which `before` went back already.
    fn step(&mut self, shares: &[TaxShare], net: Money, before: Money, now: Money) -> Result<(), MoneyError> {
        let amounts: Vec<i64> = shares.iter().map(|share| share.amount.minor()).collect();
        let steps = step(&amounts, before.minor(), now.minor());
        let mut steps = shares.iter().zip(steps).filter(|_| !net.is_zero() || now != before);
        steps.try_for_each(|(share, tax)| self.add_one(share, net, Money::new(tax, net.currency())))
    }

    fn add_one(&mut self, share: &TaxShare, net: Money, tax: Money) -> Result<(), MoneyError> {
        match self.0.iter_mut().find(|(known, _)| is_same(known, share)) {
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
        let says_something = |(share, net): &(TaxShare, Money)| !share.amount.is_zero() || !net.is_zero();
        self.0.into_iter().filter(says_something).map(row).collect()
    }
}

fn is_same(one: &TaxShare, other: &TaxShare) -> bool {
    one.name == other.name && one.rate == other.rate && one.jurisdiction == other.jurisdiction
}
