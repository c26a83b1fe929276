//! What the bank keeps for its work.

use kernel::Money;

/// What the bank charges for taking money, and what of it goes back with a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fees {
    /// Of what is taken, in hundredths of a percent.
    pub basis_points: u32,
    /// For each time that money is taken, in minor units.
    pub fixed: u32,
    /// Whether a refund gives the first of the two back, for its amount.
    pub returned: bool,
}

impl Default for Fees {
    /// As many gateways have it.
    fn default() -> Self {
        Self {
            basis_points: 290,
            fixed: 30,
            returned: false,
        }
    }
}

impl Fees {
    /// What the bank keeps of an amount, in minor units: never more than all of it.
    pub(super) fn of_capture(self, amount: Money) -> i64 {
        let fee = self.share(amount).saturating_add(self.fixed.into());
        fee.min(amount.minor()).max(0)
    }

    /// What the bank gives back of its fee with a refund.
    pub(super) fn of_refund(self, amount: Money) -> i64 {
        if self.returned { self.share(amount) } else { 0 }
    }

    /// Rounded down, so that the shares of parts never sum to more than the share of the whole.
    fn share(self, amount: Money) -> i64 {
        let share = i128::from(amount.minor()) * i128::from(self.basis_points) / 10_000;
        i64::try_from(share).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use kernel::Currency;

    use super::*;

    #[test]
    fn a_fee_is_a_share_and_a_fixed_part_and_at_most_everything() {
        let fees = Fees::default();
        for (amount, fee) in [(10_000, 320), (1_999, 87), (10, 10), (0, 0)] {
            assert_eq!(fees.of_capture(Money::new(amount, Currency::USD)), fee, "{amount}");
        }
        let refund = Money::new(1_999, Currency::USD);
        assert_eq!(fees.of_refund(refund), 0);
        assert_eq!(Fees { returned: true, ..fees }.of_refund(refund), 57);
    }
}
