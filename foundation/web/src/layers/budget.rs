//! Bounds how many requests run at once and how long one may take.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};

use crate::{
    AppState, Problem, RequestFacts, Settings,
    arrival::{Arrived, arrive},
    limits::caller,
    room::Purpose,
};

/// What a request on a slow path may take.
const SLOW: Duration = Duration::from_secs(3600);
/// What shoppers' pictures may take, who need no account to send some.
const PICTURES: Duration = Duration::from_secs(60);

/// Probes, and files that are in memory, are answered however busy the program is.
pub(crate) async fn bound(State(state): State<AppState>, request: Request, next: Next) -> Result<Response, Problem> {
    let path = request.uri().path();
    if crate::health::is_probe(path) || path.starts_with("/assets/") {
        return Ok(next.run(request).await);
    }
    let (purpose, time) = (Purpose::of(path), time_for(state.settings(), path));
    let (request, _held) = match arrive(request, state.settings().body_timeout).await? {
        Arrived::Whole(request) => (request, state.room().enter(purpose).await?),
        Arrived::Partly(request) => {
            let client = request
                .extensions()
                .get::<Arc<RequestFacts>>()
                .map(|facts| caller(facts.client_ip));
            let held = state.room().enter_sending(purpose, client.unwrap_or_default()).await?;
            (request, held)
        }
    };
    tokio::time::timeout(time, next.run(request)).await.map_err(|_elapsed| {
        let detail = "The request took too long and was stopped.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail).retry_after(5)
    })
}

fn time_for(settings: &Settings, path: &str) -> Duration {
    let is_among = |prefixes: &[String]| prefixes.iter().any(|prefix| path.starts_with(prefix.as_str()));
    if is_among(&settings.slow_paths) {
        SLOW
    } else if is_among(&settings.picture_paths) {
        settings.request_timeout.max(PICTURES)
    } else {
        settings.request_timeout
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_for_the_desk_and_a_minute_for_a_shoppers_pictures() {
        let settings = Settings::default();
        for (path, seconds) in [
            ("/", 30),
            ("/admin/imports", 3_600),
            ("/api/v1/admin/uploads/upl_1", 3_600),
            ("/reviews/write/abc", 60),
        ] {
            assert_eq!(time_for(&settings, path).as_secs(), seconds, "{path}");
        }
    }
}
