#![doc = include_str!("../README.md")]

mod admin;
mod auth;
mod docs;
mod document;
mod endpoint;
mod me;
mod rest;
mod shop;
mod wire;

#[cfg(test)]
mod tests;

use axum::{Router, body::Bytes, http::header, routing::get};
pub use rest::Rest;

/// Where every endpoint lies.
const BASE: &str = "/api/v1";

/// Every route of the API, its document and its documentation.
pub fn router(rest: Rest) -> Router {
    let endpoints = endpoints();
    let document = document::document(&endpoints);
    let docs = docs::DocsView::new(&document);
    let document = Bytes::from(document.to_pretty_json().unwrap_or_default());
    let mut router = Router::new();
    for endpoint in endpoints {
        router = router.route(&format!("{BASE}{}", endpoint.path), endpoint.routes);
    }
    router
        .route(
            "/api/v1/openapi.json",
            get(async move || ([(header::CONTENT_TYPE, "application/json")], document)),
        )
        .route(
            "/api/docs",
            get(async move |visitor: web::Visitor| visitor.page("rest/docs.html", &docs)),
        )
        .route("/.well-known/jwks.json", get(auth::keys))
        .with_state(rest)
}

fn endpoints() -> Vec<endpoint::Endpoint> {
    let mut endpoints = shop::endpoints();
    endpoints.extend(auth::endpoints());
    endpoints.extend(me::endpoints());
    endpoints.extend(admin::endpoints());
    endpoints.extend(admin::review_endpoints());
    endpoints
}
