//! A JSON object that is written in pieces, with long lists in it.

use database::Error;
use serde::Serialize;

/// Writes an object and leaves it open.
pub(crate) fn open(out: &mut Vec<u8>, head: &impl Serialize) -> Result<(), Error> {
    serde_json::to_writer(&mut *out, head)?;
    // Its closing brace.
    out.pop();
    Ok(())
}

/// Begins a list after other fields.
pub(crate) fn begin(out: &mut Vec<u8>, field: &str) {
    out.extend(format!(",\n\"{field}\":[").bytes());
}

/// Ends a list and begins the next.
pub(crate) fn end_and_begin(out: &mut Vec<u8>, field: &str) {
    out.push(b']');
    begin(out, field);
}

/// Writes an object's fields, of which there are some, and closes what was open.
pub(crate) fn close(out: &mut Vec<u8>, rest: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_vec(rest)?;
    out.extend(b",\n");
    out.extend(text.strip_prefix(b"{").unwrap_or(&text));
    out.push(b'\n');
    Ok(())
}

/// A part of a list.
pub(crate) struct List<'a> {
    out: &'a mut Vec<u8>,
    is_first: bool,
}

impl<'a> List<'a> {
    /// The beginning of a list, or what follows another part of it.
    pub(crate) fn new(out: &'a mut Vec<u8>, is_first: bool) -> Self {
        Self { out, is_first }
    }

    pub(crate) fn push(&mut self, value: &impl Serialize) -> Result<(), Error> {
        let between: &[u8] = if std::mem::take(&mut self.is_first) {
            b"\n"
        } else {
            b",\n"
        };
        self.out.extend(between);
        serde_json::to_writer(&mut *self.out, value)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Lists that are cut into parts.
    fn written(lists: &[&[&[i32]]]) -> Value {
        let mut out = Vec::new();
        open(&mut out, &json!({"a": {}})).unwrap();
        for (at, parts) in lists.iter().enumerate() {
            begin(&mut out, &format!("list{at}"));
            for (part, values) in parts.iter().enumerate() {
                let mut list = List::new(&mut out, part == 0);
                values.iter().for_each(|value| list.push(value).unwrap());
            }
            out.push(b']');
        }
        close(&mut out, &json!({"z": [1]})).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn pieces_are_one_document_wherever_lists_are_cut() {
        assert_eq!(
            written(&[&[&[]], &[&[1], &[2, 3]], &[&[4]]]),
            json!({"a": {}, "list0": [], "list1": [1, 2, 3], "list2": [4], "z": [1]})
        );
    }
}
