//! The audit log: who of the staff changed what, before and after.
//!
//! It is written in one place. A trigger stands on every table of a store (`platform.watch_changes` puts it on new ones after
//! each migration) and writes an entry for each row that changes, in the change's own transaction. It fires only when the
//! transaction names an actor, which a unit of work does for members of staff and API keys, so shoppers and background work
//! cost nothing and leave no entry.

use kernel::{Actor, Cursor, FieldError, Page, PageRequest, Permission, Time};

use crate::{Ctx, Error, typed};

/// What narrows entries `e`.
macro_rules! narrowed {
    () => {
        "e.store_id = $1 AND ($2::text IS NULL OR e.actor = $2) AND ($3::text IS NULL OR e.table_name = $3) \
          AND ($4::text IS NULL OR e.row_key = $4) AND ($5::timestamptz IS NULL OR e.occurred_at >= $5) \
          AND ($6::timestamptz IS NULL OR e.occurred_at < $6)"
    };
}

/// The entries `e` that tell of words which begin as typed, by the expression of the index `audit_entries_words`, and those of
/// actors and tables that are called so. They are gathered before anything else is asked of them.
macro_rules! found {
    () => {
        "(SELECT w.* FROM platform.audit_entries w WHERE w.store_id = $1 \
          AND (platform.words(left(w.row_key || ' ' || w.before::text || ' ' || w.after::text, 20000)) @@ platform.beginnings($7) \
            OR w.actor = ANY($8::text[]) OR w.table_name = ANY($9::text[])) OFFSET 0) e"
    };
}

/// All of them, as entries `e`; what is typed is nothing.
macro_rules! everything {
    () => {
        "(SELECT w.* FROM platform.audit_entries w WHERE $7::text IS NULL AND $8::text[] = '{}' AND $9::text[] = '{}') e"
    };
}

macro_rules! page {
    ($from:expr) => {
        concat!(
            "SELECT e.id, e.occurred_at, e.actor, e.action, e.table_name, e.row_key, e.before, e.after FROM ",
            $from,
            " WHERE ",
            narrowed!(),
            " AND ($10::bigint IS NULL OR e.id < $10) ORDER BY e.id DESC LIMIT $11"
        )
    };
}

crate::statements! {
    LIST = page!(everything!());
    LIST_FOUND = page!(found!());
    COUNT = concat!("SELECT count(*) FROM ", everything!(), " WHERE ", narrowed!());
    COUNT_FOUND = concat!("SELECT count(*) FROM ", found!(), " WHERE ", narrowed!());
    LIST_ACTORS = "SELECT DISTINCT actor FROM platform.audit_entries WHERE store_id = $1 ORDER BY actor";
    LIST_TABLES = "SELECT DISTINCT table_name FROM platform.audit_entries WHERE store_id = $1 ORDER BY table_name";
}

/// A row that somebody changed.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct AuditEntry {
    /// Its number; later entries have higher ones.
    pub id: i64,
    /// When.
    pub occurred_at: Time,
    /// Who, as [`Actor::label`] says it.
    pub actor: String,
    /// `insert`, `update` or `delete`.
    pub action: String,
    /// The table, such as `catalog.products`.
    pub table_name: String,
    /// Which row: the rest of its primary key.
    pub row_key: String,
    /// The columns that differ, as they were.
    pub before: serde_json::Value,
    /// The same columns as they are since.
    pub after: serde_json::Value,
}

/// Which entries are wanted.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Of this actor.
    pub actor: Option<String>,
    /// In this table.
    pub table: Option<String>,
    /// Of this row.
    pub row_key: Option<String>,
    /// Since then.
    pub from: Option<Time>,
    /// Before then.
    pub until: Option<Time>,
    /// Telling of this.
    pub about: Option<About>,
}

/// What entries tell of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// What was typed: words of the row's key, or of what was and is in it, begin so.
    pub typed: String,
    /// Actors that are called so.
    pub actors: Vec<String>,
    /// Tables that are called so.
    pub tables: Vec<String>,
}

/// Why the log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The actor may not read it.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// The cursor is none of this list.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// What a transaction of this actor begins with so that its changes are recorded; `None` for those who are not watched.
pub(crate) fn settings(actor: &Actor, now: Time, bulk: bool) -> Option<String> {
    match actor {
        Actor::Staff { .. } | Actor::ApiKey { .. } => {}
        Actor::System | Actor::Guest | Actor::Customer { .. } => return None,
    }
    let bulk = if bulk { "; SET LOCAL souk.bulk = 'on'" } else { "" };
    // A label holds letters, digits, blanks and underscores, for ids do; no quotation mark can be in it.
    Some(format!(
        "SET LOCAL souk.actor = '{}'; SET LOCAL souk.now = '{}'{bulk}",
        actor.label(),
        now.to_rfc3339()
    ))
}

/// The entries, the newest first.
pub async fn list(ctx: &mut Ctx, filter: &AuditFilter, request: &PageRequest) -> Result<Page<AuditEntry>, AuditError> {
    ctx.require(Permission::ReadAudit)?;
    let before: Option<i64> = request.cursor.as_ref().map(Cursor::decode).transpose()?;
    let store_id = ctx.store_id();
    let about = filter.about.clone().unwrap_or_default();
    let typed = filter.about.as_ref().map(|about| typed::literal(&about.typed));
    let (page, count) = match &filter.about {
        None => (LIST, COUNT),
        Some(_) => (LIST_FOUND, COUNT_FOUND),
    };
    let query = sqlx::query_as(page)
        .bind(store_id)
        .bind(&filter.actor)
        .bind(&filter.table)
        .bind(&filter.row_key)
        .bind(filter.from)
        .bind(filter.until)
        .bind(&typed)
        .bind(&about.actors)
        .bind(&about.tables)
        .bind(before)
        .bind(request.limit_plus_one());
    let rows: Vec<AuditEntry> = query.fetch_all(ctx.sql().await?).await.map_err(Error::from)?;
    let query = sqlx::query_scalar(count)
        .bind(store_id)
        .bind(&filter.actor)
        .bind(&filter.table)
        .bind(&filter.row_key)
        .bind(filter.from)
        .bind(filter.until)
        .bind(&typed)
        .bind(&about.actors)
        .bind(&about.tables);
    let total: i64 = query.fetch_one(ctx.sql().await?).await.map_err(Error::from)?;
    Ok(Page::from_rows(rows, request, total, |entry| entry.id))
}

/// Everybody who is in the log, and every table.
pub async fn list_choices(ctx: &mut Ctx) -> Result<(Vec<String>, Vec<String>), AuditError> {
    ctx.require(Permission::ReadAudit)?;
    let store_id = ctx.store_id();
    let actors = sqlx::query_scalar(LIST_ACTORS).bind(store_id);
    let actors = actors.fetch_all(ctx.sql().await?).await.map_err(Error::from)?;
    let tables = sqlx::query_scalar(LIST_TABLES).bind(store_id);
    let tables = tables.fetch_all(ctx.sql().await?).await.map_err(Error::from)?;
    Ok((actors, tables))
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, TypedId as _};

    use super::*;
    use crate::{
        Work,
        testing::{TestDatabase, prepare_all},
    };

    fn staff(db: &TestDatabase) -> Work {
        let account = AccountId::generate(db.database().now(), db.database().entropy());
        let permissions = Permission::ALL.to_vec();
        db.work().acting_as(Actor::Staff { account, permissions })
    }

    async fn rename(work: &Work, name: &'static str) {
        let mut ctx = work.write();
        let id = ctx.store_id();
        sqlx::query("UPDATE platform.stores SET name = $2 WHERE id = $1")
            .bind(id)
            .bind(name)
            .execute(ctx.sql().await.unwrap())
            .await
            .unwrap();
        ctx.commit().await.unwrap();
    }

    async fn entries(work: &Work, filter: AuditFilter) -> Vec<AuditEntry> {
        let page = list(&mut work.read(), &filter, &PageRequest::first(50)).await;
        page.unwrap().items
    }

    #[tokio::test]
    async fn postgresql_takes_every_statement() {
        prepare_all(&TestDatabase::new().await, STATEMENTS).await;
    }

    #[tokio::test]
    async fn staff_leave_what_was_and_what_is_in_the_same_transaction() {
        let db = TestDatabase::new().await;
        let work = staff(&db);
        let was = db.store().name.clone();
        rename(&db.work(), "By Souk itself").await;
        rename(&work, "New name").await;
        rename(&work, "New name").await;
        rename(&work.in_bulk(), "In bulk").await;
        rename(&db.work().acting_as(Actor::Guest), "By a guest").await;
        let mut ctx = work.write();
        sqlx::query("UPDATE platform.stores SET name = 'Nothing' WHERE id = $1")
            .bind(ctx.store_id())
            .execute(ctx.sql().await.unwrap())
            .await
            .unwrap();
        ctx.rollback().await;
        let found = entries(&work, AuditFilter::default()).await;
        assert_ne!(was, "New name");
        assert_eq!(found.len(), 1, "{found:?}");
        let entry = &found[0];
        assert_eq!(entry.actor, work.scope().actor.label());
        assert_eq!(
            (entry.action.as_str(), entry.table_name.as_str()),
            ("update", "platform.stores")
        );
        assert_eq!(entry.before, serde_json::json!({"name": "By Souk itself"}));
        assert_eq!(entry.after, serde_json::json!({"name": "New name"}));
        assert_eq!(entry.occurred_at, db.database().now());
        for (filter, count) in [
            (
                AuditFilter {
                    actor: Some("staff nobody".to_owned()),
                    ..AuditFilter::default()
                },
                0,
            ),
            (
                AuditFilter {
                    table: Some("platform.stores".to_owned()),
                    ..AuditFilter::default()
                },
                1,
            ),
            (
                AuditFilter {
                    row_key: Some(entry.row_key.clone()),
                    ..AuditFilter::default()
                },
                1,
            ),
            (
                AuditFilter {
                    until: Some(entry.occurred_at),
                    ..AuditFilter::default()
                },
                0,
            ),
        ] {
            assert_eq!(entries(&work, filter).await.len(), count);
        }
        for (typed, actor, table, count) in [
            ("by SOUK", "", "", 1),
            ("new nam", "", "", 1),
            ("ouk", "", "", 0),
            ("%", "", "", 0),
            ("nobody", &entry.actor, "", 1),
            ("nobody", "", "platform.stores", 1),
            ("nobody", "staff nobody", "platform.jobs", 0),
        ] {
            let about = About {
                typed: typed.to_owned(),
                actors: vec![actor.to_owned()],
                tables: vec![table.to_owned()],
            };
            let filter = AuditFilter {
                about: Some(about),
                ..AuditFilter::default()
            };
            assert_eq!(entries(&work, filter).await.len(), count, "{typed} {actor} {table}");
        }
    }

    #[tokio::test]
    async fn nobody_rewrites_the_log_and_only_some_read_it() {
        let db = TestDatabase::new().await;
        rename(&staff(&db), "New name").await;
        for statement in [
            "UPDATE platform.audit_entries SET actor = 'x'",
            "DELETE FROM platform.audit_entries",
        ] {
            let mut ctx = db.work().write();
            let refused = sqlx::query(statement).execute(ctx.sql().await.unwrap()).await;
            assert!(refused.unwrap_err().to_string().contains("permission denied"));
            let refused = db.as_owner(statement).await;
            assert!(refused.unwrap_err().to_string().contains("append-only"));
        }
        let guest = list(
            &mut db.work().acting_as(Actor::Guest).read(),
            &AuditFilter::default(),
            &PageRequest::first(1),
        )
        .await;
        assert!(matches!(guest, Err(AuditError::Forbidden(_))));
    }

    #[tokio::test]
    async fn every_table_of_a_store_is_watched_or_says_why_not() {
        let db = TestDatabase::new().await;
        let unwatched: Vec<String> = sqlx::query_scalar(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind = 'r' AND n.nspname NOT IN ('platform', 'public', 'pg_catalog', 'information_schema') \
               AND coalesce(obj_description(c.oid, 'pg_class'), '') NOT LIKE 'unwatched: %' \
               AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'record_change')",
        )
        .fetch_all(db.database().pool())
        .await
        .unwrap();
        assert_eq!(unwatched, Vec::<String>::new());
    }
}
