//! Statements that took long, as a line that can be read: the name of the statement and its first words. The database library
//! would write all of it, which for some is a page.

use std::time::Duration;

use tracing::{Event, Level, Metadata, Subscriber, field::Field, field::Visit};
use tracing_subscriber::{
    Layer,
    filter::{FilterFn, filter_fn},
    layer::Context,
};

/// Where the database library tells of statements.
const STATEMENTS: &str = "sqlx::query";
/// Of a statement so many characters are told.
const MOST_CHARS: usize = 200;

/// Whether the database library tells of a slow statement.
pub(super) fn is_slow(metadata: &Metadata<'_>) -> bool {
    metadata.target() == STATEMENTS && *metadata.level() == Level::WARN
}

/// Only those events, so that for others nothing is put together.
pub(super) fn only_slow() -> FilterFn {
    let wanted: fn(&Metadata<'_>) -> bool = is_slow;
    filter_fn(wanted).with_max_level_hint(Level::WARN)
}

/// Tells of slow statements anew. It has to be the last layer, for it tells while the event is handed around.
pub(super) struct SlowStatements;

impl<S: Subscriber> Layer<S> for SlowStatements {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut told = Told::default();
        event.record(&mut told);
        let elapsed = told.elapsed;
        let statement = told.in_short();
        tracing::warn!(target: "sqlx::slow", statement, ?elapsed, rows = told.rows, "a statement took long");
    }
}

/// A statement as the database library tells of it.
#[derive(Debug, Default)]
struct Told {
    summary: String,
    text: String,
    elapsed: Duration,
    rows: u64,
}

impl Told {
    /// The statement's name, which stands before it as a comment, and its first words in one line.
    fn in_short(&self) -> String {
        let text = if self.text.is_empty() {
            &self.summary
        } else {
            &self.text
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let named = text.strip_prefix("/* ").and_then(|text| text.split_once(" */ "));
        let text = named.map_or(text.clone(), |(name, statement)| format!("{name}: {statement}"));
        if text.chars().count() <= MOST_CHARS {
            return text;
        }
        text.chars().take(MOST_CHARS - 1).chain(['…']).collect()
    }
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.text),
            _ => {}
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.elapsed = Duration::try_from_secs_f64(value).unwrap_or_default();
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "rows_returned" {
            self.rows = value;
        }
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn std::fmt::Debug) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_statement_is_told_in_a_line_of_its_name_and_first_words() {
        let long = format!("\n\n/* LIST_NEWEST */ SELECT {}", "column, ".repeat(100));
        for (summary, text, told) in [
            (
                "/* GET */ SELECT …",
                "\n\n/* GET */ SELECT id\n  FROM a.b\n",
                "GET: SELECT id FROM a.b",
            ),
            ("COMMIT", "", "COMMIT"),
            ("SELECT a …", "SELECT a */ b", "SELECT a */ b"),
        ] {
            let statement = Told {
                summary: summary.to_owned(),
                text: text.to_owned(),
                ..Told::default()
            };
            assert_eq!(statement.in_short(), told);
        }
        let statement = Told {
            text: long,
            ..Told::default()
        };
        let told = statement.in_short();
        assert_eq!(told.chars().count(), MOST_CHARS);
        assert!(
            told.starts_with("LIST_NEWEST: SELECT column, ") && told.ends_with('…'),
            "{told}"
        );
    }
}
