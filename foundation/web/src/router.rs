//! The one place where surfaces, layers and the program's own routes come together.
//!
//! What is kept is answered before the router, whole, as layers 1 to 7 would have sent it, and needs no place in the budget
//! (`front.rs`). Every other request passes the layers from the first to the last, its answer from the last to the first:
//!
//! 1. **observe**: span, metrics, request id; sees the answer of every other layer.
//! 2. **security headers**: on every answer, also on errors.
//! 3. **compression**: brotli or gzip, chosen by the caller.
//! 4. **not modified**: ETag of the uncompressed content, 304.
//! 5. **problems**: a problem becomes a page or a document; cookies are set.
//! 6. **budget**: how many at once, how long each. A short body is waited for before it.
//! 7. **kept answers**: what was made may be kept, and many who ask for the same wait for one answer.
//! 8. **panics**: a panic becomes a problem.
//! 9. **host**: refuses requests that do not say which host they are for.
//! 10. **cross-site**: refuses changes other sites ask for.
//! 11. **API rate**: refuses callers that ask too often.
//! 12. **maintenance**: shoppers, but not staff, see a page that says the store is closed.
//! 13. **body limit**: 1 MiB unless the route says otherwise with `DefaultBodyLimit`.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, DefaultPredicate, Predicate as _, predicate::NotForContentType},
};

use crate::{AppState, Problem, assets, front, health, layers};

/// The program's HTTP side: the surfaces' routes, `/assets`, `/healthz` and `/readyz`, answers for unknown addresses, and
/// every layer in its order.
pub fn finish(state: &AppState, surfaces: Router) -> Router {
    let own = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/assets/{version}/{*path}", get(assets::handler))
        .with_state(state.clone());
    let routes = own
        .merge(surfaces)
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || {
            let detail = "This address does not know the method; see the Allow header.";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
        })
        .layer(DefaultBodyLimit::max(state.settings().body_limit))
        .layer(from_fn_with_state(state.clone(), layers::close_for_maintenance))
        .layer(from_fn_with_state(state.clone(), layers::throttle_api))
        .layer(from_fn(layers::refuse_cross_site))
        .layer(from_fn(layers::require_host))
        .layer(CatchPanicLayer::custom(layers::answer_panic))
        .layer(from_fn_with_state(state.clone(), layers::keep_answers))
        .layer(from_fn_with_state(state.clone(), layers::bound))
        .layer(from_fn_with_state(state.clone(), layers::show_problems))
        .layer(from_fn(layers::answer_not_modified))
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Precise(4))
                .compress_when(
                    DefaultPredicate::new()
                        .and(NotForContentType::const_new("video/"))
                        .and(NotForContentType::const_new("model/"))
                        .and(NotForContentType::const_new("application/pdf")),
                ),
        )
        .layer(from_fn(layers::add_security_headers))
        .layer(layers::Share)
        .layer(from_fn_with_state(state.clone(), layers::observe));
    front::before(state, routes)
}
