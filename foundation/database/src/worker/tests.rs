//! The worker as a whole; what is told to whom stands beside.

mod told;

use super::*;
use crate::{jobs::NewJob, testing::TestDatabase};

#[tokio::test]
async fn what_a_transaction_left_wakes_the_workers_of_every_process() {
    let db = TestDatabase::new().await;
    let mut other_process = listen(db.database()).await.unwrap();
    for _ in 0..2 {
        let mut ctx = db.work().write();
        ctx.enqueue(NewJob::new("test.job", &()).unwrap()).await.unwrap();
        ctx.commit().await.unwrap();
        let woken = tokio::time::timeout(Duration::from_secs(60), other_process.recv()).await;
        assert_eq!(woken.unwrap().unwrap().channel(), "souk_outbox");
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Said;

impl crate::Event for Said {
    const KIND: &'static str = "test.said";

    fn aggregate(&self) -> uuid::Uuid {
        uuid::Uuid::nil()
    }
}

/// As a job, waits until an event was heard; as a reaction, hears it.
#[derive(Default)]
struct Waiting {
    begun: Notify,
    heard: Notify,
    ended: Notify,
}

#[async_trait]
impl Handler for Waiting {
    async fn run(&self, _work: &Work, _job: &Job) -> Result<(), Failure> {
        self.begun.notify_one();
        self.heard.notified().await;
        self.ended.notify_one();
        Ok(())
    }
}

#[async_trait]
impl Reaction for Waiting {
    async fn react(&self, _ctx: &mut Ctx, _event: &StoredEvent) -> Result<(), Failure> {
        self.heard.notify_one();
        Ok(())
    }
}

#[tokio::test]
async fn an_event_does_not_wait_for_a_job() {
    let (db, waiting) = (TestDatabase::new().await, Arc::new(Waiting::default()));
    let handler: Arc<dyn Handler> = Arc::<Waiting>::clone(&waiting);
    let registry = Registry {
        subscriptions: vec![Subscription {
            event: "test.said",
            consumer: "test::hear",
            reaction: Arc::<Waiting>::clone(&waiting),
        }],
        handlers: HashMap::from([("test.job", handler)]),
    };
    let stop = CancellationToken::new();
    let speaking = async {
        let mut ctx = db.work().write();
        ctx.enqueue(NewJob::new("test.job", &()).unwrap()).await.unwrap();
        ctx.commit().await.unwrap();
        waiting.begun.notified().await;
        let mut ctx = db.work().write();
        ctx.publish(&Said).await.unwrap();
        ctx.commit().await.unwrap();
        waiting.ended.notified().await;
        stop.cancel();
    };
    let working = run(db.database().clone(), Arc::new(registry), stop.clone());
    let both = async { tokio::join!(working, speaking) };
    assert!(tokio::time::timeout(Duration::from_secs(60), both).await.is_ok());
    let done: i64 = sqlx::query_scalar("SELECT count(*) FROM platform.jobs WHERE state = 'done'")
        .fetch_one(db.database().pool())
        .await
        .unwrap();
    assert_eq!(done, 1);
}

#[test]
fn a_round_follows_at_once_only_where_more_waits_than_one_takes() {
    let next = [0, 1, 19, 20, 21].map(|found| Next::after(found, 20));
    assert_eq!(
        next,
        [
            Next::WhenWoken,
            Next::AfterPause,
            Next::AfterPause,
            Next::AtOnce,
            Next::AtOnce
        ]
    );
}

#[test]
fn retries_wait_longer_each_time_and_end() {
    let now = Time::UNIX_EPOCH;
    let retry = Failure::Retry("later".into());
    let waits: Vec<i64> = [1, 2, 3, 9]
        .map(|attempt| (after_failure(&retry, attempt, 10, now).1 - now).num_seconds())
        .to_vec();
    assert_eq!(waits, [10, 20, 40, 2560]);
    assert_eq!(after_failure(&retry, 10, 10, now).0, "parked");
    assert_eq!(after_failure(&Failure::Fail("never".into()), 1, 10, now).0, "parked");
}
