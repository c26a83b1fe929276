//! What the statuses of problems mean in the document, and which codes they come with wherever they come.

use utoipa::{
    ToSchema as _,
    openapi::{
        Content, RefOr, Response, ResponseBuilder, Schema,
        path::{HttpMethod, ParameterIn},
    },
};

use super::Endpoint;
use crate::wire::ProblemDocument;

/// Whether an endpoint is such that it can answer with a code.
type Comes = fn(&Endpoint) -> bool;

/// Codes that come with a status wherever it does, from the endpoints that are so.
const USUAL: &[(u16, &str, Comes)] = &[
    (400, "no_host", |_| true),
    (400, "malformed_json", Endpoint::reads_json),
    (400, "broken_body", Endpoint::reads_body),
    (401, "unauthorized", |_| true),
    (403, "forbidden", |endpoint| {
        endpoint.permission.is_some() || endpoint.for_customers
    }),
    (403, "cross_site_request", |endpoint| {
        !matches!(endpoint.method, HttpMethod::Get)
    }),
    (404, "not_found", |_| true),
    (404, "no_store", |_| true),
    (405, "method_not_allowed", |_| true),
    (408, "body_timeout", |_| true),
    (409, "idempotency_key_in_flight", Endpoint::takes_key),
    (409, "answer_not_kept", Endpoint::takes_key),
    (412, "version_conflict", |_| true),
    (413, "body_too_large", |_| true),
    (415, "unsupported_media_type", |_| true),
    (415, "unsupported_content_encoding", |_| true),
    (422, "invalid", |_| true),
    (422, "idempotency_key_reused", Endpoint::takes_key),
    (428, "if_match_required", |_| true),
    (429, "too_many_requests", |_| true),
    (500, "internal", |_| true),
    (503, "unavailable", |_| true),
    (503, "overloaded", |_| true),
    (503, "timeout", |_| true),
    (503, "maintenance", |endpoint| {
        !endpoint.path.starts_with("/admin/") && !endpoint.path.starts_with("/webhooks/")
    }),
];

impl Endpoint {
    /// A problem of that status; without a sentence the usual one. Usual codes that the sentence does not name follow it.
    pub(super) fn problem_response(&self, status: u16, said: &str) -> Response {
        let sentence = if said.is_empty() { usual(status) } else { said };
        let codes = USUAL.iter().filter(|(of, _, comes)| *of == status && comes(self));
        let codes = codes.map(|(_, code, _)| format!("`{code}`"));
        let codes: Vec<String> = codes.filter(|code| !sentence.contains(code)).collect();
        let description = match (codes.join(", "), said.is_empty()) {
            (none, _) if none.is_empty() => sentence.to_owned(),
            (codes, true) => format!("{sentence} `code` is one of {codes}."),
            (codes, false) => format!("{sentence} As elsewhere also: {codes}."),
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

    fn takes_key(&self) -> bool {
        let mut headers = self
            .parameters
            .iter()
            .filter(|one| matches!(one.parameter_in, ParameterIn::Header));
        headers.any(|header| header.name == "Idempotency-Key")
    }

    fn reads_json(&self) -> bool {
        self.problems.contains_key(&415)
    }

    fn reads_body(&self) -> bool {
        self.body.is_some() || self.reads_json()
    }
}

/// What a status means wherever nothing else is said.
fn usual(status: u16) -> &'static str {
    match status {
        400 => "The request names no host, or its body is not JSON or is cut off.",
        401 => "There is no API key or staff session, or it is not valid.",
        403 => "The key or session lacks the permission, or the request came from another site.",
        404 => "There is nothing of that name or id, or no store at this address.",
        405 => "The address does not know the method.",
        408 => "The body took too long to come.",
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
