//! What answers look like: pages, documents, headers, cookies, versions.

use std::{convert::Infallible, time::Duration};

use axum::{body::Body, extract::Request};
use futures_util::{StreamExt as _, poll, stream};
use tower::ServiceExt as _;

use super::harness::App;
use crate::Settings;

#[tokio::test]
async fn a_page_speaks_the_visitors_language_and_carries_the_safe_headers() {
    let app = App::new();
    for (accepted, language) in [
        ("id", "id"),
        ("fr, id;q=0.5", "id"),
        ("fr", "en"),
        ("", "en"),
        ("en, id", "en"),
    ] {
        let page = app.get("/", &[("accept-language", accepted)]).await;
        assert!(
            page.text().contains(&format!("lang=\"{language}\"")),
            "{accepted}: {}",
            page.text()
        );
        assert_eq!(page.header("set-cookie"), "", "nobody has chosen yet");
    }
    let returned = [("accept-language", "id"), ("cookie", "souk_locale=en")];
    let chosen = app.get("/", &returned).await;
    assert!(
        chosen.text().contains("lang=\"en\""),
        "what was chosen comes before the browser's"
    );
    let page = app.get("/?lang=id", &[]).await;
    assert_eq!(page.text(), "<p lang=\"id\">Halaman berikutnya $\u{a0}19,99 /</p>");
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'") && !policy.contains("unsafe")
    );
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(page.header("x-request-id").starts_with("req_"));
    let chosen = app.get("/?lang=id", &[("accept-language", "en")]).await;
    assert!(chosen.text().contains("lang=\"id\""));
    assert!(chosen.header("set-cookie").starts_with("souk_locale=id; Path=/;"));
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems() {
    let app = App::new();
    let page = app.get("/nowhere", &[]).await;
    assert_eq!(
        (page.status.as_u16(), page.header("content-type")),
        (404, "text/html; charset=utf-8")
    );
    assert!(page.text().contains("There is nothing at this address.") && page.text().contains("/assets/"));
    let document = app.get("/api/nowhere", &[]).await;
    assert_eq!(
        (document.status.as_u16(), document.header("content-type")),
        (404, "application/problem+json")
    );
    let request_id = document.header("x-request-id").to_owned();
    assert_eq!(document.json()["instance"], format!("/api/nowhere#{request_id}"));
    let method = app.ask("DELETE", "/api/things", &[], "").await;
    assert_eq!((method.status.as_u16(), method.header("allow")), (405, "POST"));
    assert_eq!(method.json()["code"], "method_not_allowed");
    assert_eq!(app.get("/api/things/ord_x", &[]).await.status, 404);
}

#[tokio::test]
async fn bodies_are_refused_by_what_is_wrong_with_them() {
    let app = App::with(Settings {
        body_limit: 100,
        ..Settings::default()
    });
    let json = [("content-type", "application/json")];
    for (headers, body, status, code) in [
        (&json[..], r#"{"name":"a"}"#, 200, ""),
        (&json[..], r#"{"name":"a"#, 400, "malformed_json"),
        (&json[..], r#"{"name":1}"#, 422, "invalid"),
        (&json[..], r#"{"name":"a","color":1}"#, 422, "invalid"),
        (&[], r#"{"name":"a"}"#, 415, "unsupported_media_type"),
        (
            &json[..],
            &format!(r#"{{"name":"{}"}}"#, "a".repeat(200)),
            413,
            "body_too_large",
        ),
    ] {
        let reply = app.ask("POST", "/api/things", headers, body).await;
        assert_eq!(
            (reply.status.as_u16(), reply.json()["code"].as_str().unwrap_or("")),
            (status, code),
            "{body}"
        );
    }
    let upload = "a".repeat(200);
    let uploaded = app.ask("POST", "/upload", &[], &upload).await;
    assert_eq!(uploaded.text(), "200", "a route may take more than the others");
    let query = app.get("/api/search?name=a&color=b", &[]).await;
    assert_eq!(
        (query.status.as_u16(), query.json()["errors"][0]["field"].as_str()),
        (422, Some("color"))
    );
}

#[tokio::test]
async fn a_known_answer_is_not_sent_again() {
    let app = App::new();
    let first = app.get("/", &[]).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\"") && first.header("cache-control") == "private, no-cache");
    let again = app.get("/", &[("if-none-match", &tag)]).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    assert_eq!(app.get("/", &[("if-none-match", "\"other\"")]).await.status, 200);
    let head = app.ask("HEAD", "/", &[], "").await;
    assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0));
    assert_eq!(
        app.get("/version", &[("if-match", "\"7\"")]).await.header("etag"),
        "\"7\""
    );
    assert_eq!(app.get("/version", &[("if-match", "\"6\"")]).await.status, 412);
    let whole = app.get("/version", &[("if-none-match", "\"7\"")]).await;
    assert_eq!(
        (whole.status.as_u16(), whole.text().as_str(), whole.header("etag")),
        (200, "seven", "\"7\"")
    );
}

#[tokio::test]
async fn a_flash_is_shown_once() {
    let app = App::new();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let changed = app.ask("POST", "/change", &[form], "name=a").await;
    assert!(
        changed
            .header("set-cookie")
            .starts_with("souk_flash=shared-next-page; Path=/; Max-Age=60; HttpOnly")
    );
    let shown = app.get("/", &[("cookie", "souk_flash=shared-next-page")]).await;
    assert!(shown.header("set-cookie").starts_with("souk_flash=; Path=/; Max-Age=0"));
    assert_eq!(shown.header("etag"), "", "a page with a message is for one time only");
}

#[tokio::test]
async fn a_request_that_panics_or_runs_too_long_fails_alone() {
    let app = App::new();
    let panicked = app.get("/panics", &[]).await;
    assert_eq!(panicked.status, 500);
    assert!(panicked.text().contains(panicked.header("x-request-id")));
    assert!(!panicked.text().contains("on purpose"));
    assert_eq!(app.get("/", &[]).await.status, 200);
    let hurried = App::with(Settings {
        request_timeout: Duration::ZERO,
        max_concurrent: 1,
        ..Settings::default()
    });
    assert_eq!(hurried.get("/waits", &[]).await.status, 503);
    let full = App::with(Settings {
        max_concurrent: 0,
        ..Settings::default()
    });
    assert_eq!(full.get("/api/search?name=a", &[]).await.json()["code"], "overloaded");
    assert_eq!(full.get("/healthz", &[]).await.status, 200);
}

#[tokio::test]
async fn a_store_at_https_says_so_and_guards_its_cookies() {
    let app = App::with(Settings {
        public_url: Some("https://shop.example".to_owned()),
        ..Settings::default()
    });
    let page = app.get("/?lang=id", &[]).await;
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000");
    let cookie = page.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-souk_locale=id; Path=/;") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    let planted = app.get("/", &[("cookie", "souk_locale=id")]).await.text();
    assert!(planted.contains("lang=\"en\""), "{planted}");
    let own = app.get("/", &[("cookie", "__Host-souk_locale=id")]).await.text();
    assert!(own.contains("lang=\"id\""), "{own}");
    let plain = App::new().get("/?lang=id", &[]).await;
    assert_eq!(plain.header("strict-transport-security"), "");
    assert!(plain.header("set-cookie").starts_with("souk_locale=id"));
}

#[tokio::test]
async fn who_sends_a_form_slowly_holds_no_place() {
    let app = App::with(Settings {
        max_concurrent: 1,
        ..Settings::default()
    });
    let slowly = || {
        let begun = stream::iter([Ok::<_, Infallible>("name=")]).chain(stream::pending());
        let request = Request::builder()
            .method("POST")
            .uri("/change")
            .header("host", "shop.example");
        app.router().oneshot(request.body(Body::from_stream(begun)).unwrap())
    };
    let mut slow = [Box::pin(slowly()), Box::pin(slowly())];
    for one in &mut slow {
        assert!(poll!(one).is_pending());
    }
    assert_eq!(app.get("/", &[]).await.status, 200);
}

#[tokio::test]
async fn assets_are_kept_for_good_and_compressed() {
    let app = App::new();
    let error_page = app.get("/nowhere", &[]).await.text();
    let (_, rest) = error_page.split_once("href=\"/assets/").unwrap();
    let path = format!("/assets/{}", rest.split('"').next().unwrap());
    let style = app.get(&path, &[("accept-encoding", "br, gzip")]).await;
    assert_eq!((style.status.as_u16(), style.header("content-encoding")), (200, "br"));
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(
        app.get(&path, &[("accept-encoding", "gzip")])
            .await
            .header("content-encoding"),
        "gzip"
    );
    assert_eq!(
        app.get("/assets/old/shared/souk.css", &[])
            .await
            .header("cache-control"),
        "public, max-age=60"
    );
    for hidden in [
        "/assets/old/shared/error.html",
        "/assets/old/../shared/base.html",
        "/assets/old/none.css",
    ] {
        assert_eq!(app.get(hidden, &[]).await.status, 404, "{hidden}");
    }
    assert_eq!(app.get("/healthz", &[]).await.text(), "ok\n");
}
