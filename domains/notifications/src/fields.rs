//! The fields that a template may use, read off mails that could be sent.

use std::collections::BTreeMap;

use kernel::Locale;
use serde_json::Value;

use crate::{MailData, MailKind};

/// A field with an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateField {
    /// How a template names it. Those of a list stand behind it, with the name `one` for each.
    pub name: String,
    /// What it could say; empty for a list.
    pub example: String,
}

/// The fields of a kind of mail.
pub fn template_fields(kind: MailKind, locale: Locale) -> Vec<TemplateField> {
    let mut examples = BTreeMap::new();
    let mut names = Vec::new();
    for data in MailData::samples(locale).into_iter().filter(|data| data.kind == kind) {
        let value = serde_json::to_value(&data).unwrap_or_default();
        for (name, example) in walk("", &value) {
            let known: &mut String = examples.entry(name.clone()).or_insert_with(|| {
                names.push(name);
                String::new()
            });
            if known.is_empty() {
                *known = example;
            }
        }
    }
    let field = |name: String| TemplateField {
        example: examples.remove(&name).unwrap_or_default(),
        name,
    };
    names.into_iter().map(field).collect()
}

fn walk(path: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        // What a shopper writes has names of its own.
        Value::Object(pairs) if path.ends_with("properties") => {
            let pair = pairs
                .iter()
                .next()
                .map(|(name, text)| format!("{name}: {}", text_of(text)));
            vec![(format!("{path}|items"), pair.unwrap_or_default())]
        }
        Value::Object(fields) => {
            let inner = |(name, value): (&String, &Value)| {
                let name = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                walk(&name, value)
            };
            fields.iter().flat_map(inner).collect()
        }
        Value::Array(values) => {
            let mut all = vec![(path.to_owned(), String::new())];
            all.extend(values.first().map(|first| walk("one", first)).unwrap_or_default());
            all.iter_mut()
                .skip(1)
                .for_each(|(name, _)| *name = format!("{path} → {name}"));
            all
        }
        other => vec![(path.to_owned(), text_of(other))],
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_mail_is_told_with_an_example() {
        let fields = template_fields(MailKind::ParcelMoved, Locale::EN);
        let example = |name: &str| {
            let found = fields.iter().find(|field| field.name == name);
            found.map(|field| field.example.as_str())
        };
        assert_eq!(example("store.name"), Some("Ink & Paper <Co>"));
        assert_eq!(example("order.lines"), Some(""));
        assert_eq!(example("order.lines → one.title"), Some("Notebook \"Tide\""));
        assert_eq!(
            example("order.lines → one.properties|items"),
            Some("Engraving: For <Ann>")
        );
        assert_eq!(example("order.shipping_address → one"), Some("Ann Lee"));
        assert!(
            example("review_link").is_some_and(|link| link.contains("/reviews")),
            "{fields:?}"
        );
        for kind in MailKind::ALL {
            let names: Vec<_> = template_fields(*kind, Locale::ID)
                .into_iter()
                .map(|field| field.name)
                .collect();
            assert!(names.iter().any(|name| name == "store.url"), "{names:?}");
        }
    }
}
