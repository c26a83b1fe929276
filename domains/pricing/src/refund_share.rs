//! What a part of a line comes to when it is given back, so that many partial refunds sum exactly to what was paid.

use kernel::{Money, MoneyError};
use rust_decimal::Decimal;

/// What was sold on a line, as the order keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoldLine {
    /// How many were sold.
    pub quantity: i64,
    /// What was paid for all of them, with tax.
    pub total: Money,
    /// The tax in it.
    pub tax: Money,
}

/// What some pieces of a line come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundShare {
    /// How many pieces.
    pub quantity: i64,
    /// What was paid for them, with tax.
    pub amount: Money,
    /// The tax in it.
    pub tax: Money,
}

/// Why there is no such share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefundShareError {
    /// Less than one piece was asked for.
    #[error("at least one piece must be refunded")]
    NothingAsked,
    /// More pieces were asked for than were sold and not refunded yet.
    #[error("only {left} can still be refunded")]
    TooMany {
        /// How many can still be refunded.
        left: i64,
    },
    /// The amounts cannot be calculated with.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// The share of `quantity` pieces after `refunded_quantity` pieces were already given back. It is the difference of two
/// running totals, each rounded down to a whole minor unit for net and for tax; the running total of all pieces is what
/// was paid.
pub fn refund_share(line: &SoldLine, refunded_quantity: i64, quantity: i64) -> Result<RefundShare, RefundShareError> {
    let left = line.quantity.saturating_sub(refunded_quantity).max(0);
    if quantity < 1 {
        return Err(RefundShareError::NothingAsked);
    }
    if quantity > left || refunded_quantity < 0 {
        return Err(RefundShareError::TooMany { left });
    }
    let net = line.total.minus(line.tax)?;
    let after = refunded_quantity + quantity;
    let share =
        |whole: Money| running(whole, after, line.quantity)?.minus(running(whole, refunded_quantity, line.quantity)?);
    let tax = share(line.tax)?;
    Ok(RefundShare {
        quantity,
        amount: share(net)?.plus(tax)?,
        tax,
    })
}

/// What `pieces` of `of` come to, rounded down.
fn running(whole: Money, pieces: i64, of: i64) -> Result<Money, MoneyError> {
    let exact = Decimal::from(whole.minor())
        .checked_mul(Decimal::from(pieces))
        .and_then(|product| product.checked_div(Decimal::from(of)))
        .ok_or(MoneyError::Overflow)?;
    let one = Money::new(1, whole.currency());
    if whole.is_practical() {
        one.at_rate_in_practice(exact, kernel::Rounding::Down)
    } else {
        one.at_rate(exact, kernel::Rounding::Down)
    }
}

#[cfg(test)]
mod tests {
    use kernel::Currency;
    use proptest::prelude::*;

    use super::*;

    fn line(quantity: i64, total: i64, tax: i64) -> SoldLine {
        SoldLine {
            quantity,
            total: Money::new(total, Currency::USD),
            tax: Money::new(tax, Currency::USD),
        }
    }

    #[test]
    fn ten_dollars_come_back_in_three_shares() {
        // 10.00 with 0.83 tax: net 9.17 runs 3.05, 6.11, 9.17 and tax 0.27, 0.55, 0.83.
        let line = line(3, 1_000, 83);
        let shares: Vec<_> = (0..3).map(|done| refund_share(&line, done, 1).unwrap()).collect();
        let amounts: Vec<_> = shares
            .iter()
            .map(|share| (share.amount.minor(), share.tax.minor()))
            .collect();
        assert_eq!(amounts, [(332, 27), (334, 28), (334, 28)]);
        assert_eq!(refund_share(&line, 0, 3).unwrap().amount.minor(), 1_000);
    }

    #[test]
    fn nothing_beyond_what_was_sold_comes_back() {
        assert_eq!(
            refund_share(&line(3, 1_000, 0), 1, 3),
            Err(RefundShareError::TooMany { left: 2 })
        );
        assert_eq!(
            refund_share(&line(3, 1_000, 0), 3, 1),
            Err(RefundShareError::TooMany { left: 0 })
        );
        assert_eq!(
            refund_share(&line(3, 1_000, 0), 0, 0),
            Err(RefundShareError::NothingAsked)
        );
    }

    proptest! {
        #[test]
        fn partial_refunds_sum_to_what_was_paid(
            steps in prop::collection::vec(1_i64..20, 1..12),
            net in 0_i64..10_000_000,
            tax in 0_i64..2_000_000,
        ) {
            let sold = line(steps.iter().sum(), net + tax, tax);
            let (mut done, mut amount, mut taxes) = (0, 0, 0);
            for quantity in steps {
                let share = refund_share(&sold, done, quantity).unwrap();
                prop_assert!(share.tax.minor() >= 0 && share.tax.minor() <= share.amount.minor());
                done += quantity;
                amount += share.amount.minor();
                taxes += share.tax.minor();
            }
            prop_assert_eq!((amount, taxes), (net + tax, tax));
        }
    }
}
