//! How a product is sold.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many of a variant are sold. What is null is free.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuantityRule {
    /// The fewest in a line.
    #[schema(minimum = 1, maximum = 9999)]
    minimum: Option<i64>,
    /// The most in an order, of all its lines.
    #[schema(minimum = 1, maximum = 9999)]
    maximum: Option<i64>,
    /// A line has a multiple of it.
    #[schema(minimum = 1, maximum = 9999)]
    step: Option<i64>,
    /// The most for one customer in all orders together.
    #[schema(minimum = 1, maximum = 9999)]
    customer_maximum: Option<i64>,
}

/// What shoppers fill in for a product, as a property of the line.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonalField {
    /// The name of the property.
    #[schema(min_length = 1, max_length = 40)]
    label: String,
    /// `short_text`, `long_text` or `choice`.
    kind: String,
    /// Whether a line needs it.
    #[serde(default)]
    required: bool,
    /// The most characters of a text; null for a choice, and 100 where it is left out for a text.
    #[schema(minimum = 1, maximum = 500)]
    max_length: Option<i64>,
    /// What can be chosen from; empty for texts.
    #[serde(default)]
    #[schema(max_items = 50)]
    choices: Vec<String>,
}

impl From<catalog::QuantityRule> for QuantityRule {
    fn from(rule: catalog::QuantityRule) -> Self {
        Self {
            minimum: rule.minimum,
            maximum: rule.maximum,
            step: rule.step,
            customer_maximum: rule.customer_maximum,
        }
    }
}

impl From<QuantityRule> for catalog::QuantityRule {
    fn from(rule: QuantityRule) -> Self {
        Self {
            minimum: rule.minimum,
            maximum: rule.maximum,
            step: rule.step,
            customer_maximum: rule.customer_maximum,
        }
    }
}

impl From<catalog::PersonalField> for PersonalField {
    fn from(field: catalog::PersonalField) -> Self {
        let is_text = field.kind != catalog::PersonalFieldKind::Choice;
        Self {
            label: field.label,
            kind: field.kind.as_str().to_owned(),
            required: field.required,
            max_length: is_text.then_some(field.max_length),
            choices: field.choices,
        }
    }
}

impl PersonalField {
    /// The field, or that it is of no kind.
    pub(crate) fn parse(self) -> Result<catalog::PersonalField, kernel::FieldError> {
        let kind = catalog::PersonalFieldKind::parse(&self.kind).ok_or_else(|| {
            let message = "must be short_text, long_text or choice";
            kernel::FieldError::new("kind", "invalid_kind", message)
        })?;
        Ok(catalog::PersonalField {
            label: self.label.trim().to_owned(),
            kind,
            required: self.required,
            max_length: self.max_length.unwrap_or(100),
            choices: self.choices,
        })
    }
}
