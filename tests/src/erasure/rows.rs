//! Every row of every table, as text.

use std::collections::{BTreeMap, BTreeSet};

use crate::installation::Installation;

const COLUMNS: &str = "SELECT c.table_schema || '.' || c.table_name, c.column_name, c.data_type \
    FROM information_schema.columns c JOIN information_schema.tables t \
      ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE' \
    WHERE c.table_schema NOT IN ('pg_catalog', 'information_schema') AND c.table_name <> '_sqlx_migrations' \
    ORDER BY c.table_schema, c.table_name, c.ordinal_position";

/// Tables with their columns, each as its name and type.
pub(super) async fn tables(souk: &Installation) -> BTreeMap<String, Vec<(String, String)>> {
    let columns: Vec<(String, String, String)> = souk.rows(COLUMNS).await;
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (table, column, kind) in columns {
        tables.entry(table).or_default().push((column, kind));
    }
    tables
}

/// Each row as its table and what is in it: `column=value`, with bytes as the text that they may be.
pub(super) async fn all(souk: &Installation) -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for (table, columns) in tables(souk).await {
        let cells: Vec<String> = columns
            .iter()
            .map(|(column, kind)| match kind.as_str() {
                "bytea" => format!("'{column}=' || encode(\"{column}\", 'escape')"),
                _ => format!("'{column}=' || \"{column}\"::text"),
            })
            .collect();
        let sql = format!("SELECT concat_ws(' | ', {}) FROM {table}", cells.join(", "));
        let found: Vec<(String,)> = souk.rows(&sql).await;
        rows.extend(found.into_iter().map(|(row,)| format!("{table}: {row}")));
    }
    rows
}

/// Whether a text names an address as such, and not as a part of another.
pub(super) fn names(text: &str, email: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "._%+-".contains(letter);
    text.match_indices(email).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let before = before.chars().next_back();
        let mut after = rest.chars().skip(email.chars().count());
        let goes_on = match (after.next(), after.next()) {
            (Some('.'), Some(letter)) => letter.is_ascii_alphanumeric(),
            (Some(letter), _) => letter.is_ascii_alphanumeric() || letter == '-',
            (None, _) => false,
        };
        !before.is_some_and(is_part) && !goes_on
    })
}
