//! Makes a method that ships into a zone.

use database::Ctx;
use kernel::{Currency, FieldError, Invalid, Permission, ShippingMethodId, ZoneId};

use crate::{MethodTerms, RateKind, SetupError, calendar::MOST_DAYS, error::checked_name, events::tell_changed, store};

/// The most steps or rows a method may have.
const MOST_STEPS: usize = 1_000;

/// Makes the method, after the others of the zone; it is offered at once.
pub async fn create_method(
    ctx: &mut Ctx,
    zone_id: ZoneId,
    terms: &MethodTerms,
) -> Result<ShippingMethodId, SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    let terms = terms.checked(ctx.currency())?;
    store::zones::insert_method(ctx, zone_id, &terms).await
}

impl MethodTerms {
    /// The terms with the blanks around their texts dropped, or everything that is wrong with them.
    pub(crate) fn checked(&self, currency: Currency) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let name = checked_name(&mut invalid, &self.name);
        check_code(&mut invalid, &self.code);
        check_steps(&mut invalid, &self.kind);
        let mut amounts = self.kind.prices();
        amounts.extend(self.free_from);
        if amounts.iter().any(|amount| amount.is_negative()) {
            invalid.push(FieldError::new("price", "negative", "may not be negative"));
        }
        if amounts.iter().any(|amount| amount.currency() != currency) {
            let message = format!("must be in {currency}");
            invalid.push(FieldError::new("price", "wrong_currency", message));
        }
        if self.days_min < 0 || self.days_min > self.days_max || self.days_max > MOST_DAYS {
            let message = format!("must be at least the fewest days, those at least 0, and at most {MOST_DAYS}");
            invalid.push(FieldError::new("days_max", "invalid_days", message));
        }
        if self
            .volumetric_divisor
            .is_some_and(|divisor| !(1..=1_000_000).contains(&divisor))
        {
            invalid.push(FieldError::new(
                "volumetric_divisor",
                "out_of_range",
                "must be 1 to 1000000",
            ));
        }
        if !(0..=60).contains(&self.date_choices) {
            invalid.push(FieldError::new("date_choices", "out_of_range", "must be 0 to 60"));
        }
        invalid.into_result()?;
        Ok(Self { name, ..self.clone() })
    }
}

fn check_code(invalid: &mut Invalid, code: &str) {
    let good_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if code.is_empty() {
        invalid.push(FieldError::required("code"));
    } else if code.len() > 50 || !code.chars().all(good_char) {
        let message = "may have at most 50 lower-case letters, digits, - and _";
        invalid.push(FieldError::new("code", "invalid_method_code", message));
    }
}

fn check_steps(invalid: &mut Invalid, kind: &RateKind) {
    // Each list of steps that have to rise: one, or of a table one for each range of postcodes.
    let lists: Vec<Vec<i64>> = match kind {
        RateKind::Flat(_) | RateKind::Pickup { .. } => return,
        RateKind::ByWeight(steps) | RateKind::ByPrice(steps) | RateKind::ByQuantity(steps) => {
            vec![steps.iter().map(|step| step.from).collect()]
        }
        RateKind::TableByWeight(rows) | RateKind::TableByPrice(rows) => {
            let mut lists: Vec<(Option<String>, Vec<i64>)> = Vec::new();
            for row in rows {
                let range = row.postcodes.as_ref().map(ToString::to_string);
                match lists.iter_mut().find(|(known, _)| *known == range) {
                    Some((_, froms)) => froms.push(row.from),
                    None => lists.push((range, vec![row.from])),
                }
            }
            lists.into_iter().map(|(_, froms)| froms).collect()
        }
    };
    let rises =
        |froms: &Vec<i64>| froms.is_sorted_by(|one, next| one < next) && froms.first().is_some_and(|first| *first >= 0);
    if lists.is_empty() || !lists.iter().all(rises) {
        let message = "must be one or more, rising from 0 or more";
        invalid.push(FieldError::new("steps", "invalid_steps", message));
    } else if lists.iter().map(Vec::len).sum::<usize>() > MOST_STEPS {
        let message = format!("may be at most {MOST_STEPS}");
        invalid.push(FieldError::new("steps", "too_many", message));
    }
}

#[cfg(test)]
mod tests {
    use kernel::Money;

    use super::*;
    use crate::{PostcodeRange, Step, TableRow};

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn steps(from: &[i64]) -> Vec<Step> {
        let step = |from: &i64| Step {
            from: *from,
            price: usd(1),
        };
        from.iter().map(step).collect()
    }

    fn rows(rows: &[(&str, i64)]) -> Vec<TableRow> {
        let row = |(postcodes, from): &(&str, i64)| TableRow {
            postcodes: PostcodeRange::parse(postcodes).ok(),
            from: *from,
            price: usd(1),
        };
        rows.iter().map(row).collect()
    }

    #[test]
    fn every_field_that_cannot_be_is_named() {
        let flat = || MethodTerms::new("standard", "Standard", RateKind::Flat(usd(700)));
        let of = |kind| MethodTerms::new("standard", "Standard", kind);
        for (terms, fields) in [
            (flat(), vec![]),
            (
                MethodTerms::new("Über", " ", RateKind::Flat(usd(1))),
                vec!["name", "code"],
            ),
            (
                MethodTerms {
                    code: String::new(),
                    days_min: 6,
                    volumetric_divisor: Some(0),
                    date_choices: 61,
                    ..flat()
                },
                vec!["code", "days_max", "volumetric_divisor", "date_choices"],
            ),
            (of(RateKind::Flat(usd(-1))), vec!["price"]),
            (
                MethodTerms {
                    free_from: Some(Money::new(1, Currency::EUR)),
                    ..flat()
                },
                vec!["price"],
            ),
            (of(RateKind::ByWeight(Vec::new())), vec!["steps"]),
            (of(RateKind::ByWeight(steps(&[0, 5, 5]))), vec!["steps"]),
            (of(RateKind::ByPrice(steps(&[-1, 5]))), vec!["steps"]),
            (of(RateKind::ByQuantity(steps(&[1, 5]))), vec![]),
            (
                of(RateKind::TableByWeight(rows(&[("10-19", 0), ("", 0), ("10-19", 9)]))),
                vec![],
            ),
            (
                of(RateKind::TableByPrice(rows(&[("10-19", 0), ("10-19", 0)]))),
                vec!["steps"],
            ),
            (of(RateKind::TableByPrice(Vec::new())), vec!["steps"]),
        ] {
            let named = terms.checked(Currency::USD).err().unwrap_or_default();
            let named: Vec<&str> = named.0.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(named, fields, "{terms:?}");
        }
    }
}
