//! Keys of requests that ended without an outcome: nobody waits for their lease.

use std::{future, time::Duration};

use axum::{
    http::{Method, StatusCode},
    response::IntoResponse as _,
};
use database::{Work, idempotency::Begin, testing::TestDatabase};
use tokio::sync::Notify;

use crate::{IdempotentRequest, Problem, Ran, look, run_claiming, run_idempotent, run_marking};

fn request(key: &str) -> IdempotentRequest {
    IdempotentRequest::new(Some(key.to_owned()), &Method::POST, "/things", b"{}")
}

/// Waits for what somebody else writes: each look asks the database.
async fn until(work: &Work, request: &IdempotentRequest, wanted: fn(&Begin) -> bool) {
    let looking = async { while !wanted(&look(work, request).await.unwrap()) {} };
    tokio::time::timeout(Duration::from_secs(60), looking).await.unwrap();
}

/// Nothing can be written under a key for a while, as when the database is away.
const HIDE: &str = "ALTER TABLE platform.idempotency_records RENAME TO away";
const SHOW: &str = "ALTER TABLE platform.away RENAME TO idempotency_records";

#[tokio::test]
async fn a_key_is_free_as_soon_as_the_database_is_back() {
    let db = TestDatabase::new().await;
    let (work, request) = (db.work(), request("a"));
    let failed = run_idempotent(&work, &request, async || {
        db.as_owner(HIDE).await.unwrap();
        Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "It is away.",
        ))
    });
    assert_eq!(failed.await.unwrap().status(), 503);
    db.as_owner(SHOW).await.unwrap();
    until(&work, &request, |begun| *begun == Begin::Fresh).await;
}

#[tokio::test]
async fn what_was_done_is_answered_and_kept_as_soon_as_the_database_is_back() {
    let db = TestDatabase::new().await;
    let (work, request) = (db.work(), request("b"));
    let done = run_idempotent(&work, &request, async || {
        db.as_owner(HIDE).await.unwrap();
        Ok((StatusCode::CREATED, "done").into_response())
    });
    assert_eq!(done.await.unwrap().status(), 201);
    db.as_owner(SHOW).await.unwrap();
    let is_kept = |begun: &Begin| matches!(begun, Begin::Replay(answer) if answer.body == b"done");
    until(&work, &request, is_kept).await;
}

#[tokio::test]
async fn the_key_of_a_request_that_was_cut_off_is_free() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let (flow, begun) = (request("c"), Notify::new());
    let runs = async || {
        begun.notify_one();
        future::pending().await
    };
    tokio::select! {
        _ = run_idempotent(&work, &flow, runs) => panic!("it never ends"),
        () = begun.notified() => {}
    }
    until(&work, &flow, |begun| *begun == Begin::Fresh).await;

    let claiming = request("d");
    let claims = async |record: Option<database::idempotency::Request>| -> Ran {
        let claimed = database::idempotency::begin_flow(&work, &record.unwrap()).await;
        assert_eq!(claimed.unwrap(), Begin::Fresh);
        begun.notify_one();
        future::pending().await
    };
    tokio::select! {
        _ = run_claiming(&work, &claiming, claims) => panic!("it never ends"),
        () = begun.notified() => {}
    }
    until(&work, &claiming, |begun| *begun == Begin::Fresh).await;
}

#[tokio::test]
async fn a_key_that_marks_what_was_done_stays_where_its_answer_is_lost() {
    let db = TestDatabase::new().await;
    let work = db.work();
    for (name, is_done) in [("m", true), ("n", false)] {
        let marking = request(name);
        let fails = async |record: Option<database::idempotency::Request>| {
            if is_done {
                let marked = database::idempotency::begin_flow(&work, &record.unwrap()).await;
                assert_eq!(marked.unwrap(), Begin::Fresh);
            }
            Ran::Refused(Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "It is away.",
            ))
        };
        let answer = run_marking(&work, &marking, fails).await.unwrap();
        assert!(answer.status().is_server_error(), "{name}");
        let left = if is_done { Begin::InFlight } else { Begin::Fresh };
        assert_eq!(look(&work, &marking).await.unwrap(), left, "{name}");
    }
}

#[tokio::test]
async fn what_became_of_an_earlier_answer_takes_its_place() {
    let db = TestDatabase::new().await;
    let (work, request) = (db.work(), request("e"));
    let answer = |status: StatusCode| Ok((status, [("etag", "\"2\"")], "said").into_response());
    let accepted = run_idempotent(&work, &request, async || answer(StatusCode::ACCEPTED)).await;
    assert_eq!(accepted.unwrap().status(), 202);
    for (status, is_replayed) in [(StatusCode::CREATED, true), (StatusCode::INTERNAL_SERVER_ERROR, false)] {
        let since = run_claiming(&work, &request, async |_key| Ran::Since(answer(status)))
            .await
            .unwrap();
        let marked = since.headers().get("idempotent-replayed").is_some();
        assert_eq!((since.status(), marked), (status, is_replayed));
        let Begin::Replay(kept) = look(&work, &request).await.unwrap() else {
            panic!("it is kept")
        };
        assert_eq!((kept.status, kept.headers.as_str()), (201, "etag: \"2\""));
    }
}
