//! What a refund comes to, to the minor unit.
//!
//! Each line gives back its own share of what was paid for it, discount and tax included, by the running totals of
//! `pricing::refund_share`; so the refunds of a line sum to the line, whatever the steps and whichever of them fail. The
//! delivery is a share of its own.

use kernel::{Money, OrderId, OrderLineId};
use pricing::{RefundShare, RefundShareError, SoldLine, refund_share};

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
    let given = RefundShare {
        quantity: line.refunded_quantity,
        amount: line.refunded,
        tax: line.refunded_tax,
    };
    match refund_share(&sold, &given, quantity) {
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

#[cfg(test)]
mod tests {
    use kernel::Currency;
    use proptest::prelude::*;

    use super::*;
    use crate::sample::sold;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn pieces(sold: &OrderAndLines, wanted: &[(usize, i64)], shipping: RefundShipping) -> RefundWanted {
        let lines = wanted
            .iter()
            .map(|(index, quantity)| (sold.lines[*index].id, *quantity))
            .collect();
        RefundWanted {
            lines: RefundLines::Some(lines),
            shipping,
        }
    }

    #[test]
    fn a_refund_is_the_lines_own_share() {
        // Three for 10.00 and one for 5.01, delivered for 5.99.
        let sold = sold(&[(3, 1_000, 83), (1, 501, 0)], 599);
        let plan = |wanted: &[(usize, i64)], shipping| plan_refund(&sold, &pieces(&sold, wanted, shipping)).unwrap();
        assert_eq!(plan(&[(0, 1)], RefundShipping::None).amount, usd(332));
        assert_eq!(plan(&[(0, 2), (0, 1), (1, 1)], RefundShipping::None).amount, usd(1_501));
        assert_eq!(plan(&[], RefundShipping::Amount(usd(100))).amount, usd(100));
        assert_eq!(
            plan_refund(&sold, &RefundWanted::everything()).unwrap().amount,
            sold.order.total
        );
    }

    #[test]
    fn what_was_not_sold_or_paid_does_not_go_back() {
        let sold = sold(&[(3, 1_000, 83)], 599);
        let refused = |wanted: RefundWanted| plan_refund(&sold, &wanted).unwrap_err().to_string();
        let line = sold.lines[0].id;
        for quantity in [-1, 0, 4] {
            let wanted = pieces(&sold, &[(0, quantity)], RefundShipping::None);
            assert_eq!(refused(wanted), format!("3 pieces of {line} are left"));
        }
        assert_eq!(
            refused(pieces(&sold, &[], RefundShipping::None)),
            "nothing is left to refund"
        );
        let too_much = RefundShipping::Amount(usd(600));
        assert_eq!(
            refused(pieces(&sold, &[], too_much)),
            "only 5.99 USD of the delivery can be refunded"
        );
        let half_paid = OrderAndLines {
            order: Order {
                paid_total: usd(500),
                ..sold.order.clone()
            },
            ..sold.clone()
        };
        let error = plan_refund(&half_paid, &RefundWanted::everything()).unwrap_err();
        assert_eq!(error.to_string(), "only 5.00 USD of the payment can be refunded");
    }

    #[test]
    fn delivery_without_tax_in_its_price_goes_back_with_its_tax() {
        let mut sold = sold(&[(1, 1_000, 0)], 600);
        sold.order = Order {
            prices_include_tax: false,
            shipping_discount: usd(100),
            shipping_tax: usd(36),
            ..sold.order
        };
        let plan = plan_refund(&sold, &pieces(&sold, &[], RefundShipping::All)).unwrap();
        assert_eq!(plan.shipping, usd(536));
    }

    #[test]
    fn what_a_failed_refund_covered_goes_back_with_the_rest() {
        let mut sold = sold(&[(3, 1_000, 83)], 0);
        let one = pieces(&sold, &[(0, 1)], RefundShipping::None);
        let first = plan_refund(&sold, &one).unwrap();
        sold.set_aside(&first).unwrap();
        let second = plan_refund(&sold, &one).unwrap();
        sold.set_aside(&second).unwrap();
        sold.refund_failed(&first, second.amount).unwrap();
        assert_eq!((first.amount, second.amount), (usd(332), usd(334)));
        let rest = plan_refund(&sold, &RefundWanted::everything()).unwrap();
        assert_eq!((rest.amount, rest.lines[0].tax), (usd(666), usd(55)));
    }

    proptest! {
        /// Whatever the steps, and whichever fail later, every line and the delivery give back exactly what was paid for them.
        #[test]
        fn partial_refunds_sum_to_what_was_paid_whichever_fail(
            lines in prop::collection::vec((1_i64..12, 0_i64..1_000_000, 0_i64..200_000), 1..6),
            shipping in 0_i64..10_000,
            steps in prop::collection::vec((any::<prop::sample::Index>(), 1_i64..12, 0_i64..4_000, any::<bool>()), 0..20),
        ) {
            let lines: Vec<_> = lines.into_iter().map(|(quantity, net, tax)| (quantity, net + tax, tax)).collect();
            let mut sold = sold(&lines, shipping);
            let mut open: Vec<RefundPlan> = Vec::new();
            for (index, quantity, delivery, fails) in steps {
                if fails && !open.is_empty() {
                    let failed = open.swap_remove(index.index(open.len()));
                    sold.refund_failed(&failed, usd(0)).unwrap();
                    continue;
                }
                let wanted = pieces(&sold, &[(index.index(lines.len()), quantity)], RefundShipping::Amount(usd(delivery)));
                if let Ok(plan) = plan_refund(&sold, &wanted) {
                    sold.set_aside(&plan).unwrap();
                    open.push(plan);
                }
                prop_assert!(sold.order.refunded_total.minor() <= sold.order.paid_total.minor());
                prop_assert!(sold.lines.iter().all(|line| line.refunded.minor() <= line.total.minor()));
            }
            if let Ok(rest) = plan_refund(&sold, &RefundWanted::everything()) {
                sold.set_aside(&rest).unwrap();
                open.push(rest);
            }
            let given_back = open.iter().flat_map(|plan| &plan.lines);
            let taxes: i64 = given_back.map(|line| line.tax.minor()).sum();
            for line in &sold.lines {
                prop_assert_eq!(line.refunded, line.total);
            }
            prop_assert_eq!(sold.order.shipping_refunded.minor(), shipping);
            prop_assert_eq!(sold.order.refunded_total, sold.order.total);
            prop_assert_eq!(taxes, lines.iter().map(|(_, _, tax)| tax).sum::<i64>());
            prop_assert!(plan_refund(&sold, &RefundWanted::everything()).is_err());
        }
    }
}
