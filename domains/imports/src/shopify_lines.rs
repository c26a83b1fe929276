//! The lines of an order in Shopify's CSV, with their shares in what the file states for the whole order.

use std::collections::BTreeMap;

use database::Ctx;
use kernel::{Money, MoneyError};
use orders::OrderLine;

use crate::{
    order_columns::Heading,
    read_order::{Complaint, shares},
    records::Record,
    shopify_head::Head,
    shopify_sums::Sums,
    values,
};

/// The lines with their own discounts; tax and totals are still to come.
pub(crate) fn lines(ctx: &Ctx, head: &Head<'_>, rows: &[Record]) -> Result<Vec<OrderLine>, Complaint> {
    let mut lines = Vec::new();
    let zero = Money::zero(head.currency);
    for row in rows {
        let row = Head {
            row,
            currency: head.currency,
        };
        let title = row.text(Heading::LineName);
        let quantity = values::quantity(row.text(Heading::LineQuantity));
        let quantity = quantity.map_err(|reason| row.wrong(Heading::LineQuantity, reason))?;
        // A piece that was taken out of the order stays in the file with a quantity of zero.
        if quantity == Some(0) || (title.is_empty() && quantity.is_none()) {
            continue;
        }
        let quantity = quantity.ok_or_else(|| row.wrong(Heading::LineQuantity, "is empty"))?;
        let unit_price = row.amount(Heading::LinePrice)?;
        let unit_price = unit_price.ok_or_else(|| row.wrong(Heading::LinePrice, "is empty"))?;
        let too_large = |_error: MoneyError| row.wrong(Heading::LinePrice, "is too large");
        let subtotal = unit_price.times(quantity).map_err(too_large)?;
        let discount = row.amount(Heading::LineDiscount)?.unwrap_or(zero);
        let requires_shipping = values::truth(row.text(Heading::LineRequiresShipping), true);
        let requires_shipping = requires_shipping.map_err(|reason| row.wrong(Heading::LineRequiresShipping, reason))?;
        lines.push(OrderLine {
            title: title.to_owned(),
            sku: Some(row.text(Heading::LineSku).to_owned()).filter(|sku| !sku.is_empty()),
            requires_shipping,
            discount: discount.min(subtotal).map_err(too_large)?,
            ..blank_line(ctx, lines.len(), quantity, unit_price)
        });
    }
    let duties = head.amount(Heading::Duties)?.unwrap_or(zero);
    if duties.is_positive() {
        lines.push(OrderLine {
            title: "Duties".to_owned(),
            requires_shipping: false,
            ..blank_line(ctx, lines.len(), 1, duties)
        });
    }
    if lines.is_empty() {
        return Err(head.wrong(Heading::LineQuantity, "is empty in every row of the order"));
    }
    Ok(lines)
}

/// A line of goods that no product is known of.
pub(crate) fn blank_line(ctx: &Ctx, before: usize, quantity: i64, unit_price: Money) -> OrderLine {
    let zero = Money::zero(unit_price.currency());
    OrderLine {
        id: ctx.new_id(),
        position: i32::try_from(before).unwrap_or(i32::MAX).saturating_add(1),
        product_id: ctx.new_id(),
        variant_id: ctx.new_id(),
        title: String::new(),
        variant_title: String::new(),
        sku: None,
        slug: String::new(),
        image_url: String::new(),
        properties: BTreeMap::new(),
        requires_shipping: true,
        weight_grams: 0,
        quantity,
        unit_price,
        discount: zero,
        tax: zero,
        total: zero,
        taxes: Vec::new(),
        fulfilled_quantity: 0,
        refunded_quantity: 0,
        refunded: zero,
        refunded_tax: zero,
    }
}

/// Gives each line its share of the order's discount and tax, and its total.
pub(crate) fn settle_lines(lines: &mut [OrderLine], sums: &Sums) -> Result<(), MoneyError> {
    let zero = Money::zero(sums.total.currency());
    let own = Money::sum(zero.currency(), lines.iter().map(|line| line.discount))?;
    if own.minor() > sums.discount.minor() {
        // What the lines say is not what the order says: the order's sum is what counts.
        for line in lines.iter_mut() {
            line.discount = zero;
        }
    }
    let own = Money::sum(zero.currency(), lines.iter().map(|line| line.discount))?;
    let left = |line: &OrderLine| line.unit_price.times(line.quantity)?.minus(line.discount);
    let before: Vec<Money> = lines.iter().map(left).collect::<Result<_, _>>()?;
    let rest = shares(sums.discount.minus(own)?, &before);
    for (line, share) in lines.iter_mut().zip(rest) {
        line.discount = line.discount.plus(share)?;
    }
    let after: Vec<Money> = lines.iter().map(left).collect::<Result<_, _>>()?;
    let taxes = shares(sums.tax, &after);
    for ((line, amount), tax) in lines.iter_mut().zip(after).zip(taxes) {
        line.tax = tax;
        line.total = if sums.prices_include_tax {
            amount
        } else {
            amount.plus(tax)?
        };
    }
    Ok(())
}
