//! Numbers of a JSON line as the line spells them. JSON's readers know only what `1e9` means, and in the field of a price
//! that is what a spreadsheet made of a number of an article.

use std::collections::BTreeMap;

use serde_json::{Value, value::RawValue};

/// The fields whose numbers are read by their spelling.
const READ: &[&str] = &["price", "compare_at", "cost", "sale_price", "amount"];

/// Puts a text in the place of each amount that is spelt with an exponent, so that it is refused by the name of its field.
pub(crate) fn restore(object: &mut serde_json::Map<String, Value>, text: &str) {
    let digit_then_e = |pair: &[u8]| matches!(pair, [b'0'..=b'9', b'e' | b'E']);
    if text.as_bytes().windows(2).any(digit_then_e)
        && let Ok(raw) = serde_json::from_str(text)
    {
        restore_fields(object, &raw);
    }
}

fn restore_fields(object: &mut serde_json::Map<String, Value>, raw: &BTreeMap<String, &RawValue>) {
    for (name, value) in object {
        if let Some(raw) = raw.get(name) {
            restore_value(name, value, raw);
        }
    }
}

fn restore_value(name: &str, value: &mut Value, raw: &RawValue) {
    match value {
        Value::Number(_) if READ.contains(&name) && raw.get().contains(['e', 'E']) => {
            *value = Value::String(raw.get().to_owned());
        }
        Value::Object(object) => {
            if let Ok(raw) = serde_json::from_str(raw.get()) {
                restore_fields(object, &raw);
            }
        }
        Value::Array(values) if name == "variants" => {
            let raw: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
            for (value, raw) in values.iter_mut().zip(raw) {
                restore_value(name, value, raw);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_amounts_with_an_exponent_become_texts() {
        let text = r#"{"price":1e9,"cost":19.5,"carbon":1.5e3,"variants":[{"price":2E-2},{"price":{"amount":3e2,"currency":"USD"}}]}"#;
        let Ok(Value::Object(mut object)) = serde_json::from_str(text) else {
            panic!("an object")
        };
        restore(&mut object, text);
        let expected = json!({"price": "1e9", "cost": 19.5, "carbon": 1500.0,
            "variants": [{"price": "2E-2"}, {"price": {"amount": "3e2", "currency": "USD"}}]});
        assert_eq!(Value::Object(object), expected);
    }
}
