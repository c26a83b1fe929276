//! What members are shown of their prices beyond the shop's pages: where their cart goes, below the search field, and in orders.

use std::sync::Arc;

use catalog::{PriceListTerms, UpdatePriceList};
use database::{Scope, Work};
use kernel::CountryCode;
use serde_json::json;
use shipping::{MethodTerms, RateKind};

use crate::{
    browser::Browser,
    installation::Installation,
    members::{Trade, is_for_members, member, program},
    page::Page,
    rest_api::{cart_of, payment_of},
    watch::{MUG, MUG_JSON, THINGS, free, usd},
};

/// Lets the list be for one country alone.
async fn narrow(souk: &Installation, trade: &Trade, country: &str) {
    let mut ctx = souk.alpha.work().write();
    let list = catalog::find_price_list(&mut ctx, trade.list).await.unwrap().unwrap();
    let change = UpdatePriceList {
        id: trade.list,
        expected_version: None,
        terms: PriceListTerms {
            countries: vec![CountryCode::parse(country).unwrap()],
            ..list.terms
        },
    };
    catalog::update_price_list(&mut ctx, change).await.unwrap();
    ctx.commit().await.unwrap();
}

#[tokio::test]
async fn a_list_for_a_country_counts_where_the_cart_goes_on_pages_in_answers_and_in_the_cart_alike() {
    let souk = Installation::new().await;
    let trade = Trade::of(&souk).await;
    narrow(&souk, &trade, "DE").await;
    let (mut ann, mut api) = (member(&souk).await, program(&souk).await);
    let (pages, answers) = ([MUG, THINGS], [MUG_JSON, "/api/v1/products?sort=title"]);
    for path in pages {
        assert!(
            !is_for_members(&ann.get(path).await.expect(200)),
            "{path}: she lives elsewhere"
        );
    }
    for path in answers {
        assert!(
            !is_for_members(&api.get(path).await.expect(200)),
            "{path}: she lives elsewhere"
        );
    }
    let mut body = cart_of(&[&souk.alpha.mug]);
    body.as_object_mut().unwrap().remove("shipping_option");
    body["shipping_address"] = json!({
        "first_name": "Ann", "last_name": "Ample", "line1": "1 Allee", "city": "Berlin", "postal_code": "10115", "country": "DE",
    });
    let cart = api.call("POST", "/api/v1/carts", &body).await.expect(201).json();
    assert_eq!(cart["lines"][0]["unit_price"]["amount"], 1_500, "{cart}");
    for path in pages {
        assert!(
            is_for_members(&ann.get(path).await.expect(200)),
            "{path}: the cart goes there"
        );
    }
    for path in answers {
        assert!(
            is_for_members(&api.get(path).await.expect(200)),
            "{path}: the cart goes there"
        );
    }
}

#[tokio::test]
async fn a_member_alone_is_told_that_lists_go_by_the_regular_prices() {
    let souk = Installation::new().await;
    let mut ann = member(&souk).await;
    let by_price = format!("{THINGS}?sort=price_asc");
    let said = |page: &Page| ["regular-prices", "sorted-by-regular-prices"].map(|hint| page.has(hint));
    assert_eq!(
        said(&ann.get(&by_price).await.expect(200)),
        [false, false],
        "in no group"
    );
    Trade::of(&souk).await;
    assert_eq!(said(&ann.get(&by_price).await.expect(200)), [true, true]);
    assert_eq!(said(&ann.get(THINGS).await.expect(200)), [true, false]);
    let strangers = souk.visitor().get(&by_price).await.expect(200);
    assert_eq!(said(&strangers), [false, false]);
}

/// A checkout that is filled in, and goes to Berlin or to Los Angeles.
fn filled_in<'f>(email: &'f str, country: &'f str, rest: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let place = match country {
        "DE" => [("city", "Berlin"), ("state", ""), ("postal_code", "10115")],
        _ => [("city", "Los Angeles"), ("state", "CA"), ("postal_code", "90001")],
    };
    let who = [("email", email), ("name", "Ann Ample"), ("line1", "1 Allee")];
    [&who[..], &place[..], &[("country", country)][..], rest].concat()
}

#[tokio::test]
async fn a_price_that_ends_at_a_border_is_told_beside_its_line_as_long_as_the_page_is_open() {
    let souk = Installation::new().await;
    let trade = Trade::of(&souk).await;
    narrow(&souk, &trade, "US").await;
    let (mut ann, email) = (member(&souk).await, souk.alpha.shopper.as_str());
    let (up, down) = (
        "The price changed from $15.00 to $20.00.",
        "The price changed from $20.00 to $15.00.",
    );
    ann.add(&souk.alpha.mug, "1").await.expect(303);
    let page = ann.get("/checkout").await.expect(200);
    assert!(
        is_for_members(&page) && page.has("your-price") && !page.has("line-notice"),
        "{}",
        page.body
    );
    let prices = page.field("prices").unwrap();
    // However often the page asks, it is told until the goods stay at home.
    for (country, told) in [("DE", Some(up)), ("DE", Some(up)), ("US", None), ("DE", Some(up))] {
        let asked = filled_in(email, country, &[("prices", &prices)]);
        let answer = ann.submit("/checkout/preview", &asked).await.expect(200);
        assert_eq!(answer.text("line-notice").as_deref(), told, "{}", answer.body);
        let is_dearer = answer.body.contains("<span class=\"price\">$20.00</span>");
        assert_eq!((is_dearer, answer.has("your-price")), (told.is_some(), told.is_none()));
    }

    // A cart that saw the price abroad before, and a page that was made at home.
    let update = [("action", "update")];
    ann.submit("/checkout", &filled_in(email, "DE", &update))
        .await
        .expect(200);
    ann.add(&souk.alpha.mug, "1").await.expect(303);
    let page = ann
        .submit("/checkout", &filled_in(email, "US", &update))
        .await
        .expect(200);
    assert_eq!(page.text("line-notice").as_deref(), Some(down), "{}", page.body);
    let prices = page.field("prices").unwrap();
    let asked = filled_in(email, "DE", &[("prices", &prices)]);
    let answer = ann.submit("/checkout/preview", &asked).await.expect(200);
    assert_eq!(answer.text("line-notice").as_deref(), Some(up), "{}", answer.body);
    assert!(answer.body.contains("$40.00"), "{}", answer.body);
}

#[tokio::test]
async fn a_delivery_that_is_free_from_a_sum_is_told_by_what_the_shopper_pays() {
    let souk = Installation::new().await;
    Trade::of(&souk).await;
    let mut ctx = souk.alpha.work().write();
    let zones = shipping::list_zones(&mut ctx).await.unwrap();
    let method = MethodTerms {
        free_from: Some(usd(1_800)),
        ..MethodTerms::new("camel", "By camel", RateKind::Flat(usd(100)))
    };
    shipping::create_method(&mut ctx, zones[0].id, &method).await.unwrap();
    ctx.commit().await.unwrap();
    let mut ann = member(&souk).await;
    for _ in 0..2 {
        let hers = ann.get(MUG).await.expect(200);
        assert!(hers.body.contains("By camel to United States: $1.00"), "{}", hers.body);
        let strangers = souk.visitor().get(MUG).await.expect(200);
        assert!(
            strangers.body.contains("By camel to United States: Free"),
            "{}",
            strangers.body
        );
    }
}

#[tokio::test]
async fn what_is_suggested_costs_what_whoever_searches_pays() {
    let souk = Installation::new().await;
    Trade::of(&souk).await;
    let work = Work::new(souk.database().clone(), Scope::system(Arc::clone(&souk.alpha.store)));
    let engine = souk.program.search.as_ref().expect("an engine");
    search::sync_flow(&work, engine).await.unwrap();
    let mut ann = member(&souk).await;
    for _ in 0..2 {
        let hers = ann.get("/search/suggestions?q=mug").await.expect(200);
        assert!(hers.body.contains("$15.00"), "{}", hers.body);
        assert_eq!(hers.header("cache-control"), "no-store");
        let strangers = souk.visitor().get("/search/suggestions?q=mug").await.expect(200);
        assert!(
            strangers.body.contains("$20.00") && !strangers.body.contains("$15.00"),
            "{}",
            strangers.body
        );
    }
}

#[tokio::test]
async fn an_order_tells_staff_alone_which_list_said_its_prices() {
    let souk = Installation::new().await;
    let trade = Trade::of(&souk).await;
    let mut server = souk.visitor().with_key(&souk.alpha.key);
    for (mut buyer, list) in [
        (
            program(&souk).await,
            json!({"id": trade.list.to_string(), "name": "Trade prices"}),
        ),
        (souk.visitor(), json!(null)),
    ] {
        let cart = buyer.call("POST", "/api/v1/carts", &cart_of(&[&souk.alpha.mug])).await;
        let cart = cart.expect(201).json();
        let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
        let order = buyer.call("POST", &path, &payment_of(&cart, "tok_success")).await;
        let order = order.expect(201).json();
        assert_eq!(order["lines"][0].get("price_list"), None, "{order}");
        let path = format!("/api/v1/admin/orders/{}", order["id"].as_str().unwrap());
        let read = server.get(&path).await.expect(200).json();
        assert_eq!(read["lines"][0].get("price_list"), Some(&list), "{read}");
    }
    souk.all_is_well().await;
}

/// What pages cost somebody who was there before.
async fn costs(souk: &Installation, browser: &mut Browser) -> [u64; 3] {
    let mut costs = [0; 3];
    for (cost, path) in costs.iter_mut().zip(["/", MUG, THINGS]) {
        free(souk, browser, path).await;
        *cost = free(souk, browser, path).await;
    }
    costs
}

#[tokio::test]
async fn who_is_in_no_group_costs_no_statement_more_and_a_member_a_few() {
    let souk = Installation::new().await;
    let mut ann = member(&souk).await;
    let before = costs(&souk, &mut ann).await;
    let trade = Trade::of(&souk).await;
    let [home, product, list] = costs(&souk, &mut ann).await;
    // Where her cart goes, and what her lists ask: once for the page, once for each of its grids.
    assert!(home <= before[0] + 3, "{home}, {} before", before[0]);
    assert!(product <= before[1] + 2, "{product}, {} before", before[1]);
    assert!(list <= before[2] + 2, "{list}, {} before", before[2]);
    let mut ctx = souk.alpha.work().write();
    customers::set_groups(&mut ctx, trade.customer, &[]).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(costs(&souk, &mut ann).await, before);
}
