//! Runs jobs.

use std::{sync::Arc, time::Instant};

use chrono::TimeDelta;
use tracing::Instrument as _;

use super::{Failure, Handler, Known, LEASE, after_failure, label};
use crate::{Database, Error, Scope, Work, jobs::Job};

const DUE: &str = "UPDATE platform.jobs j SET leased_until = $2, attempts = attempts + 1 FROM ( \
       SELECT store_id, id FROM platform.jobs \
       WHERE state = 'queued' AND run_at <= $1 AND (leased_until IS NULL OR leased_until < $1) \
       ORDER BY run_at, id LIMIT 20 FOR UPDATE SKIP LOCKED \
     ) AS due WHERE j.store_id = due.store_id AND j.id = due.id \
     RETURNING j.store_id, j.id, j.kind, j.payload, j.attempts, j.max_attempts";
const DONE: &str = "UPDATE platform.jobs SET state = 'done', leased_until = NULL, last_error = NULL \
     WHERE store_id = $1 AND id = ANY ($2::uuid[])";
const NOT_DONE: &str = "UPDATE platform.jobs SET state = $3, run_at = $4, last_error = $5, leased_until = NULL WHERE store_id = $1 AND id = $2";
const DELETE_DONE: &str = "DELETE FROM platform.jobs WHERE state = 'done' AND run_at < $1";

/// Runs what is due, and says how much it was.
pub(super) async fn run(known: &Known<'_>) -> Result<usize, Error> {
    let now = known.database.now();
    let mut due: Vec<Job> = sqlx::query_as(DUE)
        .bind(now)
        .bind(now + LEASE)
        .fetch_all(known.database.pool())
        .await?;
    due.sort_by_key(|job| job.id);
    let count = due.len();
    for group in grouped(known, due) {
        let started = Instant::now();
        let outcomes = attempt(known, &group).await;
        let took = started.elapsed();
        let mut done = Vec::with_capacity(group.len());
        for (job, outcome) in group.iter().zip(outcomes) {
            metrics::histogram!("job_duration_seconds", "kind" => job.kind.clone()).record(took);
            match outcome {
                Ok(()) => done.push(job.id),
                Err(failure) => not_done(known, job, &failure).await?,
            }
        }
        if let (Some(first), false) = (group.first(), done.is_empty()) {
            let number = u64::try_from(done.len()).unwrap_or(u64::MAX);
            sqlx::query(DONE)
                .bind(first.store_id)
                .bind(done)
                .execute(known.database.pool())
                .await?;
            metrics::counter!("jobs_total", "kind" => first.kind.clone(), "outcome" => "done").increment(number);
        }
    }
    Ok(count)
}

/// Puts together what its handler takes at once: jobs of one kind and store.
fn grouped(known: &Known<'_>, due: Vec<Job>) -> Vec<Vec<Job>> {
    let mut groups: Vec<Vec<Job>> = Vec::new();
    for job in due {
        let handler = known.registry.handlers.get(job.kind.as_str());
        let at_once = handler.map_or(1, |handler| handler.at_once());
        let fits = |group: &&mut Vec<Job>| {
            let first = group.first();
            group.len() < at_once
                && first.is_some_and(|first| (&first.kind, first.store_id) == (&job.kind, job.store_id))
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(job),
            None => groups.push(vec![job]),
        }
    }
    groups
}

async fn attempt(known: &Known<'_>, group: &[Job]) -> Vec<Result<(), Failure>> {
    let Some(first) = group.first() else { return Vec::new() };
    let span = tracing::info_span!(
        "trace",
        otel.name = format!("job {}", first.kind),
        otel.kind = "consumer",
        souk.job = %first.id,
        souk.jobs = group.len(),
        souk.store = known.stores.get(&first.store_id).map(|store| store.slug.as_str()),
    );
    match work_of(known, first) {
        Ok((handler, work)) => handler.run_all(&work, group).instrument(span).await,
        Err(_) => group.iter().map(|job| work_of(known, job).map(drop)).collect(),
    }
}

fn work_of<'a>(known: &Known<'a>, job: &Job) -> Result<(&'a Arc<dyn Handler>, Work), Failure> {
    let handler = known
        .registry
        .handlers
        .get(job.kind.as_str())
        .ok_or_else(|| Failure::Fail(format!("no handler for jobs of kind {}", job.kind)))?;
    let store = known.store(job.store_id)?;
    Ok((handler, Work::new(known.database.clone(), Scope::system(store))))
}

async fn not_done(known: &Known<'_>, job: &Job, failure: &Failure) -> Result<(), Error> {
    tracing::warn!(kind = job.kind, job = %job.id, %failure, "a job failed");
    let (state, run_at) = after_failure(failure, job.attempts, job.max_attempts, known.database.now());
    sqlx::query(NOT_DONE)
        .bind(job.store_id)
        .bind(job.id)
        .bind(state)
        .bind(run_at)
        .bind(failure.to_string())
        .execute(known.database.pool())
        .await?;
    metrics::counter!("jobs_total", "kind" => job.kind.clone(), "outcome" => label(state)).increment(1);
    Ok(())
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

#[cfg(test)]
mod tests {
    use std::{
        collections::HashMap,
        sync::{Arc, Mutex},
    };

    use async_trait::async_trait;

    use super::*;
    use crate::{
        jobs::{NewJob, list_parked},
        testing::TestDatabase,
        worker::{Registry, drain},
    };

    /// Notes which words it was given at once, and stumbles over one of them.
    #[derive(Default)]
    struct Speaker(Mutex<Vec<Vec<String>>>);

    #[async_trait]
    impl Handler for Speaker {
        async fn run(&self, _work: &Work, job: &Job) -> Result<(), Failure> {
            match job.payload.as_str() {
                Some("boo") => Err(Failure::Fail("boo".to_owned())),
                _ => Ok(()),
            }
        }

        fn at_once(&self) -> usize {
            3
        }

        async fn run_all(&self, work: &Work, jobs: &[Job]) -> Vec<Result<(), Failure>> {
            let words = jobs.iter().map(|job| job.payload.as_str().unwrap().to_owned());
            self.0.lock().unwrap().push(words.collect());
            let mut outcomes = Vec::new();
            for job in jobs {
                outcomes.push(self.run(work, job).await);
            }
            outcomes
        }
    }

    #[tokio::test]
    async fn jobs_that_wait_are_done_together_and_one_that_fails_is_parked_alone() {
        let (db, speaker) = (TestDatabase::new().await, Arc::new(Speaker::default()));
        let mut ctx = db.work().write();
        let words = ["a", "boo", "c", "d"].map(|word| NewJob::new("test.say", &word).unwrap());
        let other = NewJob::new("test.unknown", &"x").unwrap();
        let queued = ctx.enqueue_all(words.into_iter().chain([other]).collect()).await;
        assert_eq!(queued.unwrap().len(), 5);
        ctx.commit().await.unwrap();
        let handler: Arc<dyn Handler> = Arc::<Speaker>::clone(&speaker);
        let registry = Registry {
            subscriptions: Vec::new(),
            handlers: HashMap::from([("test.say", handler)]),
        };
        drain(db.database(), &registry).await.unwrap();
        let told = speaker.0.lock().unwrap().clone();
        assert_eq!(told.iter().map(Vec::len).collect::<Vec<_>>(), [3, 1]);
        let mut words = told.concat();
        words.sort();
        assert_eq!(words, ["a", "boo", "c", "d"]);
        let parked = list_parked(&mut db.work().read()).await.unwrap();
        let mut parked: Vec<(String, Option<String>)> =
            parked.into_iter().map(|job| (job.kind, job.last_error)).collect();
        parked.sort();
        let why = |kind: &str, error: &str| (kind.to_owned(), Some(error.to_owned()));
        let unknown = why("test.unknown", "no handler for jobs of kind test.unknown");
        assert_eq!(parked, [why("test.say", "boo"), unknown]);
    }

    #[tokio::test]
    async fn a_job_that_waits_under_its_key_is_queued_once() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let job = || NewJob::new("test.say", &"a").unwrap().unique("a");
        assert_eq!(ctx.enqueue_all(vec![job(), job()]).await.unwrap().len(), 1);
        assert_eq!(ctx.enqueue(job()).await.unwrap(), None);
    }
}
