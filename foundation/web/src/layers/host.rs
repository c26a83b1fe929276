//! Refuses requests that do not say which host they are for, as RFC 9112 (3.2) demands.

use axum::{
    extract::Request,
    http::{StatusCode, Version, header},
    middleware::Next,
    response::Response,
};

use crate::Problem;

pub(crate) async fn require_host(request: Request, next: Next) -> Result<Response, Problem> {
    let named = request.headers().get_all(header::HOST).iter().count();
    let may_be_silent = request.version() < Version::HTTP_11 || request.uri().authority().is_some();
    if named == 1 || (named == 0 && may_be_silent) {
        return Ok(next.run(request).await);
    }
    let detail = "The request must name its host, in one Host header.";
    Err(Problem::new(StatusCode::BAD_REQUEST, "no_host", detail))
}
