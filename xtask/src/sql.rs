//! Where SQL stands, and whose tables it names.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::{
    Finding,
    tree::{Tree, line_of},
};

/// How a statement begins.
const BEGINNINGS: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "WITH ",
    "COPY ",
    "CREATE ",
    "ALTER ",
    "DROP ",
    "TRUNCATE ",
    "LOCK TABLE ",
    "NOTIFY ",
    "LISTEN ",
];
/// Words after which a table's name comes.
const BEFORE_TABLES: &[&str] = &["FROM", "JOIN", "INTO", "UPDATE", "TABLE", "COPY", "USING"];

/// Looks at every string of the foundation's and the domains' code.
pub(crate) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let schemas = schemas(tree);
    for file in &tree.rust {
        if ["tests/", "bench/", "xtask/"]
            .iter()
            .any(|folder| file.path.starts_with(folder))
        {
            continue;
        }
        let mut strings = Strings(Vec::new());
        strings.visit_file(&file.syntax);
        for (line, text) in strings.0.iter().filter(|(_line, text)| is_sql(text)) {
            let mut report = |message| {
                findings.push(Finding {
                    file: file.path.clone(),
                    line: *line,
                    message,
                })
            };
            if !may_hold_sql(&file.path) && !file.is_test(*line) {
                report("SQL belongs in its domain's `store.rs` (or `store/`)".to_owned());
            }
            let Some(domain) = domain_of(&file.path) else { continue };
            for schema in foreign_schemas(text, &schemas, domain) {
                report(format!(
                    "`{domain}` may not name tables of `{schema}`: call that domain, or keep a copy of what you need"
                ));
            }
        }
    }
}

fn may_hold_sql(path: &str) -> bool {
    path.starts_with("foundation/database/")
        || (path.starts_with("domains/") && (path.ends_with("/store.rs") || path.contains("/store/")))
}

fn domain_of(path: &str) -> Option<&str> {
    path.strip_prefix("domains/")?.split('/').next()
}

/// The schemas that the migrations make.
fn schemas(tree: &Tree) -> BTreeSet<String> {
    let migrations = tree.texts.iter().filter(|file| file.path.starts_with("migrations/"));
    migrations
        .flat_map(|file| file.text.lines())
        .filter_map(|line| line.trim().strip_prefix("CREATE SCHEMA "))
        .map(|name| name.trim_end_matches(';').trim().to_owned())
        .collect()
}

fn is_sql(text: &str) -> bool {
    let text = text.trim_start();
    BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
        && (text.starts_with("NOTIFY")
            || text.starts_with("LISTEN")
            || text.contains(['.', '$', '*', '(', '='])
            || text.len() > 20)
}

fn foreign_schemas<'a>(sql: &str, schemas: &'a BTreeSet<String>, own: &str) -> BTreeSet<&'a str> {
    let words: Vec<&str> = sql
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ','))
        .filter(|word| !word.is_empty())
        .collect();
    words
        .iter()
        .zip(words.iter().skip(1))
        .filter(|(before, _name)| BEFORE_TABLES.contains(&before.to_ascii_uppercase().as_str()))
        .filter_map(|(_before, name)| name.split_once('.'))
        .filter_map(|(schema, _table)| schemas.get(schema))
        .map(String::as_str)
        .filter(|schema| *schema != own)
        .collect()
}

/// Every string literal with its line, those inside macros too.
struct Strings(Vec<(usize, String)>);

impl Strings {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        self.0.push((literal.span().start().line, text.value()));
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Strings {
    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.0.push((line_of(literal), literal.value()));
    }

    fn visit_attribute(&mut self, _attribute: &'ast syn::Attribute) {}

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::sample;

    const MIGRATION: (&str, &str) = (
        "migrations/0001_a.sql",
        "CREATE SCHEMA orders;\nCREATE SCHEMA catalog;\n",
    );

    #[test]
    fn sql_outside_of_a_store_and_foreign_tables_are_found() {
        for (path, code, expected) in [
            (
                "domains/orders/src/place.rs",
                "const A: &str = \"SELECT id FROM orders.orders\";",
                1,
            ),
            (
                "domains/orders/src/store.rs",
                "const A: &str = \"SELECT id FROM orders.orders\";",
                0,
            ),
            (
                "domains/orders/src/store/lines.rs",
                "statements! { A = \"SELECT o.id FROM orders.orders o\"; }",
                0,
            ),
            (
                "domains/orders/src/store.rs",
                "statements! { A = \"SELECT 1 FROM orders.orders JOIN catalog.products p ON true\"; }",
                1,
            ),
            (
                "surfaces/rest/src/a.rs",
                "fn a() { query(\"DELETE FROM orders.orders\"); }",
                1,
            ),
            (
                "surfaces/rest/src/a.rs",
                "fn a() { label(\"SELECT a colour\"); text(\"Update your cart\"); }",
                0,
            ),
            (
                "domains/orders/src/place.rs",
                "#[cfg(test)] mod tests { const A: &str = \"SELECT id FROM orders.orders\"; }",
                0,
            ),
            (
                "foundation/database/src/jobs.rs",
                "const A: &str = \"SELECT id FROM platform.jobs\";",
                0,
            ),
        ] {
            let mut findings = Vec::new();
            check(&sample(&[MIGRATION, (path, code)]), &mut findings);
            assert_eq!(findings.len(), expected, "{path}: {code}: {findings:?}");
        }
    }
}
