//! Requests with an `Idempotency-Key`, against a real database.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse as _,
    routing::post,
};
use database::{Work, idempotency, testing::TestDatabase};
use serde::Deserialize;

use super::harness::{App, Reply, default_theme};
use crate::{Answer, AppState, Idempotent, Problem, Visitor, finish, run_idempotent, write_idempotently};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    status: u16,
}

/// Says how often it ran, with the status that was wished for.
fn run(runs: &AtomicUsize, wish: &Wish) -> Answer {
    let run = runs.fetch_add(1, Ordering::SeqCst) + 1;
    let status = StatusCode::from_u16(wish.status).unwrap();
    if status.is_success() {
        return Ok((status, [(header::LOCATION, "/here")], format!("run {run}")).into_response());
    }
    Err(Problem::new(status, "wished_for", format!("run {run}")))
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
    let routes = Router::new()
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
async fn the_same_key_and_request_get_the_same_answer() {
    let fixture = fixture().await;
    for (path, runs) in [("/api/flow", 1), ("/api/write", 2)] {
        let first = fixture.send(path, "key-1", 201).await;
        let again = fixture.send(path, "key-1", 201).await;
        assert_eq!(first.header("idempotent-replayed"), "");
        assert_eq!((again.status, again.text()), (first.status, first.text()));
        assert_eq!(again.header("content-type"), first.header("content-type"));
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
