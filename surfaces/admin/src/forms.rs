//! From what is typed into forms to values and back, and what is said when it does not fit.

use std::collections::BTreeMap;

use chrono::{NaiveDateTime, SubsecRound as _};
use kernel::{Currency, FieldError, Invalid, Money, Time, TimeZone};
use serde::Serialize;
use web::Visitor;

/// The format of `<input type="datetime-local">`.
const MOMENT: &str = "%Y-%m-%dT%H:%M";

/// A sentence for each field that is wrong, by the field's name in the form; `form` is the form as a whole.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub(crate) struct Errors(BTreeMap<String, String>);

impl Errors {
    /// Sentences in the visitor's language, in English where there is none.
    pub(crate) fn of(visitor: &Visitor, invalid: Invalid) -> Self {
        let mut errors = Self::default();
        errors.add_all(visitor, invalid);
        errors
    }

    /// Puts more sentences beside those there are; a field keeps its first.
    pub(crate) fn add_all(&mut self, visitor: &Visitor, invalid: Invalid) {
        for error in invalid.0 {
            self.add(visitor, &input_name(&error.field), error.code, &error.message);
        }
    }

    /// Puts the sentences of others beside those there are; a field keeps its first.
    pub(crate) fn add_others(&mut self, others: Self) {
        for (field, sentence) in others.0 {
            self.0.entry(field).or_insert(sentence);
        }
    }

    /// One sentence.
    pub(crate) fn one(visitor: &Visitor, field: &str, code: &str, message: &str) -> Self {
        let mut errors = Self::default();
        errors.add(visitor, field, code, message);
        errors
    }

    /// A sentence that is in the visitor's language already.
    pub(crate) fn said(field: &str, sentence: String) -> Self {
        Self(BTreeMap::from([(field.to_owned(), sentence)]))
    }

    /// Sentences for the fields below a place, such as `texts.en.`, by what comes after it.
    pub(crate) fn under(visitor: &Visitor, invalid: &Invalid, place: &str) -> Self {
        let below = invalid.0.iter().filter_map(|error| {
            let field = error.field.strip_prefix(place)?.to_owned();
            Some(FieldError { field, ..error.clone() })
        });
        Self::of(visitor, Invalid(below.collect()))
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sentences alone.
    pub(crate) fn into_sentences(self) -> Vec<String> {
        self.0.into_values().collect()
    }

    /// Puts a sentence that is in the visitor's language in place of the one at that field.
    pub(crate) fn say(&mut self, field: &str, sentence: String) {
        self.0.insert(field.to_owned(), sentence);
    }

    fn add(&mut self, visitor: &Visitor, field: &str, code: &str, message: &str) {
        self.0
            .entry(field.to_owned())
            .or_insert_with(|| sentence(visitor, code, message));
    }
}

/// What is wrong, in the visitor's language, in English where there is none.
pub(crate) fn sentence(visitor: &Visitor, code: &str, message: &str) -> String {
    let key = format!("admin-wrong-{}", code.replace('_', "-"));
    let sentence = visitor.state().translations().find(visitor.locale, &key, &[]);
    sentence.unwrap_or_else(|| message.to_owned())
}

/// `sale.price` is the input `sale_price`, and `tags.3` is a part of the input `tags`.
/// The attributes of a product are inputs under their codes.
fn input_name(field: &str) -> String {
    if field.starts_with("attributes.") {
        return field.to_owned();
    }
    let parts = field.split('.').filter(|part| part.parse::<usize>().is_err());
    parts.collect::<Vec<_>>().join("_")
}

/// A field whose saved value differs from the typed one, for a form that somebody else saved in between.
#[derive(Debug, Serialize)]
pub(crate) struct Difference {
    /// The field's name with hyphens, part of the key of its label.
    field: String,
    /// Its label, when the merchant named it.
    label: String,
    saved: String,
    typed: String,
}

impl Difference {
    /// Of a field that the merchant named.
    pub(crate) fn named(label: &str, saved: String, typed: String) -> Self {
        Self {
            field: String::new(),
            label: label.to_owned(),
            saved,
            typed,
        }
    }
}

impl Difference {
    /// Gives it a label made of the field's name, for forms whose fields have names of their own.
    pub(crate) fn rename(&mut self, label: impl FnOnce(&str) -> String) {
        self.label = label(&self.field);
    }
}

/// What differs between two states of a form.
pub(crate) fn differences<F: Serialize>(saved: &F, typed: &F) -> Vec<Difference> {
    let (saved, typed) = (fields(saved), fields(typed));
    saved
        .into_iter()
        .filter_map(|(field, saved)| {
            let typed = typed.get(&field).cloned().unwrap_or_default();
            let differs = saved.replace("\r\n", "\n") != typed.replace("\r\n", "\n") && field != "version";
            differs.then(|| Difference {
                field: field.replace('_', "-"),
                label: String::new(),
                saved,
                typed,
            })
        })
        .collect()
}

fn fields<F: Serialize>(form: &F) -> BTreeMap<String, String> {
    let value = serde_json::to_value(form).unwrap_or_default();
    let fields = value.as_object().cloned().unwrap_or_default();
    fields
        .into_iter()
        .map(|(name, value)| (name, in_words(&value)))
        .collect()
}

fn in_words(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(values) => values.iter().map(in_words).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// An amount in major units; nothing typed is none.
pub(crate) fn read_amount(invalid: &mut Invalid, field: &str, text: &str, currency: Currency) -> Option<Money> {
    if text.trim().is_empty() {
        return None;
    }
    invalid.check(field, Money::parse_typed(text, currency))
}

/// An amount as it is typed.
pub(crate) fn amount_text(amount: Option<Money>) -> String {
    amount.map(|amount| amount.to_decimal().to_string()).unwrap_or_default()
}

/// A moment as the clocks of a time zone show it; nothing typed is none.
pub(crate) fn read_moment(invalid: &mut Invalid, field: &str, text: &str, zone: TimeZone) -> Option<Time> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let moment = NaiveDateTime::parse_from_str(text, MOMENT)
        .or_else(|_without_seconds| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"));
    let moment = moment.map(|moment| zone.moment(moment));
    invalid.check(
        field,
        moment.map_err(|_error| FieldError::new(field, "invalid_moment", "is not a date and time")),
    )
}

/// The same in the form of something saved. What is typed as the kept moment is written is that moment: the form shows neither its
/// seconds nor which of two equal hours it is when clocks are set back.
pub(crate) fn read_kept_moment(
    invalid: &mut Invalid,
    field: &str,
    text: &str,
    kept: Option<Time>,
    zone: TimeZone,
) -> Option<Time> {
    if text.trim() == moment_text(kept, zone) {
        return kept;
    }
    read_moment(invalid, field, text, zone)
}

/// A moment as it is typed by the clocks of a time zone.
pub(crate) fn moment_text(moment: Option<Time>, zone: TimeZone) -> String {
    moment
        .map(|moment| zone.local(moment).trunc_subsecs(0).format(MOMENT).to_string())
        .unwrap_or_default()
}

/// A whole number; nothing typed is none.
pub(crate) fn read_number(invalid: &mut Invalid, field: &str, text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let number = text
        .parse()
        .map_err(|_error| FieldError::new(field, "invalid_number", "is not a whole number"));
    invalid.check(field, number)
}

/// Words parted by commas.
pub(crate) fn read_words(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Texts, one in each line.
pub(crate) fn read_lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// A checkbox that is ticked sends `1`.
pub(crate) fn tick(on: bool) -> String {
    if on { "1".to_owned() } else { String::new() }
}

/// The version that a form was made of. One that was tampered with fits no version.
pub(crate) fn read_version(text: &str) -> i64 {
    text.trim().parse().unwrap_or(-1)
}

/// A choice of a select.
#[derive(Debug, Serialize)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
}

/// Choices with texts of the keys `<prefix>-<value with hyphens>`.
pub(crate) fn choices<'v>(visitor: &Visitor, prefix: &str, values: impl IntoIterator<Item = &'v str>) -> Vec<Choice> {
    values
        .into_iter()
        .map(|value| Choice {
            label: word(visitor, prefix, value),
            value: value.to_owned(),
        })
        .collect()
}

/// The text of a state or kind; its own name in words when there is none.
pub(crate) fn word(visitor: &Visitor, prefix: &str, value: &str) -> String {
    let key = format!("{prefix}-{}", value.replace('_', "-"));
    let text = visitor.state().translations().find(visitor.locale, &key, &[]);
    text.unwrap_or_else(|| value.replace('_', " "))
}

/// Who did something, from the label that timelines and ledgers keep, such as `staff acc_…`.
pub(crate) fn actor(visitor: &Visitor, label: &str) -> String {
    word(visitor, "admin-actor", label.split(' ').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_domains_have_inputs() {
        for (field, input) in [
            ("title", "title"),
            ("sale.price", "sale_price"),
            ("tags.3", "tags"),
            ("option_values.0", "option_values"),
        ] {
            assert_eq!(input_name(field), input);
        }
    }

    #[test]
    fn what_is_typed_comes_back() {
        let mut invalid = Invalid::default();
        let moment = read_moment(&mut invalid, "starts_at", "2026-11-21T08:30", TimeZone::UTC);
        assert_eq!(moment_text(moment, TimeZone::UTC), "2026-11-21T08:30");
        let jakarta = TimeZone::parse("Asia/Jakarta").unwrap();
        assert_eq!(moment_text(moment, jakarta), "2026-11-21T15:30");
        let there = read_moment(&mut invalid, "starts_at", "2026-11-21T15:30", jakarta);
        assert_eq!(there, moment);
        let amount = read_amount(&mut invalid, "price", "1,299.00", Currency::USD);
        assert_eq!(amount_text(amount), "1299.00");
        assert_eq!(invalid, Invalid::default());
        assert_eq!(read_moment(&mut invalid, "starts_at", "tomorrow", jakarta), None);
        assert_eq!(read_amount(&mut invalid, "price", "cheap", Currency::USD), None);
        assert_eq!(read_number(&mut invalid, "limit", "many"), None);
        assert_eq!(invalid.0.len(), 3);
    }

    #[test]
    fn a_moment_that_was_not_changed_keeps_what_the_form_does_not_show() {
        let mut invalid = Invalid::default();
        let berlin = TimeZone::parse("Europe/Berlin").unwrap();
        // To the microsecond, and in the second of the two hours between two and three.
        for kept in ["2026-11-21T08:30:59.999999Z", "2026-10-25T01:30:00Z"] {
            let kept: Time = kept.parse().unwrap();
            let shown = moment_text(Some(kept), berlin);
            let read = read_kept_moment(&mut invalid, "starts_at", &shown, Some(kept), berlin);
            assert_eq!(read, Some(kept));
            let other = read_kept_moment(&mut invalid, "starts_at", "2026-12-01T10:00", Some(kept), berlin);
            assert_eq!(other, Some("2026-12-01T09:00:00Z".parse().unwrap()));
            assert_eq!(
                read_kept_moment(&mut invalid, "starts_at", " ", Some(kept), berlin),
                None
            );
        }
        assert_eq!(invalid, Invalid::default());
    }

    #[test]
    fn only_what_differs_is_told() {
        #[derive(Serialize)]
        struct Form {
            title: &'static str,
            tags: Vec<&'static str>,
            version: &'static str,
        }
        let saved = Form {
            title: "Mug",
            tags: vec!["a", "b"],
            version: "2",
        };
        let typed = Form {
            title: "Cup",
            tags: vec!["a", "b"],
            version: "1",
        };
        let found = differences(&saved, &typed);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (
                found[0].field.as_str(),
                found[0].saved.as_str(),
                found[0].typed.as_str()
            ),
            ("title", "Mug", "Cup")
        );
    }
}
