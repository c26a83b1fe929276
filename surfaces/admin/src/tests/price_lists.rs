//! Customer groups and price lists at the desk.

use axum::http::StatusCode;

use super::{
    customers::open,
    desk::{Reply, TestDesk},
    stocked::{between, id_after, stock},
};

/// A group of that name, by its page.
async fn group(desk: &TestDesk, name: &str) -> String {
    let made = desk.post("/admin/customer-groups", &[("name", name)]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let groups = desk.get("/admin/customer-groups").await.text;
    id_after(&groups, "cgr_").to_owned()
}

/// A list for the group, by its address.
async fn list(desk: &TestDesk, group: &str) -> String {
    let form = [
        ("name", "Trade prices"),
        ("price_list_active", "1"),
        ("percent_off", "10"),
        ("countries", "us, de"),
        ("group", group),
    ];
    let made = desk.post("/admin/price-lists/new", &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    made.location.strip_suffix("/prices").unwrap().to_owned()
}

/// Sends lines and a file of them.
async fn put(desk: &TestDesk, path: &str, lines: &str, file: Option<&str>) -> Reply {
    let (name, content) = file.map_or(("", ""), |content| ("prices.csv", content));
    let body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"sheet\"\r\n\r\n{lines}\r\n--x\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--x--\r\n"
    );
    let kind = "multipart/form-data; boundary=x";
    desk.ask("everything", ("POST", path), (kind, body)).await
}

#[tokio::test]
async fn a_list_is_made_priced_and_deleted() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    let without = desk.get("/admin/price-lists").await.text;
    assert!(without.contains("There are no price lists yet.") && without.contains("Make one first"));
    let group = group(&desk, "Trade").await;
    let path = list(&desk, &group).await;
    let listed = desk.get("/admin/price-lists?state=on").await.text;
    assert!(
        listed.contains("Trade prices") && listed.contains("DE, US") && listed.contains("10 % off the rest"),
        "{listed}"
    );
    let none = desk.get("/admin/price-lists?state=ended").await.text;
    assert!(none.contains("No price list is there now."), "{none}");

    let found = desk.get(&format!("{path}/prices?add=mug")).await.text;
    let variant = format!("{path}/prices/{}", stocked.variant);
    assert!(found.contains(&variant), "{found}");
    let rows = [
        ("min_quantity", "1"),
        ("price", "11"),
        ("min_quantity", "10"),
        ("price", "9,50"),
        ("min_quantity", ""),
        ("price", ""),
    ];
    assert_eq!(desk.post(&variant, &rows).await.status, StatusCode::SEE_OTHER);
    let prices = desk.get(&format!("{path}/prices")).await.text;
    assert!(
        prices.contains("$11.00") && prices.contains("from 10: $9.50"),
        "{prices}"
    );
    assert!(!prices.contains("not below the regular price"), "{prices}");
    let page = desk.get(&format!("/admin/variants/{}", stocked.variant)).await.text;
    let told = between(&page, "data-testid=\"variant-lists\"", "</section>");
    assert!(told.contains("Trade prices") && told.contains("$9.50"), "{told}");
    let address = format!("/admin/variants/{}", stocked.variant);
    let reader = desk
        .ask("only-catalog:read", ("GET", &address), ("", String::new()))
        .await;
    assert_eq!(reader.status, StatusCode::OK, "{}", reader.text);
    assert!(
        !reader.text.contains("Trade prices"),
        "what lists ask is for those who keep them"
    );

    let asked = desk.get(&format!("{path}/delete")).await.text;
    assert!(asked.contains("Its 2 prices go with it."), "{asked}");
    let version = between(&asked, "name=\"version\" value=\"", "\"");
    let gone = desk.post(&format!("{path}/delete"), &[("version", version)]).await;
    assert_eq!(
        (gone.status, gone.location.as_str()),
        (StatusCode::SEE_OTHER, "/admin/price-lists")
    );
    assert_eq!(desk.get(&path).await.status, StatusCode::NOT_FOUND);
    let page = desk.get(&format!("/admin/variants/{}", stocked.variant)).await.text;
    assert!(page.contains("not in it any more"), "what it asked stays on record");
}

#[tokio::test]
async fn a_wrong_price_is_told_at_its_field_and_nobody_undoes_what_another_saved() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    let group = group(&desk, "Trade").await;
    let path = format!("{}/prices/{}", list(&desk, &group).await, stocked.variant);
    let wrong = [
        ("min_quantity", "1"),
        ("price", "11"),
        ("min_quantity", "2"),
        ("price", ""),
    ];
    let refused = desk.post(&path, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = between(&refused.text, "id=\"error-price-2\"", "</span>");
    assert!(said.contains("Please fill this in."), "{}", refused.text);
    let none = [("min_quantity", "0"), ("price", "9")];
    let refused = desk.post(&path, &none).await;
    let said = between(&refused.text, "id=\"error-min_quantity-1\"", "</span>");
    assert!(said.contains("too small or too large"), "{}", refused.text);

    let at = |price, seen| [("min_quantity", "1"), ("price", price), ("seen", seen)];
    assert_eq!(desk.post(&path, &at("11", "")).await.status, StatusCode::SEE_OTHER);
    let stale = desk.post(&path, &at("7", "")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let told = between(&stale.text, "data-testid=\"error-message\"", "</div>");
    assert!(told.contains("$11.00"), "what is saved now: {}", stale.text);
    assert!(
        stale.text.contains("value=\"7\""),
        "what was typed stays: {}",
        stale.text
    );
    let seen = between(&stale.text, "name=\"seen\" value=\"", "\"");
    assert_eq!(desk.post(&path, &at("7", seen)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        desk.post(&path, &at("6", "anything")).await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn a_sheet_is_put_whole_or_each_wrong_line_is_told() {
    let desk = TestDesk::open().await;
    stock(&desk).await;
    let group = group(&desk, "Trade").await;
    let path = format!("{}/prices", list(&desk, &group).await);
    let sheet = "sku,min_quantity,price\nMUG-1,1,11.00\nCUP-1,1,5.00\n";
    for (typed, file) in [(sheet, None), ("", Some(sheet))] {
        let refused = put(&desk, &path, typed, file).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text.contains("Line 3: No variant has this SKU."),
            "{}",
            refused.text
        );
        assert!(refused.text.contains("CUP-1,1,5.00"), "nothing that was sent is lost");
    }
    let unread = put(&desk, &path, "MUG-1,many,11\nMUG-1\n", None).await;
    assert!(
        unread.text.contains("Line 1:") && unread.text.contains("Line 2:"),
        "{}",
        unread.text
    );
    assert!(desk.get(&path).await.text.contains("No variant has a price here"));
    let saved = put(&desk, &path, "MUG-1,1,11.00\n\"MUG-1\",10,9.00", None).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    assert!(desk.get(&path).await.text.contains("$9.00"));
    let saved = put(&desk, &path, "", Some("sku;min_quantity;price\r\nMUG-1;20;8,00\r\n")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    assert!(desk.get(&path).await.text.contains("$8.00"));
    let saved = put(&desk, &path, "MUG-1,1,12.99", None).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = desk.get(&path).await.text;
    let marked = page.matches("not below the regular price").count();
    assert_eq!(marked, 1, "only the price for one: {page}");
}

#[tokio::test]
async fn a_sheet_of_nothing_or_of_too_much_is_refused_and_what_was_typed_stays() {
    let desk = TestDesk::open().await;
    stock(&desk).await;
    let group = group(&desk, "Trade").await;
    let path = format!("{}/prices", list(&desk, &group).await);
    let of_field = |page: &str, field: &str| {
        let remark = between(page, &format!("id=\"error-{field}\""), "</span>");
        remark.to_owned()
    };
    for nothing in ["", " \n\n", "sku,min_quantity,price\n"] {
        let refused = put(&desk, &path, nothing, None).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing:?}");
        assert!(of_field(&refused.text, "sheet").contains("Please fill this in."));
    }
    let typed = "MUG-1,1,11.00";
    let both = put(&desk, &path, typed, Some("MUG-1,1,10.00")).await;
    assert!(of_field(&both.text, "file").contains("not both") && both.text.contains(typed));
    let many = "MUG-1,1,11.00\n".repeat(10_001);
    let refused = put(&desk, &path, &many, None).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(of_field(&refused.text, "sheet").contains("10,000"));
    let large = "x".repeat(9 * 1024 * 1024);
    let refused = put(&desk, &path, typed, Some(&large)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(of_field(&refused.text, "file").contains("too large") && refused.text.contains(typed));
}

#[tokio::test]
async fn a_form_of_a_list_tells_what_is_wrong_and_what_somebody_else_saved() {
    let desk = TestDesk::open().await;
    let trade = group(&desk, "Trade").await;
    let path = list(&desk, &trade).await;
    let form = [
        ("name", ""),
        ("percent_off", "120"),
        ("list_priority", "2000"),
        ("starts_at", "2026-11-21T08:30"),
        ("ends_at", "2026-11-20T08:30"),
    ];
    let refused = desk.post("/admin/price-lists/new", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "Please fill this in.",
        "Please type more than 0 and at most 100.",
        "This number is too small or too large.",
        "The end must be after the start.",
        "Please choose a group of customers.",
    ] {
        assert!(refused.text.contains(said), "{said}: {}", refused.text);
    }
    let taken = desk
        .post("/admin/price-lists/new", &[("name", "trade PRICES"), ("group", &trade)])
        .await;
    assert!(taken.text.contains("Another one has this name."), "{}", taken.text);
    let alumni = group(&desk, "Alumni").await;
    let change = [
        ("name", "Wholesale"),
        ("price_list_active", "1"),
        ("group", alumni.as_str()),
        ("version", "1"),
    ];
    assert_eq!(desk.post(&path, &change).await.status, StatusCode::SEE_OTHER);
    let stale = desk
        .post(&path, &[("name", "Retail"), ("group", &trade), ("version", "1")])
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let told = between(&stale.text, "data-testid=\"error-message\"", "</table>");
    for said in ["Wholesale", "Retail", "Customer groups", "Alumni", "Trade"] {
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[tokio::test]
async fn customers_are_put_into_groups_and_found_by_them() {
    let desk = TestDesk::open().await;
    let ann = open(&desk, "ann@example.com", "Ann").await;
    open(&desk, "bob@example.com", "Bob").await;
    let group = group(&desk, "Trade").await;
    let page = format!("/admin/customers/{ann}");
    let saved = desk.post(&format!("{page}/groups"), &[("group", &group)]).await;
    assert_eq!(
        (saved.status, saved.location.as_str()),
        (StatusCode::SEE_OTHER, page.as_str())
    );
    let ticked = desk.get(&page).await.text;
    assert!(
        between(&ticked, "data-testid=\"customer-group\"", ">").contains("checked"),
        "{ticked}"
    );
    let found = desk.get(&format!("/admin/customers?group={group}")).await.text;
    assert!(
        found.contains("ann@example.com") && !found.contains("bob@example.com"),
        "{found}"
    );
    // Somebody else's page does not show the tick yet: what is saved there leaves it.
    let loyal = self::group(&desk, "Loyal").await;
    desk.post(&format!("{page}/groups"), &[("group", &loyal)]).await;
    for id in [&group, &loyal] {
        let found = desk.get(&format!("/admin/customers?group={id}")).await.text;
        assert!(found.contains("ann@example.com"), "{found}");
    }
    desk.post(&format!("{page}/groups"), &[("was", &group)]).await;
    let found = desk.get(&format!("/admin/customers?group={group}")).await.text;
    assert!(found.contains("No customer fits these filters."), "{found}");
}

#[tokio::test]
async fn what_is_wrong_with_ticked_groups_is_told_beside_them_and_they_stay_ticked() {
    let desk = TestDesk::open().await;
    let ann = open(&desk, "ann@example.com", "Ann").await;
    let mut ids: Vec<String> = Vec::new();
    let mut ctx = desk.db.work().write();
    for number in 0..21 {
        let terms = customers::GroupTerms {
            name: format!("Club {number}"),
            note: String::new(),
        };
        let made = customers::create_group(&mut ctx, terms).await.unwrap();
        ids.push(made.id.to_string());
    }
    ctx.commit().await.unwrap();
    let page = format!("/admin/customers/{ann}");
    let path = format!("{page}/groups");
    let ticks: Vec<(&str, &str)> = ids.iter().map(|id| ("group", id.as_str())).collect();
    let ticked = |text: &str| text.matches("data-testid=\"customer-group\" checked").count();
    let refused = desk.post(&path, &ticks).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let said = between(&refused.text, "id=\"error-groups\"", "</span>");
    assert!(said.contains("These are too many."), "{said}");
    assert_eq!(ticked(&refused.text), 21);

    let saved = desk.post(&path, &ticks[..1]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let gone = format!("/admin/customer-groups/{}/delete", ids[1]);
    desk.post(&gone, &[("version", "1")]).await;
    let changed = [("was", ids[0].as_str()), ticks[1], ticks[2]];
    let refused = desk.post(&path, &changed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let said = between(&refused.text, "id=\"error-groups\"", "</span>");
    assert!(said.contains("One of these groups was taken away"), "{said}");
    let own = format!("name=\"was\" value=\"{}\"", ids[0]);
    let other = format!("value=\"{}\" data-testid=\"customer-group\" checked", ids[2]);
    assert!(
        refused.text.contains(&own) && refused.text.contains(&other),
        "{}",
        refused.text
    );
    assert_eq!(ticked(&refused.text), 1, "what was unticked stays so");
    let saved = desk.post(&path, &[changed[0], changed[2]]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    assert_eq!(ticked(&desk.get(&page).await.text), 1);
}

#[tokio::test]
async fn a_group_that_a_list_is_for_stays_and_the_page_says_which() {
    let desk = TestDesk::open().await;
    let group = group(&desk, "Trade").await;
    let page = format!("/admin/customer-groups/{group}");
    let taken = desk.post("/admin/customer-groups", &[("name", "TRADE")]).await;
    assert!(taken.text.contains("Another one has this name."), "{}", taken.text);
    let renamed = desk.post(&page, &[("name", "Wholesale"), ("version", "1")]).await;
    assert_eq!(renamed.status, StatusCode::SEE_OTHER, "{}", renamed.text);
    let stale = desk.post(&page, &[("name", "Retail"), ("version", "1")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let path = list(&desk, &group).await;
    let refused = desk.post(&format!("{page}/delete"), &[("version", "2")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("Trade prices"), "{}", refused.text);
    desk.post(&format!("{path}/delete"), &[("version", "1")]).await;
    let gone = desk.post(&format!("{page}/delete"), &[("version", "2")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text);
    assert!(
        desk.get("/admin/customer-groups")
            .await
            .text
            .contains("There are no groups yet.")
    );
}
