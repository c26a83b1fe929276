//! The money path: whatever shoppers do, an order is paid once or not at all, and stock is sold once. What banks and lost
//! answers do to it is in `bank.rs`.

use chrono::TimeDelta;
use futures_util::future;
use pricing::CouponTerms;

use crate::installation::{GUEST, Installation};

/// What the only order has come to, and whether it is paid.
pub(crate) const ORDER_STATES: &str = "SELECT status || ' ' || payment_status FROM orders.orders";
/// What was taken and not given back.
pub(crate) const CAPTURED: &str = "SELECT coalesce(sum(captured - refunded), 0)::bigint FROM payments.attempts";

#[tokio::test]
async fn a_guest_buys_and_everything_agrees() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "2").await.expect(303);
    guest.add(&souk.alpha.guide, "1").await.expect(303);
    let page = guest.buy(GUEST).await;
    assert_eq!(page.text("order-number").as_deref(), Some("ORD-1001"), "{}", page.body);
    assert_eq!(guest.cookie(web::CART_COOKIE), None);
    // 2 × 20.00 + 7.00 + 5.00 delivery, and California's tax on the goods.
    let paid = souk.number(CAPTURED).await;
    assert!(paid > 5200 && paid < 5700, "{paid}");
    assert_eq!(souk.word(ORDER_STATES).await, "confirmed paid");
    assert_eq!(souk.stock(&souk.alpha.mug).await, (8, 0));
    souk.all_is_well().await;
}

/// How long stock stays set aside while a shopper fills in the checkout.
const HOLD: TimeDelta = TimeDelta::minutes(15);

#[tokio::test]
async fn two_shoppers_and_one_last_piece_make_one_order_and_one_polite_refusal() {
    let souk = Installation::new().await;
    let mut shoppers = [souk.visitor(), souk.visitor()];
    let mut forms = Vec::new();
    for shopper in &mut shoppers {
        shopper.add(&souk.alpha.lamp, "1").await.expect(303);
    }
    for shopper in &mut shoppers {
        forms.push(shopper.fill_checkout(GUEST).await);
    }
    // What was set aside for the first has run out, so both are equal.
    souk.pass(HOLD);
    let [first, second] = &mut shoppers;
    let (one, other) = tokio::join!(
        first.place(&forms[0], "tok_success"),
        second.place(&forms[1], "tok_success")
    );
    let mut pages = [one, other];
    pages.sort_by_key(|page| page.status);
    let [won, lost] = pages;
    assert!(
        won.location().starts_with("/checkout/success?"),
        "{} {}",
        won.status,
        won.body
    );
    let lost = lost.expect(409);
    assert!(lost.has("error-message"), "{}", lost.body);
    assert_eq!(souk.order_count().await, 1);
    assert_eq!(souk.stock(&souk.alpha.lamp).await, (0, 0));
    souk.drain().await;
    assert!(
        souk.visitor()
            .get(&format!("/products/{}", souk.alpha.lamp.slug))
            .await
            .body
            .contains("disabled")
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn many_shoppers_share_ten_pieces_without_selling_an_eleventh() {
    let souk = Installation::new().await;
    let mut shoppers = Vec::new();
    for _ in 0..6 {
        let mut shopper = souk.visitor();
        shopper.add(&souk.alpha.mug, "2").await.expect(303);
        shoppers.push(shopper);
    }
    let mut forms = Vec::new();
    for shopper in &mut shoppers {
        forms.push(shopper.fill_checkout(GUEST).await);
    }
    souk.pass(HOLD);
    let placed = shoppers
        .iter_mut()
        .zip(&forms)
        .map(|(shopper, form)| shopper.place(form, "tok_success"));
    let mut statuses: Vec<u16> = future::join_all(placed)
        .await
        .iter()
        .map(|page| page.status.as_u16())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 303, 303, 303, 303, 409]);
    assert_eq!(souk.stock(&souk.alpha.mug).await, (0, 0));
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_order() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    let mut again = shopper.clone();
    let (one, other) = tokio::join!(shopper.place(&form, "tok_success"), again.place(&form, "tok_success"));
    assert_eq!(
        one.location(),
        other.location(),
        "{} {}\n{} {}",
        one.status,
        one.body,
        other.status,
        other.body
    );
    assert!(one.location().starts_with("/checkout/success?"), "{}", one.body);
    assert_eq!(souk.order_count().await, 1);
    assert_eq!(souk.number("SELECT count(*) FROM payments.attempts").await, 1);
    assert_eq!(souk.stock(&souk.alpha.mug).await, (9, 0));
    // And once more, much later, from a page that was left open.
    let third = again.place(&form, "tok_success").await;
    assert!(
        third.status.is_redirection() && souk.order_count().await == 1,
        "{}",
        third.body
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn another_total_than_the_shopper_saw_is_asked_again_and_nothing_is_charged() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let mut form = shopper.fill_checkout(GUEST).await;
    // The merchant raises the price while the shopper looks for the card.
    souk.damage(&format!(
        "UPDATE catalog.variants SET price = 2500 WHERE id = '{}'",
        uuid::Uuid::from(souk.alpha.mug.variant)
    ))
    .await;
    let page = shopper.place(&form, "tok_success").await.expect(409);
    let told = page.text("error-message").unwrap();
    let [costs, tax] = ["What the items in your cart cost has changed", "The tax is another one"];
    assert!(told.contains(costs) && !told.contains(tax), "{told}");
    assert_eq!((souk.order_count().await, souk.number(CAPTURED).await), (0, 0));
    assert_eq!(
        souk.stock(&souk.alpha.mug).await,
        (10, 1),
        "it stays set aside for the shopper"
    );
    let seen = page.field("total").unwrap();
    assert!(
        seen.parse::<i64>().unwrap() > form.total.parse::<i64>().unwrap() + 499,
        "{seen}"
    );
    form.total = seen;
    shopper.place(&form, "tok_success").await.expect(303);
    assert_eq!(souk.number(CAPTURED).await.to_string(), form.total);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_form_without_a_total_is_not_charged_an_unseen_one() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let mut form = shopper.fill_checkout(GUEST).await;
    for total in ["", "lots", "0", "-1", "99999999999999999999"] {
        form.total = total.to_owned();
        shopper.place(&form, "tok_success").await.expect(409);
    }
    assert_eq!(souk.number(CAPTURED).await, 0);
}

#[tokio::test]
async fn a_declined_card_gives_everything_back_and_the_next_card_pays() {
    let souk = Installation::new().await;
    souk.alpha
        .coupon("ONCE", |terms| CouponTerms {
            total_limit: Some(1),
            ..terms
        })
        .await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.lamp, "1").await.expect(303);
    shopper.submit("/cart/coupon", &[("code", "once")]).await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    for token in ["tok_decline", "tok_insufficient_funds", "tok_nonsense"] {
        let page = shopper.place(&form, token).await.expect(402);
        assert!(page.has("error-message"), "{}", page.body);
        assert_eq!(souk.stock(&souk.alpha.lamp).await, (1, 0), "{token}");
        assert_eq!(souk.number(CAPTURED).await, 0);
    }
    shopper.place(&form, "tok_success").await.expect(303);
    assert_eq!(
        souk.number("SELECT count(*) FROM orders.orders WHERE status = 'confirmed'")
            .await,
        1
    );
    assert_eq!(
        souk.number("SELECT used_count::bigint FROM pricing.coupons WHERE code = 'ONCE'")
            .await,
        1
    );
    let to_guest = souk.mails().await.into_iter().filter(|mail| mail.recipient == GUEST);
    let kinds: Vec<String> = to_guest.map(|mail| mail.kind).collect();
    assert_eq!(
        kinds,
        ["order_confirmation"],
        "a declined card is told on the page, not by mail"
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_coupon_for_one_is_redeemed_by_one() {
    let souk = Installation::new().await;
    souk.alpha
        .coupon("ONCE", |terms| CouponTerms {
            total_limit: Some(1),
            ..terms
        })
        .await;
    let mut shoppers = Vec::new();
    for name in ["ann", "bob", "cem"] {
        let mut shopper = souk.visitor();
        shopper.add(&souk.alpha.mug, "1").await.expect(303);
        shopper.submit("/cart/coupon", &[("code", "ONCE")]).await.expect(303);
        let form = shopper.fill_checkout(&format!("{name}@example.com")).await;
        shoppers.push((shopper, form));
    }
    let placed = shoppers
        .iter_mut()
        .map(|(shopper, form)| shopper.place(form, "tok_success"));
    let pages = future::join_all(placed).await;
    let mut statuses: Vec<u16> = pages.iter().map(|page| page.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409]);
    assert_eq!(souk.order_count().await, 1);
    assert_eq!(
        souk.number("SELECT used_count::bigint FROM pricing.coupons WHERE code = 'ONCE'")
            .await,
        1
    );
    assert_eq!(
        souk.stock(&souk.alpha.mug).await,
        (9, 2),
        "the others' are set aside for them still"
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_coupon_once_per_shopper_is_once_however_the_address_is_written() {
    let souk = Installation::new().await;
    souk.alpha
        .coupon("HELLO", |terms| CouponTerms {
            customer_limit: Some(1),
            ..terms
        })
        .await;
    for (email, status) in [
        ("ann@example.com", 303),
        ("Ann@Example.com", 409),
        ("bob@example.com", 303),
    ] {
        let mut shopper = souk.visitor();
        shopper.add(&souk.alpha.tiles[0], "1").await.expect(303);
        shopper.submit("/cart/coupon", &[("code", "HELLO")]).await.expect(303);
        let before = shopper.fill_checkout("nobody@example.com").await;
        let form = crate::installation::CheckoutPage {
            email: email.to_owned(),
            ..before
        };
        shopper.place(&form, "tok_success").await.expect(status);
    }
    souk.all_is_well().await;
}

#[tokio::test]
async fn what_is_changed_while_the_order_is_placed_is_in_it_or_is_refused() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    let mut tab = shopper.clone();
    let (placed, added) = tokio::join!(shopper.place(&form, "tok_success"), tab.add(&souk.alpha.tiles[0], "1"));
    assert!(
        !placed.status.is_server_error() && !added.status.is_server_error(),
        "{} {}",
        placed.body,
        added.body
    );
    let captured = souk.number(CAPTURED).await;
    assert!(
        captured == 0 || captured.to_string() == form.total,
        "{captured} for {}",
        form.total
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_product_that_is_taken_off_the_shelf_is_not_sold_from_a_page_that_was_left_open() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    let product = uuid::Uuid::from(souk.alpha.mug.product);
    souk.damage(&format!(
        "UPDATE catalog.products SET status = 'archived' WHERE id = '{product}'"
    ))
    .await;
    let page = shopper.place(&form, "tok_success").await.expect(409);
    assert!(page.has("error-message"), "{}", page.body);
    assert_eq!(
        (souk.order_count().await, souk.stock(&souk.alpha.mug).await),
        (0, (10, 1)),
        "only set aside, for some minutes"
    );
    souk.visitor().add(&souk.alpha.mug, "1").await.expect(409);
    shopper.get("/cart").await.expect(200);
}

#[tokio::test]
async fn a_crowd_with_full_carts_gets_through_whatever_its_cards_do() {
    let souk = Installation::new().await;
    let mut crowd = Vec::new();
    for number in 0..10 {
        let mut shopper = souk.visitor();
        let mut tiles: Vec<_> = souk.alpha.tiles.iter().take(5).collect();
        tiles.rotate_left(number % 5);
        if number % 2 == 0 {
            tiles.reverse();
        }
        for tile in tiles {
            shopper.add(tile, "2").await.expect(303);
        }
        shopper
            .submit("/cart/coupon", &[("code", "AARDVARK10")])
            .await
            .expect(303);
        let form = shopper.fill_checkout(&format!("shopper{number}@example.com")).await;
        crowd.push((
            shopper,
            form,
            ["tok_success", "tok_decline", "tok_3ds", "tok_timeout"][number % 4],
        ));
    }
    let placed = crowd
        .iter_mut()
        .map(|(shopper, form, token)| shopper.place(form, token));
    let mut statuses = [0; 2];
    for page in future::join_all(placed).await {
        match page.status.as_u16() {
            303 => statuses[0] += 1,
            402 => statuses[1] += 1,
            other => panic!("{other}: {}", page.body),
        }
    }
    assert_eq!(statuses, [7, 3]);
    for _ in 0..20 {
        souk.pass(TimeDelta::minutes(5));
        souk.periodic_round().await;
    }
    // Three paid at once and two whose answers had got lost; two left their banks waiting.
    let paid = souk
        .number("SELECT count(*) FROM orders.orders WHERE payment_status = 'paid'")
        .await;
    assert_eq!(paid, 5);
    for tile in &souk.alpha.tiles[..5] {
        assert_eq!(souk.stock(tile).await, (990, 0));
    }
    assert_eq!(souk.number("SELECT used_count::bigint FROM pricing.coupons").await, 5);
    let numbers = souk.number("SELECT count(DISTINCT number) FROM orders.orders").await;
    assert_eq!(numbers, 10);
    souk.all_is_well().await;
}
