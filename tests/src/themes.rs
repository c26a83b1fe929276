//! A merchant's theme: the example of one shows all that it overrides, and a broken one hides nothing from anybody.

use std::path::Path;

use crate::installation::Installation;

#[tokio::test]
async fn the_example_of_a_theme_shows_all_that_it_overrides() {
    let souk = Installation::new().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../themes/paper");
    let process = souk.process_with_theme(Some(&folder)).await;
    let mut guest = process.visitor();
    for path in ["/", "/products", "/products/a-mug", "/cart", "/login"] {
        let page = guest.get(path).await.expect(200);
        for part in [
            "data-testid=\"paper-motto\"",
            "All the goods that are fit to sell",
            "data-testid=\"cart-link\"",
        ] {
            assert!(page.body.contains(part), "{path}: {part}: {}", page.body);
        }
    }
    let home = guest.get("/").await.body;
    assert!(home.contains("Fresh off the press"), "{home}");
    let style = home
        .split('"')
        .find(|part| part.ends_with("/shared/paper.css"))
        .unwrap();
    let sheet = guest.get(style).await.expect(200);
    assert!(sheet.body.contains("--accent: #1f3f7a"), "{}", sheet.body);
    guest.get("/?lang=id").await;
    let indonesian = guest.get("/").await;
    assert!(
        indonesian.body.contains("Semua barang yang layak dijual"),
        "{}",
        indonesian.body
    );
    let mut owner = process.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    assert!(!owner.get("/admin").await.expect(200).has("theme-mistakes"));
}

#[tokio::test]
async fn a_mistake_in_a_theme_is_named_at_the_desk_and_shoppers_see_the_built_in_page() {
    let souk = Installation::new().await;
    let theme = tempfile::tempdir().unwrap();
    std::fs::create_dir(theme.path().join("storefront")).unwrap();
    for (file, source) in [
        ("home.html", "<p>Mine</p>\n{% if %}"),
        ("cart.html", "<p>Mine</p>\n\n{{ nothing.of.that.name }}"),
    ] {
        std::fs::write(theme.path().join("storefront").join(file), source).unwrap();
    }
    let process = souk.process_with_theme(Some(theme.path())).await;
    let mut owner = process.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let before = owner.get("/admin").await.expect(200);
    assert!(!before.has("theme-mistakes"), "{}", before.body);
    let mut guest = process.visitor();
    for path in ["/", "/cart"] {
        let page = guest.get(path).await.expect(200);
        assert!(
            page.has("cart-link") && !page.body.contains("<p>Mine</p>"),
            "{}",
            page.body
        );
    }
    let desk = owner.get("/admin").await.expect(200);
    for part in ["storefront/home.html, line 2", "storefront/cart.html, line 3"] {
        assert!(desk.body.contains(part), "{part}: {}", desk.body);
    }
}
