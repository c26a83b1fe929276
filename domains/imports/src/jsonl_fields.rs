//! The fields of a JSON object, read as what they should be; what they are not is noted under their names.

use serde_json::{Map, Value};

use crate::notes::Notes;

/// The fields of one object that have not been read yet.
#[derive(Debug)]
pub(crate) struct Fields {
    /// The line it stands on.
    pub(crate) line: u64,
    map: Map<String, Value>,
}

impl Fields {
    /// The fields of a line's object.
    pub(crate) fn new(line: u64, map: Map<String, Value>) -> Self {
        Self { line, map }
    }

    /// A text that stays for another reading.
    pub(crate) fn text(&self, name: &str, notes: &mut Notes) -> String {
        match self.map.get(name) {
            Some(value) => text_of(value.clone(), self.line, name, notes),
            None => String::new(),
        }
    }

    /// A text; numbers and truths become their texts, and nothing becomes an empty one.
    pub(crate) fn take_text(&mut self, name: &str, notes: &mut Notes) -> String {
        match self.map.remove(name) {
            Some(value) => text_of(value, self.line, name, notes),
            None => String::new(),
        }
    }

    /// A value as it stands.
    pub(crate) fn take(&mut self, name: &str) -> Value {
        self.map.remove(name).unwrap_or(Value::Null)
    }

    /// A list of texts.
    pub(crate) fn take_texts(&mut self, name: &str, notes: &mut Notes) -> Vec<String> {
        let values = self.take_list(name, notes);
        values
            .into_iter()
            .map(|value| text_of(value, self.line, name, notes))
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// A list; a single value is a list of one.
    pub(crate) fn take_list(&mut self, name: &str, notes: &mut Notes) -> Vec<Value> {
        match self.take(name) {
            Value::Null => Vec::new(),
            Value::Array(values) => values,
            Value::String(text) => vec![Value::String(text)],
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
                notes.warning(self.line, name, "is not a list; the value is left out");
                Vec::new()
            }
        }
    }

    /// A truth or the default.
    pub(crate) fn take_truth(&mut self, name: &str, default: bool, notes: &mut Notes) -> bool {
        match self.take(name) {
            Value::Null => default,
            Value::Bool(truth) => truth,
            Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                notes.warning(
                    self.line,
                    name,
                    format!("is neither true nor false; {default} is taken"),
                );
                default
            }
        }
    }

    /// An object's fields; none when the value is something else.
    pub(crate) fn take_map(&mut self, name: &str, notes: &mut Notes) -> Map<String, Value> {
        match self.take(name) {
            Value::Null => Map::new(),
            Value::Object(map) => map,
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                notes.warning(self.line, name, "is not an object; the value is left out");
                Map::new()
            }
        }
    }

    /// Whether the object has the field.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    /// What was not read.
    pub(crate) fn into_rest(self) -> Map<String, Value> {
        self.map
    }
}

fn text_of(value: Value, line: u64, name: &str, notes: &mut Notes) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Array(_) | Value::Object(_) => {
            notes.warning(line, name, "is not a text; the value is left out");
            String::new()
        }
    }
}
