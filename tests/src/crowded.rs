//! More comes than the program can do: who finds every place taken is told so at once, without a look at the database, and what
//! is kept is shown to everybody.

use crate::installation::Installation;

#[tokio::test]
async fn who_finds_no_place_is_told_to_come_back_without_a_statement() {
    let souk = Installation::new().await;
    souk.visitor().get("/").await.expect(200);
    let mut shopper = souk.visitor_in_a_crowd().await;
    shopper.get("/").await.expect(200);
    let before = souk.database().statement_count();
    let (buying, looking) = (&["1", "2"][..], &["2", "3", "4", "5"][..]);
    for (path, seconds) in [
        ("/cart", buying),
        ("/search?q=tile", looking),
        ("/checkout", buying),
        ("/login", looking),
        ("/admin", looking),
        ("/metrics", buying),
    ] {
        let page = shopper.get(path).await.expect(503);
        let again = page.header("retry-after");
        assert!(seconds.contains(&again), "{path}: {again}");
        let told = page.body.contains("Many people are here at the moment.");
        assert!(told && page.body.contains(&souk.alpha.store.name), "{}", page.body);
    }
    shopper.add(&souk.alpha.mug, "1").await.expect(503);
    let told = shopper.get("/api/v1/carts/unknown").await.expect(503);
    assert_eq!(told.json()["code"], "overloaded");
    assert!(buying.contains(&told.header("retry-after")));
    assert_eq!(souk.database().statement_count(), before);
}

#[tokio::test]
async fn what_is_kept_probes_and_styles_are_answered_in_any_crowd() {
    let souk = Installation::new().await;
    let shown = souk.visitor().get("/").await.expect(200);
    let mut shopper = souk.visitor_in_a_crowd().await;
    let before = souk.database().statement_count();
    let kept = shopper.get("/").await.expect(200);
    assert_eq!(souk.database().statement_count(), before);
    assert!(kept.body.contains(&souk.alpha.tiles[0].slug) && shown.body.contains(&souk.alpha.tiles[0].slug));
    let style = crate::page::between(&kept.body, "href=\"/assets/", "\"").unwrap();
    shopper.get(&format!("/assets/{style}")).await.expect(200);
    shopper.get("/healthz").await.expect(200);
    shopper.get("/readyz").await.expect(200);
}
