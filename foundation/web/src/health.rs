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

/// `GET /readyz`: the database answers too, and the program is not about to end.
pub(crate) async fn readyz(State(state): State<AppState>) -> impl IntoResponse {
    if state.draining().is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    match state.database().ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(error = %crate::problem::chain(&error), "not ready: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
