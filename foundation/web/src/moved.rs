//! The port behind which the redirects of stores live; `app` fills it from the domain.

use async_trait::async_trait;
use axum::{
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use database::{Scope, Work};
use kernel::Actor;

use crate::{AppState, Problem, RequestFacts};

/// Knows where pages went that are not there any more. `work` acts as a guest of the store in question.
#[async_trait]
pub trait MovedPages: Send + Sync {
    /// Where the page of a path is now: a path of the store.
    async fn find(&self, work: &Work, path: &str) -> Result<Option<String>, database::Error>;
}

/// What a program without redirects has.
#[derive(Debug, Clone, Copy)]
pub struct NothingMoved;

#[async_trait]
impl MovedPages for NothingMoved {
    async fn find(&self, _work: &Work, _path: &str) -> Result<Option<String>, database::Error> {
        Ok(None)
    }
}

/// The answer in the place of "not found", when a browser looks for a page that has moved.
pub(crate) async fn redirect(
    state: &AppState,
    facts: &RequestFacts,
    method: &Method,
    problem: &Problem,
) -> Option<Response> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    if problem.status() != StatusCode::NOT_FOUND || !reads || facts.wants_json {
        return None;
    }
    let store = facts.store(state).await.ok()?;
    let locale = facts.locale(Some(&store));
    let scope = Scope {
        store,
        actor: Actor::Guest,
        locale,
    };
    let work = Work::new(state.database().clone(), scope);
    match state.moved_pages().find(&work, &facts.path).await {
        Ok(to) => {
            let to = HeaderValue::from_str(&to.or_else(|| without_last_slash(facts))?).ok()?;
            Some((StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response())
        }
        Err(error) => {
            tracing::warn!(%error, "a redirect could not be looked up");
            None
        }
    }
}

/// No page of ours ends in a slash but the first; whoever typed one finds the page.
fn without_last_slash(facts: &RequestFacts) -> Option<String> {
    let path = facts.path.strip_suffix('/')?;
    // Two slashes in front would lead to another host.
    let is_path = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    let query = (!facts.query.is_empty()).then(|| format!("?{}", facts.query));
    is_path.then(|| format!("{path}{}", query.unwrap_or_default()))
}
