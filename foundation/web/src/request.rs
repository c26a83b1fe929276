//! What is known of a request before anybody looks at its body: kept for its whole life, so that layers, extractors and
//! error pages agree.

use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, header, request::Parts},
};
use database::Work;
use kernel::{CartId, Locale, RequestId, Store, TypedId as _};
use tokio::sync::OnceCell;

use crate::{
    AppState, Problem, Session,
    cookies::{self, FLASH_COOKIE, Jar, LOCALE_COOKIE, REGISTRATION_COOKIE},
    limits::Left,
};

/// How long a browser keeps the chosen language.
const LOCALE_MAX_AGE: Duration = Duration::from_secs(365 * 24 * 3600);
/// How long a message waits for the next page.
const FLASH_MAX_AGE: Duration = Duration::from_secs(60);

/// The facts of one request.
#[derive(Debug)]
pub struct RequestFacts {
    /// Its id, in logs, headers and problem documents.
    pub id: RequestId,
    /// The host it was sent to, with the port.
    pub host: String,
    /// Whether the browser spoke https.
    pub https: bool,
    /// Where it came from.
    pub client_ip: IpAddr,
    /// The path without the query.
    pub path: String,
    pub(crate) query: String,
    pub(crate) wants_json: bool,
    pub(crate) jar: Jar,
    pub(crate) session: OnceCell<Option<Session>>,
    /// What the browser keeps of having registered.
    pub(crate) registration: Option<String>,
    chosen_locale: Option<Locale>,
    /// The languages that the browser asks for and Souk speaks, the most wanted first.
    accepted_locales: Vec<Locale>,
    flashes: Vec<String>,
    store: OnceLock<Arc<Store>>,
    cart_count: OnceCell<i64>,
    left: OnceLock<Left>,
    route: OnceLock<Cow<'static, str>>,
}

impl RequestFacts {
    /// What a problem of this request says it happened under.
    pub(crate) fn instance(&self) -> String {
        format!("{}#{}", self.path, self.id)
    }

    pub(crate) fn read(state: &AppState, parts: &Parts) -> Self {
        let settings = state.settings();
        let headers = &parts.headers;
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        let client_ip = forwarded_client(headers, settings.trusted_proxies)
            .or(peer)
            .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let is_forwarded_https =
            settings.trusted_proxies > 0 && entries(headers, "x-forwarded-proto").last() == Some("https");
        let https = settings.is_https() || is_forwarded_https;
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let facts = Self {
            id: RequestId::generate(state.database().now(), state.database().entropy()),
            host: parts
                .uri
                .authority()
                .map(|host| host.as_str())
                .or(text(headers, "host"))
                .unwrap_or_default()
                .to_owned(),
            https,
            client_ip,
            wants_json: wants_json(&path, headers),
            jar: Jar::default(),
            session: OnceCell::new(),
            registration: cookies::read(headers, REGISTRATION_COOKIE, https)
                .filter(|mark| mark.len() <= 256)
                .map(str::to_owned),
            chosen_locale: cookies::read(headers, LOCALE_COOKIE, https).and_then(|tag| tag.parse().ok()),
            accepted_locales: text(headers, "accept-language")
                .map(accepted_locales)
                .unwrap_or_default(),
            flashes: cookies::read(headers, FLASH_COOKIE, https)
                .map(flash_keys)
                .unwrap_or_default(),
            store: OnceLock::new(),
            cart_count: OnceCell::new(),
            left: OnceLock::new(),
            route: OnceLock::new(),
            path,
            query,
        };
        facts.follow_lang()
    }

    /// The language `?lang=` asks for is kept in a cookie.
    fn follow_lang(mut self) -> Self {
        let asked = url::form_urlencoded::parse(self.query.as_bytes()).find(|(name, _)| name == "lang");
        if let Some(locale) = asked.and_then(|(_, tag)| tag.parse::<Locale>().ok()) {
            self.jar.put(LOCALE_COOKIE, locale.code(), LOCALE_MAX_AGE, self.https);
            self.chosen_locale = Some(locale);
        }
        self
    }

    /// The store, when somebody has asked for it by now.
    pub fn store_so_far(&self) -> Option<&Arc<Store>> {
        self.store.get()
    }

    /// The route that answered, such as `/products/{slug}`; `unmatched` where none did, and nothing before the answer.
    pub fn route(&self) -> Option<&str> {
        self.route.get().map(Cow::as_ref)
    }

    pub(crate) fn note_route(&self, route: Cow<'static, str>) {
        self.route.get_or_init(|| route);
    }

    /// What the query says under that name.
    pub fn asked(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The store at the request's host, or the problem that there is none.
    pub(crate) async fn store(&self, state: &AppState) -> Result<Arc<Store>, Problem> {
        if let Some(store) = self.store.get() {
            return Ok(Arc::clone(store));
        }
        let found = state.stores().find(&self.host).await?;
        let store = found.ok_or_else(|| {
            Problem::new(
                axum::http::StatusCode::NOT_FOUND,
                "no_store",
                "There is no store at this address.",
            )
        })?;
        Ok(Arc::clone(self.store.get_or_init(|| store)))
    }

    /// How many pieces lie in the cart of the request's cookie, asked once.
    pub(crate) async fn count_cart(&self, state: &AppState, work: &Work, cart: CartId) -> Result<i64, Problem> {
        let counted = self
            .cart_count
            .get_or_try_init(|| state.carts().count(work, cart))
            .await;
        Ok(*counted?)
    }

    /// Notes what the caller has left of the limit that the request was counted for first.
    pub(crate) fn note_left(&self, left: Option<Left>) {
        if let Some(left) = left {
            self.left.get_or_init(|| left);
        }
    }

    /// What the caller has left, if the request was counted.
    pub(crate) fn left(&self) -> Option<&Left> {
        self.left.get()
    }

    /// Whether the request before left messages.
    pub(crate) fn has_flashes(&self) -> bool {
        !self.flashes.is_empty()
    }

    /// The store as far as it is known already, for error pages.
    pub(crate) fn known_store(&self, state: &AppState) -> Option<Arc<Store>> {
        self.store
            .get()
            .cloned()
            .or_else(|| state.stores().find_known(&self.host))
    }

    /// The language: asked for or chosen before, else the first of the browser's that the store offers, else the store's own.
    pub(crate) fn locale(&self, store: Option<&Store>) -> Locale {
        let offered = |locale: &Locale| store.is_none_or(|store| store.locales.contains(locale));
        self.chosen_locale
            .filter(offered)
            .or_else(|| self.accepted_locales.iter().copied().find(offered))
            .or(store.map(|store| store.locale))
            .unwrap_or(Locale::EN)
    }

    /// Keys of messages the request before left for this page. Reading them takes them away from the browser.
    pub(crate) fn take_flashes(&self) -> &[String] {
        if !self.flashes.is_empty() {
            self.jar.remove(FLASH_COOKIE, self.https);
        }
        &self.flashes
    }

    pub(crate) fn put_flash(&self, key: &str) {
        self.jar.put(FLASH_COOKIE, key, FLASH_MAX_AGE, self.https);
    }

    /// `https://shop.example` as the browser sees it.
    pub(crate) fn origin(&self) -> String {
        format!("{}://{}", if self.https { "https" } else { "http" }, self.host)
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What proxies wrote under a name, the last of them last; each adds to the line of the one before or a line of its own.
fn entries<'h>(headers: &'h HeaderMap, name: &str) -> impl DoubleEndedIterator<Item = &'h str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// Who asked the first of so many proxies: each notes who asked it, at the end. Who came through fewer of them is the first.
fn forwarded_client(headers: &HeaderMap, proxies: usize) -> Option<IpAddr> {
    let noted = entries(headers, "x-forwarded-for").rev().take(proxies).last()?;
    let address = noted.parse().ok();
    address.or_else(|| noted.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// APIs are always answered in JSON; elsewhere a caller that asks for JSON and not for HTML gets it.
fn wants_json(path: &str, headers: &HeaderMap) -> bool {
    let accept = text(headers, header::ACCEPT.as_str()).unwrap_or_default();
    path == "/api" || path.starts_with("/api/") || (accept.contains("json") && !accept.contains("text/html"))
}

/// The languages of an Accept-Language header that Souk speaks, in the order of the weights.
fn accepted_locales(header: &str) -> Vec<Locale> {
    let mut wanted: Vec<(u32, Locale)> = header
        .split(',')
        .take(20)
        .filter_map(|entry| {
            let mut parts = entry.split(';');
            let locale = parts.next()?.trim().parse().ok()?;
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(Some(1000), thousandths)?;
            (weight > 0).then_some((weight, locale))
        })
        .collect();
    wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    wanted.into_iter().map(|(_, locale)| locale).collect()
}

/// `0.8` as 800.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, fraction) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let fraction: u32 = if fraction.len() <= 3 {
        format!("{fraction:0<3}").parse().ok()?
    } else {
        return None;
    };
    Some((whole * 1000 + fraction).min(1000))
}

/// Message keys in a cookie: small letters, digits and hyphens, at most four, so that nothing else can be slipped in.
fn flash_keys(value: &str) -> Vec<String> {
    value
        .split('.')
        .filter(|key| !key.is_empty() && key.len() <= 64)
        .filter(|key| {
            key.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        })
        .take(4)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_languages_we_speak_stand_by_their_weights() {
        for (header, locales) in [
            ("id-ID,id;q=0.9,en;q=0.8", &[Locale::ID, Locale::ID, Locale::EN][..]),
            ("fr, en;q=0.5, id;q=0.7", &[Locale::ID, Locale::EN]),
            ("en-GB", &[Locale::EN]),
            ("fr;q=1, de", &[]),
            ("en;q=0, id;q=0.001", &[Locale::ID]),
            ("en;q=abc", &[]),
        ] {
            assert_eq!(accepted_locales(header), locales, "{header}");
        }
    }

    #[test]
    fn a_client_is_who_asked_the_first_of_our_proxies() {
        for (lines, proxies, client) in [
            (&["198.51.100.1, 192.0.2.7"][..], 0, None),
            (&["198.51.100.1, 192.0.2.7"], 1, Some("192.0.2.7")),
            (&["203.0.113.9, 198.51.100.1, 192.0.2.7"], 2, Some("198.51.100.1")),
            (&["203.0.113.9", "198.51.100.1", "192.0.2.7"], 2, Some("198.51.100.1")),
            (&["203.0.113.9", "192.0.2.7"], 1, Some("192.0.2.7")),
            (&["192.0.2.7"], 2, Some("192.0.2.7")),
            (&["198.51.100.1, nobody"], 1, None),
            (&["192.0.2.7:4711"], 1, Some("192.0.2.7")),
            (&["2001:db8::1"], 1, Some("2001:db8::1")),
            (&[], 1, None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            let client = client.map(|client: &str| client.parse().unwrap());
            assert_eq!(forwarded_client(&headers, proxies), client, "{lines:?} {proxies}");
        }
    }

    #[test]
    fn a_flash_cookie_holds_keys_and_nothing_else() {
        assert_eq!(
            flash_keys("flash-added.<script>.flash-saved"),
            ["flash-added", "flash-saved"]
        );
        assert!(flash_keys(&"a".repeat(65)).is_empty());
    }
}
