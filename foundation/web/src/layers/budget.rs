//! Bounds how many requests run at once and how long one may take.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};

use crate::{AppState, Problem, Settings, room::Purpose};

/// What a request on a slow path may take.
const SLOW: Duration = Duration::from_secs(3600);

/// Probes, and files that are in memory, are answered however busy the program is.
pub(crate) async fn bound(State(state): State<AppState>, request: Request, next: Next) -> Result<Response, Problem> {
    let path = request.uri().path();
    if crate::health::is_probe(path) || path.starts_with("/assets/") {
        return Ok(next.run(request).await);
    }
    let _held = state.room().enter(Purpose::of(path)).await?;
    let time = time_for(state.settings(), path);
    tokio::time::timeout(time, next.run(request)).await.map_err(|_elapsed| {
        let detail = "The request took too long and was stopped.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail).retry_after(5)
    })
}

fn time_for(settings: &Settings, path: &str) -> Duration {
    if settings
        .slow_paths
        .iter()
        .any(|prefix| path.starts_with(prefix.as_str()))
    {
        SLOW
    } else {
        settings.request_timeout
    }
}
