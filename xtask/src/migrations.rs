//! Constraints have names, because the code maps names to errors, and a name means one thing within a domain.

use std::collections::BTreeMap;

use crate::{Finding, tree::Tree};

/// Looks at every migration.
pub(crate) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let mut seen = BTreeMap::new();
    for file in tree
        .texts
        .iter()
        .filter(|file| file.path.starts_with("migrations/") && file.path.ends_with(".sql"))
    {
        let words = words(&file.text);
        let mut schema = String::new();
        for (index, (line, word)) in words.iter().enumerate() {
            let mut report = |message| {
                findings.push(Finding {
                    file: file.path.clone(),
                    line: *line,
                    message,
                })
            };
            let back = |steps: usize| {
                index
                    .checked_sub(steps)
                    .and_then(|at| words.get(at))
                    .map_or("", |(_line, word)| word.as_str())
            };
            let next = words.get(index + 1).map_or("", |(_line, word)| word.as_str());
            if word == "TABLE" || (word == "ON" && back(2) == "INDEX") {
                let table = if next == "IF" { "" } else { next };
                if let Some((name, _table)) = table.split_once('.') {
                    name.clone_into(&mut schema);
                }
            }
            if word == "CONSTRAINT"
                && !matches!(back(1), "ALTER" | "DROP" | "VALIDATE" | "RENAME" | "ON")
                && back(2) != "CREATE"
            {
                let previous = seen.insert((schema.clone(), next.to_owned()), (file.path.clone(), *line));
                if let Some((other, line)) = previous {
                    report(format!(
                        "the constraint {next} exists already in {schema} ({other}:{line})"
                    ));
                }
            }
            let starts = match word.as_str() {
                "PRIMARY" | "FOREIGN" => next == "KEY",
                "UNIQUE" => next != "INDEX" && back(1) != "CREATE",
                "CHECK" => next == "(",
                // Inside of a foreign key the name stands before FOREIGN KEY (…).
                "REFERENCES" => back(1) != ")",
                _ => false,
            };
            if starts && back(2) != "CONSTRAINT" {
                report(format!(
                    "name this {word} constraint: CONSTRAINT table_columns_kind {word} …"
                ));
            }
        }
    }
}

/// The words and brackets of a migration with their lines; comments, strings and function bodies are left out.
fn words(sql: &str) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    let mut in_body = false;
    for (index, line) in sql.lines().enumerate() {
        let code = line.split("--").next().unwrap_or_default();
        for (part, text) in code.split("$$").enumerate() {
            if part > 0 {
                in_body = !in_body;
            }
            if in_body {
                continue;
            }
            for quoted in text.split('\'').step_by(2) {
                let spaced = quoted.replace('(', " ( ").replace(')', " ) ").replace([',', ';'], " ");
                words.extend(spaced.split_whitespace().map(|word| (index + 1, word.to_owned())));
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::sample;

    #[test]
    fn constraints_without_a_name_or_with_a_taken_one_are_found() {
        for (sql, expected) in [
            (
                "CREATE TABLE a.b (\n id uuid CONSTRAINT b_pk PRIMARY KEY,\n n int NOT NULL CONSTRAINT b_n_check CHECK (n > 0 AND f(n))\n);",
                vec![],
            ),
            ("CREATE TABLE a.b (\n id uuid PRIMARY KEY\n);", vec![2]),
            (
                "CREATE TABLE a.b (\n n int UNIQUE,\n m int CHECK (m > 0),\n c int REFERENCES a.c (id)\n);",
                vec![2, 3, 4],
            ),
            (
                "CREATE TABLE a.b (\n x int,\n CONSTRAINT b_fk FOREIGN KEY (s, x) REFERENCES a.c (s, id)\n);",
                vec![],
            ),
            (
                "CREATE TABLE a.b (\n FOREIGN KEY (s, x) REFERENCES a.c (s, id)\n);",
                vec![2],
            ),
            (
                "CREATE UNIQUE INDEX b_key ON a.b (n);\n-- UNIQUE in a comment\nALTER TABLE a.b DROP CONSTRAINT b_pk;",
                vec![],
            ),
            (
                "CREATE TABLE a.b (n int CONSTRAINT b_n CHECK (n > 0));\nCREATE TABLE a.c (n int CONSTRAINT b_n CHECK (n > 0));",
                vec![2],
            ),
            (
                "CREATE TABLE a.b (n int CONSTRAINT b_n CHECK (n > 0));\nCREATE TABLE c.b (n int CONSTRAINT b_n CHECK (n > 0));",
                vec![],
            ),
            ("CREATE FUNCTION f() AS $$\nBEGIN CHECK (x) UNIQUE\nEND $$;", vec![]),
        ] {
            let mut findings = Vec::new();
            check(&sample(&[("migrations/0001_a.sql", sql)]), &mut findings);
            let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
            assert_eq!(lines, expected, "{sql}: {findings:?}");
        }
    }
}
