//! Bounds how many requests run at once and how long one may take.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use tokio::sync::Semaphore;

use crate::{Problem, Settings};

/// What a request on a slow path may take.
const SLOW: Duration = Duration::from_secs(3600);

/// Room for requests, and time for each.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    room: Arc<Semaphore>,
    timeout: Duration,
    slow_paths: Arc<[String]>,
}

impl Budget {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            room: Arc::new(Semaphore::new(settings.max_concurrent)),
            timeout: settings.request_timeout,
            slow_paths: settings.slow_paths.clone().into(),
        }
    }

    fn time_for(&self, path: &str) -> Duration {
        if self.slow_paths.iter().any(|prefix| path.starts_with(prefix.as_str())) {
            SLOW
        } else {
            self.timeout
        }
    }
}

pub(crate) async fn bound(State(budget): State<Budget>, request: Request, next: Next) -> Result<Response, Problem> {
    if crate::health::is_probe(request.uri().path()) {
        return Ok(next.run(request).await);
    }
    let Ok(_room) = budget.room.try_acquire() else {
        let detail = "More requests are running than this server takes.";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", detail).retry_after(1));
    };
    let time = budget.time_for(request.uri().path());
    tokio::time::timeout(time, next.run(request)).await.map_err(|_elapsed| {
        let detail = "The request took too long and was stopped.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail).retry_after(5)
    })
}
