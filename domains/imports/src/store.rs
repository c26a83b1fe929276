//! The SQL of this domain: the record of runs.

use database::{Ctx, Error};
use kernel::{ImportId, Time};
use sqlx::types::Json;

use crate::{Counts, Format, RowProblem, Run, RunState};

database::statements! {
    INSERT = "INSERT INTO imports.runs (store_id, id, format, file_name, dry_run, state, actor, started_at) \
         VALUES ($1, $2, $3, $4, $5, 'running', $6, $7)";
    FINISH = "UPDATE imports.runs SET state = $3, products_created = $4, products_updated = $5, products_failed = $6, \
           rows_read = $7, problems = $8, refusal = $9, finished_at = $10 WHERE store_id = $1 AND id = $2";
    FIND = "SELECT id, format, file_name, dry_run, state, products_created, products_updated, products_failed, rows_read, \
           problems, refusal, actor, started_at, finished_at, 1::bigint AS total FROM imports.runs WHERE store_id = $1 AND id = $2";
    /// The window counts before the cursor cuts, so that every page tells how long the list is.
    LIST = "SELECT * FROM (SELECT id, format, file_name, dry_run, state, products_created, products_updated, products_failed, \
           rows_read, problems, refusal, actor, started_at, finished_at, count(*) OVER () AS total \
         FROM imports.runs WHERE store_id = $1) AS r \
         WHERE $2::timestamptz IS NULL OR (started_at, id) < ($2, $3::uuid) \
         ORDER BY started_at DESC, id DESC LIMIT $4";
}

#[derive(sqlx::FromRow)]
struct RunRow {
    id: ImportId,
    format: String,
    file_name: String,
    dry_run: bool,
    state: String,
    products_created: i64,
    products_updated: i64,
    products_failed: i64,
    rows_read: i64,
    problems: Json<Vec<RowProblem>>,
    refusal: Option<String>,
    actor: String,
    started_at: Time,
    finished_at: Option<Time>,
    total: i64,
}

impl TryFrom<RunRow> for Run {
    type Error = Error;

    fn try_from(row: RunRow) -> Result<Self, Error> {
        let count = |stored: i64| u64::try_from(stored).unwrap_or_default();
        Ok(Self {
            id: row.id,
            format: Format::parse(&row.format).ok_or_else(|| Error::corrupt("runs.format", &row.format))?,
            file_name: row.file_name,
            dry_run: row.dry_run,
            state: RunState::parse(&row.state).ok_or_else(|| Error::corrupt("runs.state", &row.state))?,
            counts: Counts {
                rows_read: count(row.rows_read),
                created: count(row.products_created),
                updated: count(row.products_updated),
                failed: count(row.products_failed),
            },
            problems: row.problems.0,
            refusal: row.refusal,
            actor: row.actor,
            started_at: row.started_at,
            finished_at: row.finished_at,
        })
    }
}

pub(crate) async fn insert(
    ctx: &mut Ctx,
    id: ImportId,
    format: Format,
    file_name: &str,
    dry_run: bool,
) -> Result<(), Error> {
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    sqlx::query(INSERT)
        .bind(store_id)
        .bind(id)
        .bind(format.as_str())
        .bind(file_name)
        .bind(dry_run)
        .bind(actor)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// How a run ended.
pub(crate) struct Ending<'a> {
    pub(crate) state: RunState,
    pub(crate) counts: Counts,
    pub(crate) problems: &'a [RowProblem],
    pub(crate) refusal: Option<String>,
}

pub(crate) async fn finish(ctx: &mut Ctx, id: ImportId, ending: Ending<'_>) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let count = |counted: u64| i64::try_from(counted).unwrap_or(i64::MAX);
    sqlx::query(FINISH)
        .bind(store_id)
        .bind(id)
        .bind(ending.state.as_str())
        .bind(count(ending.counts.created))
        .bind(count(ending.counts.updated))
        .bind(count(ending.counts.failed))
        .bind(count(ending.counts.rows_read))
        .bind(Json(ending.problems))
        .bind(ending.refusal)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn find(ctx: &mut Ctx, id: ImportId) -> Result<Option<Run>, Error> {
    let store_id = ctx.store_id();
    let row: Option<RunRow> = sqlx::query_as(FIND)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Run::try_from).transpose()
}

/// A page of runs and how many there are in all. Past the last page the total is 0.
pub(crate) async fn list(ctx: &mut Ctx, after: Option<(Time, ImportId)>, limit: i64) -> Result<(Vec<Run>, i64), Error> {
    let store_id = ctx.store_id();
    let rows: Vec<RunRow> = sqlx::query_as(LIST)
        .bind(store_id)
        .bind(after.map(|(started_at, _)| started_at))
        .bind(after.map(|(_, id)| id))
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let runs = rows.into_iter().map(Run::try_from).collect::<Result<_, _>>()?;
    Ok((runs, total))
}
