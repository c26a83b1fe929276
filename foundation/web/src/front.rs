//! What stands before the router: an answer that is kept leaves from here, and everything else goes on.
//!
//! A router looks for a route, notes with the request what it found, and copies the route with its layers. An answer that is
//! there already needs none of that.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use axum::{
    Router,
    extract::Request,
    http::{StatusCode, request::Parts},
    response::Response,
};
use futures_util::future::BoxFuture;
use tower::{Service, ServiceExt as _};

use crate::{
    AppState, RequestFacts,
    layers::{at_once, told},
};

/// When a request came, and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    pub(crate) started: Instant,
    pub(crate) facts: Arc<RequestFacts>,
}

impl Came {
    pub(crate) fn now(state: &AppState, parts: &Parts) -> Self {
        Self {
            started: Instant::now(),
            facts: Arc::new(RequestFacts::read(state, parts)),
        }
    }
}

/// A router with what stands before it.
pub(crate) fn before(state: &AppState, router: Router) -> Router {
    let (state, router) = (state.clone(), router);
    Router::new().fallback_service(Front { state, router })
}

#[derive(Clone)]
struct Front {
    state: AppState,
    router: Router,
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Self { state, router } = self.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let came = Came::now(&state, &parts);
            if let Some((kept, response)) = at_once(&state, &came.facts, &mut parts).await {
                let times = (response.status() == StatusCode::OK).then(|| kept.time());
                return Ok(told(&state, came, ("GET", kept.route().into()), times, response));
            }
            parts.extensions.insert(came);
            router.oneshot(Request::from_parts(parts, body)).await
        })
    }
}
