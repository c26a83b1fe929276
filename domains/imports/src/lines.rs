//! Lines of UTF-8 text with their numbers and places, one at a time and none of them endless.

use std::io::{BufRead, Read as _};

use crate::Refusal;

/// The longest row or line that is read, so that a missing quote cannot fill the memory.
pub(crate) const LIMIT_MIB: u64 = 16;

/// So many zero bytes, and a quarter of the line, are no slip of whoever wrote it: it is UTF-16, or no text at all.
const MANY_ZEROS: usize = 8;

/// Where a row starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The line, from 1.
    pub(crate) line: u64,
    /// How many bytes of the unpacked file come before it.
    pub(crate) byte: u64,
}

/// A line with its line end, if it has one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Where it starts.
    pub(crate) place: Place,
    /// The text with `\n` or `\r\n` at its end, except at the end of a file.
    pub(crate) text: &'a str,
}

/// Reads line after line.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    input: R,
    next: Place,
    raw: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// Starts at a place that the input stands at.
    pub(crate) fn from(input: R, next: Place) -> Self {
        Self {
            input,
            next,
            raw: Vec::new(),
        }
    }

    /// Starts at the start of a file.
    pub(crate) fn new(input: R) -> Self {
        Self::from(input, Place { line: 1, byte: 0 })
    }

    /// The next line, or the reason why the file cannot be imported.
    pub(crate) fn next(&mut self) -> Result<Option<Line<'_>>, Refusal> {
        self.raw.clear();
        let limit = LIMIT_MIB * 1024 * 1024;
        let read = (&mut self.input)
            .take(limit)
            .read_until(b'\n', &mut self.raw)
            .map_err(Refusal::from_read)?;
        let length = u64::try_from(read).unwrap_or_default();
        let place = self.next;
        if length == 0 {
            return Ok(None);
        }
        if length == limit && !self.raw.ends_with(b"\n") {
            return Err(Refusal::RowTooLong {
                line: place.line,
                limit_mib: LIMIT_MIB,
            });
        }
        self.next = Place {
            line: place.line + 1,
            byte: place.byte + length,
        };
        let text = checked_utf8(&self.raw, place.line)?;
        if place.byte == 0 && !text.ends_with('\n') && text.trim_end().contains('\r') {
            return Err(Refusal::OldLineEnds);
        }
        let text = if place.byte == 0 {
            text.strip_prefix('\u{feff}').unwrap_or(text)
        } else {
            text
        };
        Ok(Some(Line { place, text }))
    }
}

fn checked_utf8(raw: &[u8], line: u64) -> Result<&str, Refusal> {
    let wrong = |at: usize, found: String| Refusal::WrongEncoding {
        line,
        byte: u64::try_from(at).unwrap_or_default().saturating_add(1),
        found,
    };
    let zeros = raw.iter().filter(|byte| **byte == 0).count();
    if zeros >= MANY_ZEROS && zeros.saturating_mul(4) >= raw.len() {
        let first = raw.iter().position(|byte| *byte == 0).unwrap_or_default();
        return Err(wrong(first, "a zero byte, as UTF-16 and binary files have".to_owned()));
    }
    std::str::from_utf8(raw).map_err(|error| {
        let at = error.valid_up_to();
        let byte = raw.get(at).copied().unwrap_or_default();
        wrong(at, format!("{byte:#04x}, as Latin-1 and Windows files have"))
    })
}
