//! Runs jobs.

use std::{iter, sync::Arc, time::Instant};

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{Failure, Handler, Known, LEASE, Registry, after_failure, label};
use crate::{Database, Error, Scope, Work, jobs::Job};

/// How many one round takes.
pub(super) const FULL: usize = 100;
/// Only kinds that this worker knows: the rest is for a worker of another version.
const DUE: &str = "UPDATE platform.jobs j SET leased_until = $2, attempts = attempts + 1 FROM ( \
       SELECT store_id, id FROM platform.jobs \
       WHERE state = 'queued' AND run_at <= $1 AND (leased_until IS NULL OR leased_until < $1) \
         AND kind = ANY ($3::text[]) \
       ORDER BY run_at, id LIMIT $4 FOR UPDATE SKIP LOCKED \
     ) AS due WHERE j.store_id = due.store_id AND j.id = due.id \
     RETURNING j.store_id, j.id, j.kind, j.payload, j.attempts, j.max_attempts";
/// Only as long as the jobs are still these attempts': when a lease ran out, another worker may have done its job meanwhile.
const DONE: &str = "UPDATE platform.jobs j SET state = 'done', leased_until = NULL, last_error = NULL \
     FROM unnest($2::uuid[], $3::int[]) AS n (id, attempts) \
     WHERE j.store_id = $1 AND j.id = n.id AND j.attempts = n.attempts AND j.state = 'queued'";
const NOT_DONE: &str = "UPDATE platform.jobs SET state = $4, run_at = $5, last_error = $6, leased_until = NULL \
     WHERE store_id = $1 AND id = $2 AND attempts = $3 AND state = 'queued'";
const GIVE_BACK: &str = "UPDATE platform.jobs j SET leased_until = NULL, attempts = j.attempts - 1 \
     FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS n (store_id, id, attempts) \
     WHERE j.store_id = n.store_id AND j.id = n.id AND j.attempts = n.attempts AND j.state = 'queued'";
const DELETE_DONE: &str = "DELETE FROM platform.jobs WHERE state = 'done' AND run_at < $1";

/// What jobs may need of their lease; those that would begin with less are given back.
const ENOUGH: TimeDelta = TimeDelta::seconds(60);

/// Runs what is due until told to stop, and says how much it was.
pub(super) async fn run(known: &Known<'_>, stop: &CancellationToken) -> Result<usize, Error> {
    let now = known.database.now();
    let leased_until = now + LEASE;
    let mut due: Vec<Job> = sqlx::query_as(DUE)
        .bind(now)
        .bind(leased_until)
        .bind(kinds(known.registry))
        .bind(i64::try_from(FULL).unwrap_or(i64::MAX))
        .fetch_all(known.database.pool())
        .await?;
    due.sort_by_key(|job| job.id);
    let mut count: usize = 0;
    let mut waiting = grouped(known, due).into_iter();
    while let Some(group) = waiting.next() {
        if stop.is_cancelled() || known.database.now() + ENOUGH > leased_until {
            give_back(known, iter::once(group).chain(waiting).flatten().collect()).await?;
            break;
        }
        let started = Instant::now();
        let outcomes = attempt(known, &group).await;
        let took = started.elapsed();
        for job in &group {
            metrics::histogram!("job_duration_seconds", "kind" => job.kind.clone()).record(took);
        }
        settle(known, &group, outcomes).await?;
        count = count.saturating_add(group.len());
    }
    Ok(count)
}

/// The kinds of jobs that are known.
fn kinds(registry: &Registry) -> Vec<&'static str> {
    registry.handlers.keys().copied().collect()
}

/// Leaves jobs that were not begun to whoever is next, with all their attempts.
async fn give_back(known: &Known<'_>, jobs: Vec<Job>) -> Result<(), Error> {
    sqlx::query(GIVE_BACK)
        .bind(jobs.iter().map(|job| job.store_id).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.id).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.attempts).collect::<Vec<_>>())
        .execute(known.database.pool())
        .await?;
    Ok(())
}

/// Writes down what became of jobs of one kind and store.
async fn settle(known: &Known<'_>, group: &[Job], outcomes: Vec<Result<(), Failure>>) -> Result<(), Error> {
    let mut done = Vec::with_capacity(group.len());
    for (job, outcome) in group.iter().zip(outcomes) {
        match outcome {
            Ok(()) => done.push(job),
            Err(failure) => not_done(known, job, &failure).await?,
        }
    }
    let Some(first) = done.first() else { return Ok(()) };
    let written = sqlx::query(DONE)
        .bind(first.store_id)
        .bind(done.iter().map(|job| job.id).collect::<Vec<_>>())
        .bind(done.iter().map(|job| job.attempts).collect::<Vec<_>>())
        .execute(known.database.pool())
        .await?;
    let number = u64::try_from(done.len()).unwrap_or(u64::MAX);
    if written.rows_affected() < number {
        outlived(first);
    }
    metrics::counter!("jobs_total", "kind" => first.kind.clone(), "outcome" => "done").increment(number);
    Ok(())
}

fn outlived(job: &Job) {
    tracing::warn!(kind = job.kind, job = %job.id, "a job took longer than its lease, and another worker had it meanwhile");
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
    let written = sqlx::query(NOT_DONE)
        .bind(job.store_id)
        .bind(job.id)
        .bind(job.attempts)
        .bind(state)
        .bind(run_at)
        .bind(failure.to_string())
        .execute(known.database.pool())
        .await?;
    if written.rows_affected() == 0 {
        outlived(job);
    }
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
        slice,
        sync::{
            Arc, Mutex,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use async_trait::async_trait;

    use super::*;
    use crate::{
        jobs::{NewJob, ParkedWorkError, list_parked, restart},
        testing::TestDatabase,
        worker::{drain, round},
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
        let queued = ctx.enqueue_all(words.into()).await;
        assert_eq!(queued.unwrap().len(), 4);
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
        let parked: Vec<(&str, Option<&str>)> = parked
            .iter()
            .map(|job| (job.kind.as_str(), job.last_error.as_deref()))
            .collect();
        assert_eq!(parked, [("test.say", Some("boo"))]);
    }

    #[tokio::test]
    async fn a_job_that_only_a_worker_of_another_version_knows_is_left_for_it() {
        let db = TestDatabase::new().await;
        enqueue(&db, 1).await;
        let older = Registry::default();
        drain(db.database(), &older).await.unwrap();
        assert_eq!(states(&db).await, [(1, "queued".to_owned(), 0, false)]);
        assert!(list_parked(&mut db.work().read()).await.unwrap().is_empty());
        db.clock().advance(TimeDelta::minutes(61));
        let overdue = list_parked(&mut db.work().read()).await.unwrap();
        assert_eq!(overdue.len(), 1);
        assert_eq!((overdue[0].kind.as_str(), overdue[0].overdue), ("test.job", true));
        let again = restart(&mut db.work().write(), overdue[0].id).await;
        assert!(matches!(again, Err(ParkedWorkError::NotParked)), "it waits already");
        let nothing: During = Box::new(|_| Ok(()));
        let (_newer, newer) = registry(nothing);
        drain(db.database(), &newer).await.unwrap();
        assert_eq!(states(&db).await, [(1, "done".to_owned(), 1, false)]);
    }

    #[tokio::test]
    async fn a_job_that_waits_under_its_key_is_queued_once() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let job = || NewJob::new("test.say", &"a").unwrap().unique("a");
        assert_eq!(ctx.enqueue_all(vec![job(), job()]).await.unwrap().len(), 1);
        assert_eq!(ctx.enqueue(job()).await.unwrap(), None);
    }

    type During = Box<dyn Fn(usize) -> Result<(), Failure> + Send + Sync>;

    /// Counts its jobs, and does something while each is at work.
    struct Counting {
        begun: AtomicUsize,
        during: During,
    }

    #[async_trait]
    impl Handler for Counting {
        async fn run(&self, _work: &Work, _job: &Job) -> Result<(), Failure> {
            (self.during)(self.begun.fetch_add(1, Ordering::SeqCst) + 1)
        }
    }

    fn registry(during: During) -> (Arc<Counting>, Registry) {
        let counting = Arc::new(Counting {
            begun: AtomicUsize::new(0),
            during,
        });
        let handler: Arc<dyn Handler> = Arc::<Counting>::clone(&counting);
        let registry = Registry {
            subscriptions: Vec::new(),
            handlers: HashMap::from([("test.job", handler)]),
        };
        (counting, registry)
    }

    async fn enqueue(db: &TestDatabase, count: usize) {
        let mut ctx = db.work().write();
        for _ in 0..count {
            ctx.enqueue(NewJob::new("test.job", &()).unwrap()).await.unwrap();
        }
        ctx.commit().await.unwrap();
    }

    /// The state of the jobs, how often they were tried and whether somebody has them, by how many they are.
    async fn states(db: &TestDatabase) -> Vec<(i64, String, i32, bool)> {
        let states =
            "SELECT count(*), state, attempts, leased_until IS NOT NULL FROM platform.jobs GROUP BY 2, 3, 4 ORDER BY 1";
        sqlx::query_as(states).fetch_all(db.database().pool()).await.unwrap()
    }

    #[tokio::test]
    async fn a_worker_that_is_told_to_stop_ends_its_job_and_leaves_the_others() {
        let db = TestDatabase::new().await;
        enqueue(&db, 3).await;
        let stop = CancellationToken::new();
        let stopping = stop.clone();
        let (counting, registry) = registry(Box::new(move |_| {
            stopping.cancel();
            Ok(())
        }));
        let known = Known::load(db.database(), &registry).await.unwrap();
        assert_eq!(run(&known, &stop).await.unwrap(), 1);
        assert_eq!(counting.begun.load(Ordering::SeqCst), 1);
        let done = (1, "done".to_owned(), 1, false);
        assert_eq!(states(&db).await, [done, (2, "queued".to_owned(), 0, false)]);
    }

    #[tokio::test]
    async fn a_job_does_not_begin_under_a_lease_that_soon_ends() {
        let db = Arc::new(TestDatabase::new().await);
        enqueue(&db, 3).await;
        let slow = Arc::clone(&db);
        let (counting, registry) = registry(Box::new(move |begun| {
            if begun == 1 {
                slow.clock().advance(LEASE - ENOUGH + TimeDelta::seconds(1));
            }
            Ok(())
        }));
        assert_eq!(round(db.database(), &registry).await.unwrap().jobs, 1);
        assert_eq!(states(&db).await[1], (2, "queued".to_owned(), 0, false));
        assert_eq!(round(db.database(), &registry).await.unwrap().jobs, 2);
        assert_eq!(counting.begun.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn what_outlived_its_lease_changes_nothing_that_another_worker_did() {
        let db = Arc::new(TestDatabase::new().await);
        enqueue(&db, 1).await;
        let nothing: During = Box::new(|_| Ok(()));
        let (_quick, quick) = registry(nothing);
        let known = Known::load(db.database(), &quick).await.unwrap();
        let take = async || -> Job {
            sqlx::query_as(DUE)
                .bind(db.database().now())
                .bind(db.database().now() + LEASE)
                .bind(kinds(&quick))
                .bind(1_i64)
                .fetch_one(db.database().pool())
                .await
                .unwrap()
        };
        let slow = take().await;
        db.clock().advance(LEASE + TimeDelta::seconds(1));
        let other = take().await;
        settle(
            &known,
            slice::from_ref(&slow),
            vec![Err(Failure::Retry("too slow".to_owned()))],
        )
        .await
        .unwrap();
        assert_eq!(
            states(&db).await,
            [(1, "queued".to_owned(), 2, true)],
            "the other is at work"
        );
        settle(&known, &[other], vec![Ok(())]).await.unwrap();
        settle(&known, &[slow], vec![Err(Failure::Fail("too slow".to_owned()))])
            .await
            .unwrap();
        assert_eq!(states(&db).await, [(1, "done".to_owned(), 2, false)]);
    }
}
