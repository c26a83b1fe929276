//! Requests with an `Idempotency-Key`, against a real database.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use database::{Ctx, InTransaction, Together as _, Work, idempotency, testing::TestDatabase};
use serde::Deserialize;
use uuid::Uuid;

use super::harness::{App, Reply, default_theme};
use crate::{
    Answer, AppState, Idempotent, Mutation, Problem, Ran, Visitor, finish, idempotent_answer::keepable,
    idempotent_together::Keyed, respond, run_claiming, run_idempotent, write_idempotently, write_together,
};

/// The status of an answer that is too large to be kept.
const LARGE: StatusCode = StatusCode::ACCEPTED;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    status: u16,
}

/// Says how often it ran, with the status that was wished for.
fn run(runs: &AtomicUsize, wish: &Wish) -> Answer {
    let run = runs.fetch_add(1, Ordering::SeqCst) + 1;
    let status = StatusCode::from_u16(wish.status).unwrap();
    if status == LARGE {
        return Ok((status, [(header::LOCATION, "/here")], "x".repeat(1024 * 1024 + 1)).into_response());
    }
    if status.is_success() {
        let headers = [
            (header::LOCATION, "/here"),
            (header::ETAG, "\"7\""),
            (header::CACHE_CONTROL, "no-store"),
            (header::SET_COOKIE, "a=b"),
        ];
        return Ok((status, headers, format!("run {run}")).into_response());
    }
    Err(Problem::new(status, "wished_for", format!("run {run}")))
}

/// The same together with others.
#[derive(Clone)]
struct Wishing {
    wish: Wish,
    runs: Arc<AtomicUsize>,
}

#[derive(Debug, thiserror::Error)]
enum Unfulfilled {
    #[error(transparent)]
    Problem(#[from] Problem),
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl From<Unfulfilled> for Problem {
    fn from(error: Unfulfilled) -> Self {
        match error {
            Unfulfilled::Problem(problem) => problem,
            Unfulfilled::Internal(error) => error.into(),
        }
    }
}

impl Mutation for Wishing {
    type Error = Unfulfilled;

    fn subjects(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn run<'a>(
        _ctx: &'a mut Ctx,
        batch: &'a [&'a Self],
    ) -> InTransaction<'a, Vec<Result<Response, Unfulfilled>>, Unfulfilled> {
        let run = |one: &&Self| run(&one.runs, &one.wish).map_err(Unfulfilled::from);
        Box::pin(async move { Ok(batch.iter().map(run).collect()) })
    }
}

/// Claims its key unless it refuses at once, and keeps what is done by then.
async fn claim(work: &Work, key: Option<idempotency::Request>, runs: &AtomicUsize, wish: &Wish) -> Ran {
    if wish.status == 409 {
        return Ran::Refused(run(runs, wish).unwrap_err());
    }
    let key = key.unwrap();
    match idempotency::begin_flow(work, &key).await.unwrap() {
        idempotency::Begin::Fresh => {}
        known => return Ran::Before(known),
    }
    let answer = run(runs, wish);
    if wish.status != 201 {
        return Ran::Claimed(answer);
    }
    let (_, kept) = keepable(answer.unwrap(), None).await.unwrap();
    idempotency::end_flow(work, &key, kept.clone()).await.unwrap();
    Ran::Kept(respond(kept.unwrap()))
}

struct Fixture {
    app: App,
    runs: Arc<AtomicUsize>,
    database: TestDatabase,
}

async fn fixture() -> Fixture {
    let database = TestDatabase::new().await;
    let runs = Arc::new(AtomicUsize::new(0));
    let state = AppState::builder(database.database().clone(), default_theme()).build();
    let (flow_runs, write_runs) = (Arc::clone(&runs), Arc::clone(&runs));
    let flow = async move |visitor: Visitor, Idempotent { body, request }: Idempotent<Wish>| {
        run_idempotent(&visitor.work, &request, async || run(&flow_runs, &body)).await
    };
    let write = async move |visitor: Visitor, Idempotent { body, request }: Idempotent<Wish>| {
        write_idempotently(&visitor.work, &request, async |_ctx| run(&write_runs, &body)).await
    };
    let together_runs = Arc::clone(&runs);
    let together = async move |visitor: Visitor, Idempotent { body, request }: Idempotent<Wish>| {
        let wishing = Wishing {
            wish: body,
            runs: Arc::clone(&together_runs),
        };
        write_together(&visitor.work, &request, wishing).await
    };
    let bare_runs = Arc::clone(&runs);
    let bare = async move |visitor: Visitor, Idempotent { body: (), request }: Idempotent<()>| {
        let wish = Wish { status: 201 };
        write_idempotently(&visitor.work, &request, async |_ctx| run(&bare_runs, &wish)).await
    };
    let claiming_runs = Arc::clone(&runs);
    let claiming = async move |visitor: Visitor, Idempotent { body, request }: Idempotent<Wish>| {
        run_claiming(&visitor.work, &request, async |key| {
            claim(&visitor.work, key, &claiming_runs, &body).await
        })
        .await
    };
    let routes = Router::new()
        .route("/api/claiming", post(claiming))
        .route("/api/together", post(together))
        .route("/api/bare", post(bare))
        .route("/api/flow", post(flow))
        .route("/api/write", post(write));
    let app = App::around(finish(&state, routes.with_state(state.clone())));
    Fixture { app, runs, database }
}

impl Fixture {
    async fn send(&self, path: &str, key: &str, status: u16) -> Reply {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.app
            .ask("POST", path, &headers, &format!("{{\"status\":{status}}}"))
            .await
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_body_without_fields_is_no_body() {
    let fixture = fixture().await;
    let headers = [("content-type", "application/json"), ("idempotency-key", "key-1")];
    for body in ["", "{}", " { } ", "null"] {
        let reply = fixture.app.ask("POST", "/api/bare", &headers, body).await;
        assert_eq!(
            (reply.status.as_u16(), fixture.runs()),
            (201, 1),
            "{body}: {}",
            reply.text()
        );
    }
    for (body, status, said) in [
        (r#"{"note":1}"#, 422, "is not a field of this request"),
        ("[]", 422, "must be an object"),
        ("5", 422, "must be an object"),
        ("{", 400, "not JSON"),
    ] {
        let reply = fixture.app.ask("POST", "/api/bare", &headers, body).await;
        assert_eq!((reply.status.as_u16(), fixture.runs()), (status, 1), "{body}");
        assert!(
            reply.text().contains(said) && !reply.text().contains("unit"),
            "{}",
            reply.text()
        );
    }
    let text = [("content-type", "text/plain")];
    assert_eq!(fixture.app.ask("POST", "/api/bare", &text, "{}").await.status, 415);
}

#[tokio::test]
async fn the_same_key_and_request_get_the_same_answer() {
    let fixture = fixture().await;
    let paths = ["/api/flow", "/api/write", "/api/together", "/api/claiming"];
    for (path, runs) in paths.into_iter().zip(1..) {
        let first = fixture.send(path, "key-1", 201).await;
        let again = fixture.send(path, "key-1", 201).await;
        assert_eq!(first.header("idempotent-replayed"), "");
        assert_eq!((again.status, again.text()), (first.status, first.text()));
        for name in ["content-type", "etag", "cache-control"] {
            assert!(!first.header(name).is_empty(), "{path}: {name}");
            assert_eq!(again.header(name), first.header(name), "{path}: {name}");
        }
        assert_eq!(again.header("set-cookie"), "");
        assert_eq!(
            (again.header("location"), again.header("idempotent-replayed")),
            ("/here", "true")
        );
        assert_eq!(fixture.runs(), runs);
        let other = fixture.send(path, "key-1", 200).await;
        assert_eq!(
            (other.status.as_u16(), other.json()["code"].as_str()),
            (422, Some("idempotency_key_reused"))
        );
    }
}

#[tokio::test]
async fn what_took_effect_is_answered_however_much_there_is_to_say_and_not_done_again() {
    let fixture = fixture().await;
    for (path, runs) in [("/api/flow", 1), ("/api/write", 2), ("/api/together", 3)] {
        let first = fixture.send(path, "key-1", LARGE.as_u16()).await;
        assert_eq!((first.status, first.text().len()), (LARGE, 1024 * 1024 + 1));
        let again = fixture.send(path, "key-1", LARGE.as_u16()).await;
        assert_eq!(
            (again.status.as_u16(), again.json()["code"].as_str()),
            (409, Some("answer_not_kept")),
            "{path}"
        );
        assert_eq!(
            (again.header("location"), again.header("idempotent-replayed")),
            ("/here", "true")
        );
        assert_eq!(fixture.runs(), runs);
    }
}

#[tokio::test]
async fn a_flow_keeps_refusals_but_no_failures() {
    let fixture = fixture().await;
    assert_eq!(
        fixture.send("/api/flow", "refused", 409).await.json()["detail"],
        "run 1"
    );
    let again = fixture.send("/api/flow", "refused", 409).await;
    assert_eq!(
        (again.json()["detail"].as_str(), again.header("content-type")),
        (Some("run 1"), "application/problem+json")
    );
    assert_eq!(fixture.send("/api/flow", "failed", 500).await.json()["detail"], "run 2");
    assert_eq!(fixture.send("/api/flow", "failed", 500).await.json()["detail"], "run 3");
    assert_eq!(
        fixture.send("/api/write", "refused", 409).await.json()["detail"],
        "run 4"
    );
    assert_eq!(
        fixture.send("/api/write", "refused", 409).await.json()["detail"],
        "run 5"
    );
}

#[tokio::test]
async fn a_refusal_is_repeated_with_the_instance_it_happened_under() {
    let fixture = fixture().await;
    for path in ["/api/flow", "/api/claiming"] {
        let first = fixture.send(path, "declined", 402).await;
        let again = fixture.send(path, "declined", 402).await;
        let instance = first.json()["instance"].as_str().unwrap().to_owned();
        assert!(instance.starts_with(&format!("{path}#")), "{instance}");
        assert_eq!(again.json(), first.json());
        assert_eq!(
            (again.header("cache-control"), again.header("idempotent-replayed")),
            ("no-store", "true")
        );
    }
}

#[tokio::test]
async fn a_flow_that_claims_its_key_keeps_what_was_done_and_refusals_but_no_failures() {
    let fixture = fixture().await;
    for (key, status, runs) in [("later", 206, 1), ("declined", 402, 2), ("refused", 409, 3)] {
        let first = fixture.send("/api/claiming", key, status).await;
        assert_eq!((first.status.as_u16(), fixture.runs()), (status, runs));
        let again = fixture.send("/api/claiming", key, status).await;
        if status == 409 {
            // It refuses before it looks at the key, and what is known of the key stays.
            assert_eq!(again.header("idempotent-replayed"), "");
            let kept = fixture.send("/api/claiming", key, 206).await;
            assert_eq!(kept.json()["code"], "idempotency_key_reused");
        } else {
            assert_eq!(
                (again.status, again.header("idempotent-replayed")),
                (first.status, "true")
            );
            assert!(again.text().contains(&format!("run {runs}")), "{}", again.text());
        }
    }
    let runs = fixture.runs();
    for run in [runs + 1, runs + 2] {
        let failed = fixture.send("/api/claiming", "failed", 500).await;
        assert_eq!((failed.status.as_u16(), fixture.runs()), (500, run));
    }
}

#[tokio::test]
async fn together_with_others_a_key_keeps_neither_refusals_nor_failures() {
    let fixture = fixture().await;
    for (key, status) in [("refused", 409), ("failed", 500)] {
        for _ in 0..2 {
            let run = format!("run {}", fixture.runs() + 1);
            let reply = fixture.send("/api/together", key, status).await;
            assert_eq!(
                (reply.status.as_u16(), reply.json()["detail"].as_str()),
                (status, Some(run.as_str()))
            );
        }
    }
    let fulfilled = fixture.send("/api/together", "refused", 200).await;
    assert_eq!(fulfilled.text(), "run 5", "the key is free for another request");
}

/// Pieces of one batch, in one transaction: what the gathering does with many is shown in the database's own tests.
#[tokio::test]
async fn each_of_a_batch_has_its_key_and_its_answer() {
    let fixture = fixture().await;
    let work: Work = fixture.database.work().acting_as(kernel::Actor::Guest);
    let piece = |key: Option<&str>, status| Keyed {
        record: key.map(|key| idempotency::Request {
            scope: "POST /api/together guest".to_owned(),
            key: key.to_owned(),
            fingerprint: [u8::try_from(status % 256).unwrap(); 32],
        }),
        mutation: Wishing {
            wish: Wish { status },
            runs: Arc::clone(&fixture.runs),
        },
    };
    let batch = [piece(Some("a"), 201), piece(Some("b"), 409), piece(None, 200)];
    let mut texts = Vec::new();
    for _ in 0..2 {
        let mut ctx = work.write();
        for answer in Keyed::run(&mut ctx, &batch).await.unwrap() {
            texts.push(match answer {
                Ok(answer) => {
                    let response = answer.unwrap();
                    let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
                    String::from_utf8(body.to_vec()).unwrap()
                }
                Err(error) => error.to_string(),
            });
        }
        ctx.commit().await.unwrap();
    }
    let refused = |run| format!("409 wished_for: run {run}");
    let first = ["run 1".to_owned(), refused(2), "run 3".to_owned()];
    let second = ["run 1".to_owned(), refused(4), "run 5".to_owned()];
    assert_eq!(texts, [first, second].concat());

    let beside_a_known_one = [piece(Some("a"), 201), piece(Some("c"), 409)];
    let mut ctx = work.write();
    let refused = Keyed::run(&mut ctx, &beside_a_known_one).await.unwrap_err();
    let apart = database::Error::apart().to_string();
    assert_eq!(refused.to_string(), apart, "what it wrote goes, and it goes by itself");
    ctx.rollback().await;

    let at_work = piece(Some("d"), 200);
    let mut ctx = work.write();
    let record = at_work.record.clone().unwrap();
    assert_eq!(
        idempotency::begin(&mut ctx, &record).await.unwrap(),
        idempotency::Begin::Fresh
    );
    ctx.commit().await.unwrap();
    let beside_one_at_work = [at_work, piece(Some("e"), 200)];
    let mut ctx = work.write();
    let mut answers = Keyed::run(&mut ctx, &beside_one_at_work).await.unwrap();
    assert!(answers.pop().unwrap().is_ok());
    let apart_from_it = answers.pop().unwrap().unwrap_err();
    assert_eq!(apart_from_it.to_string(), apart, "alone it learns what becomes of it");
}

#[tokio::test]
async fn a_running_request_and_a_bad_key_are_refused() {
    let fixture = fixture().await;
    let work: Work = fixture.database.work().acting_as(kernel::Actor::Guest);
    let fingerprint = crate::idempotent::fingerprint(&axum::http::Method::POST, "/api/flow", br#"{"status":200}"#);
    let scope = "POST /api/flow guest".to_owned();
    let mut ctx = work.write();
    let running = idempotency::Request {
        scope,
        key: "running".to_owned(),
        fingerprint,
    };
    assert_eq!(
        idempotency::begin(&mut ctx, &running).await.unwrap(),
        idempotency::Begin::Fresh
    );
    ctx.commit().await.unwrap();
    let refused = fixture.send("/api/flow", "running", 200).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (409, "1"));
    assert_eq!(refused.json()["code"], "idempotency_key_in_flight");
    for key in ["", "two words", &"x".repeat(256)] {
        assert_eq!(fixture.send("/api/flow", key, 200).await.status, 422, "{key}");
    }
    assert_eq!(fixture.runs(), 0);
}

#[tokio::test]
async fn of_two_at_the_same_time_one_runs() {
    let fixture = fixture().await;
    let (one, two) = tokio::join!(
        fixture.send("/api/write", "both", 200),
        fixture.send("/api/write", "both", 200)
    );
    assert_eq!(
        (one.text(), two.text(), fixture.runs()),
        ("run 1".to_owned(), "run 1".to_owned(), 1)
    );
}
