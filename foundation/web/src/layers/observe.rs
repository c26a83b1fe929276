//! Gives every request an id, a span and a place in the metrics. Bodies, queries and cookies are never logged: they hold
//! secrets.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use super::at_once;
use crate::{AppState, RequestFacts};

/// Browsers come by https from now on, also when somebody types or links the address without it. Hosts below this one may be
/// somebody else's, so it says nothing of them.
const HTTPS_FOR_A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(crate) async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (mut parts, body) = request.into_parts();
    let facts = Arc::new(RequestFacts::read(&state, &parts));
    let method = method_label(&parts.method);
    let matched = parts.extensions.get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or("unmatched", MatchedPath::as_str);
    let (mut response, kept) = match at_once(&state, &facts, &mut parts).await {
        Some((response, kept)) => (response, Some(kept)),
        None => {
            let span = tracing::info_span!("request", id = %facts.id, method, route, client = %facts.client_ip);
            parts.extensions.insert(Arc::clone(&facts));
            let answering = next.run(Request::from_parts(parts, body));
            (answering.instrument(span).await, None)
        }
    };
    let status = response.status();
    let elapsed = started.elapsed();
    tracing::info!(
        id = %facts.id,
        method,
        route,
        client = %facts.client_ip,
        status = status.as_u16(),
        elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    match kept.filter(|_| status == StatusCode::OK) {
        Some(kept) => kept.time().record(elapsed.as_secs_f64()),
        None => time_to_answer(method, route, status).record(elapsed.as_secs_f64()),
    }
    if let Ok(id) = HeaderValue::from_str(&facts.id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    // A refusal says itself which limit it was; nothing of this is kept with an answer.
    if let Some(left) = facts.left().filter(|_| status != StatusCode::TOO_MANY_REQUESTS) {
        left.write(response.headers_mut());
    }
    if state.settings().is_https() {
        response
            .headers_mut()
            .insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_FOR_A_YEAR);
    }
    response.extensions_mut().insert(facts);
    response
}

/// Where the time that an answer took is counted.
pub(crate) fn time_to_answer(method: &'static str, route: &str, status: StatusCode) -> metrics::Histogram {
    metrics::histogram!(
        "http_request_duration_seconds",
        "method" => method,
        "route" => route.to_owned(),
        "status" => status.as_str().to_owned()
    )
}

/// The method, with one label for all that nobody registered, so that callers cannot fill the metrics.
pub fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
