//! How many of a variant are sold at once.

use kernel::{FieldError, Invalid, Quantity};
use serde::{Deserialize, Serialize};

/// How many of a variant are sold: in what steps, how few and how many at once, and how many to one customer in all.
/// Fewest and steps hold for each line of an order, for a line leaves in a pack of its own; the most holds for all its lines
/// of the variant together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct QuantityRule {
    /// The fewest in a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// The most in an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// The pieces of a pack: a line has a multiple of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<i64>,
    /// The most that one customer gets over all orders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_maximum: Option<i64>,
}

/// Why a quantity is not sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityRefusal {
    /// The line has fewer than this.
    BelowMinimum(i64),
    /// The line has no multiple of this.
    NotInSteps(i64),
    /// The order has more than this.
    AboveMaximum(i64),
    /// The customer would have more than this over all orders.
    AboveCustomerMaximum(i64),
}

impl QuantityRefusal {
    /// The reason as a code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BelowMinimum(_) => "below_minimum",
            Self::NotInSteps(_) => "not_in_steps",
            Self::AboveMaximum(_) => "above_maximum",
            Self::AboveCustomerMaximum(_) => "above_customer_maximum",
        }
    }

    /// The number that the rule names.
    pub fn limit(self) -> i64 {
        match self {
            Self::BelowMinimum(limit)
            | Self::NotInSteps(limit)
            | Self::AboveMaximum(limit)
            | Self::AboveCustomerMaximum(limit) => limit,
        }
    }
}

impl QuantityRule {
    /// Whether everything goes.
    pub fn is_free(&self) -> bool {
        *self == Self::default()
    }

    /// The fewest that can be in a line.
    pub fn fewest(&self) -> i64 {
        self.minimum.or(self.step).unwrap_or(1)
    }

    /// Whether a line can have this many, when the order then has so many of the variant and its customer had some before.
    pub fn check(&self, in_line: i64, in_order: i64, had_before: i64) -> Result<(), QuantityRefusal> {
        let above = |most: Option<i64>, wanted: i64| most.filter(|most| wanted > *most);
        if let Some(minimum) = self.minimum.filter(|minimum| in_line < *minimum) {
            return Err(QuantityRefusal::BelowMinimum(minimum));
        }
        if let Some(step) = self.step.filter(|step| in_line.checked_rem(*step) != Some(0)) {
            return Err(QuantityRefusal::NotInSteps(step));
        }
        if let Some(most) = above(self.maximum, in_order) {
            return Err(QuantityRefusal::AboveMaximum(most));
        }
        if let Some(most) = above(self.customer_maximum, in_order.saturating_add(had_before)) {
            return Err(QuantityRefusal::AboveCustomerMaximum(most));
        }
        Ok(())
    }

    /// Notes numbers that are none, or that leave no quantity at all.
    pub(crate) fn note(&self, invalid: &mut Invalid, field: &str) {
        let at = |name: &str| format!("{field}.{name}");
        for (name, limit) in [
            ("minimum", self.minimum),
            ("maximum", self.maximum),
            ("step", self.step),
            ("customer_maximum", self.customer_maximum),
        ] {
            if limit.is_some_and(|limit| Quantity::new(limit).is_err()) {
                invalid.push(FieldError::new(at(name), "out_of_range", "must be between 1 and 9999"));
            }
        }
        let fits = |limit: i64| self.step.is_none_or(|step| limit.checked_rem(step) == Some(0));
        for (name, limit) in [("minimum", self.minimum), ("maximum", self.maximum)] {
            if limit.is_some_and(|limit| !fits(limit)) {
                invalid.push(FieldError::new(
                    at(name),
                    "not_in_steps",
                    "must be a multiple of the step",
                ));
            }
        }
        for (name, limit) in [("maximum", self.maximum), ("customer_maximum", self.customer_maximum)] {
            if limit.is_some_and(|limit| limit < self.fewest()) {
                invalid.push(FieldError::new(
                    at(name),
                    "below_minimum",
                    "must not be below the fewest",
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: QuantityRule = QuantityRule {
        minimum: Some(12),
        maximum: Some(36),
        step: Some(6),
        customer_maximum: Some(48),
    };

    #[test]
    fn a_line_is_in_packs_and_an_order_within_its_most() {
        for (line, order, before, expected) in [
            (12, 12, 0, Ok(())),
            (36, 36, 12, Ok(())),
            (6, 6, 0, Err(QuantityRefusal::BelowMinimum(12))),
            (13, 13, 0, Err(QuantityRefusal::NotInSteps(6))),
            (18, 42, 0, Err(QuantityRefusal::AboveMaximum(36))),
            (12, 12, 37, Err(QuantityRefusal::AboveCustomerMaximum(48))),
            (12, 12, i64::MAX, Err(QuantityRefusal::AboveCustomerMaximum(48))),
        ] {
            assert_eq!(CASE.check(line, order, before), expected, "{line} {order} {before}");
        }
        assert_eq!(QuantityRule::default().check(1, 9_999, 9_999), Ok(()));
    }

    #[test]
    fn a_rule_leaves_something_to_buy() {
        let wrong = |rule: QuantityRule| {
            let mut invalid = Invalid::default();
            rule.note(&mut invalid, "rule");
            invalid
                .0
                .into_iter()
                .map(|error| (error.field, error.code))
                .collect::<Vec<_>>()
        };
        let free = QuantityRule::default();
        assert_eq!(wrong(CASE), []);
        assert_eq!(wrong(free), []);
        for (rule, field, code) in [
            (
                QuantityRule {
                    minimum: Some(0),
                    ..free
                },
                "rule.minimum",
                "out_of_range",
            ),
            (
                QuantityRule {
                    maximum: Some(10_000),
                    ..free
                },
                "rule.maximum",
                "out_of_range",
            ),
            (
                QuantityRule {
                    minimum: Some(14),
                    ..CASE
                },
                "rule.minimum",
                "not_in_steps",
            ),
            (
                QuantityRule {
                    maximum: Some(6),
                    ..CASE
                },
                "rule.maximum",
                "below_minimum",
            ),
            (
                QuantityRule {
                    customer_maximum: Some(11),
                    ..CASE
                },
                "rule.customer_maximum",
                "below_minimum",
            ),
            (
                QuantityRule {
                    step: Some(6),
                    customer_maximum: Some(5),
                    ..free
                },
                "rule.customer_maximum",
                "below_minimum",
            ),
        ] {
            assert_eq!(wrong(rule), [(field.to_owned(), code)]);
        }
    }
}
