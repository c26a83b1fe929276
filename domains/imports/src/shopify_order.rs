//! What the rows of an order in Shopify's CSV mean. Its amounts are taken as they are stated; what the file does not say is
//! worked out so that the parts sum to them: the share of each line in discounts of the whole order and in the tax.

use database::Ctx;
use kernel::{Money, MoneyError, Time};
use orders::{Explanation, FulfilmentStatus, Order, OrderDetails, OrderLine, OrderRefund, OrderStatus};
use payments::RefundState;

use crate::{
    order_columns::Heading,
    read_order::{Complaint, ReadOrder},
    records::Record,
    shopify_head::{BILLING, Head, SHIPPING},
    shopify_lines::{lines, settle_lines},
    shopify_state::Moved,
    shopify_sums::{Stated, Sums},
    values,
};

/// Reads an order.
pub(crate) fn read(ctx: &Ctx, rows: &[Record]) -> Result<ReadOrder, Complaint> {
    for row in rows {
        if let Err(why) = &row.cells {
            return Err(Complaint::new(row.line, why.column.clone(), why.reason.clone()));
        }
    }
    let row = rows.first().ok_or_else(|| Complaint::new(0, "", "there is no row"))?;
    let currency = ctx.currency();
    let head = Head { row, currency };
    let stated = head.text(Heading::Currency);
    if !stated.is_empty() && !stated.eq_ignore_ascii_case(currency.code()) {
        return Err(head.wrong(
            Heading::Currency,
            format!("is {stated}, and the store sells in {currency}"),
        ));
    }
    let number = head.text(Heading::Name);
    if number.is_empty() {
        return Err(head.wrong(Heading::Name, "is empty"));
    }
    let mut warnings = Vec::new();
    let placed_at = head.time(Heading::CreatedAt)?;
    let placed_at = placed_at.ok_or_else(|| head.wrong(Heading::CreatedAt, "is empty"))?;
    let mut lines = lines(ctx, &head, rows)?;
    let sums = head.sums(ctx, &lines)?;
    let overflow = |_error: MoneyError| head.wrong(Heading::Total, "is too large");
    settle_lines(&mut lines, &sums).map_err(overflow)?;
    let money = head.money_moved(&sums, placed_at, &mut warnings)?;
    let parcel = head.parcel(ctx, rows, &mut lines, placed_at, &mut warnings)?;
    let status = head.status(&lines, money.status, parcel.is_some())?;
    let told = Told {
        sums,
        money,
        status,
        placed_at,
    };
    let order = head.order(ctx, &told, &mut warnings)?;
    let Told { money, .. } = told;
    let refund = money.refunded.is_positive().then(|| OrderRefund {
        id: ctx.new_id(),
        state: RefundState::Succeeded,
        amount: money.refunded,
        shipping_amount: Money::zero(currency),
        reason: String::new(),
        restock: false,
        created_at: money.at.max(placed_at),
        lines: Vec::new(),
    });
    Ok(ReadOrder {
        details: OrderDetails {
            order,
            lines,
            fulfilments: parcel.into_iter().collect(),
            refunds: refund.into_iter().collect(),
            timeline: Vec::new(),
        },
        paid_at: money.paid_at,
        payment_reference: head.text(Heading::PaymentReference).to_owned(),
        warnings,
    })
}

/// What was worked out of an order.
struct Told {
    sums: Sums,
    money: Moved,
    status: (OrderStatus, FulfilmentStatus),
    placed_at: Time,
}

impl Head<'_> {
    fn sums(&self, ctx: &Ctx, lines: &[OrderLine]) -> Result<Sums, Complaint> {
        let total = self.amount(Heading::Total)?;
        let stated = Stated {
            subtotal: self.amount(Heading::Subtotal)?,
            discount: self.amount(Heading::DiscountAmount)?,
            shipping: self.amount(Heading::Shipping)?.unwrap_or(Money::zero(self.currency)),
            duties: self.amount(Heading::Duties)?.unwrap_or(Money::zero(self.currency)),
            tax: self.amount(Heading::Taxes)?.unwrap_or(Money::zero(self.currency)),
            total: total.ok_or_else(|| self.wrong(Heading::Total, "is empty"))?,
        };
        let found = Sums::of(&stated, lines, ctx.store().prices_include_tax);
        found.map_err(|(column, reason)| self.wrong(column, reason))
    }

    fn order(&self, ctx: &Ctx, told: &Told, warnings: &mut Vec<Complaint>) -> Result<Order, Complaint> {
        let Told {
            sums,
            money,
            status,
            placed_at,
        } = told;
        let placed_at = *placed_at;
        let taxes = self.tax_shares(sums, warnings)?;
        Ok(Order {
            id: ctx.new_id(),
            number: String::new(),
            external_number: self.text(Heading::Name).to_owned(),
            cart_id: None,
            customer_id: None,
            email: self.email(warnings)?,
            status: status.0,
            payment_status: money.status,
            fulfilment_status: status.1,
            currency: self.currency,
            locale: ctx.store().locale,
            prices_include_tax: sums.prices_include_tax,
            tax_rounding: ctx.store().tax_rounding,
            items_total: sums.items,
            discount_total: sums.discount,
            shipping_total: sums.shipping,
            shipping_discount: sums.shipping_discount,
            shipping_tax: Money::zero(self.currency),
            tax_total: sums.tax,
            total: sums.total,
            paid_total: money.paid,
            refunded_total: money.refunded,
            shipping_refunded: Money::zero(self.currency),
            shipping_address: self.address(&SHIPPING, warnings),
            billing_address: self.address(&BILLING, warnings),
            shipping_code: if self.text(Heading::ShippingMethod).is_empty() && !sums.shipping.is_positive() {
                String::new()
            } else {
                payments::ELSEWHERE.to_owned()
            },
            shipping_name: self.text(Heading::ShippingMethod).to_owned(),
            delivery: None,
            coupon_codes: values::list(self.text(Heading::DiscountCode)),
            explanation: Explanation {
                taxes,
                ..Explanation::default()
            },
            source: self.source(),
            customer_note: self.note(),
            tags: values::list(self.text(Heading::Tags)),
            placed_at,
            updated_at: money.at.max(placed_at),
            version: 1,
        })
    }
}
