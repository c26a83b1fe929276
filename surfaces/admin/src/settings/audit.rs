//! The audit log: who of the staff changed what, before and after.

use std::collections::BTreeMap;

use database::audit::{self, About, AuditEntry, AuditError, AuditFilter};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use web::{Answer, Problem, Query, Staff, Visitor, can};

use crate::{
    forms::{Choice, word},
    lists::{self, Rows},
};

/// Which entries are wanted.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct AuditQuery {
    q: String,
    actor: String,
    table: String,
    row: String,
    from: String,
    until: String,
    #[serde(skip_serializing)]
    cursor: String,
}

#[derive(Serialize)]
struct AuditView {
    entries: Rows<EntryRow>,
    query: AuditQuery,
    filtered: bool,
    actors: Vec<Choice>,
    tables: Vec<Choice>,
}

#[derive(Serialize)]
struct EntryRow {
    at: String,
    actor: String,
    action: String,
    table: String,
    table_name: String,
    row: String,
    changes: Vec<ChangeRow>,
}

#[derive(Serialize)]
struct ChangeRow {
    field: String,
    before: Option<String>,
    after: Option<String>,
}

pub(crate) async fn show(staff: Staff<can::ReadAudit>, Query(query): Query<AuditQuery>) -> Answer {
    let (from, until) = lists::days(staff.store().time_zone, &query.from, &query.until);
    let mut ctx = staff.work.read();
    let (actors, tables) = audit::list_choices(&mut ctx).await.map_err(problem)?;
    let names = names(&mut ctx).await?;
    let filter = AuditFilter {
        about: wanted(&query.q).map(|typed| about(&staff, typed, (&actors, &tables), &names)),
        actor: wanted(&query.actor),
        table: wanted(&query.table),
        row_key: wanted(&query.row),
        from,
        until,
    };
    let page = audit::list(&mut ctx, &filter, &lists::request(&query.cursor))
        .await
        .map_err(problem)?;
    ctx.rollback().await;
    let view = AuditView {
        filtered: [
            &query.q,
            &query.actor,
            &query.table,
            &query.row,
            &query.from,
            &query.until,
        ]
        .iter()
        .any(|text| !text.is_empty()),
        entries: Rows::new(page, &query.cursor, |entry| row(&staff, &names, entry)),
        actors: actors
            .into_iter()
            .map(|actor| Choice {
                label: who(&staff, &names, &actor),
                value: actor,
            })
            .collect(),
        tables: tables
            .into_iter()
            .map(|table| Choice {
                label: thing(&staff, &table),
                value: table,
            })
            .collect(),
        query,
    };
    staff.page("admin/settings/audit.html", &view)
}

/// What is typed, with the actors and tables of which a word in the reader's language begins so.
fn about(
    visitor: &Visitor,
    typed: String,
    (actors, tables): (&[String], &[String]),
    names: &BTreeMap<String, String>,
) -> About {
    let small = typed.to_lowercase();
    let is_called = |name: String| {
        let name = name.to_lowercase();
        let mut words = name.split(|c: char| !c.is_alphanumeric());
        name.starts_with(&small) || words.any(|word| word.starts_with(&small))
    };
    let actors = actors.iter().filter(|actor| is_called(who(visitor, names, actor)));
    let tables = tables.iter().filter(|table| is_called(thing(visitor, table)));
    About {
        actors: actors.cloned().collect(),
        tables: tables.cloned().collect(),
        typed,
    }
}

fn wanted(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What actors are called, by their label.
async fn names(ctx: &mut database::Ctx) -> Result<BTreeMap<String, String>, Problem> {
    let staff = identity::list_staff_names(ctx).await?;
    let keys = identity::list_api_key_names(ctx).await?;
    let staff = staff
        .into_iter()
        .map(|(id, name, email)| (format!("staff {id}"), format!("{name} ({email})")));
    let keys = keys.into_iter().map(|(id, name)| (format!("api key {id}"), name));
    Ok(staff.chain(keys).collect())
}

fn who(visitor: &Visitor, names: &BTreeMap<String, String>, actor: &str) -> String {
    names
        .get(actor)
        .cloned()
        .unwrap_or_else(|| crate::forms::actor(visitor, actor))
}

/// A table in words, such as "product"; the table's own name where there is no word for it.
fn thing(visitor: &Visitor, table: &str) -> String {
    word(visitor, "admin-audit", &table.replace('.', "-"))
}

fn row(visitor: &Visitor, names: &BTreeMap<String, String>, entry: AuditEntry) -> EntryRow {
    EntryRow {
        at: entry.occurred_at.to_rfc3339(),
        actor: who(visitor, names, &entry.actor),
        action: entry.action,
        table: thing(visitor, &entry.table_name),
        table_name: entry.table_name,
        row: entry.row_key,
        changes: changes(&entry.before, &entry.after),
    }
}

fn changes(before: &Value, after: &Value) -> Vec<ChangeRow> {
    let fields = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (before, after) = (fields(before), fields(after));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| ChangeRow {
            field: name.replace('_', " "),
            before: before.get(name).and_then(text),
            after: after.get(name).and_then(text),
        })
        .collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn problem(error: AuditError) -> Problem {
    match error {
        AuditError::Forbidden(error) => error.into(),
        AuditError::Invalid(error) => error.into(),
        AuditError::Internal(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_field_tells_what_was_and_what_is() {
        let rows = changes(
            &json!({"name": "Mug", "price": 5}),
            &json!({"name": "Cup", "tags": ["a"], "price": null}),
        );
        let rows: Vec<_> = rows
            .iter()
            .map(|row| (row.field.as_str(), row.before.as_deref(), row.after.as_deref()))
            .collect();
        assert_eq!(
            rows,
            [
                ("name", Some("Mug"), Some("Cup")),
                ("price", Some("5"), None),
                ("tags", None, Some("[\"a\"]"))
            ]
        );
    }
}
