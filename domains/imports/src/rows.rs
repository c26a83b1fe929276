//! Rows of a comma-separated file (RFC 4180, and what spreadsheets make of it), each with the line and byte it starts at.
//!
//! The `csv` crate reads faster but counts the lines of files with `\r\n` and blank lines wrongly and takes a file that
//! ends inside quotes for a good one; a report that names the wrong line is worth nothing to a merchant.

use std::io::BufRead;

use crate::{
    Refusal,
    lines::{LIMIT_MIB, Lines, Place},
};

/// The characters that make a spreadsheet calculate.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The cells of one row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Where it starts.
    pub(crate) place: Place,
    /// Whether a line end follows; the last row of a file that was cut off has none.
    pub(crate) ended: bool,
    text: String,
    ends: Vec<usize>,
}

impl Row {
    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cell of that index without blanks around it and without the guard before a formula; empty when there is none.
    pub(crate) fn get(&self, index: usize) -> &str {
        let start = index
            .checked_sub(1)
            .map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(index).copied());
        let cell = range
            .and_then(|(start, end)| self.text.get(start..end))
            .unwrap_or_default();
        without_guard(cell.trim())
    }

    /// Whether no cell holds anything.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether a cell holds the character zero, which no text has and PostgreSQL does not keep.
    pub(crate) fn holds_zero(&self) -> bool {
        self.text.contains('\0')
    }

    fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }
}

/// Exports put an apostrophe before values that a spreadsheet would take for a formula.
fn without_guard(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|rest| rest.trim_start_matches('\'').starts_with(FORMULA))
        .unwrap_or(cell)
}

enum State {
    CellStart,
    Plain,
    Quoted,
}

/// Reads row after row.
#[derive(Debug)]
pub(crate) struct Rows<R> {
    lines: Lines<R>,
}

impl<R: BufRead> Rows<R> {
    /// Rows of these lines.
    pub(crate) fn new(lines: Lines<R>) -> Self {
        Self { lines }
    }

    /// The next row that is not blank.
    pub(crate) fn next(&mut self) -> Result<Option<Row>, Refusal> {
        while let Some(row) = self.next_or_blank()? {
            if !row.is_blank() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn next_or_blank(&mut self) -> Result<Option<Row>, Refusal> {
        let mut row: Option<Row> = None;
        let mut state = State::CellStart;
        loop {
            let Some(line) = self.lines.next()? else {
                return row.map_or(Ok(None), |row| {
                    let reason = format!(
                        "the quote that opens in the row of line {} is never closed",
                        row.place.line
                    );
                    Err(Refusal::Truncated { reason })
                });
            };
            let row_so_far = row.get_or_insert_with(|| Row {
                place: line.place,
                ended: false,
                text: String::new(),
                ends: Vec::new(),
            });
            if split_line(line.text, &mut state, row_so_far) {
                return Ok(row);
            }
            if u64::try_from(row_so_far.text.len()).unwrap_or(u64::MAX) > LIMIT_MIB * 1024 * 1024 {
                return Err(Refusal::RowTooLong {
                    line: row_so_far.place.line,
                    limit_mib: LIMIT_MIB,
                });
            }
        }
    }
}

/// Adds a line's cells to a row; `false` when the row goes on in the next line, inside quotes.
fn split_line(line: &str, state: &mut State, row: &mut Row) -> bool {
    let mut rest = line;
    loop {
        match state {
            State::CellStart => match rest.strip_prefix('"') {
                Some(quoted) => {
                    rest = quoted;
                    *state = State::Quoted;
                }
                None => *state = State::Plain,
            },
            State::Quoted => match rest.split_once('"') {
                Some((value, after)) => {
                    row.text.push_str(value);
                    if let Some(after_pair) = after.strip_prefix('"') {
                        row.text.push('"');
                        rest = after_pair;
                    } else {
                        rest = after;
                        *state = State::Plain;
                    }
                }
                None => {
                    row.text.push_str(rest);
                    return false;
                }
            },
            State::Plain => match rest.split_once(',') {
                Some((value, after)) => {
                    row.text.push_str(value);
                    row.end_cell();
                    rest = after;
                    *state = State::CellStart;
                }
                None => {
                    let value = rest.strip_suffix('\n').unwrap_or(rest);
                    row.ended = value.len() < rest.len();
                    row.text.push_str(value.strip_suffix('\r').unwrap_or(value));
                    row.end_cell();
                    return true;
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut rows = Rows::new(Lines::new(text.as_bytes()));
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            all.push((
                row.place.line,
                (0..row.len()).map(|index| row.get(index).to_owned()).collect(),
            ));
        }
        all
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn rows_know_their_lines_whatever_the_line_ends() {
        let expected = vec![
            row(1, &["a", "b"]),
            row(2, &["x\ny", "say \"hi\""]),
            row(5, &["5\" pipe", ""]),
        ];
        let unix = "a,b\n\"x\ny\",\"say \"\"hi\"\"\"\n\n5\" pipe,";
        assert_eq!(rows(unix), expected);
        let windows = rows(&format!("\u{feff}{}\r\n", unix.replace('\n', "\r\n")));
        assert_eq!(windows[1].1[0], "x\r\ny");
        assert_eq!(windows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 5]);
        assert_eq!(windows[0], expected[0]);
    }

    #[test]
    fn the_guard_before_a_formula_is_taken_away_once() {
        let read = rows("a,b,c,d\n'=1+1,''@x,'tis,'-5\n");
        assert_eq!(read[1].1, ["=1+1", "'@x", "'tis", "-5"]);
    }

    #[test]
    fn a_quote_that_never_closes_is_a_cut() {
        let mut rows = Rows::new(Lines::new("a,b\n1,\"two\nthree".as_bytes()));
        assert!(rows.next().is_ok());
        let refusal = rows.next().unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "the file is cut off: the quote that opens in the row of line 2 is never closed; export or download it again"
        );
    }

    #[test]
    fn foreign_encodings_are_named_with_line_and_byte() {
        let mut latin = Rows::new(Lines::new(b"a,b\ncaf\xe9,1\n".as_slice()));
        assert!(latin.next().is_ok());
        assert!(matches!(
            latin.next(),
            Err(Refusal::WrongEncoding { line: 2, byte: 4, .. })
        ));
        let mut wide = Rows::new(Lines::new(b"S\0K\0U\0,\0n\0a\0m\0e\0\n\0".as_slice()));
        assert!(matches!(
            wide.next(),
            Err(Refusal::WrongEncoding { line: 1, byte: 2, .. })
        ));
    }
}
