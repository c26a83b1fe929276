//! Who asks: the store, the language, the session, the cart, and the answers handlers give them.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, HeaderName, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use database::{Scope, Work};
use kernel::{Actor, CartId, CustomerId, Locale, RequestId, Store};
use serde::Serialize;

use crate::{
    AppState, Bearer, Problem, RequestFacts, Session,
    cookies::{self, CART_COOKIE, DEPARTURE_COOKIE, ORDERED_COOKIE, SESSION_COOKIE, TICKET_COOKIE},
    kept::{Blanks, OneTime},
    layers::Keeping,
    limits::{RateClass, caller, caller_for},
    pages::Site,
};

/// What every API key starts with, and no access token.
pub(crate) const API_KEY_PREFIX: &str = "souk_";
/// The longest secret that is looked at.
pub(crate) const LONGEST_BEARER: usize = 2_048;
const PAGE_HEADERS: [(HeaderName, &str); 2] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::CACHE_CONTROL, "private, no-cache"),
];
/// How long a browser keeps its cart.
const CART_MAX_AGE: Duration = Duration::from_secs(90 * 24 * 3600);
/// How long a browser knows which cart it ordered.
const ORDERED_MAX_AGE: Duration = Duration::from_secs(30 * 60);
/// How long a browser may stay at a provider.
const DEPARTURE_MAX_AGE: Duration = Duration::from_secs(10 * 60);
/// The header with which a program shows the ticket of a waiting room.
const TICKET_HEADER: &str = "queue-ticket";
/// How long a browser keeps a ticket; the admission may end earlier.
const TICKET_MAX_AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long a browser stays signed in; the session itself may end earlier.
const SESSION_MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3600);

/// Somebody at a store: a guest or a signed-in customer. Requests with an `Authorization` header are guests here, however
/// many cookies they carry, unless a call of the API brings a customer's access token.
#[derive(Clone)]
pub struct Visitor {
    /// Opens transactions for the store, the actor and the language.
    pub work: Work,
    /// The language the answer is written in.
    pub locale: Locale,
    /// The signed-in session, if there is one.
    pub session: Option<Session>,
    cart: Option<CartId>,
    ordered: Option<CartId>,
    secret: Option<String>,
    departure: Option<String>,
    ticket: Option<String>,
    user_agent: String,
    facts: Arc<RequestFacts>,
    state: AppState,
    is_kept: bool,
}

impl Visitor {
    pub(crate) async fn read(state: &AppState, parts: &Parts) -> Result<Self, Problem> {
        let facts = Arc::clone(parts.extensions.get::<Arc<RequestFacts>>().ok_or_else(|| {
            tracing::error!("web::finish was not called on this router");
            Problem::unexplained()
        })?);
        let store = facts.store(state).await?;
        let locale = facts.locale(Some(&store));
        let guest = Work::new(
            state.database().clone(),
            Scope {
                store,
                actor: Actor::Guest,
                locale,
            },
        );
        let secret = session_secret(&facts, &parts.headers);
        let keeping = parts.extensions.get::<Keeping>();
        let session = facts.session.get_or_try_init(|| async {
            match (&secret, access_token(&facts, &parts.headers)) {
                (_, Some(token)) => match state.authenticator().access_token(&guest, token).await? {
                    Some(Bearer::Session(session)) => Ok(Some(session)),
                    Some(Bearer::Key(_)) => Ok(None),
                    None => Err(Problem::unauthorized()),
                },
                (Some(secret), None) => Ok(state.authenticator().session(&guest, secret).await?),
                (None, None) => Ok(None),
            }
        });
        let session = session.await?.clone();
        let shopping = session.as_ref().map(|session| session.shopping(&guest));
        let work = shopping.unwrap_or(guest);
        Ok(Self {
            work: work.noting(keeping.map(|keeping| keeping.reads.clone())),
            locale,
            session,
            cart: cookies::read(&parts.headers, CART_COOKIE, facts.https).and_then(|text| text.parse().ok()),
            ordered: cookies::read(&parts.headers, ORDERED_COOKIE, facts.https).and_then(|text| text.parse().ok()),
            secret,
            departure: cookies::read(&parts.headers, DEPARTURE_COOKIE, facts.https)
                .filter(|secret| secret.len() <= 256)
                .map(str::to_owned),
            ticket: ticket(&facts, &parts.headers)?.map(str::to_owned),
            user_agent: user_agent(&parts.headers),
            facts,
            state: state.clone(),
            is_kept: keeping.is_some(),
        })
    }

    /// The store.
    pub fn store(&self) -> &Arc<Store> {
        self.work.store()
    }

    /// What all requests share.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// The request's id, path, host and client address.
    pub fn request(&self) -> &RequestFacts {
        &self.facts
    }

    /// The request's id.
    pub fn request_id(&self) -> RequestId {
        self.facts.id
    }

    /// Where the request came from.
    pub fn client_ip(&self) -> IpAddr {
        self.facts.client_ip
    }

    /// The browser's name for itself, at most 256 characters.
    pub fn user_agent(&self) -> &str {
        &self.user_agent
    }

    /// The signed-in customer.
    pub fn customer(&self) -> Option<CustomerId> {
        self.work.scope().actor.customer()
    }

    /// The cart of the cookie. Whether it still exists is for the cart domain to say.
    pub fn cart(&self) -> Option<CartId> {
        self.cart
    }

    /// How many pieces lie in it.
    pub async fn count_cart(&self) -> Result<i64, Problem> {
        match self.cart {
            Some(cart) => self.facts.count_cart(&self.state, &self.work, cart).await,
            None => Ok(0),
        }
    }

    /// Gives the browser a cart.
    pub fn remember_cart(&self, cart: CartId) {
        self.facts
            .jar
            .put(CART_COOKIE, &cart.to_string(), CART_MAX_AGE, self.facts.https);
    }

    /// Takes the cart from the browser, after checkout.
    pub fn forget_cart(&self) {
        self.facts.jar.remove(CART_COOKIE, self.facts.https);
    }

    /// The cart that this browser ordered a short while ago.
    pub fn ordered(&self) -> Option<CartId> {
        self.ordered
    }

    /// Lets the browser know for a while which cart it ordered.
    pub fn remember_ordered(&self, cart: CartId) {
        self.facts
            .jar
            .put(ORDERED_COOKIE, &cart.to_string(), ORDERED_MAX_AGE, self.facts.https);
    }

    /// The secret in the session cookie, to sign out with.
    pub fn session_secret(&self) -> Option<&str> {
        self.secret.as_deref()
    }

    /// Signs the browser in from its next request on.
    pub fn start_session(&self, secret: &str) {
        self.facts
            .jar
            .put(SESSION_COOKIE, secret, SESSION_MAX_AGE, self.facts.https);
    }

    /// Takes the session from the browser, and what it ordered in it.
    pub fn end_session(&self) {
        self.facts.jar.remove(SESSION_COOKIE, self.facts.https);
        self.facts.jar.remove(ORDERED_COOKIE, self.facts.https);
    }

    /// The ticket of a waiting room: a browser's cookie, or the header of a program that calls the API.
    pub fn ticket(&self) -> Option<&str> {
        self.ticket.as_deref()
    }

    /// Gives the browser a ticket.
    pub fn remember_ticket(&self, ticket: &str) {
        self.facts
            .jar
            .put(TICKET_COOKIE, ticket, TICKET_MAX_AGE, self.facts.https);
    }

    /// Gives the browser the secret with which it comes back from a provider.
    pub fn remember_departure(&self, secret: &str) {
        self.facts
            .jar
            .put(DEPARTURE_COOKIE, secret, DEPARTURE_MAX_AGE, self.facts.https);
    }

    /// The secret with which the browser left for a provider; it is taken from the browser.
    pub fn end_departure(&self) -> Option<&str> {
        self.facts.jar.remove(DEPARTURE_COOKIE, self.facts.https);
        self.departure.as_deref()
    }

    /// Leaves a message for the next page: the key of a translation, of small letters, digits and hyphens.
    pub fn flash(&self, key: &str) {
        self.facts.put_flash(key);
    }

    /// A text in the visitor's language.
    pub fn translate(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        self.state.translations().translate(self.locale, key, arguments)
    }

    /// The absolute address of a path of this store, for gateways that send this browser back. The public address of the
    /// settings is the first store's; another store is at the host it was asked at. Mails must not use this: a request's
    /// host is whatever the caller wrote.
    pub fn absolute_url(&self, path: &str) -> String {
        let origin = match &self.state.settings().public_url {
            Some(url) if self.state.stores().is_first(self.store()) => url.clone(),
            Some(url) => {
                let scheme = url.split_once("://").map_or("http", |(scheme, _)| scheme);
                format!("{scheme}://{}", self.facts.host)
            }
            None => self.facts.origin(),
        };
        format!("{}{path}", origin.trim_end_matches('/'))
    }

    /// The path of an asset of the theme, as templates name it.
    pub fn asset(&self, path: &str) -> String {
        self.state.pages().assets().url(path)
    }

    /// A page: the template with `view` and the `site` every page gets.
    pub fn page<V: Serialize>(&self, template: &str, view: &V) -> Result<Response, Problem> {
        self.page_with_status(StatusCode::OK, template, view)
    }

    /// The same in another language than the visitor's, such as that of the order which an invoice is about.
    pub fn page_in<V: Serialize>(&self, locale: Locale, template: &str, view: &V) -> Result<Response, Problem> {
        let html = self
            .state
            .pages()
            .render_page(&self.site().in_language(locale), template, view)?;
        Ok((PAGE_HEADERS, html).into_response())
    }

    /// A page with another status, such as 422 for a form that is shown again with its errors.
    pub fn page_with_status<V: Serialize>(
        &self,
        status: StatusCode,
        template: &str,
        view: &V,
    ) -> Result<Response, Problem> {
        let pages = self.state.pages();
        if self.is_kept && status == StatusCode::OK {
            let blank = self.state.blank();
            let html = pages.render_page(&self.site().of_request(blank), template, view)?;
            let filled = html.replace(blank, &self.facts.id.to_string());
            let mut response = (status, PAGE_HEADERS, filled).into_response();
            if html.contains(blank) {
                response.extensions_mut().insert(OneTime);
            }
            response.extensions_mut().insert(Blanks::cut(&html, blank));
            return Ok(response);
        }
        let html = pages.render_page(&self.site(), template, view)?;
        Ok((status, PAGE_HEADERS, html).into_response())
    }

    /// Counts an attempt to sign in, register or reset, for the client and for the client with that e-mail address, and
    /// refuses too many. Guesses from many clients are the account's lock-out to stop.
    pub async fn count_auth_attempt(&self, email: &str) -> Result<(), Problem> {
        let client = caller(self.facts.client_ip);
        let both = caller_for(&client, self.store().id, email);
        self.count(&[(RateClass::AuthClient, client), (RateClass::Auth, both)])
            .await
    }

    /// Counts a place in a queue for the client, and refuses too many.
    pub async fn count_ticket(&self) -> Result<(), Problem> {
        self.count(&[(RateClass::Ticket, caller(self.facts.client_ip))]).await
    }

    async fn count(&self, keys: &[(RateClass, String)]) -> Result<(), Problem> {
        let limits = self.state.limits();
        let left = limits.check(self.store(), self.state.database().now(), keys).await?;
        self.facts.note_left(left);
        Ok(())
    }

    fn site(&self) -> Site {
        Site::new(&self.facts, Some(self.store()), self.session.as_ref())
    }

    pub(crate) fn acting_as(mut self, actor: Actor) -> Self {
        self.work = self.work.acting_as(actor);
        self
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor
where
    AppState: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = AppState::from_ref(state);
        let visitor = Self::read(&app, parts).await?;
        // A key lets nobody do more where anybody may call, but whoever sends a wrong one believes it to be right.
        if visitor.facts.path.starts_with("/api/")
            && let Some(key) = bearer(&parts.headers).filter(|secret| secret.starts_with(API_KEY_PREFIX))
        {
            find_key(&app, &visitor, key).await?.ok_or_else(Problem::unauthorized)?;
        }
        Ok(visitor)
    }
}

/// The signed access token that a call of the API brings; API keys are looked at where they are wanted.
fn access_token<'h>(facts: &RequestFacts, headers: &'h HeaderMap) -> Option<&'h str> {
    let token = bearer(headers)?;
    (facts.path.starts_with("/api/") && !token.starts_with(API_KEY_PREFIX)).then_some(token)
}

/// Whose an API key is.
pub(crate) async fn find_key(app: &AppState, visitor: &Visitor, key: &str) -> Result<Option<Actor>, Problem> {
    if key.len() > LONGEST_BEARER {
        return Ok(None);
    }
    Ok(app.authenticator().api_key(&visitor.work, key).await?)
}

/// What stands behind `Authorization: Bearer`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(secret.trim())
}

/// The ticket of a waiting room. A browser's is forgotten when it cannot be one, a program is told.
fn ticket<'h>(facts: &RequestFacts, headers: &'h HeaderMap) -> Result<Option<&'h str>, Problem> {
    let fits = |text: &&str| (1..=256).contains(&text.len());
    if !facts.path.starts_with("/api/") {
        return Ok(cookies::read(headers, TICKET_COOKIE, facts.https).filter(fits));
    }
    let Some(sent) = headers.get(TICKET_HEADER) else {
        return Ok(None);
    };
    let ticket = sent.to_str().ok().filter(fits);
    ticket.map(Some).ok_or_else(|| {
        let message = "must be 1 to 256 visible ASCII characters";
        Problem::field("Queue-Ticket", "invalid_queue_ticket", message)
    })
}

/// The session cookie's secret; none when the request speaks for itself with an `Authorization` header.
fn session_secret(facts: &RequestFacts, headers: &HeaderMap) -> Option<String> {
    if headers.contains_key(header::AUTHORIZATION) {
        return None;
    }
    cookies::read(headers, SESSION_COOKIE, facts.https)
        .filter(|secret| secret.len() <= 256)
        .map(str::to_owned)
}

fn user_agent(headers: &HeaderMap) -> String {
    let text = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    text.chars().take(256).collect()
}
