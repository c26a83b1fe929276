//! Settings: what their forms do.

use axum::http::StatusCode;

use super::desk::TestDesk;

const STORE: [(&str, &str); 11] = [
    ("time_zone", "Asia/Jakarta"),
    ("name", "Corner"),
    ("email", "corner@example.com"),
    ("country", "US"),
    ("hosts", "shop.example corner.example"),
    ("locale", "en"),
    ("locales", "en"),
    ("currency", "EUR"),
    ("order_prefix", "#"),
    ("first_order", "2001"),
    ("reservation_minutes", "20"),
];

#[tokio::test]
async fn the_store_keeps_what_is_typed() {
    let desk = TestDesk::open().await;
    let path = "/admin/settings/store";
    let form = |more: &[(&'static str, &'static str)]| {
        let kept = STORE
            .into_iter()
            .filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        kept.chain(more.iter().copied()).collect::<Vec<_>>()
    };
    let wrong = form(&[("order_prefix", "A1"), ("email", "nobody"), ("version", "1")]);
    let refused = desk.post(path, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("error-email") && refused.text.contains("value=\"nobody\""));
    let wrong = form(&[("order_prefix", "A1"), ("locales", "id"), ("version", "1")]);
    let refused = desk.post(path, &wrong).await.text;
    assert!(refused.contains("error-order_prefix") && refused.contains("error-locale"));
    let late = desk.post(path, &form(&[("version", "0")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let wrong = form(&[("time_zone", "Jakarta"), ("version", "1")]);
    assert!(desk.post(path, &wrong).await.text.contains("error-time_zone"));
    let saved = desk.post(path, &form(&[("version", "1")])).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = desk.get(path).await.text;
    assert!(page.contains("#2001") && page.contains("corner.example") && page.contains("value=\"EUR\""));
    assert!(page.contains("<option value=\"Asia/Jakarta\" selected>"), "{page}");
}

#[tokio::test]
async fn the_currency_stays_once_there_are_prices() {
    let desk = TestDesk::open().await;
    super::stocked::stock(&desk).await;
    let form = [&STORE[..], &[("version", "1")]].concat();
    let refused = desk.post("/admin/settings/store", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("error-currency"));
}

#[tokio::test]
async fn tax_is_set_up_at_the_desk() {
    let desk = TestDesk::open().await;
    let refused = desk
        .post("/admin/settings/taxes/nexus", &[("places", "US-CA\nnowhere")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("error-places") && refused.text.contains("nowhere"));
    let saved = desk
        .post(
            "/admin/settings/taxes/nexus",
            &[("places", "us-ca, DE"), ("one_stop_shop", "1")],
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let page = desk.get("/admin/settings/taxes").await.text;
    assert!(page.contains("built-in-rate") && page.contains("7.25 %") && page.contains("CDTFA"));
    let rate = |percent| {
        [
            ("name", "City tax"),
            ("percent", percent),
            ("country", "US"),
            ("state", "CA"),
            ("postcode_from", "90001"),
        ]
    };
    let refused = desk.post("/admin/settings/taxes/rates", &rate("all")).await;
    assert!(refused.text.contains("error-percent") && refused.text.contains("value=\"90001\""));
    let refused = desk.post("/admin/settings/taxes/rates", &rate("100")).await;
    assert!(refused.text.contains("error-percent"));
    assert_eq!(
        desk.post("/admin/settings/taxes/rates", &rate("1.5")).await.status,
        StatusCode::SEE_OTHER
    );
    let page = desk.get("/admin/settings/taxes?q=900").await.text;
    assert!(page.contains("own-rate") && page.contains("90001"));
    let id = super::stocked::id_after(&page, "txr_").to_owned();
    let removal = format!("/admin/settings/taxes/rates/{id}/remove");
    assert!(page.contains(&removal));
    let asked = desk.get(&removal).await.text;
    assert!(asked.contains("confirm-remove") && asked.contains("City tax"));
    let removed = desk.post(&removal, &[]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert!(!desk.get("/admin/settings/taxes").await.text.contains("own-rate"));
    assert_eq!(desk.get(&removal).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_of_rates_is_tried_and_taken() {
    let desk = TestDesk::open().await;
    let send = async |file: &str, dry_run: bool| {
        let try_only = if dry_run {
            "--x\r\nContent-Disposition: form-data; name=\"dry_run\"\r\n\r\n1\r\n"
        } else {
            ""
        };
        let body = format!(
            "{try_only}--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"rates.csv\"\r\n\r\n{file}\r\n--x--\r\n"
        );
        let request = ("POST", "/admin/settings/taxes/import");
        desk.ask("everything", request, ("multipart/form-data; boundary=x", body))
            .await
    };
    let rates = "state,zip,combined_rate\nNY,12207,0.08\nNY,12208,high";
    let tried = send(rates, true).await;
    assert!(
        tried.text.contains("rates-imported") && tried.text.contains("Line 3"),
        "{}",
        tried.text
    );
    assert!(!tried.text.contains("own-rate"));
    assert!(send(rates, false).await.text.contains("own-rate"));
    let none = send("a,b\n1,2", false).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_empty_store_says_what_is_to_set_up() {
    let desk = TestDesk::open().await;
    let home = desk.get("/admin").await.text;
    let open = |home: &str, step: &str| {
        let rest = home
            .split(&format!("step-{step}\""))
            .nth(1)
            .expect("the step")
            .to_owned();
        rest.split("</li>").next().unwrap().contains("href")
    };
    assert!(open(&home, "product") && open(&home, "tax"));
    assert!(home.contains("step-payment\"") && !open(&home, "payment"));
    super::stocked::stock(&desk).await;
    desk.post("/admin/settings/taxes/nexus", &[("places", "US")]).await;
    let home = desk.get("/admin").await.text;
    assert!(!open(&home, "product") && !open(&home, "tax") && open(&home, "shipping"));
    let away = desk.post("/admin/first-steps/put-away", &[]).await;
    assert_eq!(away.status, StatusCode::SEE_OTHER);
    assert!(!desk.get("/admin").await.text.contains("first-steps"));
}

#[tokio::test]
async fn product_feeds_are_switched_on_and_off() {
    let desk = TestDesk::open().await;
    let path = "/admin/settings/feeds";
    let is_on = async || {
        let page = desk.get(path).await.text;
        assert!(page.contains("/sitemap.xml"), "{page}");
        let on = ["google", "meta"].map(|reader| page.contains(&format!("/feeds/{reader}.xml")));
        let count = on.iter().filter(|is_on| **is_on).count();
        assert_eq!(page.matches(" checked").count(), count, "{page}");
        on
    };
    assert_eq!(is_on().await, [false, false]);
    for (form, on) in [
        (&[("google", "1")][..], [true, false]),
        (&[("meta", "1")], [false, true]),
        (&[("google", "1"), ("meta", "1")], [true, true]),
        (&[], [false, false]),
    ] {
        let saved = desk.post(path, form).await;
        assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, path));
        assert_eq!(is_on().await, on);
    }
}
