//! Answers visitors who are not signed in from what is kept, and keeps what they are answered.
//!
//! What is not in the key may not be in the answer. The key holds the store and the version of its settings, the host and
//! whether it was asked for by https, the path and query, the language, and on pages how many pieces lie in the cart, which
//! costs somebody with a cart one statement. Who has a session, an `Authorization` header or a message waiting gets an
//! answer made for them.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    body::HttpBody as _,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use database::{Scope, Work, cache::Key, cache::Reads};
use kernel::Actor;

use super::{secure, unless_known};
use crate::{
    AppState, Problem, RequestFacts,
    cookies::{self, CART_COOKIE, SESSION_COOKIE},
    kept::{
        Blanks, Coding, KeptAnswer, KeptRoute, OneTime,
        flights::{Part, Pilot},
    },
    limits::{RateClass, caller},
    room::Purpose,
};

/// Larger answers are made anew each time.
const MAX_BYTES: u64 = 1024 * 1024;
/// Longer addresses are not looked at twice.
const MAX_QUERY: usize = 1000;
/// How often somebody waits for what others make.
const MOST_WAITS: u32 = 3;

/// Somebody keeps what is answered to this request, so nothing of its visitor may be in it.
#[derive(Debug, Clone)]
pub(crate) struct Keeping {
    /// Notes what would make the answer another.
    pub(crate) reads: Reads,
}

/// What was found out before the router for the layer that keeps answers.
#[derive(Debug, Clone)]
struct Looked(Result<Option<Asked>, Problem>);

/// What is kept, as the whole answer: what the layers below would have added to it is there already. Who is refused, or gets a
/// cookie with the answer, takes the way through them.
pub(crate) async fn at_once(
    state: &AppState,
    facts: &Arc<RequestFacts>,
    parts: &mut Parts,
) -> Option<(Arc<KeptAnswer>, Response)> {
    let mut looked = known(state, facts, parts).await;
    if let Ok(Some(asked)) = &looked
        && facts.jar.len() == 0
        && let Some(kept) = asked.find(state)
    {
        match asked.let_in(state) {
            Ok(()) => {
                let answer = whole(&kept, facts, &parts.headers);
                return Some((kept, answer));
            }
            Err(problem) => looked = Err(problem),
        }
    }
    parts.extensions.insert(Looked(looked));
    None
}

/// What is kept has its security headers already; what says that the caller has it needs them anew.
fn whole(kept: &KeptAnswer, facts: &RequestFacts, headers: &HeaderMap) -> Response {
    let response = kept.answer(Coding::accepted(headers), &facts.id.to_string());
    let is_one_time = response.extensions().get::<OneTime>().is_some();
    let Some(wanted) = headers.get(header::IF_NONE_MATCH).filter(|_| !is_one_time) else {
        return response;
    };
    let mut response = unless_known(Some(wanted), response);
    secure(response.headers_mut());
    response
}

pub(crate) async fn keep_answers(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let looked = request.extensions_mut().remove();
    let matched = request.extensions().get::<MatchedPath>();
    match looked {
        // The router has the last word on whose path it is.
        Some(Looked(Ok(Some(asked)))) if matched.is_some_and(|matched| matched.as_str() == asked.route.path) => {
            asked.answer(&state, request, next).await
        }
        Some(Looked(Ok(_))) | None => next.run(request).await,
        Some(Looked(Err(problem))) => problem.into_response(),
    }
}

/// A request whose answer may be kept.
#[derive(Debug, Clone)]
struct Asked {
    facts: Arc<RequestFacts>,
    route: &'static KeptRoute,
    key: Key,
}

async fn known(state: &AppState, facts: &Arc<RequestFacts>, parts: &Parts) -> Result<Option<Asked>, Problem> {
    if parts.method != Method::GET {
        return Ok(None);
    }
    let Some(route) = state.kept_routes().iter().find(|route| route.fits(&facts.path)) else {
        return Ok(None);
    };
    let is_known = state.database().cache().is_open()
        && !facts.has_flashes()
        && facts.query.len() <= MAX_QUERY
        && !parts.headers.contains_key(header::AUTHORIZATION)
        && cookies::read(&parts.headers, SESSION_COOKIE, facts.https).is_none();
    if !is_known {
        return Ok(None);
    }
    let Ok(store) = facts.store(state).await else {
        return Ok(None);
    };
    let mut name = String::with_capacity(facts.host.len() + facts.path.len() + facts.query.len() + 32);
    let locale = facts.locale(Some(&store));
    let scheme = if facts.https { "https" } else { "http" };
    let (host, path, query) = (&facts.host, &facts.path, &facts.query);
    let _always = write!(
        name,
        "{} {} {scheme}://{host}{path}?{query}",
        store.version,
        locale.code()
    );
    let cart = cookies::read(&parts.headers, CART_COOKIE, facts.https).and_then(|text| text.parse().ok());
    if let Some(cart) = cart.filter(|_| route.shows_cart) {
        let scope = Scope {
            store: Arc::clone(&store),
            actor: Actor::Guest,
            locale,
        };
        let work = Work::new(state.database().clone(), scope);
        // Where there is no room the budget says so, in its turn.
        let Ok(_held) = state.room().enter(Purpose::of(path)).await else {
            return Ok(None);
        };
        let count = facts.count_cart(state, &work, cart).await?;
        let _always = write!(name, " {count}");
    }
    Ok(Some(Asked {
        facts: Arc::clone(facts),
        route,
        key: Key::new(store.id, route.kind, name),
    }))
}

impl Asked {
    /// Somebody who waited for another's answer and does not find it, because something was changed while it was made, waits
    /// again a few times, and then makes it alone.
    async fn answer(self, state: &AppState, request: Request, next: Next) -> Response {
        for _ in 0..=MOST_WAITS {
            match state.flights().board(&self.key).await {
                Part::Pilot(pilot) => {
                    // It may have been kept between the look and the start.
                    return match self.answer_kept(state, request.headers()) {
                        Some(kept) => {
                            pilot.land();
                            kept
                        }
                        None => self.make(state, request, next, Some(pilot)).await,
                    };
                }
                Part::Passenger => {
                    if let Some(kept) = self.answer_kept(state, request.headers()) {
                        return kept;
                    }
                }
                Part::Walker => break,
            }
        }
        self.make(state, request, next, None).await
    }

    /// What is kept.
    fn find(&self, state: &AppState) -> Option<Arc<KeptAnswer>> {
        let cache = state.database().cache();
        let (kept, _) = cache.get::<KeptAnswer>(&self.key, state.database().now())?;
        Some(kept)
    }

    /// Counts a call of the API.
    fn let_in(&self, state: &AppState) -> Result<(), Problem> {
        if !self.facts.path.starts_with("/api/") {
            return Ok(());
        }
        let left = state
            .limits()
            .check_here(RateClass::Api, &caller(self.facts.client_ip))?;
        self.facts.note_left(left);
        Ok(())
    }

    /// What is kept, as an answer to this request.
    fn answer_kept(&self, state: &AppState, headers: &HeaderMap) -> Option<Response> {
        let kept = self.find(state)?;
        Some(match self.let_in(state) {
            Ok(()) => kept.answer(Coding::accepted(headers), &self.facts.id.to_string()),
            Err(problem) => problem.into_response(),
        })
    }

    /// Makes the answer, and keeps it if it is for everybody.
    async fn make(self, state: &AppState, mut request: Request, next: Next, pilot: Option<Pilot>) -> Response {
        let cache = state.database().cache();
        let reads = cache.begin();
        request.extensions_mut().insert(Keeping { reads: reads.clone() });
        let cookies = self.facts.jar.len();
        let response = next.run(request).await;
        // What notes nothing would stay for good.
        if self.facts.jar.len() != cookies || reads.is_empty() || !is_for_everybody(&response) {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let pieces = match parts.extensions.remove::<Blanks>() {
            Some(Blanks(pieces)) => pieces,
            None => vec![bytes.clone()],
        };
        let kept = KeptAnswer::new(self.route.path, parts.headers.clone(), pieces);
        let size = kept.bytes();
        cache.keep(self.key, Arc::new(kept), &reads, size);
        if let Some(pilot) = pilot {
            pilot.land();
        }
        Response::from_parts(parts, bytes.into())
    }
}

fn is_for_everybody(response: &Response) -> bool {
    let headers: &HeaderMap = response.headers();
    let caching = headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok());
    let is_small = response
        .body()
        .size_hint()
        .exact()
        .is_some_and(|size| size <= MAX_BYTES);
    response.status() == StatusCode::OK
        && is_small
        && !headers.contains_key(header::SET_COOKIE)
        && !caching.unwrap_or_default().contains("no-store")
}
