//! How the demo stores sell some of their products.

use std::collections::BTreeMap;

use catalog::{PersonalField, PersonalFieldKind, QuantityRule};
use serde::Deserialize;

/// What shoppers fill in for a product, and how many of it they may take.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsEntry {
    #[serde(default)]
    fields: Vec<FieldEntry>,
    step: Option<i64>,
    maximum: Option<i64>,
}

/// How much is in a product, such as `250 g`: the same in every variant, or as an option's value says.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum MeasureEntry {
    /// In every variant.
    Same(String),
    /// By option value.
    ByValue(BTreeMap<String, String>),
}

impl MeasureEntry {
    /// What is in the variant of these values, or nothing.
    pub(crate) fn of(&self, values: &[&str]) -> &str {
        match self {
            Self::Same(measure) => measure,
            Self::ByValue(measures) => {
                let found = values.iter().find_map(|value| measures.get(*value));
                found.map(String::as_str).unwrap_or_default()
            }
        }
    }
}

/// A field that shoppers fill in, if they like; one with choices offers these.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldEntry {
    label: String,
    #[serde(default)]
    lines: bool,
    #[serde(default)]
    choices: Vec<String>,
    length: i64,
}

impl TermsEntry {
    /// The fields, in order.
    pub(crate) fn personal_fields(&self) -> Vec<PersonalField> {
        let field = |entry: &FieldEntry| PersonalField {
            label: entry.label.clone(),
            kind: match (entry.choices.is_empty(), entry.lines) {
                (false, _) => PersonalFieldKind::Choice,
                (true, true) => PersonalFieldKind::LongText,
                (true, false) => PersonalFieldKind::ShortText,
            },
            required: false,
            max_length: entry.length,
            choices: entry.choices.clone(),
        };
        self.fields.iter().map(field).collect()
    }

    /// How many.
    pub(crate) fn quantity_rule(&self) -> QuantityRule {
        QuantityRule {
            step: self.step,
            maximum: self.maximum,
            ..QuantityRule::default()
        }
    }
}
