//! What goes back of an order that cannot stand, when that is not all of it.

use kernel::Money;

use crate::{ChangeError, OrderAndLines, RefundPlan, RefundWanted, RefundedLine, plan_refund};

/// Spreads an amount over what is left of the lines and the delivery, by what each was charged. All pieces that are not
/// refunded count as refunded with it, however little the amount; a line whose pieces are refunded already can get more of
/// its money back.
pub fn plan_give_back(sold: &OrderAndLines, amount: Money) -> Result<RefundPlan, ChangeError> {
    if let Ok(everything) = plan_refund(sold, &RefundWanted::everything())
        && everything.amount == amount
    {
        return Ok(everything);
    }
    let order = &sold.order;
    let left = order.refundable()?;
    if !amount.is_positive() {
        return Err(ChangeError::NothingToRefund);
    }
    if amount.min(left)? != amount {
        return Err(ChangeError::ExceedsPaid { left });
    }
    let mut weights = Vec::new();
    for line in &sold.lines {
        weights.push(weight(line.total.minus(line.refunded)?));
    }
    weights.push(weight(order.shipping_charged()?.minus(order.shipping_refunded)?));
    let mut shares = amount.allocate(&weights).into_iter();
    let mut lines = Vec::new();
    for (line, share) in sold.lines.iter().zip(&mut shares) {
        let quantity = line.left_to_refund();
        if quantity > 0 || share.is_positive() {
            let tax_left = line.tax.minus(line.refunded_tax)?;
            let net_left = line.total.minus(line.refunded)?.minus(tax_left)?;
            let tax = share.allocate(&[weight(tax_left), weight(net_left)]);
            lines.push(RefundedLine {
                line_id: line.id,
                quantity,
                amount: share,
                tax: tax.first().copied().unwrap_or(Money::zero(order.currency)),
            });
        }
    }
    let shipping = shares.next().unwrap_or(Money::zero(order.currency));
    Ok(RefundPlan {
        order_id: order.id,
        lines,
        shipping,
        amount,
    })
}

fn weight(left: Money) -> u64 {
    u64::try_from(left.minor()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use kernel::Currency;
    use proptest::prelude::*;

    use super::*;
    use crate::sample::sold;

    proptest! {
        /// However the money of an order that cannot stand comes in, it goes back to the last cent, and no line gives back
        /// more than it cost.
        #[test]
        fn what_comes_in_parts_goes_back_in_parts(
            lines in prop::collection::vec((1_i64..12, 0_i64..1_000_000, 0_i64..200_000), 1..6),
            shipping in 0_i64..10_000,
            parts in prop::collection::vec(1_i64..2_000_000, 0..6),
        ) {
            let lines: Vec<_> = lines.into_iter().map(|(quantity, net, tax)| (quantity, net + tax, tax)).collect();
            let mut sold = sold(&lines, shipping);
            let total = sold.order.total.minor();
            sold.order.paid_total = Money::zero(Currency::USD);
            for part in parts.into_iter().chain([i64::MAX]) {
                let part = Money::new(part.min(total - sold.order.paid_total.minor()), Currency::USD);
                sold.order.paid_total = sold.order.paid_total.plus(part).unwrap();
                if part.is_zero() {
                    prop_assert!(plan_give_back(&sold, part).is_err());
                    continue;
                }
                let plan = plan_give_back(&sold, part).unwrap();
                let sum: i64 = plan.lines.iter().map(|line| line.amount.minor()).sum();
                prop_assert_eq!(sum + plan.shipping.minor(), part.minor());
                prop_assert!(plan.lines.iter().all(|line| line.tax.minor() <= line.amount.minor()));
                sold.set_aside(&plan).unwrap();
                for line in &sold.lines {
                    prop_assert!(line.refunded.minor() <= line.total.minor());
                    prop_assert_eq!(line.refunded_quantity, line.quantity);
                }
            }
            prop_assert_eq!(sold.order.refunded_total, sold.order.total);
            prop_assert_eq!(sold.order.shipping_refunded.minor(), shipping);
        }
    }
}
