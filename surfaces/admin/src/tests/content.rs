//! Pages and menus at the desk.

use axum::http::StatusCode;

use super::desk::TestDesk;

const ABOUT: &[(&str, &str)] = &[
    ("slug", ""),
    ("published", "1"),
    ("locale", "en"),
    ("title", "About us"),
    ("body_html", "<p>Hello <script>alert(1)</script></p>"),
    ("seo_title", ""),
    ("seo_description", ""),
    ("locale", "id"),
    ("title", ""),
    ("body_html", ""),
    ("seo_title", ""),
    ("seo_description", ""),
];

fn with<'f>(changes: &[(&str, usize, &'f str)], form: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut form = form.to_vec();
    for (name, nth, value) in changes {
        let fields = form.iter_mut().filter(|(field, _)| field == name);
        fields.skip(*nth).take(1).for_each(|field| field.1 = value);
    }
    form
}

/// The id of the only page, from its address at the desk.
async fn only_page(desk: &TestDesk) -> String {
    let list = desk.get("/admin/pages").await.text;
    let (_, rest) = list.split_once("/admin/pages/pge_").unwrap();
    format!("pge_{}", rest.split_once('"').unwrap().0)
}

#[tokio::test]
async fn a_page_is_written_previewed_changed_and_deleted() {
    let desk = TestDesk::open().await;
    assert!(desk.get("/admin/pages").await.text.contains("There are no pages yet"));
    let preview = [ABOUT, &[("action", "preview")]].concat();
    let preview = desk.post("/admin/pages/new", &preview).await;
    assert!(
        preview.status == StatusCode::OK
            && preview.text.contains("data-testid=\"page-preview\"")
            && !preview.text.contains("<script>alert"),
        "{}",
        preview.text
    );
    let refused = desk
        .post(
            "/admin/pages/new",
            &with(&[("title", 0, " "), ("body_html", 1, "<p>Halo</p>")], ABOUT),
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "error-title-en",
        "error-title-id",
        "&lt;p&gt;Halo&lt;",
        "&lt;p&gt;Hello",
    ] {
        assert!(refused.text.contains(part), "{part}: {}", refused.text);
    }
    let made = desk.post("/admin/pages/new", ABOUT).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let taken = desk.post("/admin/pages/new", ABOUT).await;
    assert!(taken.text.contains("id=\"error-slug\""), "{}", taken.text);

    let path = format!("/admin/pages/{}", only_page(&desk).await);
    assert_eq!(made.location, path);
    let changed = [
        with(
            &[
                ("title", 0, "Our story"),
                ("slug", 0, "our-story"),
                ("published", 0, ""),
            ],
            ABOUT,
        ),
        vec![("version", "1")],
    ]
    .concat();
    assert_eq!(desk.post(&path, &changed).await.status, StatusCode::SEE_OTHER);
    let page = desk.get(&path).await.text;
    assert!(page.contains("Our story") && page.contains("/preview/pages/"), "{page}");
    assert!(page.contains("&lt;p&gt;Hello &lt;"), "it was cleaned: {page}");
    let late = desk.post(&path, &changed).await;
    assert_eq!(late.status, StatusCode::CONFLICT);

    let ask = desk.get(&format!("{path}/delete")).await.text;
    assert!(ask.contains("name=\"version\" value=\"2\""), "{ask}");
    let old = desk.post(&format!("{path}/delete"), &[("version", "1")]).await;
    assert_eq!(old.location, format!("{path}/delete"));
    let gone = desk.post(&format!("{path}/delete"), &[("version", "2")]).await;
    assert_eq!(gone.location, "/admin/pages");
    assert_eq!(desk.get(&path).await.status, StatusCode::NOT_FOUND);
}

/// The ids of the entries, from top to bottom.
fn entries(page: &str) -> Vec<String> {
    let links = page.split("href=\"/admin/menus/items/").skip(1);
    let ids = links.map(|rest| rest.split_once('"').unwrap().0);
    ids.filter(|id| !id.contains('/')).map(str::to_owned).collect()
}

async fn add(desk: &TestDesk, fields: &[(&str, &str)]) -> super::desk::Reply {
    let rest = [("locale", "en"), ("label", ""), ("locale", "id"), ("label", "")];
    let named: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let rest = rest.iter().filter(|(name, _)| !named.contains(name));
    let form: Vec<(&str, &str)> = fields.iter().chain(rest).copied().collect();
    desk.post("/admin/menus", &form).await
}

#[tokio::test]
async fn menus_are_arranged_with_buttons() {
    let desk = TestDesk::open().await;
    desk.post("/admin/pages/new", ABOUT).await;
    let page = format!("page:{}", only_page(&desk).await);
    let nothing = add(&desk, &[("place", "footer"), ("target", "")]).await;
    assert!(nothing.text.contains("id=\"error-target\""), "{}", nothing.text);
    let bad = [
        ("place", "footer"),
        ("target", "address"),
        ("address", "javascript:alert(1)"),
    ];
    let bad = add(&desk, &bad).await;
    for part in ["error-address", "error-label-en", "javascript:alert(1)"] {
        assert!(bad.text.contains(part), "{part}: {}", bad.text);
    }
    let heading = [
        ("place", "footer"),
        ("target", "heading"),
        ("locale", "en"),
        ("label", "Help"),
    ];
    assert_eq!(add(&desk, &heading).await.status, StatusCode::SEE_OTHER);
    let menus = desk.get("/admin/menus").await.text;
    let help = entries(&menus)[0].clone();
    // It goes into the menu of the entry it lies below, whatever the other field says.
    let below = [("place", "header"), ("under", &help), ("target", &page)];
    assert_eq!(add(&desk, &below).await.status, StatusCode::SEE_OTHER);
    let shop = [
        ("place", "footer"),
        ("target", "address"),
        ("address", "/locations"),
        ("locale", "en"),
        ("label", "Visit"),
    ];
    assert_eq!(add(&desk, &shop).await.status, StatusCode::SEE_OTHER);
    let menus = desk.get("/admin/menus").await.text;
    let [_, about, visit] = &entries(&menus)[..] else {
        panic!("{menus}");
    };
    let item = |id: &str, what: &str| format!("/admin/menus/items/{id}{what}");
    let press =
        async |path: String, to: &str, version: &str| desk.post(&path, &[("to", to), ("version", version)]).await;
    let moved = press(item(visit, "/move"), "up", "3").await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    let after = entries(&desk.get("/admin/menus").await.text);
    assert_eq!(after, [visit.clone(), help.clone(), about.clone()]);
    press(item(visit, "/move"), "down", "3").await;
    assert_eq!(
        entries(&desk.get("/admin/menus").await.text),
        after,
        "it was another menu by then"
    );

    let edit = desk.get(&item(visit, "")).await.text;
    assert!(
        edit.contains("value=\"/locations\"") && edit.contains("value=\"Visit\""),
        "{edit}"
    );
    let form = [
        ("target", page.as_str()),
        ("locale", "en"),
        ("label", ""),
        ("version", "4"),
    ];
    assert_eq!(desk.post(&item(visit, ""), &form).await.status, StatusCode::SEE_OTHER);
    let late = desk.post(&item(visit, ""), &form).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("name=\"version\" value=\"5\""), "{}", late.text);

    let ask = desk.get(&item(&help, "/remove")).await.text;
    assert!(ask.contains("The entry below it goes too"), "{ask}");
    press(item(&help, "/remove"), "", "5").await;
    assert_eq!(
        entries(&desk.get("/admin/menus").await.text),
        std::slice::from_ref(visit)
    );
    // What leads nowhere is said to.
    let page = page.strip_prefix("page:").unwrap();
    desk.post(&format!("/admin/pages/{page}/delete"), &[("version", "1")])
        .await;
    assert!(desk.get("/admin/menus").await.text.contains("Leads nowhere"));
}

/// The ids of the sections, from top to bottom.
fn sections(page: &str) -> Vec<String> {
    let links = page.split("href=\"/admin/home-page/sections/").skip(1);
    let ids = links.map(|rest| rest.split_once('"').unwrap().0);
    ids.filter(|id| !id.contains('/')).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_home_page_is_composed_published_and_dropped() {
    let desk = TestDesk::open().await;
    let home = async || desk.get("/admin/home-page").await.text;
    let first = home().await;
    assert_eq!(sections(&first).len(), 4, "{first}");
    assert!(!first.contains("data-testid=\"home-draft\""), "{first}");
    assert_eq!(
        desk.get("/admin/home-page/new?kind=x").await.status,
        StatusCode::NOT_FOUND
    );
    assert!(
        desk.get("/admin/home-page/new?kind=text")
            .await
            .text
            .contains("section-body-id")
    );
    let path = "/admin/home-page/new?kind=collection";
    let nothing = desk
        .post(path, &[("target", ""), ("locale", "en"), ("title", "Best")])
        .await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        nothing.text.contains("error-target") && nothing.text.contains("value=\"Best\""),
        "{}",
        nothing.text
    );
    let hero = [
        ("target", "address"),
        ("address", "ftp://x"),
        ("image_url", "x"),
        ("locale", "en"),
        ("title", "Hello"),
        ("body_html", "<p>Dear</p>"),
        ("button", "Go"),
    ];
    let bad = desk.post("/admin/home-page/new?kind=hero", &hero).await;
    for part in ["error-address", "error-image_url", "value=\"Hello\"", "&lt;p&gt;Dear"] {
        assert!(bad.text.contains(part), "{part}: {}", bad.text);
    }
    let text = [("locale", "en"), ("title", "Hello"), ("body_html", "<p>Dear</p>")];
    assert_eq!(
        desk.post("/admin/home-page/new?kind=text", &text).await.location,
        "/admin/home-page"
    );
    let draft = home().await;
    assert!(draft.contains("data-testid=\"home-draft\""), "{draft}");
    let ids = sections(&draft);
    let item = |id: &str, what: &str| format!("/admin/home-page/sections/{id}{what}");
    desk.post(&item(&ids[4], "/move"), &[("to", "up"), ("version", "1")])
        .await;
    let moved = sections(&home().await);
    assert_eq!(moved[3], ids[4]);
    desk.post(&item(&ids[4], "/move"), &[("to", "up"), ("version", "1")])
        .await;
    assert_eq!(sections(&home().await), moved, "it was another page by then");
    let edit = [("locale", "en"), ("title", "Hello you"), ("version", "2")];
    assert_eq!(desk.post(&item(&ids[4], ""), &edit).await.status, StatusCode::SEE_OTHER);
    let late = desk.post(&item(&ids[4], ""), &edit).await;
    assert!(
        late.status == StatusCode::CONFLICT && late.text.contains("value=\"3\""),
        "{}",
        late.text
    );
    assert!(desk.get(&item(&ids[0], "/remove")).await.text.contains("value=\"3\""));
    desk.post(&item(&ids[0], "/remove"), &[("version", "3")]).await;
    desk.post("/admin/home-page/publish", &[("version", "4")]).await;
    let published = home().await;
    assert_eq!(sections(&published), moved[1..]);
    assert!(!published.contains("data-testid=\"home-draft\""), "{published}");
    desk.post(&item(&moved[1], "/remove"), &[("version", "5")]).await;
    assert!(desk.get("/admin/home-page/discard").await.text.contains("value=\"6\""));
    desk.post("/admin/home-page/discard", &[("version", "6")]).await;
    assert_eq!(sections(&home().await), moved[1..]);
}

#[tokio::test]
async fn an_announcement_is_written_kept_and_refused_where_it_is_wrong() {
    let desk = TestDesk::open().await;
    let path = "/admin/announcement";
    let form = |text, address, version| {
        [
            ("active", "1"),
            ("locale", "en"),
            ("text", text),
            ("locale", "id"),
            ("text", "Obral!"),
            ("address", address),
            ("starts_at", "2026-05-01T08:00"),
            ("ends_at", ""),
            ("version", version),
        ]
    };
    let saved = desk.post(path, &form("Sale!", "/collections/sale", "0")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = desk.get(path).await.text;
    for part in [
        "value=\"Sale!\"",
        "value=\"Obral!\"",
        "value=\"/collections/sale\"",
        "2026-05-01T08:00",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let late = desk.post(path, &form("Mine", "", "0")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("value=\"Mine\"") && late.text.contains("name=\"version\" value=\"1\""));
    let wrong = desk.post(path, &form(" ", "javascript:x", "1")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["error-text-en", "error-address", "value=\"Obral!\""] {
        assert!(wrong.text.contains(part), "{part}: {}", wrong.text);
    }
}
