//! Whether the process runs, and whether it can serve.

use axum::{extract::State, http::StatusCode, response::IntoResponse};

use crate::AppState;

/// Whether a path is one of these two: they are answered however busy the program is.
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// `GET /healthz`: the process answers.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers too, and the program is not about to end. A full disk is told, and keeps nobody away: pages are
/// still read, and every other process would find the same disk.
pub(crate) async fn readyz(State(state): State<AppState>) -> impl IntoResponse {
    if state.draining().is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    let database = state.database();
    let has_room = match database.ping().await {
        Ok(()) => database.has_room().await,
        Err(error) => Err(error),
    };
    match has_room {
        Ok(true) => (StatusCode::OK, "ready\n"),
        Ok(false) => (StatusCode::OK, "ready, but the disk of the database is full\n"),
        Err(error) => {
            tracing::warn!(error = %crate::problem::chain(&error), "not ready: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
