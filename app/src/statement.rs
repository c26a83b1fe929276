//! Statements, as the database library tells of them by events: for the log when one took long, and for traces.

use std::time::Duration;

use tracing::{
    Event, Metadata,
    field::{Field, Visit},
};

/// Where the database library tells of statements.
const TARGET: &str = "sqlx::query";
/// Of a statement so many characters are told.
const MOST_CHARS: usize = 200;

/// Whether something tells of a statement.
pub(crate) fn is_statement(metadata: &Metadata<'_>) -> bool {
    metadata.target() == TARGET
}

/// A statement that ran.
#[derive(Debug, Default)]
pub(crate) struct Statement {
    summary: String,
    text: String,
    pub(crate) elapsed: Duration,
    /// How many rows it answered with.
    pub(crate) rows: u64,
}

impl Statement {
    /// The statement that an event tells of.
    pub(crate) fn of(event: &Event<'_>) -> Self {
        let mut statement = Self::default();
        event.record(&mut statement);
        statement
    }

    /// All of it; short ones stand in the summary alone.
    fn text(&self) -> &str {
        let text = if self.text.is_empty() {
            &self.summary
        } else {
            &self.text
        };
        text.trim()
    }

    /// Its name in the code, which stands before it as a comment, if it has one; and the statement.
    fn parts(&self) -> (Option<&str>, &str) {
        let text = self.text();
        let named = text.strip_prefix("/* ").and_then(|text| text.split_once(" */"));
        named.map_or((None, text), |(name, statement)| (Some(name), statement))
    }

    /// Its name in the code and its first words in one line.
    pub(crate) fn in_short(&self) -> String {
        let (name, statement) = self.parts();
        let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = name.map_or_else(|| words.clone(), |name| format!("{name}: {words}"));
        if text.chars().count() <= MOST_CHARS {
            return text;
        }
        text.chars().take(MOST_CHARS - 1).chain(['…']).collect()
    }

    /// What it does and to which table first, such as `SELECT orders.orders`: few such texts, and no value in any.
    pub(crate) fn kind(&self) -> String {
        let (_, statement) = self.parts();
        let mut words = statement
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';'))
            .filter(|word| !word.is_empty());
        let verb = words.next().unwrap_or("statement").to_owned();
        let table = words.find(|word| is_table(word));
        match table {
            Some(table) => format!("{verb} {table}"),
            None => verb,
        }
    }
}

/// `schema.table`, as statements of ours name tables; a column of an alias has a shorter first part.
fn is_table(word: &str) -> bool {
    let lower = |part: &str| part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    word.split_once('.')
        .is_some_and(|(schema, table)| schema.len() > 2 && !table.is_empty() && lower(schema) && lower(table))
}

impl Visit for Statement {
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

    fn told(summary: &str, text: &str) -> Statement {
        Statement {
            summary: summary.to_owned(),
            text: text.to_owned(),
            ..Statement::default()
        }
    }

    #[test]
    fn a_slow_statement_is_told_in_a_line_of_its_name_and_first_words() {
        for (summary, text, line) in [
            (
                "/* GET */ SELECT …",
                "\n\n/* GET */ SELECT id\n  FROM a.b\n",
                "GET: SELECT id FROM a.b",
            ),
            ("COMMIT", "", "COMMIT"),
            ("SELECT a …", "SELECT a */ b", "SELECT a */ b"),
        ] {
            assert_eq!(told(summary, text).in_short(), line);
        }
        let long = format!("\n\n/* LIST_NEWEST */ SELECT {}", "column, ".repeat(100));
        let line = told("", &long).in_short();
        assert_eq!(line.chars().count(), MOST_CHARS);
        assert!(
            line.starts_with("LIST_NEWEST: SELECT column, ") && line.ends_with('…'),
            "{line}"
        );
    }

    #[test]
    fn a_statement_is_of_a_kind_by_what_it_does_and_to_which_table() {
        for (text, kind) in [
            (
                "SELECT o.id, o.total FROM orders.orders o WHERE o.store_id = $1",
                "SELECT orders.orders",
            ),
            (
                "\n\nWITH due AS (SELECT 1 FROM platform.jobs) UPDATE platform.jobs j SET a = 1",
                "WITH platform.jobs",
            ),
            (
                "\n\n/* LIST */ SELECT o.id FROM orders.orders o",
                "SELECT orders.orders",
            ),
            ("BEGIN READ ONLY", "BEGIN"),
            ("BEGIN; SET LOCAL souk.actor = 'ann@example.com'", "BEGIN souk.actor"),
            ("", "statement"),
        ] {
            assert_eq!(told("", text).kind(), kind);
        }
    }
}
