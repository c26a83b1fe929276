//! Prices for groups of customers: who sees them, who pays them, and who never does.

use catalog::{PriceBreak, PriceListTerms, PricedVariant, PutPrice};
use chrono::TimeDelta;
use kernel::{CustomerGroupId, CustomerId, PriceListId};
use rust_decimal::Decimal;
use serde_json::json;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    page::Page,
    rest_api::payment_of,
    stocked::{PASSWORD, parse},
    watch::{BEST, MUG, MUG_JSON, THINGS, usd},
};

/// The shopper of a store in a group, and a list for it until in an hour: the mug for $15, from three on for $12, and 10 % off
/// all else.
pub(crate) struct Trade {
    pub(crate) customer: CustomerId,
    pub(crate) group: CustomerGroupId,
    pub(crate) list: PriceListId,
}

impl Trade {
    pub(crate) async fn of(souk: &Installation) -> Self {
        let alpha = &souk.alpha;
        let mut ctx = alpha.work().write();
        let found = customers::list_by_emails(&mut ctx, &[parse(&alpha.shopper)])
            .await
            .unwrap();
        let customer = found[0].id;
        let terms = customers::GroupTerms {
            name: "Trade".to_owned(),
            note: String::new(),
        };
        let group = customers::create_group(&mut ctx, terms).await.unwrap().id;
        customers::set_groups(&mut ctx, customer, &[group]).await.unwrap();
        let terms = PriceListTerms {
            name: "Trade prices".to_owned(),
            active: true,
            groups: vec![group],
            percent_off: Some(Decimal::new(1, 1)),
            ends_at: Some(ctx.now() + TimeDelta::hours(1)),
            ..PriceListTerms::default()
        };
        let list = catalog::create_price_list(&mut ctx, terms).await.unwrap().id;
        let put = |min_quantity, minor| PutPrice {
            variant: PricedVariant::Id(alpha.mug.variant),
            min_quantity,
            price: usd(minor),
        };
        catalog::put_list_prices(&mut ctx, list, vec![put(1, 1_500), put(3, 1_200)])
            .await
            .unwrap();
        ctx.commit().await.unwrap();
        Self { customer, group, list }
    }

    async fn leave(&self, souk: &Installation) {
        let mut ctx = souk.alpha.work().write();
        customers::set_groups(&mut ctx, self.customer, &[]).await.unwrap();
        ctx.commit().await.unwrap();
    }
}

pub(crate) async fn member(souk: &Installation) -> Browser {
    let mut member = souk.visitor();
    member.sign_in(&souk.alpha.shopper).await;
    member
}

/// A program that acts for the shopper.
pub(crate) async fn program(souk: &Installation) -> Browser {
    let body = json!({"grant_type": "password", "email": souk.alpha.shopper, "password": PASSWORD});
    let tokens = souk
        .visitor()
        .call("POST", "/api/v1/auth/token", &body)
        .await
        .expect(200)
        .json();
    souk.visitor().with_key(tokens["access_token"].as_str().unwrap())
}

/// Whether a page or an answer says what a member pays for the mug.
pub(crate) fn is_for_members(page: &Page) -> bool {
    page.body.contains("$15.00") || page.body.contains("{\"amount\":1500,")
}

#[tokio::test]
async fn a_members_price_is_seen_by_members_alone_whoever_looks_first() {
    let souk = Installation::new().await;
    Trade::of(&souk).await;
    let lists = [
        "/products?brand=Aardvark+Works&sort=title",
        "/search?q=mug",
        THINGS,
        BEST,
    ];
    let answers = [MUG_JSON, "/api/v1/products?sort=title"];
    let (mut ann, mut api) = (member(&souk).await, program(&souk).await);
    for member_first in [true, false] {
        souk.database().cache().drop_everything();
        for path in [&[MUG][..], &lists].concat() {
            for is_member in [member_first, !member_first, member_first, !member_first] {
                let page = match is_member {
                    true => ann.get(path).await,
                    false => souk.visitor().get(path).await,
                };
                assert_eq!(
                    is_for_members(&page.expect(200)),
                    is_member,
                    "{path}, members first: {member_first}"
                );
            }
        }
        for path in answers {
            for is_member in [member_first, !member_first, member_first, !member_first] {
                let page = match is_member {
                    true => api.get(path).await,
                    false => souk.visitor().get(path).await,
                };
                assert_eq!(
                    is_for_members(&page.expect(200)),
                    is_member,
                    "{path}, members first: {member_first}"
                );
            }
        }
    }
    let page = ann.get(MUG).await;
    assert!(page.has("price-steps") && page.body.contains("$12.00") && page.body.contains("$20.00"));
    assert!(!souk.visitor().get(MUG).await.has("price-steps"));
    let steps = api.get(MUG_JSON).await.json()["variants"][0]["quantity_prices"].clone();
    let twelve = json!({"min_quantity": 3, "price": {"amount": 1200, "currency": "USD"}});
    assert_eq!((steps.as_array().unwrap().len(), &steps[1]), (2, &twelve));
}

#[tokio::test]
async fn a_member_pays_by_the_list_and_the_desk_sees_which() {
    let souk = Installation::new().await;
    Trade::of(&souk).await;
    let mut ann = member(&souk).await;
    ann.add(&souk.alpha.mug, "2").await.expect(303);
    ann.add(&souk.alpha.mug, "1").await.expect(303);
    let cart = ann.get("/cart").await.expect(200);
    assert!(
        cart.body.contains("$36.00") && cart.has("your-price") && !cart.body.contains("The price changed"),
        "{}",
        cart.body
    );
    let success = ann.buy(&souk.alpha.shopper).await;
    assert!(success.body.contains("$36.00"), "{}", success.body);
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let order = owner
        .get(&format!("/admin/orders/{}", order_of(&success)))
        .await
        .expect(200);
    assert!(
        order.has("line-price-list") && order.body.contains("Trade prices"),
        "{}",
        order.body
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_list_that_ends_between_the_page_and_the_order_asks_again() {
    let souk = Installation::new().await;
    Trade::of(&souk).await;
    let mut ann = member(&souk).await;
    ann.add(&souk.alpha.mug, "1").await.expect(303);
    let form = ann.fill_checkout(&souk.alpha.shopper).await;
    souk.pass(TimeDelta::hours(1));
    let asked = ann.place(&form, "tok_success").await;
    assert!(
        !asked.status.is_redirection() && asked.body.contains("The price changed from"),
        "{}",
        asked.body
    );
    assert_eq!(souk.order_count().await, 0);
    let form = ann.fill_checkout(&souk.alpha.shopper).await;
    ann.place(&form, "tok_success").await.expect(303);
    assert_eq!(souk.number("SELECT items_total FROM orders.orders").await, 2_000);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_program_is_told_when_the_price_it_saw_is_gone() {
    let souk = Installation::new().await;
    let trade = Trade::of(&souk).await;
    let mut api = program(&souk).await;
    let mut body = crate::rest_api::cart_of(&[&souk.alpha.mug]);
    body["lines"][0]["quantity"] = json!(3);
    let cart = api.call("POST", "/api/v1/carts", &body).await.expect(201).json();
    assert_eq!(cart["lines"][0]["unit_price"]["amount"], 1_200);
    let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
    trade.leave(&souk).await;
    let refused = api
        .call("POST", &path, &payment_of(&cart, "tok_success"))
        .await
        .expect(409)
        .json();
    assert_eq!(refused["code"], "total_changed");
    let path = format!("/api/v1/carts/{}", cart["id"].as_str().unwrap());
    let now = api.get(&path).await.expect(200).json();
    assert_eq!(now["lines"][0]["unit_price"]["amount"], 2_000);
    assert_eq!(now["lines"][0]["notices"][0]["code"], "price_changed");
    let path = format!("{path}/complete");
    api.call("POST", &path, &payment_of(&now, "tok_success"))
        .await
        .expect(201);
    souk.all_is_well().await;
}

#[tokio::test]
async fn whoever_signs_in_hears_of_the_price_and_a_guest_with_the_same_address_pays_what_everybody_pays() {
    let souk = Installation::new().await;
    Trade::of(&souk).await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    guest.buy(&souk.alpha.shopper).await;
    assert_eq!(souk.number("SELECT items_total FROM orders.orders").await, 2_000);
    let mut ann = souk.visitor();
    ann.add(&souk.alpha.mug, "1").await.expect(303);
    assert!(!ann.get("/cart").await.body.contains("$15.00"));
    ann.sign_in(&souk.alpha.shopper).await;
    let cart = ann.get("/cart").await.expect(200);
    assert!(
        cart.body.contains("The price changed from $20.00 to $15.00."),
        "{}",
        cart.body
    );
    assert!(is_for_members(&ann.get(MUG).await.expect(200)));
    ann.submit("/logout", &[]).await;
    let page = ann.get(MUG).await.expect(200);
    assert!(!is_for_members(&page) && page.body.contains("$20.00"), "{}", page.body);
    ann.add(&souk.alpha.mug, "1").await.expect(303);
    let cart = ann.get("/cart").await.expect(200);
    assert!(!is_for_members(&cart) && cart.body.contains("$20.00"), "{}", cart.body);
    ann.buy(GUEST).await;
    let paid = souk.number("SELECT sum(items_total)::bigint FROM orders.orders").await;
    assert_eq!(paid, 2 * 2_000, "whoever signed out pays what everybody pays");
    souk.all_is_well().await;
}

#[tokio::test]
async fn of_two_lists_the_one_of_higher_priority_counts_and_no_member_pays_more() {
    let souk = Installation::new().await;
    let trade = Trade::of(&souk).await;
    let mut ann = member(&souk).await;
    let mut ctx = souk.alpha.work().write();
    let terms = PriceListTerms {
        name: "Loyal".to_owned(),
        active: true,
        groups: vec![trade.group],
        priority: 5,
        ..PriceListTerms::default()
    };
    let loyal = catalog::create_price_list(&mut ctx, terms).await.unwrap().id;
    let at = |minor| {
        vec![PriceBreak {
            min_quantity: 1,
            price: usd(minor),
        }]
    };
    let mug = souk.alpha.mug.variant;
    catalog::set_list_prices(&mut ctx, loyal, mug, at(1_800)).await.unwrap();
    ctx.commit().await.unwrap();
    assert!(ann.get(MUG).await.body.contains("$18.00"));
    let mut ctx = souk.alpha.work().write();
    catalog::set_list_prices(&mut ctx, loyal, mug, at(2_500)).await.unwrap();
    ctx.commit().await.unwrap();
    let page = ann.get(MUG).await;
    assert!(page.body.contains("$20.00") && !page.body.contains("$25.00"));
    let mut ctx = souk.alpha.work().write();
    catalog::delete_price_list(&mut ctx, loyal, None).await.unwrap();
    ctx.commit().await.unwrap();
    assert!(is_for_members(&ann.get(MUG).await));
    assert!(ann.get(MUG).await.has("price-steps"));
    let mut ctx = souk.alpha.work().write();
    catalog::delete_price_list(&mut ctx, trade.list, None).await.unwrap();
    ctx.commit().await.unwrap();
    assert!(!is_for_members(&ann.get(MUG).await));
}
