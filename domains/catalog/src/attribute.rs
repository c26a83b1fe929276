//! What a store says of its products beyond the fixed fields, and how its values read.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::{AttributeId, CategoryId, FieldError, Invalid};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    Attributes,
    input::{check_address, check_text, check_title},
};

/// The most characters of a code or a unit.
const CODE: usize = 100;
/// The most characters of a text of one line.
const LINE: usize = 2_000;
/// The most characters of a text of several lines.
const LINES: usize = 20_000;
/// The most characters of a number, so that it is kept exactly.
const DIGITS: usize = 16;
/// The most choices, product types or categories.
const CHOICES: usize = 250;

kernel::named! {
    /// What the values of an attribute are.
    AttributeKind {
        /// A text of one line.
        Text = "text",
        /// A text of several lines.
        LongText = "long_text",
        /// A number, perhaps with a unit.
        Number = "number",
        /// Yes or no.
        YesNo = "yes_no",
        /// A day.
        Date = "date",
        /// One of the choices.
        OneOf = "one_of",
        /// Any of the choices.
        SeveralOf = "several_of",
        /// An address, in the store or elsewhere.
        Link = "link",
    }
}

/// Something that the store says of its products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The attribute's id.
    pub id: AttributeId,
    /// The name of its values in a product's attributes.
    pub code: String,
    /// What the values are.
    pub kind: AttributeKind,
    /// What staff can change of it.
    pub terms: AttributeTerms,
    /// Raised by every change, for `If-Match`.
    pub version: i64,
}

/// What staff can change of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AttributeTerms {
    /// What shoppers and staff read before the value.
    pub name: String,
    /// What stands behind a number, such as `cm`.
    pub unit: String,
    /// What a value can be, for kinds that choose.
    pub choices: Vec<String>,
    /// Whether a product needs a value before it goes on sale.
    pub required: bool,
    /// Whether shoppers see it.
    pub shown: bool,
    /// For products of these types; with no types and no categories, for all.
    pub product_types: Vec<String>,
    /// For products in these categories and below them. One that is gone counts for nothing: with none left, and no types, it is for
    /// no product.
    pub category_ids: Vec<CategoryId>,
}

/// A value of an attribute as shoppers read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeValue {
    /// As it stands.
    Text(String),
    /// A number and its unit, which may be empty.
    Number(Decimal, String),
    /// Yes or no.
    Truth(bool),
    /// A day.
    Date(NaiveDate),
    /// An address.
    Link(String),
}

impl AttributeKind {
    /// Whether a value is one of choices.
    pub fn chooses(self) -> bool {
        matches!(self, Self::OneOf | Self::SeveralOf)
    }
}

impl Attribute {
    /// Notes everything that is wrong with it.
    pub(crate) fn check(&self, invalid: &mut Invalid) {
        let terms = &self.terms;
        check_title(invalid, "name", &terms.name);
        if !terms.name.is_empty() {
            check_title(invalid, "code", &self.code);
        }
        check_text(invalid, "code", &self.code, CODE);
        check_text(invalid, "unit", &terms.unit, CODE);
        for (field, texts) in [("choices", &terms.choices), ("product_types", &terms.product_types)] {
            for (index, text) in texts.iter().enumerate() {
                check_title(invalid, &format!("{field}.{index}"), text);
            }
            if texts.iter().collect::<BTreeSet<_>>().len() < texts.len() {
                invalid.push(FieldError::new(field, "repeated", "is there twice"));
            }
        }
        for (field, count) in [
            ("choices", terms.choices.len()),
            ("product_types", terms.product_types.len()),
            ("category_ids", terms.category_ids.len()),
        ] {
            if count > CHOICES {
                invalid.push(FieldError::new(field, "too_many", format!("may be at most {CHOICES}")));
            }
        }
        if self.kind.chooses() && terms.choices.is_empty() {
            invalid.push(FieldError::required("choices"));
        } else if !self.kind.chooses() && !terms.choices.is_empty() {
            invalid.push(FieldError::new(
                "choices",
                "not_for_kind",
                "are only for kinds that choose",
            ));
        }
        if self.kind != AttributeKind::Number && !terms.unit.is_empty() {
            invalid.push(FieldError::new("unit", "not_for_kind", "is only for numbers"));
        }
    }

    /// The value as it is kept; `None` when there is none.
    fn read(&self, value: &Value) -> Result<Option<Value>, FieldError> {
        let field = format!("attributes.{}", self.code);
        let wrong = |code, message: &str| FieldError::new(&*field, code, message);
        let text = match value {
            Value::Null => return Ok(None),
            Value::Array(values) if self.kind == AttributeKind::SeveralOf => return self.read_several(values),
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Array(_) | Value::Object(_) => return Err(wrong("invalid_value", "must be one value")),
        };
        if text.is_empty() {
            return Ok(None);
        }
        let mut invalid = Invalid::default();
        let read = match self.kind {
            AttributeKind::Text if text.contains('\n') => return Err(wrong("invalid_text", "must be one line")),
            AttributeKind::Text => {
                check_text(&mut invalid, &field, &text, LINE);
                Value::String(text)
            }
            AttributeKind::LongText => {
                check_text(&mut invalid, &field, &text, LINES);
                Value::String(text)
            }
            AttributeKind::Number => read_number(&text)
                .and_then(|number| number.normalize().to_string().parse().ok())
                .map(Value::Number)
                .ok_or_else(|| wrong("invalid_decimal", "must be a number such as 12.5"))?,
            AttributeKind::YesNo => {
                let truth = text
                    .parse()
                    .map_err(|_error| wrong("invalid_truth", "must be true or false"))?;
                Value::Bool(truth)
            }
            AttributeKind::Date => {
                text.parse::<NaiveDate>()
                    .map_err(|_error| wrong("invalid_date", "must be a day such as 2026-01-31"))?;
                Value::String(text)
            }
            AttributeKind::OneOf if self.terms.choices.contains(&text) => Value::String(text),
            AttributeKind::OneOf => return Err(wrong("no_such_choice", "must be one of the choices")),
            AttributeKind::SeveralOf => return self.read_several(&[Value::String(text)]),
            AttributeKind::Link => {
                check_address(&mut invalid, &field, &text);
                Value::String(text)
            }
        };
        invalid.0.into_iter().next().map_or(Ok(Some(read)), Err)
    }

    /// The chosen ones in the order of the choices.
    fn read_several(&self, values: &[Value]) -> Result<Option<Value>, FieldError> {
        let chosen = |choice: &&String| values.iter().any(|value| value.as_str() == Some(choice.as_str()));
        let known = |value: &Value| {
            value
                .as_str()
                .is_some_and(|text| self.terms.choices.iter().any(|choice| choice == text))
        };
        if !values.iter().all(known) {
            let field = format!("attributes.{}", self.code);
            return Err(FieldError::new(field, "no_such_choice", "must be some of the choices"));
        }
        let chosen: Vec<Value> = self
            .terms
            .choices
            .iter()
            .filter(chosen)
            .cloned()
            .map(Value::String)
            .collect();
        Ok((!chosen.is_empty()).then_some(Value::Array(chosen)))
    }

    /// The value as shoppers read it; what does not fit the kind is read as a text.
    pub fn shown(&self, value: &Value) -> Option<AttributeValue> {
        let text = as_text(value)?;
        let typed = match self.kind {
            AttributeKind::Number => {
                read_number(&text).map(|number| AttributeValue::Number(number, self.terms.unit.clone()))
            }
            AttributeKind::YesNo => text.parse().ok().map(AttributeValue::Truth),
            AttributeKind::Date => text.parse().ok().map(AttributeValue::Date),
            AttributeKind::Link => {
                let mut invalid = Invalid::default();
                check_address(&mut invalid, "", &text);
                invalid.0.is_empty().then(|| AttributeValue::Link(text.clone()))
            }
            AttributeKind::Text | AttributeKind::LongText | AttributeKind::OneOf | AttributeKind::SeveralOf => None,
        };
        Some(typed.unwrap_or(AttributeValue::Text(text)))
    }
}

fn read_number(text: &str) -> Option<Decimal> {
    Some(text.trim())
        .filter(|text| text.len() <= DIGITS)
        .and_then(|text| text.parse().ok())
}

/// A free value in words; nothing when it has none.
pub(crate) fn as_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Object(_) => String::new(),
    };
    (!text.is_empty()).then_some(text)
}

/// Puts the values that have a kind into the form they are kept in, and notes what is wrong with them as
/// `attributes.CODE`. Values without a definition stay as they are. `on_sale` products need those that are required.
pub(crate) fn settle(invalid: &mut Invalid, defined: &[Attribute], attributes: &mut Attributes, on_sale: bool) {
    for attribute in defined {
        let value = attributes.get(&attribute.code).unwrap_or(&Value::Null);
        match attribute.read(value) {
            Ok(Some(value)) => {
                attributes.insert(attribute.code.clone(), value);
            }
            Ok(None) => {
                attributes.remove(&attribute.code);
                if attribute.terms.required && on_sale {
                    invalid.push(FieldError::required(format!("attributes.{}", attribute.code)));
                }
            }
            Err(error) => invalid.push(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn attribute(kind: AttributeKind) -> Attribute {
        let choices = if kind.chooses() {
            vec!["Red".to_owned(), "Blue".to_owned()]
        } else {
            Vec::new()
        };
        Attribute {
            id: AttributeId::from(uuid::Uuid::nil()),
            code: "it".to_owned(),
            kind,
            terms: AttributeTerms {
                name: "It".to_owned(),
                choices,
                required: true,
                ..AttributeTerms::default()
            },
            version: 1,
        }
    }

    #[test]
    fn values_are_kept_in_one_form_and_wrong_ones_named() {
        use AttributeKind::*;
        for (kind, given, kept) in [
            (Text, json!(" Wool "), Ok(json!("Wool"))),
            (Text, json!("a\nb"), Err("invalid_text")),
            (Text, json!(["a"]), Err("invalid_value")),
            (LongText, json!("a\nb"), Ok(json!("a\nb"))),
            (Number, json!("12.50"), Ok(json!(12.5))),
            (Number, json!(3), Ok(json!(3))),
            (Number, json!("12,5"), Err("invalid_decimal")),
            (YesNo, json!("true"), Ok(json!(true))),
            (YesNo, json!(false), Ok(json!(false))),
            (YesNo, json!("perhaps"), Err("invalid_truth")),
            (Date, json!("2026-02-28"), Ok(json!("2026-02-28"))),
            (Date, json!("2026-02-30"), Err("invalid_date")),
            (OneOf, json!("Red"), Ok(json!("Red"))),
            (OneOf, json!("red"), Err("no_such_choice")),
            (SeveralOf, json!(["Blue", "Red", "Blue"]), Ok(json!(["Red", "Blue"]))),
            (SeveralOf, json!("Blue"), Ok(json!(["Blue"]))),
            (SeveralOf, json!(["Green"]), Err("no_such_choice")),
            (Link, json!("https://a.example/x"), Ok(json!("https://a.example/x"))),
            (Link, json!("javascript:alert(1)"), Err("invalid_url")),
            (Link, json!(""), Err("required")),
            (SeveralOf, json!([]), Err("required")),
        ] {
            let mut invalid = Invalid::default();
            let mut attributes =
                Attributes::from_iter([("it".to_owned(), given.clone()), ("other".to_owned(), json!({}))]);
            settle(&mut invalid, &[attribute(kind)], &mut attributes, true);
            let found = invalid
                .0
                .first()
                .map_or_else(|| Ok(attributes["it"].clone()), |error| Err(error.code));
            assert_eq!(found, kept, "{kind:?} {given}");
            assert_eq!(attributes["other"], json!({}));
        }
    }

    #[test]
    fn what_is_required_may_wait_until_the_product_is_on_sale() {
        let mut invalid = Invalid::default();
        settle(
            &mut invalid,
            &[attribute(AttributeKind::Text)],
            &mut Attributes::new(),
            false,
        );
        assert_eq!(invalid, Invalid::default());
    }
}
