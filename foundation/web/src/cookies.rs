//! The cookies Souk sets: names, attributes, and a jar that the response empties.
//!
//! Over https a name begins with [`HOST_PREFIX`], and only such a cookie is read: browsers let nobody set one who is not this very
//! host by https, neither another host of the domain nor whoever sits on the line.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderValue, header};

/// The cookie with a signed-in browser's secret.
pub const SESSION_COOKIE: &str = "souk_session";
/// The cookie with the cart's id, which is a secret too.
pub const CART_COOKIE: &str = "souk_cart";
/// The cookie with the id of the cart that was ordered last.
pub(crate) const ORDERED_COOKIE: &str = "souk_ordered";
/// The cookie of a browser that left for a provider to sign in, and will come back.
pub const DEPARTURE_COOKIE: &str = "souk_departure";
/// The cookie with the ticket of a waiting room.
pub const TICKET_COOKIE: &str = "souk_ticket";
/// The cookie of a browser that registered and has an address to confirm.
pub(crate) const REGISTRATION_COOKIE: &str = "souk_registered";
/// The cookie with the chosen language.
pub const LOCALE_COOKIE: &str = "souk_locale";
/// The cookie with the keys of messages for the next page.
pub const FLASH_COOKIE: &str = "souk_flash";

/// What browsers hold a cookie to that has it: Secure, for every path, of one host.
const HOST_PREFIX: &str = "__Host-";

/// The value of a cookie that the request carries, which came by https or did not.
pub(crate) fn read<'h>(headers: &'h HeaderMap, name: &str, https: bool) -> Option<&'h str> {
    let is_named = |key: &str| match https {
        true => key.strip_prefix(HOST_PREFIX) == Some(name),
        false => key == name,
    };
    headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (is_named(key) && !value.is_empty()).then_some(value))
}

/// Whether the request carries a cookie that speaks for somebody: a session or a cart.
pub(crate) fn speaks_for_somebody(headers: &HeaderMap) -> bool {
    let is_there = |name| {
        [false, true]
            .into_iter()
            .any(|https| read(headers, name, https).is_some())
    };
    is_there(SESSION_COOKIE) || is_there(CART_COOKIE)
}

/// Cookies the response will set. A later cookie of the same name replaces an earlier one.
#[derive(Debug, Default)]
pub(crate) struct Jar(Mutex<Vec<(&'static str, String)>>);

impl Jar {
    /// Sets a cookie: HttpOnly, SameSite=Lax, for every path, Secure when the request came by https.
    pub(crate) fn put(&self, name: &'static str, value: &str, max_age: Duration, secure: bool) {
        let (prefix, secure) = if secure { (HOST_PREFIX, "; Secure") } else { ("", "") };
        let line = format!(
            "{prefix}{name}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
            max_age.as_secs()
        );
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|(other, _)| *other != name);
        lines.push((name, line));
    }

    /// How many cookies will be set.
    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Takes a cookie away from the browser.
    pub(crate) fn remove(&self, name: &'static str, secure: bool) {
        self.put(name, "", Duration::ZERO, secure);
    }

    /// Writes what was put into the response's headers.
    pub(crate) fn write_to(&self, headers: &mut HeaderMap) {
        for (_, line) in self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            match HeaderValue::from_str(&line) {
                Ok(value) => {
                    headers.append(header::SET_COOKIE, value);
                }
                Err(error) => tracing::error!(%error, "a cookie's value cannot stand in a header"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; souk_cart=cart_x;b=2"));
        headers.append(header::COOKIE, HeaderValue::from_static("souk_session="));
        assert_eq!(read(&headers, CART_COOKIE, false), Some("cart_x"));
        assert_eq!(read(&headers, SESSION_COOKIE, false), None);
        assert!(speaks_for_somebody(&headers));
    }

    #[test]
    fn over_https_only_this_host_s_own_cookie_counts() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("souk_session=planted"));
        assert_eq!(read(&headers, SESSION_COOKIE, true), None);
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-souk_session=own"));
        assert_eq!(read(&headers, SESSION_COOKIE, true), Some("own"));
        headers.remove(header::COOKIE);
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-souk_cart=own"));
        assert!(speaks_for_somebody(&headers));
    }

    #[test]
    fn the_last_value_of_a_name_is_set_once() {
        let jar = Jar::default();
        jar.put(CART_COOKIE, "one", Duration::from_secs(60), false);
        jar.put(CART_COOKIE, "two", Duration::from_secs(60), true);
        let mut headers = HeaderMap::new();
        jar.write_to(&mut headers);
        let lines: Vec<_> = headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(
            lines,
            ["__Host-souk_cart=two; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"]
        );
    }
}
