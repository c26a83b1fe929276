//! The SQL of this domain: the record of runs.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::{ImportId, Time};
use sqlx::types::Json;

use crate::{
    Counts, Format, Progress, Refusal, RefusalNote, RowProblem, Run, RunState, mark::Mark, report::ReportWriter,
    run::LEASE,
};

/// The columns of [`RunRow`] but for the total.
macro_rules! run_columns {
    () => {
        "id, format, file_name, dry_run, state, products_created, products_updated, products_failed, rows_read, rows_total, \
         errors, warnings, problems, refusal, refusal_code, refusal_facts, position, beat_at, upload, actor, started_at, \
         finished_at"
    };
}

database::statements! {
    INSERT = "INSERT INTO imports.runs (store_id, id, format, file_name, dry_run, fingerprint, upload, state, actor, started_at, beat_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9, $9)";
    /// The run of that file that did not end, locked until it is decided who goes on with it.
    LOCK_UNFINISHED = concat!("SELECT ", run_columns!(), ", 1::bigint AS total FROM imports.runs \
         WHERE store_id = $1 AND format = $2 AND fingerprint = $3 AND state = 'running' AND NOT dry_run FOR UPDATE");
    /// Takes a run up again.
    RESTART = "UPDATE imports.runs SET starts = starts + 1, beat_at = $3, upload = coalesce(upload, $4) \
         WHERE store_id = $1 AND id = $2 RETURNING starts";
    /// A sign of life.
    BEAT = "UPDATE imports.runs SET beat_at = $4 WHERE store_id = $1 AND id = $2 AND starts = $3 AND state = 'running'";
    /// As if the last sign of life were long ago.
    LET_GO = "UPDATE imports.runs SET beat_at = $3 WHERE store_id = $1 AND id = $2 AND state = 'running'";
    /// How far it is; no row when somebody else goes on with it.
    ADVANCE = "UPDATE imports.runs SET products_created = $4, products_updated = $5, products_failed = $6, rows_read = $7, \
           rows_total = $8, errors = $9, warnings = $10, problems = $11, position = $12, beat_at = $13 \
         WHERE store_id = $1 AND id = $2 AND starts = $3 AND state = 'running'";
    /// No row when somebody else goes on with it.
    PASS = "UPDATE imports.runs SET position = $4 WHERE store_id = $1 AND id = $2 AND starts = $3 AND state = 'running'";
    NEEDS_UPLOAD = "SELECT EXISTS (SELECT FROM imports.runs WHERE store_id = $1 AND upload = $2 AND finished_at IS NULL)";
    FINISH = "UPDATE imports.runs SET state = $4, refusal = $5, refusal_code = $6, refusal_facts = $7, finished_at = $8, upload = NULL \
         WHERE store_id = $1 AND id = $2 AND starts = $3 AND state = 'running'";
    /// Only when nobody has been at work since then.
    DISCARD = "UPDATE imports.runs SET state = 'interrupted', finished_at = $3, upload = NULL \
         WHERE store_id = $1 AND id = $2 AND state = 'running' AND beat_at < $4";
    /// Runs that are over and whose problems name an address, which is a pattern that matches it as a whole.
    ERASE_PROBLEMS = "UPDATE imports.runs SET problems = '[]', refusal = CASE WHEN refusal IS NULL THEN NULL ELSE '' END, refusal_facts = '{}' \
         WHERE store_id = $1 AND state <> 'running' AND (problems::text ~* $2 OR refusal ~* $2 OR refusal_facts::text ~* $2) RETURNING id::text";
    /// Of runs that are over; the longest ago first.
    FORGET_PROBLEMS = "UPDATE imports.runs r SET problems = '[]' FROM ( \
           SELECT id FROM imports.runs WHERE store_id = $1 AND started_at < $2 AND state <> 'running' AND problems <> '[]' \
           ORDER BY started_at, id LIMIT $3 FOR UPDATE SKIP LOCKED \
         ) AS old WHERE r.store_id = $1 AND r.id = old.id";
    FIND = concat!("SELECT ", run_columns!(), ", 1::bigint AS total FROM imports.runs WHERE store_id = $1 AND id = $2");
    /// The window counts before the cursor cuts, so that every page tells how long the list is.
    LIST = concat!("SELECT * FROM (SELECT ", run_columns!(), ", count(*) OVER () AS total FROM imports.runs WHERE store_id = $1) AS r \
         WHERE $2::timestamptz IS NULL OR (started_at, id) < ($2, $3::uuid) \
         ORDER BY started_at DESC, id DESC LIMIT $4");
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
    rows_total: i64,
    errors: i64,
    warnings: i64,
    problems: Json<Vec<RowProblem>>,
    refusal: Option<String>,
    refusal_code: Option<String>,
    refusal_facts: Json<BTreeMap<String, String>>,
    position: i64,
    beat_at: Time,
    upload: Option<String>,
    actor: String,
    started_at: Time,
    finished_at: Option<Time>,
    total: i64,
}

/// A run that did not end.
pub(crate) struct Unfinished {
    pub(crate) run: Run,
    /// How many products of its file are done.
    pub(crate) position: u64,
}

impl RunRow {
    /// The run; one that is at work and gave no sign of life for too long was interrupted.
    fn read(self, now: Time) -> Result<Run, Error> {
        let state = RunState::parse(&self.state).ok_or_else(|| Error::corrupt("runs.state", &self.state))?;
        let is_silent = state == RunState::Running && self.beat_at < now - LEASE;
        let code = self.refusal_code.unwrap_or_default();
        let facts = self.refusal_facts.0;
        Ok(Run {
            id: self.id,
            format: Format::parse(&self.format).ok_or_else(|| Error::corrupt("runs.format", &self.format))?,
            file_name: self.file_name,
            dry_run: self.dry_run,
            state: if is_silent { RunState::Interrupted } else { state },
            rows_total: count(self.rows_total),
            counts: Counts {
                rows_read: count(self.rows_read),
                created: count(self.products_created),
                updated: count(self.products_updated),
                failed: count(self.products_failed),
            },
            errors: count(self.errors),
            warnings: count(self.warnings),
            problems: self.problems.0,
            refusal: self.refusal.map(|text| RefusalNote { text, code, facts }),
            upload: self.upload,
            actor: self.actor,
            started_at: self.started_at,
            finished_at: self.finished_at,
        })
    }
}

fn count(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or_default()
}

fn stored(counted: u64) -> i64 {
    i64::try_from(counted).unwrap_or(i64::MAX)
}

/// What is known of a run when it starts.
pub(crate) struct NewRun<'a> {
    pub(crate) id: ImportId,
    pub(crate) format: Format,
    pub(crate) file_name: &'a str,
    pub(crate) dry_run: bool,
    pub(crate) fingerprint: &'a [u8],
    pub(crate) upload: Option<&'a str>,
}

pub(crate) async fn insert(ctx: &mut Ctx, new: &NewRun<'_>) -> Result<(), Error> {
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    sqlx::query(INSERT)
        .bind(store_id)
        .bind(new.id)
        .bind(new.format.as_str())
        .bind(new.file_name)
        .bind(new.dry_run)
        .bind(new.fingerprint)
        .bind(new.upload)
        .bind(actor)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn lock_unfinished(
    ctx: &mut Ctx,
    format: Format,
    fingerprint: &[u8],
) -> Result<Option<Unfinished>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let row: Option<RunRow> = sqlx::query_as(LOCK_UNFINISHED)
        .bind(store_id)
        .bind(format.as_str())
        .bind(fingerprint)
        .fetch_optional(ctx.sql().await?)
        .await?;
    let unfinished = row.map(|row| {
        let position = count(row.position);
        let run = row.read(now)?;
        Ok(Unfinished { run, position })
    });
    unfinished.transpose()
}

/// The number of this start.
pub(crate) async fn restart(ctx: &mut Ctx, id: ImportId, upload: Option<&str>) -> Result<i32, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    Ok(sqlx::query_scalar(RESTART)
        .bind(store_id)
        .bind(id)
        .bind(now)
        .bind(upload)
        .fetch_one(ctx.sql().await?)
        .await?)
}

pub(crate) async fn beat(ctx: &mut Ctx, id: ImportId, start: i32) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(BEAT)
        .bind(store_id)
        .bind(id)
        .bind(start)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn let_go(ctx: &mut Ctx, id: ImportId) -> Result<(), Error> {
    let (store_id, long_ago) = (ctx.store_id(), ctx.now() - LEASE - LEASE);
    sqlx::query(LET_GO)
        .bind(store_id)
        .bind(id)
        .bind(long_ago)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// False: somebody else goes on with the run.
pub(crate) async fn pass(ctx: &mut Ctx, mark: &Mark) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let updated = sqlx::query(PASS)
        .bind(store_id)
        .bind(mark.id)
        .bind(mark.start)
        .bind(stored(mark.position))
        .execute(ctx.sql().await?)
        .await?;
    Ok(updated.rows_affected() > 0)
}

/// Whether a run that has not ended needs this upload.
pub(crate) async fn needs_upload(ctx: &mut Ctx, folder: &str) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(NEEDS_UPLOAD).bind(store_id).bind(folder);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// False: somebody else goes on with the run.
pub(crate) async fn advance(
    ctx: &mut Ctx,
    start: i32,
    progress: Progress,
    position: u64,
    report: &ReportWriter,
) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let updated = sqlx::query(ADVANCE)
        .bind(store_id)
        .bind(progress.run_id)
        .bind(start)
        .bind(stored(progress.counts.created))
        .bind(stored(progress.counts.updated))
        .bind(stored(progress.counts.failed))
        .bind(stored(progress.counts.rows_read))
        .bind(stored(progress.rows_total))
        .bind(stored(report.errors))
        .bind(stored(report.warnings))
        .bind(Json(report.kept()))
        .bind(stored(position))
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(updated.rows_affected() > 0)
}

pub(crate) async fn finish(ctx: &mut Ctx, id: ImportId, start: i32, refusal: Option<&Refusal>) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let state = match refusal {
        Some(_) => RunState::Refused,
        None => RunState::Finished,
    };
    sqlx::query(FINISH)
        .bind(store_id)
        .bind(id)
        .bind(start)
        .bind(state.as_str())
        .bind(refusal.map(ToString::to_string))
        .bind(refusal.map(Refusal::code))
        .bind(Json(refusal.map(Refusal::facts).unwrap_or_default()))
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// False: it has ended, or somebody is at work.
pub(crate) async fn discard(ctx: &mut Ctx, id: ImportId) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let discarded = sqlx::query(DISCARD)
        .bind(store_id)
        .bind(id)
        .bind(now)
        .bind(now - LEASE)
        .execute(ctx.sql().await?)
        .await?;
    Ok(discarded.rows_affected() > 0)
}

pub(crate) async fn find(ctx: &mut Ctx, id: ImportId) -> Result<Option<Run>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let row: Option<RunRow> = sqlx::query_as(FIND)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(|row| row.read(now)).transpose()
}

/// A page of runs and how many there are in all. Past the last page the total is 0.
pub(crate) async fn list(ctx: &mut Ctx, after: Option<(Time, ImportId)>, limit: i64) -> Result<(Vec<Run>, i64), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<RunRow> = sqlx::query_as(LIST)
        .bind(store_id)
        .bind(after.map(|(started_at, _)| started_at))
        .bind(after.map(|(_, id)| id))
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let runs = rows.into_iter().map(|row| row.read(now)).collect::<Result<_, _>>()?;
    Ok((runs, total))
}

pub(crate) async fn forget_problems(ctx: &mut Ctx, before: Time, limit: i64) -> Result<u64, Error> {
    let query = sqlx::query(FORGET_PROBLEMS)
        .bind(ctx.store_id())
        .bind(before)
        .bind(limit);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected())
}

/// The keys of the runs.
pub(crate) async fn erase_problems(ctx: &mut Ctx, pattern: &str) -> Result<Vec<String>, Error> {
    let query = sqlx::query_scalar(ERASE_PROBLEMS).bind(ctx.store_id()).bind(pattern);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}
