//! What a part of a line comes to when it is given back, so that many partial refunds sum exactly to what was paid.

use kernel::{Currency, Money, MoneyError};
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

impl RefundShare {
    /// Nothing of a line.
    pub fn none(currency: Currency) -> Self {
        let nothing = Money::zero(currency);
        Self {
            quantity: 0,
            amount: nothing,
            tax: nothing,
        }
    }
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

/// The share of `quantity` pieces after `given` was given back. It is the difference of two running totals, each rounded
/// down to a whole minor unit for net and for tax; the running total of all pieces is what was paid.
///
/// A refund that fails takes its share back, whichever it was, and what is given need then not be a running total any more.
/// So no share is more than is left, and the last pieces come to all that is left.
pub fn refund_share(line: &SoldLine, given: &RefundShare, quantity: i64) -> Result<RefundShare, RefundShareError> {
    let left = line.quantity.saturating_sub(given.quantity).max(0);
    if quantity < 1 {
        return Err(RefundShareError::NothingAsked);
    }
    if quantity > left || given.quantity < 0 {
        return Err(RefundShareError::TooMany { left });
    }
    let rest = line.total.minus(given.amount)?;
    let rest_of_tax = least(line.tax.minus(given.tax)?, rest)?;
    if quantity == left {
        return Ok(RefundShare {
            quantity,
            amount: rest,
            tax: rest_of_tax,
        });
    }
    let after = given.quantity + quantity;
    let share = |whole: Money, rest: Money| {
        let before = running(whole, given.quantity, line.quantity)?;
        least(running(whole, after, line.quantity)?.minus(before)?, rest)
    };
    let tax = share(line.tax, rest_of_tax)?;
    let net = share(line.total.minus(line.tax)?, rest.minus(rest_of_tax)?)?;
    Ok(RefundShare {
        quantity,
        amount: net.plus(tax)?,
        tax,
    })
}

/// The amount as far as there is that much, and never less than nothing.
fn least(amount: Money, most: Money) -> Result<Money, MoneyError> {
    let nothing = Money::zero(amount.currency());
    if amount.is_negative() {
        return Ok(nothing);
    }
    amount.min(most)
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
    use proptest::prelude::*;

    use super::*;

    fn line(quantity: i64, total: i64, tax: i64) -> SoldLine {
        SoldLine {
            quantity,
            total: Money::new(total, Currency::USD),
            tax: Money::new(tax, Currency::USD),
        }
    }

    fn given(quantity: i64, amount: i64, tax: i64) -> RefundShare {
        RefundShare {
            quantity,
            amount: Money::new(amount, Currency::USD),
            tax: Money::new(tax, Currency::USD),
        }
    }

    fn nothing() -> RefundShare {
        RefundShare::none(Currency::USD)
    }

    /// What is given back once a share goes back too, or, with -1, does not after all.
    fn sum(done: &RefundShare, share: &RefundShare, sign: i64) -> RefundShare {
        given(
            done.quantity + sign * share.quantity,
            done.amount.minor() + sign * share.amount.minor(),
            done.tax.minor() + sign * share.tax.minor(),
        )
    }

    #[test]
    fn ten_dollars_come_back_in_three_shares() {
        // 10.00 with 0.83 tax: net 9.17 runs 3.05, 6.11, 9.17 and tax 0.27, 0.55, 0.83.
        let line = line(3, 1_000, 83);
        let mut done = nothing();
        let mut amounts = Vec::new();
        for _ in 0..3 {
            let share = refund_share(&line, &done, 1).unwrap();
            amounts.push((share.amount.minor(), share.tax.minor()));
            done = sum(&done, &share, 1);
        }
        assert_eq!(amounts, [(332, 27), (334, 28), (334, 28)]);
        assert_eq!(refund_share(&line, &nothing(), 3).unwrap().amount.minor(), 1_000);
    }

    #[test]
    fn what_a_failed_refund_leaves_goes_back_with_the_last_pieces() {
        // The first share of 3.32 failed and the second of 3.34 went back.
        let line_of_three = line(3, 1_000, 83);
        let second = given(1, 334, 28);
        let rest = refund_share(&line_of_three, &second, 2).unwrap();
        assert_eq!((rest.amount.minor(), rest.tax.minor()), (666, 55));
        // Shares of 1, 2, 1 and 2, of which the second failed and comes again.
        let sixth = line(4, 6, 0);
        assert_eq!(refund_share(&sixth, &given(3, 4, 0), 1).unwrap().amount.minor(), 2);
        // More went back than the running total says: what is left of the money bounds the share.
        assert_eq!(refund_share(&sixth, &given(2, 5, 0), 1).unwrap().amount.minor(), 1);
    }

    #[test]
    fn nothing_beyond_what_was_sold_comes_back() {
        assert_eq!(
            refund_share(&line(3, 1_000, 0), &given(1, 333, 0), 3),
            Err(RefundShareError::TooMany { left: 2 })
        );
        assert_eq!(
            refund_share(&line(3, 1_000, 0), &given(3, 1_000, 0), 1),
            Err(RefundShareError::TooMany { left: 0 })
        );
        assert_eq!(
            refund_share(&line(3, 1_000, 0), &nothing(), 0),
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
            let mut done = nothing();
            for quantity in steps {
                let share = refund_share(&sold, &done, quantity).unwrap();
                prop_assert!(share.tax.minor() >= 0 && share.tax.minor() <= share.amount.minor());
                done = sum(&done, &share, 1);
            }
            prop_assert_eq!((done.amount.minor(), done.tax.minor()), (net + tax, tax));
        }

        /// Refunds are opened, and some of them fail later, in whatever order: what went back is never more than was paid, and
        /// all of it once every piece is refunded.
        #[test]
        fn refunds_of_which_some_fail_sum_to_what_was_paid(
            pieces in 1_i64..12,
            net in 0_i64..10_000,
            tax in 0_i64..2_000,
            steps in prop::collection::vec((1_i64..6, any::<prop::sample::Index>(), any::<bool>()), 0..40),
        ) {
            let sold = line(pieces, net + tax, tax);
            let (mut done, mut open) = (nothing(), Vec::new());
            for (quantity, which, fails) in steps {
                if fails && !open.is_empty() {
                    let failed = open.swap_remove(which.index(open.len()));
                    done = sum(&done, &failed, -1);
                } else if let Ok(share) = refund_share(&sold, &done, quantity) {
                    prop_assert!(share.tax.minor() >= 0 && share.tax.minor() <= share.amount.minor());
                    done = sum(&done, &share, 1);
                    open.push(share);
                }
                prop_assert!(done.amount.minor() <= net + tax && done.tax.minor() <= tax);
            }
            if done.quantity < pieces {
                let rest = refund_share(&sold, &done, pieces - done.quantity).unwrap();
                prop_assert!(rest.tax.minor() >= 0 && rest.tax.minor() <= rest.amount.minor());
                done = sum(&done, &rest, 1);
            }
            prop_assert_eq!((done.amount.minor(), done.tax.minor()), (net + tax, tax));
        }
    }
}
