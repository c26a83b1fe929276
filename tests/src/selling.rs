//! How things are sold: what shoppers write on them, how many they may have, and what they put aside for another time.

use catalog::{ChangeTerms, PersonalField, PersonalFieldKind, QuantityRule};
use futures_util::future;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation},
    page::{Page, between},
    rest_api::{cart_of, payment_of},
    stocked::Piece,
};

async fn sell(souk: &Installation, piece: &Piece, personal_fields: Vec<PersonalField>, quantity_rule: QuantityRule) {
    let mut ctx = souk.alpha.work().write();
    let terms = ChangeTerms {
        id: piece.product,
        expected_version: None,
        personal_fields,
        quantity_rule,
        variant_rules: Vec::new(),
    };
    catalog::change_terms(&mut ctx, terms).await.unwrap();
    ctx.commit().await.unwrap();
}

async fn restock(souk: &Installation, piece: &Piece, on_hand: i64) {
    let mut ctx = souk.alpha.work().write();
    let level = inventory::SetLevel {
        variant_id: piece.variant,
        on_hand,
        backorder: false,
    };
    inventory::set_levels(&mut ctx, &[level]).await.unwrap();
    ctx.commit().await.unwrap();
}

fn field(label: &str, kind: PersonalFieldKind, required: bool) -> PersonalField {
    PersonalField {
        label: label.to_owned(),
        kind,
        required,
        max_length: 40,
        choices: Vec::new(),
    }
}

/// Puts the piece into the cart with an engraving and a note, as the form on its page does.
async fn add_engraved(browser: &mut Browser, piece: &Piece, engraving: &str, note: &str) -> Page {
    let fields = [
        ("variant", piece.id()),
        ("quantity", "2".to_owned()),
        ("back", format!("/products/{}", piece.slug)),
        ("property_name", "Engraving".to_owned()),
        ("property", engraving.to_owned()),
        ("property_name", "Gift note".to_owned()),
        ("property", note.to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submit("/cart", &fields).await
}

/// The path of the form that changes the first line that has a form below this path.
fn first_form(page: &Page, below: &str) -> String {
    let rest = between(&page.body, &format!("action=\"{below}"), "\"").unwrap();
    format!("{below}{rest}")
}

#[tokio::test]
async fn what_is_written_on_a_thing_goes_all_the_way_to_the_parcel() {
    let souk = Installation::new().await;
    let mug = &souk.alpha.mug;
    let fields = vec![
        field("Engraving", PersonalFieldKind::ShortText, true),
        field("Gift note", PersonalFieldKind::LongText, false),
    ];
    sell(&souk, mug, fields, QuantityRule::default()).await;
    let mut guest = souk.visitor();
    let page = guest.get(&format!("/products/{}", mug.slug)).await;
    assert_eq!(
        page.body.matches("data-testid=\"personal-field\"").count(),
        2,
        "{}",
        page.body
    );

    let refused = add_engraved(&mut guest, mug, "", "Dear Ann <3").await.expect(422);
    assert!(refused.body.contains("id=\"error-personal-1\""), "{}", refused.body);
    assert!(
        refused.body.contains("Dear Ann &lt;3</textarea>"),
        "what was typed stays"
    );
    assert!(
        refused
            .body
            .contains("name=\"quantity\" type=\"number\" min=\"1\" max=\"10\" value=\"2\"")
    );
    guest.add(mug, "1").await.expect(422);
    assert_eq!(guest.get("/cart").await.text("cart-count").as_deref(), Some("0"));

    add_engraved(&mut guest, mug, "Ann", "Dear Ann,\r\nenjoy it")
        .await
        .expect(303);
    add_engraved(&mut guest, mug, "Bob", "").await.expect(303);
    let cart = guest.get("/cart").await;
    assert_eq!(cart.body.matches("data-testid=\"cart-item\"").count(), 2);
    assert!(cart.body.contains("Gift note: Dear Ann,\nenjoy it"), "{}", cart.body);
    let checkout = guest.get("/checkout").await;
    assert!(checkout.body.contains("Engraving: Bob"), "{}", checkout.body);
    let success = guest.buy(GUEST).await;
    let order = crate::installation::order_of(&success);
    let status = format!("/orders/{order}?{}", success.path.rsplit('&').next().unwrap());
    assert!(guest.get(&status).await.body.contains("Engraving: Ann"));
    souk.drain().await;
    let mail = souk.mail("order_confirmation", GUEST).await;
    assert!(
        mail.text_body.contains("Engraving: Ann") && mail.html_body.contains("Engraving: Bob"),
        "{}",
        mail.text_body
    );

    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    assert!(
        owner
            .get(&format!("/admin/orders/{order}"))
            .await
            .body
            .contains("Engraving: Ann")
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_quantity_that_is_not_sold_is_told_where_it_was_typed() {
    let souk = Installation::new().await;
    let mug = &souk.alpha.mug;
    let packs = QuantityRule {
        minimum: Some(4),
        maximum: Some(8),
        step: Some(2),
        customer_maximum: None,
    };
    sell(&souk, mug, Vec::new(), packs).await;
    let mut guest = souk.visitor();
    let page = guest.get(&format!("/products/{}", mug.slug)).await;
    assert!(
        page.body.contains("min=\"4\" max=\"8\" step=\"2\" value=\"4\""),
        "{}",
        page.body
    );
    assert!(page.has("quantity-rule"));
    let refused = guest.add(mug, "5").await.expect(422);
    assert!(refused.body.contains("id=\"error-quantity\"") && refused.body.contains("value=\"5\""));
    guest.add(mug, "4").await.expect(303);
    let cart = guest.get("/cart").await;
    let path = first_form(&cart, "/cart/lines/");
    let refused = guest.submit(&path, &[("quantity", "10")]).await.expect(409);
    assert!(
        refused.has("error-message") && refused.body.contains("value=\"10\""),
        "{}",
        refused.body
    );

    sell(
        &souk,
        mug,
        Vec::new(),
        QuantityRule {
            minimum: Some(6),
            ..QuantityRule::default()
        },
    )
    .await;
    let cart = guest.get("/cart").await;
    assert!(
        cart.has("line-notice") && cart.body.contains("aria-disabled"),
        "{}",
        cart.body
    );
    let form = guest.fill_checkout(GUEST).await;
    assert!(guest.place(&form, "tok_success").await.expect(409).has("error-message"));
    souk.all_is_well().await;
}

#[tokio::test]
async fn sixty_four_carts_of_one_customer_make_as_many_orders_as_one_customer_may_have() {
    let souk = Installation::new().await;
    let rule = QuantityRule {
        customer_maximum: Some(3),
        ..QuantityRule::default()
    };
    let mug = &souk.alpha.mug;
    sell(&souk, mug, Vec::new(), rule).await;
    let mut carts = Vec::new();
    for _ in 0..64 {
        let made = souk.visitor().call("POST", "/api/v1/carts", &cart_of(&[mug])).await;
        carts.push(made.expect(201).json());
    }
    let complete = async |cart: &serde_json::Value| {
        let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
        souk.visitor()
            .call("POST", &path, &payment_of(cart, "tok_success"))
            .await
    };
    let answers = future::join_all(carts.iter().map(complete)).await;
    let (mut placed, mut refused) = (Vec::new(), Vec::new());
    for (cart, answer) in carts.iter().zip(answers) {
        match answer.status.as_u16() {
            201 => placed.push(answer.json()["id"].as_str().unwrap().to_owned()),
            409 => {
                let codes = ["customer_maximum_reached", "line_unavailable"];
                assert!(
                    codes.contains(&answer.json()["code"].as_str().unwrap()),
                    "{}",
                    answer.body
                );
                refused.push(cart);
            }
            _ => panic!("{} {}", answer.status, answer.body),
        }
    }
    assert_eq!((placed.len(), souk.order_count().await), (3, 3));
    souk.all_is_well().await;

    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let cancel = [("reason", "changed my mind")];
    owner
        .submit(&format!("/admin/orders/{}/cancel", placed[0]), &cancel)
        .await
        .expect(303);
    assert_eq!(
        complete(refused[0]).await.status,
        201,
        "what is given up can be had again"
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn what_is_saved_for_later_outlives_an_order_and_a_sign_in() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.lamp, "1").await.expect(303);
    let cart = guest.get("/cart").await;
    let line = first_form(&cart, "/cart/lines/");
    guest.submit(&format!("{line}/save"), &[]).await.expect(303);
    let cart = guest.get("/cart").await;
    assert_eq!(cart.text("cart-count").as_deref(), Some("0"));
    assert!(cart.has("saved-item") && cart.has("move-to-cart"), "{}", cart.body);

    guest.add(&souk.alpha.guide, "1").await.expect(303);
    guest.buy(GUEST).await;
    assert!(
        guest.get("/cart").await.has("saved-item"),
        "a guest keeps it after the order"
    );
    guest.sign_in(&souk.alpha.shopper).await;
    assert!(guest.get("/cart").await.has("saved-item"), "and has it as a customer");
    let mut other = souk.visitor();
    other.sign_in(&souk.alpha.shopper).await;
    let cart = other.get("/cart").await;
    let saved = first_form(&cart, "/cart/saved/");

    let mut buyer = souk.visitor();
    buyer.add(&souk.alpha.lamp, "1").await.expect(303);
    buyer.buy("else@example.com").await;
    let cart = other.get("/cart").await;
    assert!(cart.has("saved-obstacle") && !cart.has("move-to-cart"), "{}", cart.body);
    other.submit(&saved, &[("action", "move")]).await.expect(409);

    restock(&souk, &souk.alpha.lamp, 1).await;
    other.submit(&saved, &[("action", "move")]).await.expect(303);
    let cart = other.get("/cart").await;
    assert_eq!(
        (cart.text("cart-count").as_deref(), cart.has("saved-item")),
        (Some("1"), false)
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn an_order_is_put_into_the_cart_again_as_far_as_it_is_sold() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper.add(&souk.alpha.mug, "2").await.expect(303);
    shopper.add(&souk.alpha.lamp, "1").await.expect(303);
    let page = shopper.buy(&souk.alpha.shopper).await;
    let order = crate::installation::order_of(&page);
    let again = format!("/account/orders/{order}/again");
    assert!(shopper.get(&format!("/orders/{order}")).await.has("order-again"));
    let added = shopper.submit(&again, &[]).await.expect(303);
    let cart = shopper.get(added.location()).await;
    assert_eq!(cart.text("cart-count").as_deref(), Some("2"));
    let missed = cart.text("missed").unwrap_or_default();
    assert!(
        cart.has("missed") && cart.body.contains("lamp"),
        "{missed} {}",
        cart.body
    );
    shopper.submit(&again, &[]).await.expect(303);
    assert_eq!(
        shopper.get("/cart").await.text("cart-count").as_deref(),
        Some("2"),
        "it is not there twice"
    );
    let mut stranger = souk.visitor();
    stranger.submit(&again, &[]).await.expect(303);
    assert_eq!(stranger.get("/cart").await.text("cart-count").as_deref(), Some("0"));
    souk.all_is_well().await;
}

#[tokio::test]
async fn the_cart_tells_what_delivery_costs_and_keeps_a_note() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let there = guest.get("/cart?country=US&postal_code=90001").await;
    assert!(there.has("estimate-option"), "{}", there.body);
    assert!(!guest.get("/cart?country=nowhere").await.has("estimate-option"));
    guest.submit("/cart/note", &[("note", "Ring twice.")]).await.expect(303);
    assert!(guest.get("/checkout").await.body.contains("Ring twice."));
    let long = "x".repeat(2_001);
    let refused = guest.submit("/cart/note", &[("note", &long)]).await.expect(422);
    assert!(refused.body.contains(&long), "what was typed stays");
    assert!(guest.get("/cart").await.body.contains("Ring twice."));
}
