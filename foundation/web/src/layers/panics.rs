//! A request that panics fails alone: it is answered with 500 and the program goes on.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::Problem;

pub(crate) fn answer_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(message, "a request panicked");
    metrics::counter!("http_requests_panicked_total").increment(1);
    Problem::unexplained().into_response()
}
