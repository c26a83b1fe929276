//! Refuses changes that another site makes a browser send (CSRF).
//!
//! The browser itself says where a request comes from: `Sec-Fetch-Site` (W3C Fetch Metadata Request Headers), in older
//! browsers at least `Origin` (Fetch Standard). This is the defence the OWASP CSRF Prevention Cheat Sheet describes as
//! Fetch Metadata with standard headers as the fallback; no token has to be put into every form. Session and cart cookies
//! are SameSite=Lax on top of it. The rules for unsafe methods, first match decides:
//!
//! 1. `Authorization` present: allowed. No site can make a browser send it without a CORS permission, which is never given,
//!    and cookies are ignored next to it.
//! 2. `Sec-Fetch-Site`: `same-origin` and `none` (typed by the user) are allowed, everything else is refused.
//! 3. `Origin`: allowed when its host and port equal those of `Host`; refused otherwise, `null` included.
//! 4. Neither header: not a browser of the last years. Allowed only without a session or cart cookie, so that servers may
//!    post webhooks and call the public API.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};

use crate::{Problem, cookies};

pub(crate) async fn refuse_cross_site(request: Request, next: Next) -> Result<Response, Problem> {
    let host = request.uri().authority().map(|host| host.as_str().to_owned());
    if is_safe(request.method()) || is_from_here(request.headers(), host.as_deref()) {
        return Ok(next.run(request).await);
    }
    let detail = "The request came from another site, so nothing was changed.";
    Err(Problem::new(StatusCode::FORBIDDEN, "cross_site_request", detail))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

fn is_from_here(headers: &HeaderMap, authority: Option<&str>) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("invalid"));
    if headers.contains_key(header::AUTHORIZATION) {
        return true;
    }
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    if let Some(origin) = text("origin") {
        let host = authority.or_else(|| text("host"));
        let origin_host = origin.split_once("://").map(|(_, host)| host);
        return origin_host.is_some() && origin_host == host;
    }
    !cookies::speaks_for_somebody(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_and_servers_may_change_things() {
        for (headers, allowed) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (
                &[("sec-fetch-site", "cross-site"), ("origin", "http://shop.example")],
                false,
            ),
            (&[("origin", "http://shop.example"), ("cookie", "souk_session=x")], true),
            (
                &[("origin", "http://evil.example"), ("cookie", "souk_session=x")],
                false,
            ),
            (&[("origin", "http://shop.example:81")], false),
            (&[("origin", "null")], false),
            (&[("cookie", "souk_session=x")], false),
            (&[("cookie", "souk_cart=x")], false),
            (&[("cookie", "souk_locale=id")], true),
            (&[], true),
            (
                &[("authorization", "Bearer souk_x"), ("origin", "http://evil.example")],
                true,
            ),
        ] {
            let mut map: HeaderMap = [(header::HOST, "shop.example".parse().unwrap())].into_iter().collect();
            map.extend(
                headers
                    .iter()
                    .map(|(name, value)| (axum::http::HeaderName::from_static(name), value.parse().unwrap())),
            );
            assert_eq!(is_from_here(&map, None), allowed, "{headers:?}");
        }
    }
}
