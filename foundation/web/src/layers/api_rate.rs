//! Counts calls of the API per client address.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use crate::{
    AppState, Problem, RequestFacts,
    limits::{RateClass, caller},
};

pub(crate) async fn throttle_api(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if request.uri().path().starts_with("/api/")
        && let Some(facts) = request.extensions().get::<Arc<RequestFacts>>()
    {
        let caller = caller(facts.client_ip);
        let left = match facts.store(&state).await {
            Ok(store) => {
                let keys = [(RateClass::Api, caller)];
                state.limits().check(&store, state.database().now(), &keys).await?
            }
            Err(_nobody_s_address) => state.limits().check_here(RateClass::Api, &caller)?,
        };
        facts.note_left(left);
    }
    Ok(next.run(request).await)
}
