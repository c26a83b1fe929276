//! Who gets in, and who does not.

use std::{num::NonZeroU32, time::Duration};

use axum::{
    body::Body,
    http::{Request, Version},
};
use tower::ServiceExt as _;

use super::harness::App;
use crate::{Settings, Throttle};

#[tokio::test]
async fn staff_pages_ask_for_a_session_then_for_the_permission() {
    let app = App::new();
    let guest = app.get("/admin/orders?page=2", &[]).await;
    assert_eq!(
        (guest.status.as_u16(), guest.header("location")),
        (303, "/login?next=%2Fadmin%2Forders%3Fpage%3D2")
    );
    let customer = app.get("/admin/orders", &[("cookie", "souk_session=customer")]).await;
    assert_eq!(customer.status, 403);
    assert!(customer.text().contains("You are not allowed"));
    let support = app.get("/admin/orders", &[("cookie", "souk_session=support")]).await;
    assert!(support.text().starts_with("staff acc_"));
    assert_eq!(
        app.get("/admin/refunds", &[("cookie", "souk_session=support")])
            .await
            .status,
        403
    );
    assert_eq!(
        app.get("/admin/refunds", &[("cookie", "souk_session=owner")])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn the_admin_api_takes_a_key_or_a_staff_session() {
    let app = App::new();
    let guest = app.get("/api/orders", &[]).await;
    assert_eq!(
        (guest.status.as_u16(), guest.header("content-type")),
        (401, "application/problem+json")
    );
    assert_eq!(guest.header("www-authenticate"), "Bearer");
    let key = app.get("/api/orders", &[("authorization", "Bearer souk_reader")]).await;
    assert!(key.text().starts_with("api key key_"));
    assert!(
        app.get("/api/orders", &[("cookie", "souk_session=owner")])
            .await
            .text()
            .starts_with("staff acc_")
    );
    let wrong = [("authorization", "Bearer souk_wrong"), ("cookie", "souk_session=owner")];
    assert_eq!(
        app.get("/api/orders", &wrong).await.status,
        401,
        "a cookie must not help a wrong key"
    );
    let refused = app
        .ask("POST", "/api/refunds", &[("authorization", "Bearer souk_reader")], "")
        .await;
    assert_eq!(
        (refused.status.as_u16(), refused.json()["permission"].as_str()),
        (403, Some("orders:refund"))
    );
}

#[tokio::test]
async fn only_customers_have_an_account_page() {
    let app = App::new();
    assert_eq!(
        app.get("/account", &[]).await.header("location"),
        "/login?next=%2Faccount"
    );
    assert!(
        app.get("/account", &[("cookie", "souk_session=customer")])
            .await
            .text()
            .starts_with("cus_")
    );
    assert_eq!(
        app.get("/account", &[("cookie", "souk_session=owner")]).await.status,
        403
    );
}

#[tokio::test]
async fn another_site_cannot_change_anything() {
    let app = App::new();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let cookie = ("cookie", "souk_session=customer");
    let own = app
        .ask(
            "POST",
            "/change",
            &[form, cookie, ("sec-fetch-site", "same-origin")],
            "name=a&tags=b&tags=c",
        )
        .await;
    assert!(
        own.text().starts_with("a [\"b\", \"c\"] customer cus_"),
        "{}",
        own.text()
    );
    let foreign = app
        .ask(
            "POST",
            "/change",
            &[form, cookie, ("origin", "https://evil.example")],
            "name=a",
        )
        .await;
    assert_eq!(foreign.status, 403);
    assert!(foreign.text().contains("came from another site"));
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let throttle = Throttle {
        burst: NonZeroU32::new(2).unwrap(),
        period: Duration::from_secs(3600),
    };
    let app = App::with(Settings {
        api_throttle: Some(throttle),
        auth_throttle: Some(throttle),
        ..Settings::default()
    });
    let path = "/api/search?name=a";
    for left in ["\"api\";r=1;t=", "\"api\";r=0;t="] {
        let answer = app.get(path, &[]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("ratelimit-policy")),
            (200, "\"api\";q=2;w=7200")
        );
        assert!(
            answer.header("ratelimit").starts_with(left),
            "{}",
            answer.header("ratelimit")
        );
    }
    let refused = app.get(path, &[]).await;
    assert_eq!(
        (refused.status.as_u16(), refused.header("ratelimit-policy")),
        (429, "\"api\";q=2;w=7200")
    );
    let seconds: u32 = refused.header("retry-after").parse().unwrap();
    assert!((1..=3_600).contains(&seconds), "{seconds}");
    assert_eq!(refused.json()["code"], "too_many_requests");
    let page = app.get("/", &[]).await;
    assert_eq!(page.status, 200, "pages are not counted as API calls");
    assert!(!page.headers.contains_key("ratelimit"));
    assert_eq!(app.ask("POST", "/auth", &[], "").await.status, 200);
    assert_eq!(app.ask("POST", "/auth", &[], "").await.status, 200);
    assert_eq!(app.ask("POST", "/auth", &[], "").await.status, 429);
}

#[tokio::test]
async fn a_request_names_its_host_once() {
    let app = App::new();
    for (version, hosts, status) in [
        (Version::HTTP_11, &[][..], 400),
        (Version::HTTP_11, &["shop.example", "shop.example"], 400),
        (Version::HTTP_11, &["shop.example"], 200),
        (Version::HTTP_10, &[], 200),
    ] {
        let mut request = Request::get("/healthz").version(version);
        for host in hosts {
            request = request.header("host", *host);
        }
        let request = request.body(Body::empty()).unwrap();
        let answer = app.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{version:?} {hosts:?}");
    }
}
