//! Background work: queued in the transaction that wants it, run at least once, retried with back-off, parked at last.

use chrono::TimeDelta;
use kernel::{Cursor, FieldError, Forbidden, JobId, Page, PageRequest, Permission, StoreId, Time};
use serde::Serialize;

use crate::{Ctx, Error};

/// Work to be queued.
#[derive(Debug, Clone)]
pub struct NewJob {
    pub(crate) kind: &'static str,
    pub(crate) payload: serde_json::Value,
    pub(crate) unique_key: Option<String>,
    pub(crate) run_at: Option<Time>,
    pub(crate) max_attempts: i32,
}

impl NewJob {
    /// A job of a kind that the worker knows, to run as soon as possible, ten times at most.
    pub fn new<P: Serialize>(kind: &'static str, payload: &P) -> Result<Self, Error> {
        Ok(Self {
            kind,
            payload: serde_json::to_value(payload)?,
            unique_key: None,
            run_at: None,
            max_attempts: 10,
        })
    }

    /// Not queued again while a job of the same kind and key waits.
    pub fn unique(mut self, key: impl Into<String>) -> Self {
        self.unique_key = Some(key.into());
        self
    }

    /// Not before that moment.
    pub fn at(mut self, time: Time) -> Self {
        self.run_at = Some(time);
        self
    }
}

/// A job as the worker hands it out.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Job {
    /// The store it is for.
    pub store_id: StoreId,
    /// The job's id.
    pub id: JobId,
    /// What to do.
    pub kind: String,
    /// With what.
    pub payload: serde_json::Value,
    /// The number of this attempt, from 1.
    pub attempts: i32,
    /// After which attempt it is parked.
    pub max_attempts: i32,
}

/// Work that is due for so long, and that nobody has taken, is told: no worker that runs knows it, or none runs.
pub(crate) const OVERDUE: TimeDelta = TimeDelta::hours(1);

/// A parked job or delivery, or one that nobody takes, for the back office.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ParkedWork {
    /// The job's id, or the event's.
    pub id: uuid::Uuid,
    /// What it was: a job's kind, or `event kind → consumer`.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was tried last, or since when it is due.
    pub run_at: Time,
    /// It is not parked: it is due for more than an hour, and no worker takes it.
    pub overdue: bool,
}

const ENQUEUE: &str = "INSERT INTO platform.jobs (store_id, id, kind, payload, unique_key, state, max_attempts, run_at, created_at) \
     SELECT $1, n.id, n.kind, n.payload, n.unique_key, 'queued', n.max_attempts, n.run_at, $8 \
     FROM unnest($2::uuid[], $3::text[], $4::jsonb[], $5::text[], $6::int[], $7::timestamptz[]) \
         AS n (id, kind, payload, unique_key, max_attempts, run_at) \
     ON CONFLICT (store_id, kind, unique_key) WHERE state = 'queued' DO NOTHING RETURNING id";
/// Jobs and deliveries that are parked, or due since before $3 with nobody at work on them at $2.
macro_rules! parked {
    ($columns:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM ( \
               SELECT id, kind, attempts, last_error, run_at, state = 'queued' AS overdue FROM platform.jobs \
               WHERE store_id = $1 \
                 AND (state = 'parked' OR state = 'queued' AND run_at < $3 AND (leased_until IS NULL OR leased_until < $2)) \
               UNION ALL \
               SELECT d.event_id, o.kind || ' → ' || d.consumer, d.attempts, d.last_error, d.run_at, d.state = 'queued' \
               FROM platform.deliveries d JOIN platform.outbox o ON o.store_id = d.store_id AND o.id = d.event_id \
               WHERE d.store_id = $1 \
                 AND (d.state = 'parked' OR d.state = 'queued' AND d.run_at < $3 AND (d.leased_until IS NULL OR d.leased_until < $2)) \
             ) AS parked ",
            $rest
        )
    };
}

const LIST_PARKED: &str = parked!(
    "id, kind, attempts, last_error, run_at, overdue",
    "ORDER BY run_at DESC, id DESC, kind DESC LIMIT 200"
);
/// So many of them, behind one. An event may have failed with several consumers.
const LIST_PARKED_AFTER: &str = parked!(
    "id, kind, attempts, last_error, run_at, overdue",
    "WHERE $4::timestamptz IS NULL OR (run_at, id, kind) < ($4, $5::uuid, $6::text) \
     ORDER BY run_at DESC, id DESC, kind DESC LIMIT $7"
);
const COUNT_PARKED: &str = parked!("count(*)", "");
const RESTART: &str = "WITH jobs AS ( \
       UPDATE platform.jobs SET state = 'queued', attempts = 0, run_at = $3, leased_until = NULL \
       WHERE store_id = $1 AND id = $2 AND state = 'parked' RETURNING 1 \
     ), deliveries AS ( \
       UPDATE platform.deliveries SET state = 'queued', attempts = 0, run_at = $3, leased_until = NULL \
       WHERE store_id = $1 AND event_id = $2 AND state = 'parked' RETURNING 1 \
     ) SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM deliveries)";

/// Those that were queued.
pub(crate) async fn enqueue_all(ctx: &mut Ctx, jobs: Vec<NewJob>) -> Result<Vec<JobId>, Error> {
    let ids: Vec<JobId> = jobs.iter().map(|_| ctx.new_id()).collect();
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(ENQUEUE)
        .bind(store_id)
        .bind(ids)
        .bind(jobs.iter().map(|job| job.kind).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.payload.clone()).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.unique_key.clone()).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.max_attempts).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.run_at.unwrap_or(now)).collect::<Vec<_>>())
        .bind(now);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// Why parked work cannot be seen or restarted.
#[derive(Debug, thiserror::Error)]
pub enum ParkedWorkError {
    /// The actor may not manage jobs.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Nothing of that id is parked.
    #[error("nothing of that id is parked")]
    NotParked,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Why a page of parked work cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ListParkedError {
    /// The actor may not manage jobs.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The newest 200 jobs and deliveries that are parked, or due for more than an hour.
pub async fn list_parked(ctx: &mut Ctx) -> Result<Vec<ParkedWork>, ParkedWorkError> {
    ctx.require(Permission::ManageJobs)?;
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows = sqlx::query_as(LIST_PARKED)
        .bind(store_id)
        .bind(now)
        .bind(now - OVERDUE)
        .fetch_all(ctx.sql().await?)
        .await;
    Ok(rows.map_err(Error::from)?)
}

/// A page of all of them, the newest first, in two statements.
pub async fn page_parked(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<ParkedWork>, ListParkedError> {
    ctx.require(Permission::ManageJobs)?;
    let after: Option<(Time, uuid::Uuid, String)> = page.cursor.as_ref().map(Cursor::decode).transpose()?;
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows = sqlx::query_as(LIST_PARKED_AFTER)
        .bind(store_id)
        .bind(now)
        .bind(now - OVERDUE)
        .bind(after.as_ref().map(|(run_at, ..)| *run_at))
        .bind(after.as_ref().map(|(_, id, _)| *id))
        .bind(after.as_ref().map(|(.., kind)| kind.as_str()))
        .bind(page.limit_plus_one())
        .fetch_all(ctx.sql().await?)
        .await;
    let total = sqlx::query_scalar(COUNT_PARKED)
        .bind(store_id)
        .bind(now)
        .bind(now - OVERDUE)
        .fetch_one(ctx.sql().await?)
        .await;
    let (rows, total) = (rows.map_err(Error::from)?, total.map_err(Error::from)?);
    Ok(Page::from_rows(rows, page, total, |work: &ParkedWork| {
        (work.run_at, work.id, work.kind.clone())
    }))
}

/// Queues parked work again, with all its attempts.
pub async fn restart(ctx: &mut Ctx, id: uuid::Uuid) -> Result<(), ParkedWorkError> {
    ctx.require(Permission::ManageJobs)?;
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let restarted: Result<i64, sqlx::Error> = sqlx::query_scalar(RESTART)
        .bind(store_id)
        .bind(id)
        .bind(now)
        .fetch_one(ctx.sql().await?)
        .await;
    if restarted.map_err(Error::from)? == 0 {
        Err(ParkedWorkError::NotParked)
    } else {
        Ok(())
    }
}
