//! A comma-separated file with a header: its columns by name, its rows in order and from anywhere.

use std::{collections::HashMap, io::BufRead, path::Path};

use crate::{
    Refusal,
    lines::{Lines, Place},
    notes::{Cell, Notes},
    rows::{Row, Rows},
    source::{FileFrom, Source},
};

const STREAM_BUFFER_BYTES: usize = 256 * 1024;
const LOOKUP_BUFFER_BYTES: usize = 8 * 1024;

/// The names of the columns.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    names: Vec<String>,
    keys: Vec<String>,
}

impl Header {
    fn new(row: &Row) -> Self {
        let names: Vec<String> = (0..row.len()).map(|index| row.get(index).to_owned()).collect();
        let keys = names
            .iter()
            .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
            .collect();
        Self { names, keys }
    }

    /// The names that more than one column has, apart from blanks and case.
    fn repeated(&self) -> Vec<String> {
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut repeated = Vec::new();
        for (name, key) in self.names.iter().zip(&self.keys) {
            let times = known.entry(key.as_str()).or_default();
            *times += 1;
            if *times == 2 && !key.is_empty() {
                repeated.push(name.clone());
            }
        }
        repeated
    }

    /// How many columns there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The column that has one of these names, in lower case.
    pub(crate) fn find(&self, keys: &[&str]) -> Option<usize> {
        keys.iter()
            .find_map(|key| self.keys.iter().position(|known| known == key))
    }

    /// The columns in order: index, name as written, name in lower case.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (usize, &str, &str)> {
        self.names
            .iter()
            .zip(&self.keys)
            .enumerate()
            .map(|(index, (name, key))| (index, name.as_str(), key.as_str()))
    }

    /// The name of a column as the file writes it; empty when there is no such column.
    pub(crate) fn name(&self, column: Option<usize>) -> &str {
        column
            .and_then(|index| self.names.get(index))
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// A row's cell with its place; empty when the file has no such column.
    pub(crate) fn cell<'a>(&'a self, row: &'a Row, column: Option<usize>) -> Cell<'a> {
        Cell {
            line: row.place.line,
            column: self.name(column),
            text: column.map(|index| row.get(index)).unwrap_or_default(),
        }
    }

    /// Whether the row has a cell of text for every column and nothing beyond; otherwise the reason is noted.
    pub(crate) fn fits(&self, row: &Row, notes: &mut Notes) -> bool {
        let too_long = (self.len()..row.len()).any(|index| !row.get(index).is_empty());
        let fits = row.len() >= self.len() && !too_long;
        if !fits {
            let reason = format!(
                "the row has {}, the header has {}; the row is skipped",
                counted(row.len(), "cell"),
                counted(self.len(), "column")
            );
            notes.error(row.place.line, "", reason);
        } else if row.holds_zero() {
            let at = (0..row.len()).find(|index| row.get(*index).contains('\0'));
            let reason = "the cell holds a zero byte; the row is skipped";
            notes.error(row.place.line, self.name(at), reason);
            return false;
        }
        fits
    }
}

/// `1 cell`, `2 cells`.
fn counted(count: usize, thing: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{ending}")
}

/// An opened file and its header.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    source: Source,
    /// The columns.
    pub(crate) header: Header,
}

impl Table {
    /// Opens a file, unpacking it into a temporary one when it is packed, and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Self, Refusal> {
        Self::of(Source::open(path, "CSV")?.unpacked(path)?)
    }

    /// Reads the header of an opened file that is not packed.
    pub(crate) fn of(source: Source) -> Result<Self, Refusal> {
        let mut rows = rows_of(source.reader_at(0, LOOKUP_BUFFER_BYTES), Place { line: 1, byte: 0 });
        let first = rows.next()?.ok_or(Refusal::Empty)?;
        if first.holds_zero() {
            return Err(first_zero(&source)?);
        }
        let header = Header::new(&first);
        if let [name] = header.names.as_slice() {
            let parted = [(';', "semicolons"), ('\t', "tabs")];
            if let Some((_, found)) = parted.into_iter().find(|(letter, _)| name.contains(*letter)) {
                return Err(Refusal::NotCommas { found });
            }
        }
        let names = header.repeated();
        if !names.is_empty() {
            return Err(Refusal::RepeatedColumns { names });
        }
        Ok(Self { source, header })
    }

    /// All rows below the header.
    pub(crate) fn rows(&self) -> Result<Rows<impl BufRead + Send + use<>>, Refusal> {
        let mut rows = rows_of(
            self.source.reader_at(0, STREAM_BUFFER_BYTES),
            Place { line: 1, byte: 0 },
        );
        rows.next()?;
        Ok(rows)
    }

    /// The row that starts at a place.
    pub(crate) fn row_at(&self, place: Place) -> Result<Row, Refusal> {
        rows_of(self.source.reader_at(place.byte, LOOKUP_BUFFER_BYTES), place)
            .next()?
            .ok_or(Refusal::Changed)
    }

    /// Reads the file to its end, so that nothing is imported of one that is cut off or not text; answers how many rows
    /// there are.
    pub(crate) fn inspect(&self, mut each: impl FnMut(&Row)) -> Result<u64, Refusal> {
        let mut rows = self.rows()?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            count += 1;
            if row.len() < self.header.len() && !row.ended {
                let reason = format!(
                    "the last row, on line {}, has {} of {}",
                    row.place.line,
                    row.len(),
                    counted(self.header.len(), "cell")
                );
                return Err(Refusal::Truncated { reason });
            }
            each(&row);
        }
        Ok(count)
    }
}

/// Why a file with a zero byte in its header is turned away: nobody can say which columns it has.
fn first_zero(source: &Source) -> Result<Refusal, Refusal> {
    let mut before = Vec::new();
    let mut reader = source.reader_at(0, LOOKUP_BUFFER_BYTES);
    let read = reader.read_until(0, &mut before).map_err(Refusal::from_read)?;
    let line_starts = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at.saturating_add(1));
    let lines = before.iter().filter(|byte| **byte == b'\n').count();
    let number = |count: usize| u64::try_from(count).unwrap_or_default();
    Ok(Refusal::WrongEncoding {
        line: number(lines.saturating_add(1)),
        byte: number(read.saturating_sub(line_starts)),
        found: "a zero byte, as UTF-16 and binary files have".to_owned(),
    })
}

fn rows_of(input: std::io::BufReader<FileFrom>, place: Place) -> Rows<std::io::BufReader<FileFrom>> {
    Rows::new(Lines::from(input, place))
}
