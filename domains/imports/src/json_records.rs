//! Files with a JSON object a line for each thing, read as if they were tables: a field is a cell of the column of its name.

use std::{io::BufRead as _, path::Path};

use serde_json::{Map, Value};
use tokio::sync::mpsc::Sender;

use crate::{
    Refusal,
    jsonl::{object, refuse_cut},
    lines::Lines,
    read_ahead::Parcel,
    records::{Column, PARCEL_ROWS, Record},
    source::Source,
};

/// Whether a file begins like a JSON object rather than like a table.
pub(crate) fn is_json(path: &Path) -> Result<bool, Refusal> {
    let mut reader = Source::open(path, "CSV or one JSON object a line")?.reader();
    let start = reader.fill_buf().map_err(Refusal::from_read)?;
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    Ok(start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{'))
}

/// Reads the file to its end once, and then sends its lines.
pub(crate) fn read(path: &Path, columns: &'static [Column], sender: &Sender<Parcel>) -> Result<(), Refusal> {
    let source = Source::open(path, "one JSON object a line")?;
    let mut lines = Lines::new(source.reader());
    let mut count = 0;
    while let Some(line) = lines.next()? {
        if !line.text.trim().is_empty() {
            count += 1;
        }
        if !line.text.ends_with('\n') {
            refuse_cut(line)?;
        }
    }
    let mut wanted = sender.blocking_send(Parcel::of_rows(count)).is_ok();
    let mut lines = Lines::new(source.reader());
    let mut parcel = Vec::new();
    while wanted && let Some(line) = lines.next()? {
        if line.text.trim().is_empty() {
            continue;
        }
        let cells = object(line.text).map(|object| columns.iter().map(|column| cell(&object, column)).collect());
        let cells = cells.map_err(|reason| format!("{reason}; the row is left out").into());
        parcel.push(Record {
            line: line.place.line,
            cells,
        });
        if parcel.len() >= PARCEL_ROWS {
            let full = std::mem::take(&mut parcel);
            wanted = sender.blocking_send(Parcel::Records(full)).is_ok();
        }
    }
    if wanted && !parcel.is_empty() {
        // Whoever wanted them may have stopped.
        let _ = sender.blocking_send(Parcel::Records(parcel));
    }
    Ok(())
}

/// The text of a field; a list's texts are parted by blanks.
fn cell(object: &Map<String, Value>, column: &Column) -> String {
    let value = column.names.iter().find_map(|name| object.get(*name));
    value.map(text).unwrap_or_default()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(" "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}
