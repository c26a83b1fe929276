#![doc = include_str!("../README.md")]

mod admin;
mod auth;
mod docs;
mod document;
mod endpoint;
mod kinds;
mod me;
mod rest;
mod shop;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock};

use axum::{Router, body::Bytes, http::header, routing::get};
pub use rest::Rest;

/// Where every endpoint lies.
const BASE: &str = "/api/v1";

/// What the API says of itself.
struct Described {
    document: Bytes,
    docs: docs::DocsView,
}

/// Every route of the API, its document and its documentation.
pub fn router(rest: Rest) -> Router {
    let mut endpoints = endpoints();
    let mut router = Router::new();
    for endpoint in &mut endpoints {
        let routes = std::mem::take(&mut endpoint.routes);
        router = router.route(&format!("{BASE}{}", endpoint.path), routes);
    }
    // Who asks first waits for it, and not everybody who waits for the program to start.
    let described = Arc::new(LazyLock::new(move || {
        let document = document::document(&endpoints);
        Described {
            docs: docs::DocsView::new(&document),
            document: Bytes::from(document.to_pretty_json().unwrap_or_default()),
        }
    }));
    let shown = Arc::clone(&described);
    router
        .route(
            "/api/v1/openapi.json",
            get(async move || ([(header::CONTENT_TYPE, "application/json")], described.document.clone())),
        )
        .route(
            "/api/docs",
            get(async move |visitor: web::Visitor| visitor.page("rest/docs.html", &shown.docs)),
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
    endpoints.into_iter().map(endpoint::Endpoint::finished).collect()
}
