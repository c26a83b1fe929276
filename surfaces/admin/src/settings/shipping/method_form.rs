//! A method as it is typed.

use kernel::{Currency, FieldError, Invalid, Money};
use serde::{Deserialize, Serialize};
use shipping::{Method, MethodTerms, PostcodeRange, RateKind, Step, TableRow};

use crate::forms::{Choice, amount_text, read_amount, read_number};

/// The fields of a method.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct MethodForm {
    name: String,
    code: String,
    profile: String,
    kind: String,
    price: String,
    /// `from; price`, or in a table `postcodes; from; price`, one a line.
    steps: String,
    location: String,
    free_from: String,
    days_min: String,
    days_max: String,
    volumetric_divisor: String,
    date_choices: String,
    version: String,
}

impl MethodForm {
    /// A form for a new method.
    pub(super) fn empty() -> Self {
        Self {
            kind: "flat".to_owned(),
            days_min: "1".to_owned(),
            days_max: "5".to_owned(),
            ..Self::default()
        }
    }

    /// The form of a saved method.
    pub(super) fn of(method: &Method) -> Self {
        Self {
            version: method.version.to_string(),
            ..Self::of_terms(&method.terms)
        }
    }

    fn of_terms(terms: &MethodTerms) -> Self {
        let optional = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let (price, steps) = rate_texts(&terms.kind);
        Self {
            name: terms.name.clone(),
            code: terms.code.clone(),
            profile: terms.profile_id.map(|id| id.to_string()).unwrap_or_default(),
            kind: terms.kind.as_str().to_owned(),
            price,
            steps,
            location: terms.kind.pickup().map(|id| id.to_string()).unwrap_or_default(),
            free_from: amount_text(terms.free_from),
            days_min: terms.days_min.to_string(),
            days_max: terms.days_max.to_string(),
            volumetric_divisor: optional(terms.volumetric_divisor),
            date_choices: optional(Some(i64::from(terms.date_choices)).filter(|count| *count > 0)),
            ..Self::default()
        }
    }

    /// The version that it was made of.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// From here on it is made of the version that the other was made of.
    pub(super) fn take_version(&mut self, other: &Self) {
        self.version.clone_from(&other.version);
    }

    /// With the labels of what was chosen in the place of values.
    pub(super) fn in_words(&self, kinds: &[Choice], profiles: &[Choice], locations: &[Choice]) -> Self {
        let label = |choices: &[Choice], value: &str| {
            let chosen = choices.iter().find(|choice| choice.value == value);
            chosen.map_or_else(|| value.to_owned(), |choice| choice.label.clone())
        };
        Self {
            kind: label(kinds, &self.kind),
            profile: label(profiles, &self.profile),
            location: label(locations, &self.location),
            ..self.clone()
        }
    }

    /// The terms, or everything that is wrong; an error of `steps` says in which line.
    pub(super) fn read(&self, currency: Currency) -> Result<MethodTerms, Invalid> {
        let mut invalid = Invalid::default();
        let kind = self.rates(&mut invalid, currency);
        let mut number = |field: &str, text: &str| read_number(&mut invalid, field, text);
        let (days_min, days_max) = (number("days_min", &self.days_min), number("days_max", &self.days_max));
        let volumetric_divisor = number("volumetric_divisor", &self.volumetric_divisor);
        let date_choices = number("date_choices", &self.date_choices);
        let profile_id = match self.profile.as_str() {
            "" => None,
            id => invalid.check("profile", id.parse().map_err(|_error| gone("profile"))),
        };
        let free_from = read_amount(&mut invalid, "free_from", &self.free_from, currency);
        let (Some(kind), true) = (kind, invalid.0.is_empty()) else {
            return Err(invalid);
        };
        // What fits no small number is refused by the domain like any other that is too large.
        let small = |number: Option<i64>| number.map_or(0, |number| i32::try_from(number).unwrap_or(i32::MAX));
        Ok(MethodTerms {
            profile_id,
            free_from,
            days_min: small(days_min),
            days_max: small(days_max.or(days_min)),
            volumetric_divisor,
            date_choices: small(date_choices),
            ..MethodTerms::new(self.code(), self.name.trim(), kind)
        })
    }

    /// The code, by default the name in small letters and hyphens.
    fn code(&self) -> String {
        let typed = Some(self.code.trim()).filter(|code| !code.is_empty());
        let from_name = || {
            let words = self
                .name
                .split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|word| !word.is_empty());
            words
                .map(str::to_lowercase)
                .collect::<Vec<_>>()
                .join("-")
                .chars()
                .take(50)
                .collect()
        };
        typed.map_or_else(from_name, str::to_owned)
    }

    fn rates(&self, invalid: &mut Invalid, currency: Currency) -> Option<RateKind> {
        let minor = |text: &str| Money::parse_typed(text, currency).ok().map(Money::minor);
        let whole = |text: &str| text.parse::<i64>().ok();
        match self.kind.as_str() {
            "flat" => self.flat_price(invalid, currency).map(RateKind::Flat),
            "by_weight" => self
                .lines(invalid, |line| step(line, whole, currency))
                .map(RateKind::ByWeight),
            "by_quantity" => self
                .lines(invalid, |line| step(line, whole, currency))
                .map(RateKind::ByQuantity),
            "by_price" => self
                .lines(invalid, |line| step(line, minor, currency))
                .map(RateKind::ByPrice),
            "table_by_weight" => self
                .lines(invalid, |line| row(line, whole, currency))
                .map(RateKind::TableByWeight),
            "table_by_price" => self
                .lines(invalid, |line| row(line, minor, currency))
                .map(RateKind::TableByPrice),
            "pickup" => {
                let location = match self.location.as_str() {
                    "" => Err(FieldError::required("location")),
                    id => id.parse().map_err(|_error| gone("location")),
                };
                let location_id = invalid.check("location", location);
                let price = read_amount(invalid, "price", &self.price, currency);
                location_id.map(|location_id| RateKind::Pickup {
                    location_id,
                    price: price.unwrap_or(Money::zero(currency)),
                })
            }
            _ => {
                invalid.push(FieldError::required("kind"));
                None
            }
        }
    }

    fn flat_price(&self, invalid: &mut Invalid, currency: Currency) -> Option<Money> {
        if self.price.trim().is_empty() {
            invalid.push(FieldError::required("price"));
        }
        read_amount(invalid, "price", &self.price, currency)
    }

    /// Every line read by `read`; the first that cannot be is named by its number.
    fn lines<T>(&self, invalid: &mut Invalid, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
        let lines = (1..)
            .zip(self.steps.lines())
            .filter(|(_, line)| !line.trim().is_empty());
        let mut read_lines = Vec::new();
        for (number, line) in lines {
            match read(line) {
                Some(one) => read_lines.push(one),
                None => {
                    invalid.push(FieldError::new("steps", "invalid_line", format!("{number}")));
                    return None;
                }
            }
        }
        if read_lines.is_empty() {
            invalid.push(FieldError::required("steps"));
            return None;
        }
        Some(read_lines)
    }
}

fn gone(field: &str) -> FieldError {
    FieldError::new(field, "gone", "is not there any more")
}

/// `1000; 5.00`.
fn step(line: &str, from: impl Fn(&str) -> Option<i64>, currency: Currency) -> Option<Step> {
    let (reached, price) = line.split_once(';')?;
    Some(Step {
        from: from(reached.trim())?,
        price: Money::parse_typed(price.trim(), currency).ok()?,
    })
}

/// `10000-19999; 1000; 5.00`, with `*` for every postcode.
fn row(line: &str, from: impl Fn(&str) -> Option<i64>, currency: Currency) -> Option<TableRow> {
    let (postcodes, rest) = line.split_once(';')?;
    let postcodes = match postcodes.trim() {
        "*" => None,
        range => Some(PostcodeRange::parse(range).ok()?),
    };
    let Step { from, price } = step(rest, from, currency)?;
    Some(TableRow { postcodes, from, price })
}

/// The price and the lines of steps as they are typed.
fn rate_texts(kind: &RateKind) -> (String, String) {
    let amount = |minor: i64, like: Money| Money::new(minor, like.currency()).to_decimal().to_string();
    let steps = |steps: &[Step], in_money: bool| {
        let line = |step: &Step| {
            let from = if in_money {
                amount(step.from, step.price)
            } else {
                step.from.to_string()
            };
            format!("{from}; {}", step.price.to_decimal())
        };
        steps.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    let rows = |rows: &[TableRow], in_money: bool| {
        let line = |row: &TableRow| {
            let from = if in_money {
                amount(row.from, row.price)
            } else {
                row.from.to_string()
            };
            let postcodes = row
                .postcodes
                .as_ref()
                .map_or_else(|| "*".to_owned(), ToString::to_string);
            format!("{postcodes}; {from}; {}", row.price.to_decimal())
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    match kind {
        RateKind::Flat(price) | RateKind::Pickup { price, .. } => (amount_text(Some(*price)), String::new()),
        RateKind::ByWeight(list) | RateKind::ByQuantity(list) => (String::new(), steps(list, false)),
        RateKind::ByPrice(list) => (String::new(), steps(list, true)),
        RateKind::TableByWeight(list) => (String::new(), rows(list, false)),
        RateKind::TableByPrice(list) => (String::new(), rows(list, true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(kind: &str, price: &str, steps: &str) -> MethodForm {
        MethodForm {
            name: "By air, fast".to_owned(),
            kind: kind.to_owned(),
            price: price.to_owned(),
            steps: steps.to_owned(),
            ..MethodForm::empty()
        }
    }

    #[test]
    fn what_is_typed_comes_back() {
        for (kind, price, steps) in [
            ("flat", "5.00", ""),
            ("by_weight", "", "0; 5.00\n1000; 9.50"),
            ("by_price", "", "0.00; 5.00\n49.90; 0.00"),
            ("by_quantity", "", "1; 5.00"),
            ("table_by_weight", "", "*; 0; 9.00\n10000-19999; 0; 5.00"),
            ("table_by_price", "", "SW1; 10.00; 5.00"),
        ] {
            let terms = form(kind, price, steps).read(Currency::USD).unwrap();
            assert_eq!(terms.code, "by-air-fast");
            let again = MethodForm::of_terms(&terms);
            assert_eq!(
                (again.kind.as_str(), again.price.as_str(), again.steps.as_str()),
                (kind, price, steps)
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (kind, price, steps, field, code) in [
            ("flat", "", "", "price", "required"),
            ("flat", "cheap", "", "price", "invalid_amount"),
            ("by_weight", "", "", "steps", "required"),
            ("by_weight", "", "0; 5.00\n\nheavy", "steps", "invalid_line"),
            ("table_by_weight", "", "0; 5.00", "steps", "invalid_line"),
            ("pickup", "", "", "location", "required"),
            ("by_mood", "", "", "kind", "required"),
        ] {
            let invalid = form(kind, price, steps).read(Currency::USD).unwrap_err();
            assert_eq!(
                (invalid.0[0].field.as_str(), invalid.0[0].code),
                (field, code),
                "{kind} {price} {steps}"
            );
        }
        let invalid = form("by_weight", "", "0; 5.00\n\nheavy")
            .read(Currency::USD)
            .unwrap_err();
        assert_eq!(invalid.0[0].message, "3");
    }
}
