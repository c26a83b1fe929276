//! What is set up once.

use axum::http::StatusCode;

use super::{
    desk::{Reply, TestDesk},
    stocked::{id_after, stock},
};

const PAGE: &str = "/admin/settings/shipping";

/// The page of all after a form that was accepted.
async fn accepted(desk: &TestDesk, path: &str, form: &[(&str, &str)]) -> String {
    let reply = desk.post(&format!("{PAGE}{path}"), form).await;
    assert_eq!(
        (reply.status, reply.location.as_str()),
        (StatusCode::SEE_OTHER, PAGE),
        "{path}: {}",
        reply.text
    );
    desk.get(PAGE).await.text
}

/// The form again, with an error at that field.
async fn refused(desk: &TestDesk, path: &str, form: &[(&str, &str)], field: &str) -> Reply {
    let reply = desk.post(&format!("{PAGE}{path}"), form).await;
    assert!(reply.status.is_client_error(), "{path}: {}", reply.status);
    assert!(
        reply.text.contains(&format!("id=\"error-{field}\"")),
        "{path} {field}: {}",
        reply.text
    );
    reply
}

#[tokio::test]
async fn a_merchant_sets_up_delivery() {
    let desk = TestDesk::open().await;
    let empty = desk.get(PAGE).await.text;
    assert!(empty.contains("nothing can be shipped"), "{empty}");
    let reply = refused(
        &desk,
        "/zones/new",
        &[("name", "Home"), ("regions", "US, Mars")],
        "regions",
    )
    .await;
    assert!(reply.text.contains("US, Mars"), "what was typed stays");
    let page = accepted(&desk, "/zones/new", &[("name", "Home"), ("regions", "us, CA-ON")]).await;
    assert!(
        page.contains("US, CA-ON") && page.contains("No method ships here"),
        "{page}"
    );
    let zone = id_after(&page, "zon_");
    let methods = format!("/zones/{zone}/methods");

    let flat = [
        ("name", "Standard"),
        ("kind", "flat"),
        ("price", "5.99"),
        ("days_min", "2"),
        ("days_max", "4"),
    ];
    let page = accepted(&desk, &methods, &flat).await;
    assert!(
        page.contains(">standard<") && page.contains("$5.99") && page.contains("2–4"),
        "{page}"
    );
    refused(&desk, &methods, &flat, "code").await;
    let steps = [
        ("name", "By weight"),
        ("kind", "by_weight"),
        ("steps", "0; 4.00\nheavy; 9"),
    ];
    let reply = refused(&desk, &methods, &steps, "steps").await;
    assert!(
        reply.text.contains("Line 2") && reply.text.contains("heavy; 9"),
        "{}",
        reply.text
    );
    let table = [
        ("name", "Table"),
        ("kind", "table_by_price"),
        ("steps", "*; 0; 9.00\n90000-90999; 0; 3.00"),
        ("days_max", "9"),
    ];
    let page = accepted(&desk, &methods, &table).await;
    assert!(page.contains("By postcode and price, from $3.00"), "{page}");
    assert!(page.find(">standard<") < page.find(">table<"));

    let (standard, table) = (id_after(&page, "shm_"), page.rsplit("shm_").next().unwrap());
    let table = format!("shm_{}", table.get(..26).unwrap());
    let page = accepted(&desk, &format!("/methods/{table}/move"), &[("up", "1")]).await;
    assert!(page.find(">standard<") > page.find(">table<"), "{page}");
    let page = accepted(&desk, &format!("/methods/{standard}/switch"), &[("active", "")]).await;
    assert!(page.contains("Switch on"), "{page}");
    let saved = desk.get(&format!("{PAGE}/methods/{table}")).await.text;
    assert!(saved.contains("*; 0.00; 9.00\n90000-90999; 0.00; 3.00"), "{saved}");
    let cheaper = [
        ("name", "Standard"),
        ("kind", "flat"),
        ("price", "4.99"),
        ("days_min", "2"),
        ("days_max", "4"),
        ("version", "2"),
    ];
    let page = accepted(&desk, &format!("/methods/{standard}"), &cheaper).await;
    assert!(page.contains("$4.99"), "{page}");
    for (part, id) in [("methods", standard), ("zones", zone)] {
        let asked = desk.get(&format!("{PAGE}/{part}/{id}/remove")).await;
        assert!(asked.text.contains("confirm-remove"), "{}", asked.text);
        assert!(!accepted(&desk, &format!("/{part}/{id}/remove"), &[]).await.contains(id));
    }
}

#[tokio::test]
async fn of_two_who_change_a_zone_or_a_method_the_second_sees_both_versions() {
    let desk = TestDesk::open().await;
    let page = accepted(&desk, "/zones/new", &[("name", "Home"), ("regions", "US")]).await;
    let zone = format!("/zones/{}", id_after(&page, "zon_"));
    let flat = [
        ("name", "Standard"),
        ("kind", "flat"),
        ("price", "5.99"),
        ("days_max", "4"),
    ];
    let page = accepted(&desk, &format!("{zone}/methods"), &flat).await;
    let method = format!("/methods/{}", id_after(&page, "shm_"));
    for (path, first, second, told) in [
        (
            zone,
            [("name", "Here"), ("regions", "US, PR")].as_slice(),
            [("name", "Near"), ("regions", "US")].as_slice(),
            [">Here<", ">Near<", ">US, PR<", "value=\"Near\""].as_slice(),
        ),
        (
            method,
            &[
                ("name", "Standard"),
                ("kind", "by_quantity"),
                ("steps", "1; 5.00"),
                ("free_from", "50"),
            ],
            &[("name", "Slow"), ("kind", "flat"), ("price", "4.99")],
            &[
                ">Standard<",
                ">Slow<",
                ">By how many pieces<",
                ">The same for every order<",
                ">Free from, in USD<",
                ">50.00<",
            ],
        ),
    ] {
        let with =
            |form: &[(&'static str, &'static str)], version: &'static str| [form, &[("version", version)]].concat();
        let shown = desk.get(&format!("{PAGE}{path}")).await.text;
        assert!(shown.contains("name=\"version\" value=\"1\""), "{shown}");
        accepted(&desk, &path, &with(first, "1")).await;
        let late = desk.post(&format!("{PAGE}{path}"), &with(second, "1")).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
        assert!(late.text.contains("name=\"version\" value=\"2\""), "{}", late.text);
        for told in told {
            assert!(late.text.contains(told), "{told}: {}", late.text);
        }
        accepted(&desk, &path, &with(second, "2")).await;
    }
}

#[tokio::test]
async fn an_order_can_be_fetched_from_a_location() {
    let desk = TestDesk::open().await;
    stock(&desk).await;
    let page = accepted(&desk, "/zones/new", &[("name", "Home"), ("regions", "*")]).await;
    let methods = format!("/zones/{}/methods", id_after(&page, "zon_"));
    let form = desk.get(&format!("{PAGE}{methods}")).await.text;
    let location = id_after(&form, "loc_");
    refused(&desk, &methods, &[("name", "Shop"), ("kind", "pickup")], "location").await;
    let fetched = [
        ("name", "Shop"),
        ("kind", "pickup"),
        ("location", location),
        ("date_choices", "5"),
    ];
    let page = accepted(&desk, &methods, &fetched).await;
    assert!(
        page.contains("Pick-up Main") && page.contains("shoppers choose a day"),
        "{page}"
    );
}

#[tokio::test]
async fn profiles_boxes_and_restrictions_are_kept() {
    let desk = TestDesk::open().await;
    stock(&desk).await;
    for (path, form, field) in [
        (
            "/profiles/new",
            vec![("name", "Bulky"), ("products", "nothing-like-it")],
            "products",
        ),
        (
            "/boxes/new",
            vec![("name", "Small"), ("length_mm", "wide")],
            "length_mm",
        ),
        (
            "/restrictions/new",
            vec![("product", "stoneware-mug"), ("kind", "not_to")],
            "regions",
        ),
        (
            "/restrictions/new",
            vec![("product", "nothing-like-it"), ("kind", "not_to"), ("regions", "GB")],
            "product",
        ),
        (
            "/calendar",
            vec![("handling_days", "soon"), ("working_day", "1")],
            "handling_days",
        ),
    ] {
        refused(&desk, path, &form, field).await;
    }
    accepted(
        &desk,
        "/profiles/new",
        &[("name", "Bulky"), ("products", "stoneware-mug")],
    )
    .await;
    let numbers = [
        ("length_mm", "200"),
        ("width_mm", "300"),
        ("height_mm", "100"),
        ("tare_grams", "80"),
        ("max_weight_grams", "5000"),
    ];
    let small: Vec<_> = std::iter::once(("name", "Small")).chain(numbers).collect();
    accepted(&desk, "/boxes/new", &small).await;
    refused(&desk, "/boxes/new", &small, "name").await;
    accepted(
        &desk,
        "/restrictions/new",
        &[("product", "stoneware-mug"), ("kind", "only_to"), ("regions", "US")],
    )
    .await;
    let page = accepted(
        &desk,
        "/calendar",
        &[("handling_days", "2"), ("working_day", "1"), ("working_day", "6")],
    )
    .await;
    for shown in [
        "Bulky",
        "one product",
        "300 × 200 × 100 mm, 80 g empty, at most 5000 g",
        "Stoneware mug",
        "Only to: US",
        "value=\"2\"",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    for (prefix, part) in [("shp_", "profiles"), ("box_", "boxes"), ("rst_", "restrictions")] {
        let id = id_after(&page, prefix);
        for language in ["en", "id"] {
            for path in [
                format!("{PAGE}/{part}/{id}"),
                format!("{PAGE}/{part}/{id}/remove"),
                format!("{PAGE}/{part}/new"),
            ] {
                let shown = desk.get(&format!("{path}?lang={language}")).await;
                assert_eq!(shown.status, StatusCode::OK, "{path}");
                let missing = shown
                    .text
                    .split(['>', '<', '"', ' '])
                    .find(|part| part.starts_with("admin-") && !part.starts_with("admin-nav-"));
                assert_eq!(missing, None, "{path} {language}");
            }
        }
        let saved = desk.get(&format!("{PAGE}/{part}/{id}")).await.text;
        assert!(
            ["stoneware-mug", "value=\"300\""]
                .iter()
                .any(|typed| saved.contains(typed)),
            "{saved}"
        );
        assert!(
            !accepted(&desk, &format!("/{part}/{id}/remove"), &[])
                .await
                .contains(prefix)
        );
    }
}

#[tokio::test]
async fn the_terms_of_invoices_are_kept_or_named_where_they_are_wrong() {
    let desk = TestDesk::open().await;
    let path = "/admin/settings/invoices";
    let good = [
        ("legal_name", "Tableware GmbH"),
        ("tax_numbers", "VAT DE123456789\n\nHRB 12345"),
        ("invoice_prefix", "R-"),
        ("credit_note_prefix", "G-"),
        ("version", "0"),
    ];
    let saved = desk.post(path, &good).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = desk.get(path).await.text;
    assert!(page.contains("value=\"Tableware GmbH\"") && page.contains("HRB 12345"));
    let late = desk.post(path, &good).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(
        late.text.contains("name=\"version\" value=\"1\""),
        "saving once more keeps it"
    );
    let wrong = desk
        .post(
            path,
            &[("invoice_prefix", "typed"), ("tax_numbers", "none"), ("version", "1")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("id=\"error-tax_numbers\"") && wrong.text.contains("value=\"typed\""));
    let same = [("invoice_prefix", "A-"), ("credit_note_prefix", "A-"), ("version", "1")];
    let same = desk.post(path, &same).await;
    assert!(same.text.contains("id=\"error-credit_note_prefix\""), "{}", same.text);
}
