//! Views of lists: tabs that are kept, named, shared, deleted and brought back.

use axum::http::StatusCode;

use super::desk::TestDesk;

#[tokio::test]
async fn a_view_is_kept_found_renamed_deleted_and_brought_back() {
    let desk = TestDesk::open().await;
    for (list, query) in [
        ("orders", "status=confirmed&payment=paid"),
        ("products", "status=draft&stock=out"),
        ("customers", "marketing=yes&group=cgr_gone&sort=email"),
    ] {
        let path = format!("/admin/{list}");
        let whole = desk.get(&path).await.text;
        assert!(
            !whole.contains("data-testid=\"keep-view\""),
            "{list}: nothing is narrowed"
        );
        let narrowed = desk.get(&format!("{path}?{query}&cursor=")).await.text;
        let keep = format!(
            "{path}/views/new?query={}",
            query.replace('=', "%3D").replace('&', "%26")
        );
        assert!(narrowed.contains(&format!("href=\"{keep}\"")), "{list}: {narrowed}");
        let form = desk.get(&keep).await;
        assert_eq!(form.status, StatusCode::OK);

        let nameless = desk
            .post(
                &format!("{path}/views/new"),
                &[("name", " "), ("query", query), ("shared", "1")],
            )
            .await;
        assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nameless.text.contains("Please fill this in") && nameless.text.contains(" checked"));
        let kept = desk
            .post(
                &format!("{path}/views/new"),
                &[("name", "My <b>day</b>"), ("query", query)],
            )
            .await;
        let address = format!("{path}?{query}");
        assert_eq!((kept.status, &kept.location), (StatusCode::SEE_OTHER, &address));
        let shown = desk.get(&address).await.text;
        assert!(shown.contains("My &lt;b&gt;day") && !shown.contains("<b>day"), "{list}");
        assert!(!shown.contains("data-testid=\"keep-view\"") && shown.contains("data-testid=\"change-view\""));
        let view = shown.split(&format!("{path}/views/")).nth(1).unwrap();
        let view = format!("{path}/views/{}", view.split('"').next().unwrap());

        let renamed = desk
            .post(
                &view,
                &[("name", "Today"), ("shared", "1"), ("query", query), ("version", "1")],
            )
            .await;
        assert_eq!(renamed.location, address);
        let late = desk
            .post(&view, &[("name", "Mine"), ("query", query), ("version", "1")])
            .await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(
            late.text.contains("Today") && late.text.contains("value=\"Mine\"") && late.text.contains("value=\"2\"")
        );

        let deleted = desk.post(&format!("{view}/delete"), &[("version", "2")]).await;
        assert_eq!(deleted.status, StatusCode::SEE_OTHER, "{}", deleted.text);
        let without = desk.get(&deleted.location).await.text;
        assert!(!without.contains("data-testid=\"view-tab\""), "{list}");
        assert!(
            without.contains(&format!("action=\"{view}/restore\"")),
            "{list}: {without}"
        );
        assert_eq!(desk.get(&view).await.status, StatusCode::NOT_FOUND);
        let back = desk.post(&format!("{view}/restore"), &[]).await;
        assert_eq!(back.location, address);
        assert!(desk.get(&address).await.text.contains("Today"));
        let twice = desk.post(&format!("{view}/restore"), &[]).await;
        assert_eq!(twice.status, StatusCode::NOT_FOUND);
    }
}
