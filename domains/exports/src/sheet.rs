//! Comma-separated rows (RFC 4180) that a spreadsheet does not run: a cell that it would take for a formula gets an
//! apostrophe before it, which an import takes away again.

use kernel::{Money, Time};
use rust_decimal::Decimal;

/// The characters that make a spreadsheet calculate.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A row in the making.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    out: &'a mut Vec<u8>,
    started: bool,
}

impl<'a> Row<'a> {
    /// Begins a row.
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, started: false }
    }

    /// A cell with any text.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.cell(text, is_formula(text));
        self
    }

    /// As many cells as there are texts.
    pub(crate) fn texts<'t>(mut self, texts: impl IntoIterator<Item = &'t str>) -> Self {
        for text in texts {
            self = self.text(text);
        }
        self
    }

    /// Empty cells.
    pub(crate) fn empty(mut self, count: usize) -> Self {
        for _ in 0..count {
            self.cell("", false);
        }
        self
    }

    /// A cell with a number, if there is one.
    pub(crate) fn number(mut self, number: Option<i64>) -> Self {
        self.cell(&number.map(|number| number.to_string()).unwrap_or_default(), false);
        self
    }

    /// A cell with an amount in major units, if there is one.
    pub(crate) fn money(mut self, amount: Option<Money>) -> Self {
        self.cell(&major(amount), false);
        self
    }

    /// A cell with a moment, if there is one.
    pub(crate) fn time(mut self, time: Option<Time>) -> Self {
        self.cell(&time.map(moment).unwrap_or_default(), false);
        self
    }

    /// A cell that says yes or no in the format's words.
    pub(crate) fn either(self, truth: bool, yes: &str, no: &str) -> Self {
        self.text(if truth { yes } else { no })
    }

    /// Ends the row.
    pub(crate) fn end(self) {
        self.out.push(b'\n');
    }

    fn cell(&mut self, text: &str, guarded: bool) {
        if self.started {
            self.out.push(b',');
        }
        self.started = true;
        let quoted = text.contains([',', '"', '\n', '\r']);
        if quoted {
            self.out.push(b'"');
        }
        if guarded {
            self.out.push(b'\'');
        }
        if quoted {
            self.out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
            self.out.push(b'"');
        } else {
            self.out.extend_from_slice(text.as_bytes());
        }
    }
}

/// An amount in major units without its currency, such as `19.90`.
pub(crate) fn major(amount: Option<Money>) -> String {
    amount.map(|amount| amount.to_decimal().to_string()).unwrap_or_default()
}

/// A moment such as `2026-01-31T09:30:00Z`.
pub(crate) fn moment(time: Time) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// Whether a spreadsheet would calculate, with or without apostrophes before it: then one more can be taken away again.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA) && text.parse::<Decimal>().is_err()
}

#[cfg(test)]
mod tests {
    use kernel::Currency;

    use super::*;

    #[test]
    fn cells_are_quoted_when_they_must_and_never_calculate() {
        let mut out = Vec::new();
        Row::new(&mut out)
            .text("plain")
            .text("a, \"b\"\nc")
            .text("=HYPERLINK(\"x\")")
            .text("-5")
            .text("'+1")
            .text("it's")
            .money(Some(Money::new(-1_990, Currency::USD)))
            .number(None)
            .either(true, "TRUE", "FALSE")
            .end();
        let expected = "plain,\"a, \"\"b\"\"\nc\",\"'=HYPERLINK(\"\"x\"\")\",-5,''+1,it's,-19.90,,TRUE\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
