//! What the store says of its products, at the desk.

use super::{desk::TestDesk, stocked::between};

#[tokio::test]
async fn attributes_are_defined_and_their_values_typed_with_the_product() {
    let desk = TestDesk::open().await;
    let new = "/admin/settings/attributes/new";
    let wrong = [("name", "Colour"), ("kind", "one_of"), ("choices", " \r\n")];
    let refused = desk.post(new, &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"error-choices\"") && refused.text.contains("value=\"Colour\""));
    for form in [
        &[
            ("name", "Colour"),
            ("kind", "one_of"),
            ("choices", "Red\r\nBlue"),
            ("required", "1"),
            ("shown", "1"),
        ][..],
        &[("name", "Weight"), ("kind", "number"), ("unit", "kg"), ("shown", "1")],
        &[
            ("name", "Fits"),
            ("kind", "several_of"),
            ("choices", "Car\r\nBike"),
            ("shown", "1"),
        ],
    ] {
        assert_eq!(desk.post(new, form).await.status, 303);
    }
    let list = desk.get("/admin/settings/attributes").await.text;
    let ids: Vec<&str> = list
        .split("href=\"/admin/settings/attributes/att_")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0)
        .collect();
    let weight = format!("/admin/settings/attributes/att_{}", ids[1]);
    assert_eq!(desk.post(&format!("{weight}/move"), &[("to", "up")]).await.status, 303);
    let list = desk.get("/admin/settings/attributes").await.text;
    assert!(list.find(">Weight<") < list.find(">Colour<"));

    let product = |colour: &'static str, weight: &'static str| {
        [
            ("title", "Rack"),
            ("price", "20"),
            ("kind", "physical"),
            ("status", "active"),
            ("attribute", "Weight"),
            ("attribute_value", weight),
            ("attribute", "Colour"),
            ("attribute_value", colour),
            ("attribute", "Fits"),
            ("attribute_value", ""),
            ("attribute_choice", "2:Bike"),
        ]
    };
    let refused = desk.post("/admin/products/new", &product("", "much")).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"error-attribute-0\"") && refused.text.contains("id=\"error-attribute-1\""));
    assert!(refused.text.contains("value=\"much\"") && refused.text.contains("value=\"2:Bike\" checked"));
    let made = desk.post("/admin/products/new", &product("Blue", "2.50")).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let page = desk.get(&made.location).await.text;
    assert!(page.contains("value=\"2.5\"") && page.contains("<option value=\"Blue\" selected>"));
    assert!(page.contains("value=\"2:Bike\" checked") && !page.contains("value=\"2:Car\" checked"));

    let asked = desk.get(&format!("{weight}/delete")).await.text;
    assert!(asked.contains("One product has a value for it"), "{asked}");
    let deleted = desk.post(&format!("{weight}/delete"), &[("version", "1")]).await;
    assert_eq!(deleted.status, 303, "{}", deleted.text);
    assert_eq!(desk.get(&weight).await.status, 404);
}

#[tokio::test]
async fn a_choice_that_left_the_list_is_still_there_to_be_replaced() {
    let desk = TestDesk::open().await;
    let form = [
        ("name", "Colour"),
        ("kind", "one_of"),
        ("choices", "Red\r\nBlue"),
        ("shown", "1"),
    ];
    desk.post("/admin/settings/attributes/new", &form).await;
    let list = desk.get("/admin/settings/attributes").await.text;
    let id = list
        .split("/admin/settings/attributes/att_")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let page = format!("/admin/settings/attributes/att_{id}");
    let product = [
        ("title", "Rack"),
        ("price", "20"),
        ("kind", "physical"),
        ("status", "active"),
        ("attribute", "Colour"),
        ("attribute_value", "Blue"),
    ];
    let made = desk.post("/admin/products/new", &product).await.location;
    let fewer = [("name", "Colour"), ("choices", "Red"), ("shown", "1"), ("version", "1")];
    assert_eq!(desk.post(&page, &fewer).await.status, 303);
    let shown = desk.get(&made).await.text;
    assert!(
        shown.contains("<option value=\"Blue\" selected>"),
        "nothing is lost unseen"
    );
    assert_eq!(desk.post(&page, &fewer).await.status, 409, "made on an old version");
}

#[tokio::test]
async fn an_attribute_of_which_the_categories_are_gone_is_for_all_only_when_somebody_says_so() {
    let desk = TestDesk::open().await;
    desk.post("/admin/categories/new", &[("name", "Garden")]).await;
    let categories = desk.get("/admin/categories").await.text;
    let garden = format!("cat_{}", between(&categories, "href=\"/admin/categories/cat_", "\""));
    let form = [("name", "Height"), ("kind", "text"), ("category", garden.as_str())];
    assert_eq!(desk.post("/admin/settings/attributes/new", &form).await.status, 303);
    let list = desk.get("/admin/settings/attributes").await.text;
    assert!(
        list.contains("for some products") && !list.contains("for no product"),
        "{list}"
    );
    let id = between(&list, "href=\"/admin/settings/attributes/att_", "\"");
    let page = format!("/admin/settings/attributes/att_{id}");
    assert!(!desk.get(&page).await.text.contains("name=\"for_all\""));
    let deleted = desk.post(&format!("/admin/categories/{garden}/delete"), &[]).await;
    assert_eq!(deleted.status, 303, "{}", deleted.text);

    let list = desk.get("/admin/settings/attributes").await.text;
    assert!(list.contains("for no product: its categories are gone"), "{list}");
    let shown = desk.get(&page).await.text;
    assert!(
        shown.contains("so it is for no product now") && shown.contains("name=\"for_all\""),
        "{shown}"
    );
    let unchanged = [("name", "Tallness"), ("version", "1")];
    let refused = desk.post(&page, &unchanged).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(
        refused.text.contains("id=\"error-category_ids\"") && refused.text.contains("value=\"Tallness\""),
        "{}",
        refused.text
    );
    let said = [&unchanged[..], &[("for_all", "1")]].concat();
    let saved = desk.post(&page, &said).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let list = desk.get("/admin/settings/attributes").await.text;
    assert!(
        list.contains("Tallness") && !list.contains("for no product") && !list.contains("for some products"),
        "{list}"
    );
}
