//! The form that puts a product into the cart: the personal fields, how many, and what is wrong with either.

use std::collections::BTreeMap;

use catalog::{PersonalField, QuantityRefusal, QuantityRule};
use kernel::Invalid;
use serde::Serialize;

/// What was typed into the form, and why it was refused.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    /// As it was typed; empty for a form that nobody sent.
    pub(crate) quantity: String,
    /// What stands in the personal fields, by label.
    pub(crate) properties: BTreeMap<String, String>,
    /// What is wrong with the personal fields.
    pub(crate) wrong: Invalid,
    /// Why it is not sold in this quantity.
    pub(crate) refusal: Option<QuantityRefusal>,
}

/// The form as the page shows it.
#[derive(Serialize)]
pub(crate) struct BuyView {
    fields: Vec<FieldView>,
    /// Whether something was filled in that the product does not ask for any more.
    fields_changed: bool,
    quantity: String,
    rule: RuleView,
    refusal: Option<RefusalView>,
}

#[derive(Serialize)]
struct FieldView {
    label: String,
    kind: &'static str,
    required: bool,
    max_length: i64,
    choices: Vec<String>,
    value: String,
    /// What is wrong with it, by code.
    error: Option<&'static str>,
}

/// How many are sold, as fields and sentences tell it.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct RuleView {
    fewest: i64,
    minimum: Option<i64>,
    maximum: Option<i64>,
    step: Option<i64>,
    customer_maximum: Option<i64>,
}

impl From<QuantityRule> for RuleView {
    fn from(rule: QuantityRule) -> Self {
        Self {
            fewest: rule.fewest(),
            minimum: rule.minimum,
            maximum: rule.maximum,
            step: rule.step,
            customer_maximum: rule.customer_maximum,
        }
    }
}

/// Why something is not sold in a quantity.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct RefusalView {
    code: &'static str,
    limit: i64,
}

impl From<QuantityRefusal> for RefusalView {
    fn from(refusal: QuantityRefusal) -> Self {
        Self {
            code: refusal.as_str(),
            limit: refusal.limit(),
        }
    }
}

impl BuyView {
    pub(crate) fn new(fields: &[PersonalField], rule: QuantityRule, typed: &Typed) -> Self {
        let error_of = |label: &str| {
            let field = format!("properties.{label}");
            let found = typed.wrong.0.iter().find(|error| error.field == field);
            found.map(|error| error.code)
        };
        let view = |field: &PersonalField| FieldView {
            label: field.label.clone(),
            kind: field.kind.as_str(),
            required: field.required,
            max_length: field.max_length,
            choices: field.choices.clone(),
            value: typed.properties.get(&field.label).cloned().unwrap_or_default(),
            error: error_of(&field.label),
        };
        Self {
            fields: fields.iter().map(view).collect(),
            fields_changed: typed.wrong.0.iter().any(|error| error.code == "unknown_property"),
            quantity: if typed.quantity.is_empty() {
                rule.fewest().to_string()
            } else {
                typed.quantity.clone()
            },
            rule: rule.into(),
            refusal: typed.refusal.map(RefusalView::from),
        }
    }
}
