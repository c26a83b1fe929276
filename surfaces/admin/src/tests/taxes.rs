//! Tax codes, exemptions and the preview at the desk.

use axum::http::StatusCode;

use super::desk::TestDesk;

const CODES: &str = "/admin/settings/taxes/codes";
const EXEMPTIONS: &str = "/admin/settings/taxes/exemptions";

/// A customer with an account.
async fn customer(desk: &TestDesk, address: &str) {
    let mut ctx = desk.db.work().write();
    let email = kernel::EmailAddress::parse(address).unwrap();
    let accounts = identity::adopt_accounts(&mut ctx, &[email]).await.unwrap();
    for (email, account_id) in accounts {
        let open = customers::OpenCustomer {
            account_id,
            email,
            first_name: "Ann".to_owned(),
            last_name: "Lee".to_owned(),
        };
        customers::open(&mut ctx, open).await.unwrap();
    }
    ctx.commit().await.unwrap();
}

#[tokio::test]
async fn a_tax_code_is_made_chosen_rated_and_removed() {
    let desk = TestDesk::open().await;
    let code = |code| [("name", "Printed books"), ("code", code), ("category", "reduced")];
    let refused = desk.post(CODES, &code("zero")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("error-code") && refused.text.contains("value=\"Printed books\""));
    let saved = desk.post(CODES, &code("Books")).await;
    assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, CODES));
    assert!(desk.get(CODES).await.text.contains("Printed books"));

    let new = desk.get("/admin/products/new").await.text;
    assert!(new.contains("<option value=\"books\">Printed books</option>"), "{new}");
    let product = [
        ("title", "Atlas"),
        ("kind", "physical"),
        ("status", "active"),
        ("price", "20.00"),
        ("tax_category", "books"),
        ("taxable", "1"),
    ];
    let made = desk.post("/admin/products/new", &product).await;
    let page = desk.get(&made.location).await.text;
    let variant = format!("/admin/variants/{}", super::stocked::id_after(&page, "var_"));
    assert!(
        desk.get(&variant)
            .await
            .text
            .contains("<option value=\"books\" selected>")
    );

    let rate = [
        ("name", "VAT"),
        ("percent", "3"),
        ("country", "DE"),
        ("category", "books"),
    ];
    let kept = desk.post("/admin/settings/taxes/rates", &rate).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    let unknown = [
        ("name", "VAT"),
        ("percent", "3"),
        ("country", "DE"),
        ("category", "gold"),
    ];
    let refused = desk.post("/admin/settings/taxes/rates", &unknown).await;
    assert!(refused.text.contains("error-category"));

    desk.post("/admin/settings/taxes/nexus", &[("places", "DE")]).await;
    let asked = |code: &str| format!("/admin/settings/taxes/preview?country=DE&code={code}&price=100&delivery=10");
    let books = desk.get(&asked("books")).await.text;
    // 3 % of the book; the delivery is taxed as standard goods.
    assert!(books.contains("VAT 3 %") && books.contains("$114.90"), "{books}");
    assert!(desk.get(&asked("reduced")).await.text.contains("$118.90"));

    let removal = format!("{CODES}/books/remove");
    assert!(desk.get(&removal).await.text.contains("confirm-remove"));
    assert_eq!(desk.post(&removal, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.get(&removal).await.status, StatusCode::NOT_FOUND);
    assert!(
        !desk.get("/admin/settings/taxes").await.text.contains("own-rate"),
        "its rate went with it"
    );
    // The variant keeps its code, which is taxed as standard.
    assert!(
        desk.get(&variant)
            .await
            .text
            .contains("<option value=\"books\" selected>books</option>")
    );
}

#[tokio::test]
async fn a_customer_is_exempt_by_a_certificate() {
    let desk = TestDesk::open().await;
    customer(&desk, "ann@example.com").await;
    desk.post("/admin/settings/taxes/nexus", &[("places", "US")]).await;
    let form = |email, certificate, places| {
        [
            ("email", email),
            ("certificate", certificate),
            ("reason", "resale"),
            ("places", places),
        ]
    };
    let refused = desk.post(EXEMPTIONS, &form("bob@example.com", "EX-1", "US-CA")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("error-email") && refused.text.contains("value=\"EX-1\""));
    let refused = desk.post(EXEMPTIONS, &form("ann@example.com", " ", "nowhere")).await;
    assert!(
        refused.text.contains("error-places") && !refused.text.contains("error-email"),
        "{}",
        refused.text
    );
    let saved = desk
        .post(EXEMPTIONS, &form("ann@example.com", "EX-1", "US-CA, DE"))
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = desk.get(EXEMPTIONS).await.text;
    assert!(page.contains("EX-1") && page.contains("US-CA, DE") && page.contains("Ann Lee"));
    assert!(
        !desk
            .get(&format!("{EXEMPTIONS}?q=bob@example.com"))
            .await
            .text
            .contains("EX-1")
    );

    let preview = "/admin/settings/taxes/preview?country=US&state=CA&price=100&email=";
    assert!(desk.get(preview).await.text.contains("$107.25"));
    let exempt = desk.get(&format!("{preview}ann@example.com")).await.text;
    assert!(
        exempt.contains("data-testid=\"tax-exempt\"") && !exempt.contains("$107.25"),
        "{exempt}"
    );
    let unknown = desk.get(&format!("{preview}bob@example.com")).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);

    let removal = format!("{EXEMPTIONS}/{}/remove", super::stocked::id_after(&page, "txe_"));
    assert!(desk.get(&removal).await.text.contains("EX-1"));
    assert_eq!(desk.post(&removal, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(
        desk.get(&format!("{preview}ann@example.com"))
            .await
            .text
            .contains("$107.25")
    );
}

#[tokio::test]
async fn a_preview_says_what_is_wrong_and_where_no_tax_is_collected() {
    let desk = TestDesk::open().await;
    desk.post("/admin/settings/taxes/nexus", &[("places", "US-CA")]).await;
    let wrong = desk
        .get("/admin/settings/taxes/preview?country=Mars&price=much&delivery=-1")
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["country", "price", "delivery"] {
        assert!(
            wrong.text.contains(&format!("error-{field}")),
            "{field}: {}",
            wrong.text
        );
    }
    assert!(wrong.text.contains("value=\"Mars\""));
    let nowhere = desk
        .get("/admin/settings/taxes/preview?country=US&state=NY&price=100")
        .await;
    assert_eq!(nowhere.status, StatusCode::OK);
    assert!(nowhere.text.contains("do not collect tax there"), "{}", nowhere.text);
}
