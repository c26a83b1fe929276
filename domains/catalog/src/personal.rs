//! What shoppers write on a product, in fields that the merchant defines: an engraving, a gift note.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{FieldError, Invalid};
use serde::{Deserialize, Serialize};

use crate::input::check_title;

/// The most fields of a product.
pub const MOST_PERSONAL_FIELDS: usize = 10;
/// The most characters of a label.
const LABEL: usize = 40;
/// The most characters that a field can take.
const TEXT: i64 = 500;
/// The most choices of a field.
const CHOICES: usize = 50;

kernel::named! {
    /// How a personal field is filled in.
    PersonalFieldKind {
        /// A text in one line.
        ShortText = "short_text",
        /// A text that may have several lines.
        LongText = "long_text",
        /// One of the merchant's choices.
        Choice = "choice",
    }
}

/// A field that shoppers fill in for a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalField {
    /// What it is called, and what the text stands under on the order.
    pub label: String,
    /// How it is filled in.
    #[serde(with = "kind_name")]
    pub kind: PersonalFieldKind,
    /// Whether the product can be had without it.
    pub required: bool,
    /// The most characters of a text.
    pub max_length: i64,
    /// What can be chosen from; empty for texts.
    pub choices: Vec<String>,
}

mod kind_name {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use super::PersonalFieldKind;

    pub(super) fn serialize<S: Serializer>(kind: &PersonalFieldKind, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(kind.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PersonalFieldKind, D::Error> {
        let name = String::deserialize(deserializer)?;
        PersonalFieldKind::parse(&name).ok_or_else(|| D::Error::custom("unknown kind of a personal field"))
    }
}

/// Notes everything that is wrong with the fields of a product, as `personal_fields.2.label`.
pub(crate) fn check_fields(invalid: &mut Invalid, fields: &[PersonalField]) {
    if fields.len() > MOST_PERSONAL_FIELDS {
        let message = format!("may be at most {MOST_PERSONAL_FIELDS}");
        invalid.push(FieldError::new("personal_fields", "too_many", message));
    }
    let mut labels = BTreeSet::new();
    for (index, field) in fields.iter().enumerate() {
        let at = |name: &str| format!("personal_fields.{index}.{name}");
        check_title(invalid, &at("label"), &field.label);
        if field.label.chars().count() > LABEL {
            let message = format!("may have at most {LABEL} characters");
            invalid.push(FieldError::new(at("label"), "too_long", message));
        }
        if !labels.insert(&field.label) {
            invalid.push(FieldError::new(
                at("label"),
                "repeated",
                "is the label of another field",
            ));
        }
        if field.kind == PersonalFieldKind::Choice {
            check_choices(invalid, &at("choices"), &field.choices);
        } else if !(1..=TEXT).contains(&field.max_length) {
            let message = format!("must be between 1 and {TEXT}");
            invalid.push(FieldError::new(at("max_length"), "out_of_range", message));
        }
    }
}

fn check_choices(invalid: &mut Invalid, field: &str, choices: &[String]) {
    let distinct: BTreeSet<&String> = choices.iter().collect();
    if choices.is_empty() {
        invalid.push(FieldError::required(field));
    } else if choices.len() > CHOICES {
        invalid.push(FieldError::new(field, "too_many", format!("may be at most {CHOICES}")));
    } else if distinct.len() != choices.len() {
        invalid.push(FieldError::new(field, "repeated", "must differ from each other"));
    }
    for choice in choices {
        if choice.chars().count() > 100 || choice.chars().any(char::is_control) {
            let message = "may have at most 100 printable characters each";
            invalid.push(FieldError::new(field, "too_long", message));
        }
    }
}

/// What a shopper filled in, with line ends and blanks around it made alike and without what was left empty; or what is
/// wrong with it, as `properties.Engraving`.
pub fn fill_in(
    fields: &[PersonalField],
    typed: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Invalid> {
    let mut invalid = Invalid::default();
    let mut filled = BTreeMap::new();
    for label in typed.keys() {
        if !fields.iter().any(|field| field.label == *label) {
            let message = "is no field of this product";
            invalid.push(FieldError::new(
                format!("properties.{label}"),
                "unknown_property",
                message,
            ));
        }
    }
    for field in fields {
        let text = typed.get(&field.label).map(|text| text.replace("\r\n", "\n"));
        let text = text.as_deref().map(str::trim).unwrap_or_default();
        match field.accepts(text) {
            Ok(()) if text.is_empty() => {}
            Ok(()) => {
                filled.insert(field.label.clone(), text.to_owned());
            }
            Err((code, message)) => {
                invalid.push(FieldError::new(format!("properties.{}", field.label), code, message));
            }
        }
    }
    invalid.into_result().map(|()| filled)
}

impl PersonalField {
    fn accepts(&self, text: &str) -> Result<(), (&'static str, String)> {
        if text.is_empty() {
            return if self.required {
                Err(("required", "is required".to_owned()))
            } else {
                Ok(())
            };
        }
        if self.kind == PersonalFieldKind::Choice {
            return if self.choices.iter().any(|choice| choice == text) {
                Ok(())
            } else {
                Err(("not_a_choice", "is not one of the choices".to_owned()))
            };
        }
        let lines = self.kind == PersonalFieldKind::LongText;
        if text.chars().any(|char| char.is_control() && !(lines && char == '\n')) {
            return Err(("invalid_text", "may hold printable characters only".to_owned()));
        }
        if i64::try_from(text.chars().count()).unwrap_or(i64::MAX) > self.max_length {
            return Err(("too_long", format!("may have at most {} characters", self.max_length)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(label: &str, kind: PersonalFieldKind, required: bool) -> PersonalField {
        PersonalField {
            label: label.to_owned(),
            kind,
            required,
            max_length: 12,
            choices: Vec::new(),
        }
    }

    fn fields() -> Vec<PersonalField> {
        let font = PersonalField {
            choices: vec!["Serif".to_owned(), "Script".to_owned()],
            ..field("Font", PersonalFieldKind::Choice, false)
        };
        vec![
            field("Engraving", PersonalFieldKind::ShortText, true),
            field("Gift note", PersonalFieldKind::LongText, false),
            font,
        ]
    }

    type Wrong = Vec<(String, &'static str)>;

    fn filled(typed: &[(&str, &str)]) -> Result<Vec<(String, String)>, Wrong> {
        let typed = typed
            .iter()
            .map(|(label, text)| ((*label).to_owned(), (*text).to_owned()));
        match fill_in(&fields(), &typed.collect()) {
            Ok(filled) => Ok(filled.into_iter().collect()),
            Err(invalid) => Err(invalid.0.into_iter().map(|error| (error.field, error.code)).collect()),
        }
    }

    #[test]
    fn what_is_filled_in_is_kept_and_what_is_empty_is_not() {
        let kept = filled(&[("Engraving", " Ann "), ("Gift note", "Dear\r\nAnn"), ("Font", "")]);
        let kept = kept.unwrap();
        let kept: Vec<_> = kept
            .iter()
            .map(|(label, text)| (label.as_str(), text.as_str()))
            .collect();
        assert_eq!(kept, [("Engraving", "Ann"), ("Gift note", "Dear\nAnn")]);
    }

    #[test]
    fn each_field_tells_what_is_wrong_with_it() {
        for (typed, field, code) in [
            (vec![], "properties.Engraving", "required"),
            (vec![("Engraving", "  ")], "properties.Engraving", "required"),
            (vec![("Engraving", "1234567890123")], "properties.Engraving", "too_long"),
            (vec![("Engraving", "a\nb")], "properties.Engraving", "invalid_text"),
            (
                vec![("Engraving", "a"), ("Gift note", "\0")],
                "properties.Gift note",
                "invalid_text",
            ),
            (
                vec![("Engraving", "a"), ("Font", "Comic")],
                "properties.Font",
                "not_a_choice",
            ),
            (
                vec![("Engraving", "a"), ("Colour", "red")],
                "properties.Colour",
                "unknown_property",
            ),
        ] {
            assert_eq!(filled(&typed), Err(vec![(field.to_owned(), code)]), "{typed:?}");
        }
    }

    #[test]
    fn fields_have_labels_of_their_own_and_choices_where_one_chooses() {
        let codes = |fields: &[PersonalField]| {
            let mut invalid = Invalid::default();
            check_fields(&mut invalid, fields);
            invalid
                .0
                .into_iter()
                .map(|error| (error.field, error.code))
                .collect::<Vec<_>>()
        };
        assert_eq!(codes(&fields()), []);
        let wrong = [
            field("", PersonalFieldKind::ShortText, false),
            field("Font", PersonalFieldKind::Choice, false),
            PersonalField {
                max_length: 501,
                ..field("Font", PersonalFieldKind::LongText, false)
            },
        ];
        let told = codes(&wrong);
        let told: Vec<_> = told.iter().map(|(field, code)| (field.as_str(), *code)).collect();
        assert_eq!(
            told,
            [
                ("personal_fields.0.label", "required"),
                ("personal_fields.1.choices", "required"),
                ("personal_fields.2.label", "repeated"),
                ("personal_fields.2.max_length", "out_of_range"),
            ]
        );
    }
}
