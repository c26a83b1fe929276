//! Reads one JSON object a line, plain or packed as `.xz` or `.gz`: Souk's own export, or flat product data as feeds have it.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read},
};

use kernel::{Currency, Slug, slugify};
use serde_json::{Map, Value};

use crate::{
    Group, Refusal,
    handles::Handles,
    jsonl_fields::Fields,
    jsonl_product,
    lines::{Line, Lines},
    notes::Notes,
    skus::{self, Skus, fingerprint},
    source::Source,
    spelling,
};

/// How many lines are looked at to see whether the file has products.
const LINES_TO_JUDGE: u64 = 20;

/// Inspects a file; answers the number of its rows and the reader of its products.
pub(crate) fn open(source: &Source, currency: Currency) -> Result<(u64, Reader<impl BufRead + Send + use<>>), Refusal> {
    let not_products = |reason| Refusal::NotProducts { reason };
    let count = inspect(Lines::new(source.reader()), &["title", "handle"], not_products)?;
    let lines: Lines<BufReader<Box<dyn Read + Send>>> = Lines::new(source.reader());
    let reader = Reader {
        lines,
        currency,
        used: HashMap::new(),
        handles: Handles::default(),
        skus: Skus::default(),
    };
    Ok((count, reader))
}

/// Reads a file to its end; refused when none of its first lines has one of these fields.
pub(crate) fn inspect(
    mut lines: Lines<impl BufRead>,
    fields: &[&str],
    refuse: impl Fn(String) -> Refusal,
) -> Result<u64, Refusal> {
    let mut count = 0;
    let mut good = 0;
    let mut first_reason = None;
    while let Some(line) = lines.next()? {
        if line.text.trim().is_empty() {
            continue;
        }
        count += 1;
        if !line.text.ends_with('\n') {
            refuse_cut(line)?;
        }
        if count <= LINES_TO_JUDGE {
            match object(line.text) {
                Ok(object) if fields.iter().any(|field| object.contains_key(*field)) => good += 1,
                Ok(_) => {
                    let missing = fields.join(" and no ");
                    first_reason.get_or_insert_with(|| format!("line {} has no {missing}", line.place.line));
                }
                Err(reason) => {
                    first_reason.get_or_insert_with(|| format!("line {} {reason}", line.place.line));
                }
            }
        }
    }
    if count == 0 {
        return Err(Refusal::Empty);
    }
    match first_reason {
        Some(reason) if good == 0 => Err(refuse(reason)),
        _ => Ok(count),
    }
}

pub(crate) fn refuse_cut(last: Line<'_>) -> Result<(), Refusal> {
    match serde_json::from_str::<serde::de::IgnoredAny>(last.text) {
        Err(error) if error.is_eof() => Err(Refusal::Truncated {
            reason: format!("the JSON of the last line, {}, breaks off", last.place.line),
        }),
        _ => Ok(()),
    }
}

/// The object that a line is.
pub(crate) fn object(text: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str::<Value>(text.trim()) {
        Ok(Value::Object(mut object)) => {
            if text.contains("\\u0000") {
                object.values_mut().for_each(drop_zeros);
            }
            spelling::restore(&mut object, text);
            Ok(object)
        }
        Ok(_) => Err("is not a JSON object".to_owned()),
        Err(_) if text.contains('\0') => Err("holds a zero byte".to_owned()),
        Err(error) => Err(format!("is not JSON (column {})", error.column())),
    }
}

/// PostgreSQL keeps no zero characters.
fn drop_zeros(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(values) => values.iter_mut().for_each(drop_zeros),
        Value::Object(object) => object.values_mut().for_each(drop_zeros),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Reads product after product.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    lines: Lines<R>,
    currency: Currency,
    /// Fingerprints of ids and handles, and the lines they were first used on.
    used: HashMap<u64, u64>,
    handles: Handles,
    skus: Skus,
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Group, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_group().transpose()
    }
}

impl<R: BufRead> Reader<R> {
    fn next_group(&mut self) -> Result<Option<Group>, Refusal> {
        let (number, parsed) = loop {
            let Some(line) = self.lines.next()? else {
                return Ok(None);
            };
            if !line.text.trim().is_empty() {
                break (line.place.line, object(line.text));
            }
        };
        let mut notes = Notes::default();
        let mut skus = Vec::new();
        let product = match parsed {
            Ok(object) => {
                skus = skus::of_object(&object);
                let mut fields = Fields::new(number, object);
                let handle = self.handle(&mut fields, &mut notes);
                if handle.is_some() {
                    notes = notes.renamed(handle.as_ref());
                }
                handle.and_then(|handle| jsonl_product::product(handle, fields, self.currency, &mut notes))
            }
            Err(reason) => {
                notes.error(number, "", format!("the line {reason}; it is skipped"));
                None
            }
        };
        let product = product.map(|mut product| {
            self.skus.keep_first_use(&mut product, "sku", &mut notes);
            Box::new(product)
        });
        if product.is_some() {
            skus.clear();
        }
        Ok(Some(Group {
            product,
            problems: notes.into_problems(),
            left_out_skus: skus,
            rows: 1,
        }))
    }

    /// The handle of the line, or one made of its title and id; `None`, with the reason noted, when it is used already or there is
    /// none. Then the notes have the one it would have been.
    fn handle(&mut self, fields: &mut Fields, notes: &mut Notes) -> Option<Slug> {
        let line = fields.line;
        let id = fields.text("id", notes);
        let own = fields.take_text("handle", notes);
        for (column, key) in [("id", &id), ("handle", &own)] {
            if !key.is_empty() {
                let first = *self.used.entry(fingerprint(&format!("{column} {key}"))).or_insert(line);
                if first != line {
                    notes.error(
                        line,
                        column,
                        format!("{key:?} is already used on line {first}; the line is skipped"),
                    );
                    let title = crate::text::plain_text(&fields.text("title", notes));
                    let wanted = Slug::parse(&slugify(if own.is_empty() { &title } else { &own })).ok();
                    *notes = std::mem::take(notes).renamed(wanted.as_ref());
                    return None;
                }
            }
        }
        let title = crate::text::plain_text(&fields.text("title", notes));
        if own.is_empty() && title.is_empty() {
            notes.error(line, "title", "the product has no title; the line is skipped");
            return None;
        }
        let wanted = if own.is_empty() { title } else { own };
        let handle = self.handles.give(&wanted, &id);
        if handle.is_none() {
            notes.error(
                line,
                "handle",
                "the handle has neither letters nor digits; the line is skipped",
            );
        }
        handle
    }
}
