//! What makes a collection fill itself.

use kernel::{Currency, FieldError, Invalid, Money};
use serde_json::{Value, json};

use crate::input::{check_text, check_title};

/// The most conditions of a collection.
const CONDITIONS: usize = 20;
/// The most characters of what a condition compares with.
const VALUE: usize = 500;

kernel::named! {
    /// Which of the conditions a product has to meet.
    Matching {
        /// Every one.
        All = "all",
        /// One of them.
        Any = "any",
    }

    /// What a condition looks at.
    ConditionField {
        /// The merchant's keywords.
        Tag = "tag",
        /// The title.
        Title = "title",
        /// The maker's name.
        Brand = "brand",
        /// Who the store buys it from.
        Vendor = "vendor",
        /// The merchant's own word for the sort of product.
        ProductType = "product_type",
        /// The lowest price to pay now.
        Price = "price",
        /// Whether it can be bought.
        Stock = "stock",
        /// A free field of that name.
        Attribute = "attribute",
    }

    /// How a condition compares.
    ConditionTest {
        /// Equal, whatever the case of letters.
        Is = "is",
        /// Anything else.
        IsNot = "is_not",
        /// Somewhere in the text.
        Contains = "contains",
        /// Nowhere in the text.
        Lacks = "lacks",
        /// That much or more.
        AtLeast = "at_least",
        /// That much or less.
        AtMost = "at_most",
    }
}

impl ConditionField {
    /// How this field can be compared.
    pub fn tests(self) -> &'static [ConditionTest] {
        match self {
            Self::Tag | Self::Brand | Self::Vendor | Self::ProductType | Self::Attribute => {
                &[ConditionTest::Is, ConditionTest::IsNot]
            }
            Self::Title => &[ConditionTest::Contains, ConditionTest::Lacks],
            Self::Price => &[ConditionTest::AtLeast, ConditionTest::AtMost],
            Self::Stock => &[ConditionTest::Is],
        }
    }
}

/// One thing that is asked of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What it looks at.
    pub field: ConditionField,
    /// How it compares.
    pub test: ConditionTest,
    /// The attribute's name; empty for other fields.
    pub name: String,
    /// What it compares with: a text, an amount in major units, or `true` or `false` for stock.
    pub value: String,
}

/// The products that belong to a collection, said by what they have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Whether all conditions have to hold.
    pub matching: Matching,
    /// At least one.
    pub conditions: Vec<Condition>,
}

impl Rules {
    /// Notes everything that is wrong with them, as `rules.conditions.0.value` and the like.
    pub(crate) fn check(&self, invalid: &mut Invalid, currency: Currency) {
        let count = self.conditions.len();
        if count == 0 {
            invalid.push(FieldError::required("rules.conditions"));
        } else if count > CONDITIONS {
            let message = format!("may be at most {CONDITIONS}");
            invalid.push(FieldError::new("rules.conditions", "too_many", message));
        }
        for (index, condition) in self.conditions.iter().enumerate() {
            condition.check(invalid, &format!("rules.conditions.{index}"), currency);
        }
    }

    /// As the database keeps them, with amounts in minor units beside those in words.
    pub(crate) fn to_json(&self, currency: Currency) -> Value {
        let condition = |condition: &Condition| {
            let minor = match condition.field {
                ConditionField::Price => Money::parse_typed(&condition.value, currency).ok().map(Money::minor),
                _ => None,
            };
            json!({
                "field": condition.field.as_str(),
                "test": condition.test.as_str(),
                "name": condition.name,
                "value": condition.value,
                "minor": minor,
            })
        };
        let conditions: Vec<Value> = self.conditions.iter().map(condition).collect();
        json!({ "match": self.matching.as_str(), "conditions": conditions })
    }

    /// What [`Rules::to_json`] made; `None` of anything else.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let text = |value: &Value, name| value.get(name)?.as_str().map(str::to_owned);
        let condition = |value: &Value| {
            Some(Condition {
                field: ConditionField::parse(&text(value, "field")?)?,
                test: ConditionTest::parse(&text(value, "test")?)?,
                name: text(value, "name")?,
                value: text(value, "value")?,
            })
        };
        let conditions = value.get("conditions")?.as_array()?;
        Some(Self {
            matching: Matching::parse(&text(value, "match")?)?,
            conditions: conditions.iter().map(condition).collect::<Option<_>>()?,
        })
    }
}

impl Condition {
    fn check(&self, invalid: &mut Invalid, prefix: &str, currency: Currency) {
        if !self.field.tests().contains(&self.test) {
            let message = format!("does not fit {}", self.field.as_str());
            invalid.push(FieldError::new(format!("{prefix}.test"), "wrong_test", message));
        }
        if self.field == ConditionField::Attribute {
            check_title(invalid, &format!("{prefix}.name"), &self.name);
        }
        let field = format!("{prefix}.value");
        match self.field {
            ConditionField::Price => {
                invalid.check(&field, Money::parse_typed(&self.value, currency));
            }
            ConditionField::Stock if !matches!(self.value.as_str(), "true" | "false") => {
                invalid.push(FieldError::new(field, "invalid_truth", "must be true or false"));
            }
            _ if self.value.trim().is_empty() => invalid.push(FieldError::required(field)),
            _ => check_text(invalid, &field, &self.value, VALUE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(field: ConditionField, test: ConditionTest, value: &str) -> Condition {
        Condition {
            field,
            test,
            name: String::new(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn rules_come_back_from_the_database() {
        let rules = Rules {
            matching: Matching::Any,
            conditions: vec![
                condition(ConditionField::Tag, ConditionTest::IsNot, "old"),
                condition(ConditionField::Price, ConditionTest::AtMost, "19.99"),
            ],
        };
        let kept = rules.to_json(Currency::USD);
        assert_eq!(kept["conditions"][1]["minor"], 1999);
        assert_eq!(Rules::from_json(&kept), Some(rules));
        assert_eq!(Rules::from_json(&json!({ "match": "some", "conditions": [] })), None);
    }

    #[test]
    fn everything_that_is_wrong_is_named() {
        let mut invalid = Invalid::default();
        let none = Rules {
            matching: Matching::All,
            conditions: Vec::new(),
        };
        none.check(&mut invalid, Currency::USD);
        let wrong = Rules {
            conditions: vec![
                condition(ConditionField::Title, ConditionTest::AtLeast, " "),
                condition(ConditionField::Price, ConditionTest::AtLeast, "cheap"),
                condition(ConditionField::Stock, ConditionTest::Is, "yes"),
                condition(ConditionField::Attribute, ConditionTest::Is, "linen"),
            ],
            ..none
        };
        wrong.check(&mut invalid, Currency::USD);
        let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "rules.conditions",
                "rules.conditions.0.test",
                "rules.conditions.0.value",
                "rules.conditions.1.value",
                "rules.conditions.2.value",
                "rules.conditions.3.name",
            ]
        );
    }
}
