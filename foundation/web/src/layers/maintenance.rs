//! While a merchant works on the store, shoppers see a page that says so. The desk, the sign-in that leads to it and what
//! belongs to payments under way stay open. Staff who are signed in see the shop as it will be, with a bar that says that nobody
//! else does.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    middleware::Next,
    response::Response,
};

use crate::{AppState, Problem, RequestFacts, Visitor};

/// When shoppers may ask again.
const AGAIN_SECS: u64 = 600;

pub(crate) async fn close_for_maintenance(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let facts = request.extensions().get::<Arc<RequestFacts>>().cloned();
    let store = match facts {
        Some(facts) if !stays_open(&facts.path) => facts.store(&state).await.ok(),
        Some(_) | None => None,
    };
    if !store.is_some_and(|store| store.maintenance) {
        return Ok(next.run(request).await);
    }
    let (parts, body) = request.into_parts();
    if !is_staff(&state, &parts).await {
        let detail = "The store is closed for maintenance. Please come back soon.";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "maintenance", detail).retry_after(AGAIN_SECS));
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// Whether a member of the store's staff asks for a page of the shop. Who cannot be told is a shopper.
async fn is_staff(state: &AppState, parts: &Parts) -> bool {
    let visitor = Visitor::read(state, parts).await.ok();
    let session = visitor.and_then(|visitor| visitor.session);
    session.is_some_and(|session| session.staff.is_some())
}

fn stays_open(path: &str) -> bool {
    let below = |prefix: &&str| {
        path.strip_prefix(*prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    [
        "/admin",
        "/api/v1/admin",
        "/api/v1/openapi.json",
        "/api/v1/webhooks",
        "/api/docs",
        "/assets",
        "/checkout/return",
        "/checkout/success",
        "/healthz",
        "/login",
        "/logout",
        "/media",
        "/metrics",
        "/orders",
        "/readyz",
        "/sandbox",
    ]
    .iter()
    .any(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_desk_and_payments_stay_open() {
        for (path, open) in [
            ("/", false),
            ("/cart", false),
            ("/checkout", false),
            ("/checkout/return", true),
            ("/admin", true),
            ("/admin/settings/store", true),
            ("/administration", false),
            ("/api/v1/products", false),
            ("/api/v1/webhooks/sandbox", true),
            ("/login", true),
        ] {
            assert_eq!(stays_open(path), open, "{path}");
        }
    }
}
