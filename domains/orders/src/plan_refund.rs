//! What a refund comes to, to the minor unit.
//!
//! Each line gives back its own share of what was paid for it, discount and tax included, by the running totals of
//! `pricing::refund_share`; so the refunds of a line sum to the line, whatever the steps. The delivery is a share of its own.

use kernel::{Money, OrderId, OrderLineId};
use pricing::{RefundShareError, SoldLine, refund_share};

use crate::{ChangeError, Order, OrderAndLines, OrderLine, RefundedLine};

/// What is to be refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundWanted {
    /// For which pieces.
    pub lines: RefundLines,
    /// How much of the delivery.
    pub shipping: RefundShipping,
}

/// For which pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundLines {
    /// Every piece that is not refunded.
    All,
    /// These many pieces of these lines; empty for none.
    Some(Vec<(OrderLineId, i64)>),
}

/// How much of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundShipping {
    /// Nothing.
    None,
    /// What is left of it.
    All,
    /// That much.
    Amount(Money),
}

impl RefundWanted {
    /// All that is left: every piece and the delivery.
    pub fn everything() -> Self {
        Self {
            lines: RefundLines::All,
            shipping: RefundShipping::All,
        }
    }
}

/// A refund, worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPlan {
    /// The order.
    pub order_id: OrderId,
    /// What goes back for which pieces.
    pub lines: Vec<RefundedLine>,
    /// What goes back for the delivery.
    pub shipping: Money,
    /// What goes back in all.
    pub amount: Money,
}

/// Works out a refund. It is never more than was paid and has not gone back.
pub fn plan_refund(sold: &OrderAndLines, wanted: &RefundWanted) -> Result<RefundPlan, ChangeError> {
    let order = &sold.order;
    let lines = wanted_pieces(sold, &wanted.lines)
        .into_iter()
        .map(|(line_id, quantity)| {
            let line = sold.lines.iter().find(|line| line.id == line_id);
            share(line.ok_or(ChangeError::LineNotFound { line: line_id })?, quantity)
        })
        .collect::<Result<Vec<RefundedLine>, ChangeError>>()?;
    let shipping = shipping_share(order, wanted.shipping)?;
    let amount = Money::sum(order.currency, lines.iter().map(|line| line.amount))?.plus(shipping)?;
    if !amount.is_positive() {
        return Err(ChangeError::NothingToRefund);
    }
    let left = order.refundable()?;
    if amount.minor() > left.minor() {
        return Err(ChangeError::ExceedsPaid { left });
    }
    Ok(RefundPlan {
        order_id: order.id,
        lines,
        shipping,
        amount,
    })
}

/// Each line once, in the order of the lines; a line that is named twice counts for the sum.
fn wanted_pieces(sold: &OrderAndLines, wanted: &RefundLines) -> Vec<(OrderLineId, i64)> {
    match wanted {
        RefundLines::All => {
            let left = sold.lines.iter().map(|line| (line.id, line.left_to_refund()));
            left.filter(|(_, quantity)| *quantity > 0).collect()
        }
        RefundLines::Some(pieces) => {
            let mut merged: Vec<(OrderLineId, i64)> = Vec::new();
            for (line_id, quantity) in pieces {
                match merged.iter_mut().find(|(merged_id, _)| merged_id == line_id) {
                    Some((_, sum)) => *sum = sum.saturating_add(*quantity),
                    None => merged.push((*line_id, *quantity)),
                }
            }
            merged
        }
    }
}

fn share(line: &OrderLine, quantity: i64) -> Result<RefundedLine, ChangeError> {
    let sold = SoldLine {
        quantity: line.quantity,
        total: line.total,
        tax: line.tax,
    };
    match refund_share(&sold, line.refunded_quantity, quantity) {
        Ok(share) => Ok(RefundedLine {
            line_id: line.id,
            quantity,
            amount: share.amount,
            tax: share.tax,
        }),
        Err(RefundShareError::NothingAsked | RefundShareError::TooMany { .. }) => {
            let left = line.left_to_refund();
            Err(ChangeError::QuantityOutOfRange { line: line.id, left })
        }
        Err(RefundShareError::Money(error)) => Err(error.into()),
    }
}

fn shipping_share(order: &Order, wanted: RefundShipping) -> Result<Money, ChangeError> {
    let left = order.shipping_charged()?.minus(order.shipping_refunded)?;
    match wanted {
        RefundShipping::None => Ok(Money::zero(order.currency)),
        RefundShipping::All => Ok(left),
        RefundShipping::Amount(amount) => {
            if amount.is_negative() || amount.min(left)? != amount {
                return Err(ChangeError::ShippingExceeded { left });
            }
            Ok(amount)
        }
    }
}
