//! Gives every request an id, a span and a place in the metrics. Bodies, queries and cookies are never logged: they hold
//! secrets.

use std::{borrow::Cow, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use crate::{AppState, front::Came};

/// Browsers come by https from now on, also when somebody types or links the address without it. Hosts below this one may be
/// somebody else's, so it says nothing of them.
const HTTPS_FOR_A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(crate) async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let came = parts.extensions.remove().unwrap_or_else(|| Came::now(&state, &parts));
    let facts = Arc::clone(&came.facts);
    let method = method_label(&parts.method);
    let matched = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    let route = matched.unwrap_or("unmatched").to_owned();
    let span = tracing::info_span!("request", id = %facts.id, method, route, client = %facts.client_ip);
    parts.extensions.insert(facts);
    let response = next.run(Request::from_parts(parts, body)).instrument(span).await;
    told(&state, came, (method, route.into()), None, response)
}

/// What was answered to a request is noted, and the answer says which request it was. Where the time goes that it took is given
/// where that is known already.
pub(crate) fn told(
    state: &AppState,
    came: Came,
    (method, route): (&'static str, Cow<'static, str>),
    times: Option<&metrics::Histogram>,
    mut response: Response,
) -> Response {
    let Came { started, facts } = came;
    let status = response.status();
    let elapsed = started.elapsed();
    tracing::info!(
        id = %facts.id,
        method,
        route = &*route,
        client = %facts.client_ip,
        status = status.as_u16(),
        elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    match times {
        Some(times) => times.record(elapsed.as_secs_f64()),
        None => time_to_answer(method, &route, status).record(elapsed.as_secs_f64()),
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
    facts.note_route(route);
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
