//! What few JSON lines say: size guides, the address that search engines keep, what shoppers fill in, how many are sold.

use catalog::{Measure, QuantityRule, UpsertExtras};
use kernel::{CountryCode, Invalid, Slug};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{ImportedVariant, jsonl_fields::Fields, notes::Notes, text::rich_text_of_lines};

/// A quantity rule as it is typed, where a name that is misspelt is said to be.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct TypedRule {
    minimum: Option<i64>,
    maximum: Option<i64>,
    step: Option<i64>,
    customer_maximum: Option<i64>,
}

impl From<TypedRule> for QuantityRule {
    fn from(typed: TypedRule) -> Self {
        Self {
            minimum: typed.minimum,
            maximum: typed.maximum,
            step: typed.step,
            customer_maximum: typed.customer_maximum,
        }
    }
}

/// What the line says of its product; what is wrong is left out, with the reason noted.
pub(crate) fn product(fields: &mut Fields, notes: &mut Notes) -> UpsertExtras {
    let guide: Option<String> = take(fields, "size_guide", notes);
    let given = UpsertExtras {
        canonical_url: take(fields, "canonical_url", notes),
        size_guide_html: guide.as_deref().map(rich_text_of_lines),
        personal_fields: take(fields, "personal_fields", notes),
        quantity_rule: take::<TypedRule>(fields, "quantity_rule", notes).map(QuantityRule::from),
        related: related(fields, notes),
    };
    let (kept, invalid) = given.sifted();
    note(fields.line, invalid, notes);
    kept
}

/// The handles of what goes with the product; one that cannot be a handle is left out.
fn related(fields: &mut Fields, notes: &mut Notes) -> Option<Vec<Slug>> {
    let handles: Vec<String> = take(fields, "related_products", notes)?;
    let read = |(index, handle): (usize, &String)| match Slug::parse(handle) {
        Ok(slug) => Some(slug),
        Err(error) => {
            let field = format!("related_products.{index}");
            notes.warning(
                fields.line,
                &field,
                format!("{handle:?} {}; it is left out", error.message),
            );
            None
        }
    };
    Some(handles.iter().enumerate().filter_map(read).collect())
}

/// Adds what the line says of a variant.
pub(crate) fn variant(variant: &mut ImportedVariant, fields: &mut Fields, notes: &mut Notes) {
    let origin = fields.take_text("origin_country", notes);
    if let Ok(country) = CountryCode::parse_assigned(&origin) {
        variant.origin_country = country.as_str().to_owned();
    } else if !origin.is_empty() {
        let reason = format!("{origin:?} is not the code of a country; the value is left out");
        notes.warning(fields.line, "origin_country", reason);
    }
    let (amount, base) = (
        fields.take_text("measure", notes),
        fields.take_text("measure_base", notes),
    );
    match Measure::parse(&amount, &base) {
        Ok(measure) => variant.measure = measure,
        Err(invalid) => note(fields.line, invalid, notes),
    }
    let given = UpsertExtras {
        quantity_rule: take::<TypedRule>(fields, "quantity_rule", notes).map(QuantityRule::from),
        ..UpsertExtras::default()
    };
    let (kept, invalid) = given.sifted();
    note(fields.line, invalid, notes);
    variant.quantity_rule = kept.quantity_rule;
}

fn take<T: DeserializeOwned>(fields: &mut Fields, name: &str, notes: &mut Notes) -> Option<T> {
    match serde_json::from_value(fields.take(name)) {
        Ok(value) => value,
        Err(error) => {
            notes.warning(fields.line, name, format!("{error}; the value is left out"));
            None
        }
    }
}

fn note(line: u64, invalid: Invalid, notes: &mut Notes) {
    for error in invalid.0 {
        notes.warning(line, &error.field, format!("{}; the value is left out", error.message));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(value: Value) -> (UpsertExtras, Vec<String>) {
        let Value::Object(map) = value else { panic!("an object") };
        let mut notes = Notes::default();
        let extras = product(&mut Fields::new(7, map), &mut notes);
        let found = notes.into_problems().into_iter();
        (extras, found.filter_map(|problem| problem.column).collect())
    }

    #[test]
    fn what_is_wrong_is_left_out_by_name_and_the_rest_is_kept() {
        let field = json!({ "label": "", "kind": "short_text", "required": true, "max_length": 12, "choices": [] });
        let (extras, wrong) = read(json!({
            "canonical_url": "javascript:alert(1)",
            "size_guide": "<p onclick='x()'>Flat.</p><script>x()</script>",
            "personal_fields": [field],
            "quantity_rule": { "minimum": 3, "step": 2 },
        }));
        assert_eq!(
            wrong,
            ["canonical_url", "personal_fields.0.label", "quantity_rule.minimum"]
        );
        let kept = UpsertExtras {
            size_guide_html: Some("<p>Flat.</p>".to_owned()),
            ..UpsertExtras::default()
        };
        assert_eq!(extras, kept);
    }

    #[test]
    fn what_is_not_said_stays_and_what_is_empty_is_taken_away() {
        assert_eq!(read(json!({ "quantity_rule": null })).0, UpsertExtras::default());
        let (extras, wrong) = read(json!({ "canonical_url": "", "personal_fields": [], "quantity_rule": {} }));
        assert_eq!(wrong, [""; 0]);
        assert_eq!(
            (extras.canonical_url.as_deref(), extras.quantity_rule),
            (Some(""), Some(QuantityRule::default()))
        );
        let (extras, wrong) = read(json!({ "related_products": ["wool-socks", "Not a handle!"] }));
        let related = extras.related.unwrap_or_default();
        assert_eq!(
            (related, wrong),
            (
                vec![Slug::parse("wool-socks").unwrap()],
                vec!["related_products.1".to_owned()]
            )
        );
        let (extras, wrong) = read(json!({ "related_products": ["wool-socks", "wool-socks"] }));
        assert_eq!((extras.related, wrong), (None, vec!["related_products.1".to_owned()]));
        let (_, wrong) = read(json!({ "personal_fields": "Engraving", "quantity_rule": { "minimum": -4 } }));
        assert_eq!(wrong, ["personal_fields", "quantity_rule.minimum"]);
        let (extras, wrong) = read(json!({ "quantity_rule": { "minimun": 12 } }));
        assert_eq!(
            (extras.quantity_rule, wrong.as_slice()),
            (None, &["quantity_rule".to_owned()][..])
        );
    }
}
