//! Who waits is served together, each with their own answer.

use std::sync::Mutex;

use super::*;
use crate::{idempotency::Request, testing::TestDatabase};

/// Writes a record of its name; what else it does its name says.
#[derive(Debug, Clone)]
struct Piece {
    name: &'static str,
    subject: Uuid,
    /// How large the batches were that it was in.
    batches: Arc<Mutex<Vec<(usize, &'static str)>>>,
}

#[derive(Debug, thiserror::Error)]
enum PieceError {
    #[error("it is refused")]
    Refused,
    #[error(transparent)]
    Internal(#[from] Error),
}

async fn write(ctx: &mut Ctx, piece: &Piece) -> Result<&'static str, PieceError> {
    let request = Request {
        scope: String::new(),
        key: piece.name.to_owned(),
        fingerprint: [0; 32],
    };
    crate::idempotency::begin(ctx, &request).await?;
    if piece.name == "poisoned" {
        sqlx::query("SELECT 1 / 0")
            .execute(ctx.sql().await?)
            .await
            .map_err(Error::from)?;
    }
    assert_ne!(piece.name, "panics", "as it was told to");
    Ok(piece.name)
}

impl Together for Piece {
    type Done = &'static str;
    type Error = PieceError;

    fn subjects(&self) -> Vec<Uuid> {
        vec![self.subject]
    }

    fn run<'a>(
        ctx: &'a mut Ctx,
        batch: &'a [Self],
    ) -> InTransaction<'a, Vec<Result<&'static str, PieceError>>, PieceError> {
        Box::pin(async move {
            let mut done = Vec::new();
            for piece in batch {
                piece.batches.lock().unwrap().push((batch.len(), piece.name));
                if piece.name == "unconnected" {
                    return Err(Error::Sql(sqlx::Error::PoolTimedOut).into());
                }
                done.push(match piece.name {
                    "refused" => Err(PieceError::Refused),
                    "apart" if batch.len() > 1 => Err(Error::apart().into()),
                    _ => Ok(write(ctx, piece).await?),
                });
            }
            Ok(done)
        })
    }
}

type Answered = oneshot::Receiver<Option<Result<&'static str, PieceError>>>;

struct Fixture {
    db: TestDatabase,
    batches: Arc<Mutex<Vec<(usize, &'static str)>>>,
    key: Key,
}

impl Fixture {
    /// A batch is under way, so that everybody waits.
    async fn new() -> Self {
        let db = TestDatabase::new().await;
        let key = Key::of::<Piece>(db.work().scope());
        let taken = Gathering {
            waiting: VecDeque::new(),
            places_taken: 1,
        };
        db.database().gatherings().lock().insert(key.clone(), taken);
        Self {
            db,
            batches: Arc::default(),
            key,
        }
    }

    fn piece(&self, name: &'static str) -> Piece {
        let mut subject = [0; 16];
        subject[..name.len()].copy_from_slice(name.as_bytes());
        Piece {
            name,
            subject: Uuid::from_bytes(subject),
            batches: Arc::clone(&self.batches),
        }
    }

    /// What comes of pieces that all wait before the first batch begins, in the order they came.
    async fn outcomes(&self, pieces: Vec<Piece>) -> Vec<Result<&'static str, String>> {
        let count = pieces.len();
        let mut asking = Vec::new();
        for piece in pieces {
            let work = self.db.work();
            asking.push(tokio::spawn(async move { work.together(piece).await }));
        }
        let gatherings = self.db.database().gatherings().clone();
        while gatherings
            .lock()
            .get(&self.key)
            .map(|gathering| gathering.waiting.len())
            != Some(count)
        {
            tokio::task::yield_now().await;
        }
        let _stopped = tokio::spawn(run_batches::<Piece>(self.place())).await;
        let mut outcomes = Vec::new();
        for task in asking {
            outcomes.push(task.await.unwrap().map_err(|error| error.to_string()));
        }
        outcomes
    }

    /// Somebody who waits until then.
    fn waiting(&self, piece: Piece, until: Instant) -> (Waiting<Piece>, Answered) {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            input: piece,
            work: self.db.work(),
            until,
            answer,
        };
        (waiting, answered)
    }

    fn place(&self) -> Place {
        Place {
            gatherings: self.db.database().gatherings().clone(),
            key: self.key.clone(),
            is_left: false,
        }
    }

    async fn written(&self) -> Vec<String> {
        let mut ctx = self.db.work().read();
        let names = sqlx::query_scalar("SELECT key FROM platform.idempotency_records ORDER BY key");
        names.fetch_all(ctx.sql().await.unwrap()).await.unwrap()
    }

    fn sizes(&self, name: &str) -> Vec<usize> {
        let batches = self.batches.lock().unwrap();
        batches
            .iter()
            .filter(|(_, who)| *who == name)
            .map(|(size, _)| *size)
            .collect()
    }
}

#[tokio::test]
async fn who_waits_is_served_in_one_transaction_and_each_has_their_own_answer() {
    let f = Fixture::new().await;
    let pieces = ["a", "refused", "b", "apart"].map(|name| f.piece(name)).to_vec();
    let outcomes = f.outcomes(pieces).await;
    let refused = Err("it is refused".to_owned());
    assert_eq!(outcomes, [Ok("a"), refused, Ok("b"), Ok("apart")]);
    assert_eq!(f.written().await, ["a", "apart", "b"]);
    assert_eq!(
        (f.sizes("a"), f.sizes("b"), f.sizes("refused"), f.sizes("apart")),
        (vec![4], vec![4], vec![4], vec![4, 1])
    );
}

#[tokio::test]
async fn a_poisoned_piece_fails_nobody_else() {
    let f = Fixture::new().await;
    let outcomes = f
        .outcomes(["a", "poisoned", "b"].map(|name| f.piece(name)).to_vec())
        .await;
    let failed = Err("a database statement failed".to_owned());
    assert_eq!(outcomes, [Ok("a"), failed, Ok("b")]);
    assert_eq!(f.written().await, ["a", "b"]);
    assert_eq!((f.sizes("b"), f.sizes("poisoned")), (vec![1], vec![3, 1]));
}

#[tokio::test]
async fn nobody_waits_twice_for_a_database_that_is_away() {
    let f = Fixture::new().await;
    f.db.database().close().await;
    let outcomes = f.outcomes(vec![f.piece("a"), f.piece("b")]).await;
    assert!(outcomes.iter().all(Result::is_err));
    assert_eq!((f.sizes("a"), f.sizes("b")), (vec![2], vec![]));
}

#[tokio::test]
async fn who_waits_behind_a_batch_that_reaches_no_database_is_told_with_it() {
    let f = Fixture::new().await;
    f.db.database().close().await;
    let outcomes = f.outcomes(vec![f.piece("a"), f.piece("a"), f.piece("a")]).await;
    assert!(outcomes.iter().all(Result::is_err));
    assert_eq!(f.sizes("a"), vec![1], "the same is in no batch twice");
}

#[tokio::test]
async fn who_came_late_goes_on_waiting_when_a_batch_got_no_connection() {
    let f = Fixture::new().await;
    let (now, same) = (Instant::now(), f.piece("unconnected").subject);
    let of = |name| Piece {
        subject: same,
        ..f.piece(name)
    };
    let join = |piece, until| {
        let (waiting, answered) = f.waiting(piece, until);
        assert!(!f.db.database().gatherings().join(&f.key, waiting));
        answered
    };
    let later = now + f.db.database().acquire_timeout();
    // All are about the same, so each batch has one of them.
    let first = join(of("unconnected"), now);
    let (tired, late) = (join(of("a"), now), join(of("b"), later));
    let next = join(of("unconnected"), later);
    let last = join(of("c"), later);
    run_batches::<Piece>(f.place()).await;
    for (answered, expected) in [
        (first, None),
        (tired, None),
        (late, Some("b")),
        (next, None),
        (last, Some("c")),
    ] {
        let outcome = answered.await.unwrap().expect("nobody has to do it by themselves");
        match expected {
            Some(name) => assert_eq!(outcome.unwrap(), name),
            None => {
                let error = outcome.unwrap_err();
                assert!(is_unavailable(&error), "{error}");
            }
        }
    }
    assert_eq!(f.written().await, ["b", "c"]);
    assert!(
        f.db.database().gatherings().lock().is_empty(),
        "the place is free again"
    );
}

#[tokio::test]
async fn a_batch_that_panics_leaves_nobody_waiting() {
    let f = Fixture::new().await;
    let (gatherings, key) = (f.db.database().gatherings().clone(), f.key.clone());
    let asking = tokio::spawn({
        let (work, piece) = (f.db.work(), f.piece("a"));
        async move { work.together(piece).await }
    });
    let panicking = tokio::spawn({
        let (work, piece) = (f.db.work(), f.piece("panics"));
        async move { work.together(piece).await }
    });
    while gatherings.lock().get(&key).map(|gathering| gathering.waiting.len()) != Some(2) {
        tokio::task::yield_now().await;
    }
    assert!(
        tokio::spawn(run_batches::<Piece>(f.place()))
            .await
            .unwrap_err()
            .is_panic()
    );
    assert!(panicking.await.unwrap_err().is_panic(), "by itself it panics again");
    assert_eq!(asking.await.unwrap().unwrap(), "a");
    assert!(gatherings.lock().is_empty(), "its place is free again");
}

#[tokio::test]
async fn two_that_are_about_the_same_follow_each_other() {
    let f = Fixture::new().await;
    let same = Piece {
        subject: f.piece("a").subject,
        ..f.piece("b")
    };
    let outcomes = f.outcomes(vec![f.piece("a"), same, f.piece("c")]).await;
    assert_eq!(outcomes, [Ok("a"), Ok("b"), Ok("c")]);
    let mut sizes = (f.sizes("a"), f.sizes("b"), f.sizes("c"));
    sizes.0.extend(sizes.1);
    assert_eq!((sizes.0, sizes.2), (vec![2, 1], vec![2]));
}

#[tokio::test]
async fn whoever_comes_alone_is_served_at_once_and_the_place_is_free_again() {
    let f = Fixture::new().await;
    f.db.database().gatherings().lock().clear();
    assert_eq!(f.db.work().together(f.piece("a")).await.unwrap(), "a");
    assert_eq!(f.sizes("a"), [1]);
    while !f.db.database().gatherings().lock().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_second_batch_goes_beside_the_first_when_one_cannot_take_all_who_wait() {
    let f = Fixture::new().await;
    let gatherings = f.db.database().gatherings().clone();
    let join = |number: usize| {
        let piece = Piece {
            subject: Uuid::from_u128(number.try_into().unwrap()),
            ..f.piece("a")
        };
        let (waiting, _) = f.waiting(piece, Instant::now());
        gatherings.join(&f.key, waiting)
    };
    for number in 1..MOST {
        assert!(!join(number), "{number} go with the next batch");
    }
    assert!(join(MOST));
    assert!(!join(MOST + 1), "there is no third");
    let next = || gatherings.next::<Piece>(&f.key).map(|batch| batch.len());
    let places = || gatherings.lock().get(&f.key).map(|gathering| gathering.places_taken);
    assert_eq!((next(), places()), (Some(MOST), Some(2)));
    assert_eq!(
        (next(), places()),
        (None, Some(1)),
        "the other batch takes the last along"
    );
    assert_eq!((next(), places()), (Some(1), Some(1)));
    assert_eq!((next(), places()), (None, None));
}

/// Asks for the same thing as others do.
#[derive(Debug, Clone)]
struct Planned;

impl Together for Planned {
    /// How often the server planned the statement for all keys, and for these.
    type Done = (i64, i64);
    type Error = PieceError;

    fn subjects(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn run<'a>(
        ctx: &'a mut Ctx,
        batch: &'a [Self],
    ) -> InTransaction<'a, Vec<Result<(i64, i64), PieceError>>, PieceError> {
        const LOOK: &str = "SELECT slug FROM platform.stores WHERE id = ANY ($1)";
        const PLANS: &str = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = $1";
        Box::pin(async move {
            let store_id = ctx.store_id();
            let look = sqlx::query(LOOK).bind([store_id]).execute(ctx.sql().await?);
            look.await.map_err(Error::from)?;
            let plans = sqlx::query_as(PLANS).bind(LOOK).fetch_one(ctx.sql().await?);
            let plans = plans.await.map_err(Error::from)?;
            Ok(batch.iter().map(|_| Ok(plans)).collect())
        })
    }
}

#[tokio::test]
async fn what_a_batch_asks_is_planned_once_however_many_keys_there_are() {
    let db = TestDatabase::new().await;
    let (planned_for_all, planned_for_these) = db.work().together(Planned).await.unwrap();
    assert_eq!((planned_for_all, planned_for_these), (1, 0));
    let mut ctx = db.work().write();
    let mode: String = sqlx::query_scalar("SELECT current_setting('plan_cache_mode')")
        .fetch_one(ctx.sql().await.unwrap())
        .await
        .unwrap();
    assert_eq!(mode, "auto", "other transactions of the connection plan as they would");
}

/// Says itself for whom it is.
#[derive(Debug, Clone)]
struct Named;

impl Together for Named {
    type Done = (Actor, Locale);
    type Error = PieceError;

    const NAMES_ITS_SHOPPER: bool = true;

    fn subjects(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn run<'a>(
        ctx: &'a mut Ctx,
        batch: &'a [Self],
    ) -> InTransaction<'a, Vec<Result<(Actor, Locale), PieceError>>, PieceError> {
        let seen = (ctx.actor().clone(), ctx.locale());
        Box::pin(async move { Ok(batch.iter().map(|_| Ok(seen.clone())).collect()) })
    }
}

#[tokio::test]
async fn shoppers_share_batches_where_each_piece_names_its_own_and_nobody_else_does() {
    let db = TestDatabase::new().await;
    let ids = kernel::SeededEntropy::new(1);
    let now = db.work().now();
    let customer = Actor::Customer {
        account: kernel::TypedId::generate(now, &ids),
        customer: kernel::TypedId::generate(now, &ids),
    };
    let key = Actor::ApiKey {
        key: kernel::TypedId::generate(now, &ids),
        permissions: Vec::new(),
    };
    let guest = db.work().acting_as(Actor::Guest);
    let (home, other) = (guest.store().locale, Locale::ID);
    assert_ne!(home, other);
    let as_guest = (Actor::Guest, home);
    for (work, seen) in [
        (guest.speaking(other), as_guest.clone()),
        (db.work().acting_as(customer.clone()).speaking(other), as_guest),
        (db.work().acting_as(key.clone()).speaking(other), (key, other)),
    ] {
        assert_eq!(Key::of::<Named>(work.clone().sharing::<Named>().scope()).actor, seen.0);
        assert_eq!(work.together(Named).await.unwrap(), seen);
    }
    let alone = db.work().acting_as(customer.clone()).sharing::<Piece>();
    assert_eq!(alone.scope().actor, customer);
}
