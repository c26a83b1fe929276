//! Runs jobs.

use std::time::Instant;

use chrono::TimeDelta;
use tracing::Instrument as _;

use super::{Failure, Known, LEASE, after_failure, label};
use crate::{Database, Error, Scope, Work, jobs::Job};

const DUE: &str = "UPDATE platform.jobs j SET leased_until = $2, attempts = attempts + 1 FROM ( \
       SELECT store_id, id FROM platform.jobs \
       WHERE state = 'queued' AND run_at <= $1 AND (leased_until IS NULL OR leased_until < $1) \
       ORDER BY run_at, id LIMIT 20 FOR UPDATE SKIP LOCKED \
     ) AS due WHERE j.store_id = due.store_id AND j.id = due.id \
     RETURNING j.store_id, j.id, j.kind, j.payload, j.attempts, j.max_attempts";
const DONE: &str =
    "UPDATE platform.jobs SET state = 'done', leased_until = NULL, last_error = NULL WHERE store_id = $1 AND id = $2";
const NOT_DONE: &str = "UPDATE platform.jobs SET state = $3, run_at = $4, last_error = $5, leased_until = NULL WHERE store_id = $1 AND id = $2";
const DELETE_DONE: &str = "DELETE FROM platform.jobs WHERE state = 'done' AND run_at < $1";

/// Runs what is due, and says how much it was.
pub(super) async fn run(known: &Known<'_>) -> Result<usize, Error> {
    let now = known.database.now();
    let due: Vec<Job> = sqlx::query_as(DUE)
        .bind(now)
        .bind(now + LEASE)
        .fetch_all(known.database.pool())
        .await?;
    let count = due.len();
    for job in due {
        let started = Instant::now();
        let span = tracing::info_span!(
            "trace",
            otel.name = format!("job {}", job.kind),
            otel.kind = "consumer",
            souk.job = %job.id,
            souk.store = known.stores.get(&job.store_id).map(|store| store.slug.as_str()),
        );
        let outcome = run_one(known, &job).instrument(span).await;
        metrics::histogram!("job_duration_seconds", "kind" => job.kind.clone()).record(started.elapsed());
        let outcome_label = match outcome {
            Ok(()) => {
                sqlx::query(DONE)
                    .bind(job.store_id)
                    .bind(job.id)
                    .execute(known.database.pool())
                    .await?;
                "done"
            }
            Err(failure) => {
                tracing::warn!(kind = job.kind, job = %job.id, %failure, "a job failed");
                let (state, run_at) = after_failure(&failure, job.attempts, job.max_attempts, now);
                sqlx::query(NOT_DONE)
                    .bind(job.store_id)
                    .bind(job.id)
                    .bind(state)
                    .bind(run_at)
                    .bind(failure.to_string())
                    .execute(known.database.pool())
                    .await?;
                label(state)
            }
        };
        metrics::counter!("jobs_total", "kind" => job.kind, "outcome" => outcome_label).increment(1);
    }
    Ok(count)
}

async fn run_one(known: &Known<'_>, job: &Job) -> Result<(), Failure> {
    let handler = known
        .registry
        .handlers
        .get(job.kind.as_str())
        .ok_or_else(|| Failure::Fail(format!("no handler for jobs of kind {}", job.kind)))?;
    let store = known.store(job.store_id)?;
    handler
        .run(&Work::new(known.database.clone(), Scope::system(store)), job)
        .await
}

/// Deletes finished jobs older than a week.
pub async fn delete_old(database: &Database) -> Result<u64, Error> {
    let before = database.now() - TimeDelta::days(7);
    Ok(sqlx::query(DELETE_DONE)
        .bind(before)
        .execute(database.pool())
        .await?
        .rows_affected())
}
