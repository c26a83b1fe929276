//! What the statuses of problems mean in the document.

use utoipa::{
    ToSchema as _,
    openapi::{Content, RefOr, Response, ResponseBuilder, Schema},
};

use crate::wire::ProblemDocument;

/// A problem of that status; without a sentence the usual one.
pub(super) fn problem_response(status: u16, description: &str) -> Response {
    let description = if description.is_empty() {
        usual(status)
    } else {
        description
    };
    let document = RefOr::from(utoipa::openapi::Ref::from_schema_name(ProblemDocument::name()));
    ResponseBuilder::new()
        .description(description)
        .content(
            "application/problem+json",
            Content::new(Some::<RefOr<Schema>>(document)),
        )
        .build()
}

/// What a status means wherever nothing else is said.
fn usual(status: u16) -> &'static str {
    match status {
        400 => "The body is not JSON, or it is cut off.",
        401 => "There is no API key or staff session, or it is not valid.",
        403 => "The key or session lacks the permission, or the request came from another site.",
        404 => "There is nothing of that name or id, or no store at this address.",
        405 => "The address does not know the method.",
        409 => "It does not fit what the thing is now, or another request with the same Idempotency-Key is at work.",
        412 => "It was changed in the meantime: If-Match does not hold the current version.",
        413 => "The body is too large.",
        415 => "The body is of another content type.",
        422 => "Some fields are not valid: `errors` names each of them.",
        428 => "If-Match is missing.",
        429 => "Too many requests: `Retry-After` tells when to come back.",
        500 => "Something went wrong here. It has been logged under the request id.",
        _ => "The program or its database is busy or not available: come back later.",
    }
}
