//! Copies what lies below only when a request gets there.
//!
//! A router copies a route with every layer for each request, and each layer copies what lies below it once more: with a dozen
//! layers that is most of the memory that a request asks for, also of one that is answered above.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use tower::{Layer, Service, ServiceExt as _, util::Oneshot};

/// The layer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share;

/// What lies below it.
#[derive(Debug)]
pub(crate) struct Shared<S>(Arc<S>);

impl<S> Layer<S> for Share {
    type Service = Shared<S>;

    fn layer(&self, inner: S) -> Shared<S> {
        Shared(Arc::new(inner))
    }
}

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: Service<R> + Clone, R> Service<R> for Shared<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Oneshot<S, R>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> Self::Future {
        S::clone(&self.0).oneshot(request)
    }
}
