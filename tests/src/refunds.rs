//! After the sale: parcels, refunds to the cent, cancelled orders, and the mails that tell of them.

use chrono::TimeDelta;
use database::Ctx;
use pricing::{CouponKind, CouponTerms};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
};

/// A guest's order with a coupon and amounts that do not divide evenly.
async fn odd_order(souk: &Installation) -> String {
    let mut guest = souk.visitor();
    for (piece, quantity) in [
        (&souk.alpha.mug, "3"),
        (&souk.alpha.tiles[0], "7"),
        (&souk.alpha.guide, "1"),
    ] {
        guest.add(piece, quantity).await.expect(303);
        souk.pass(TimeDelta::seconds(1));
    }
    guest
        .submit("/cart/coupon", &[("code", "aardvark10")])
        .await
        .expect(303);
    order_of(&guest.buy(GUEST).await)
}

fn merchant(souk: &Installation) -> Browser {
    souk.visitor().with_key(&souk.alpha.key)
}

async fn order(souk: &Installation, id: &str) -> Value {
    merchant(souk)
        .send("GET", &format!("/api/v1/admin/orders/{id}"), None)
        .await
        .expect(200)
        .json()
}

#[tokio::test]
async fn refunds_by_line_and_of_the_rest_sum_to_what_was_paid() {
    let souk = Installation::new().await;
    let id = odd_order(&souk).await;
    let placed = order(&souk, &id).await;
    let paid = placed["totals"]["total"]["amount"].as_i64().unwrap();
    let path = format!("/api/v1/admin/orders/{id}/refunds");
    let mut merchant = merchant(&souk);
    for (position, quantity) in [(0, 1), (1, 2), (1, 3), (0, 1)] {
        let lines = json!([{"line_id": placed["lines"][position]["id"], "quantity": quantity}]);
        merchant
            .call(
                "POST",
                &path,
                &json!({"lines": lines, "reason": "broken", "restock": true}),
            )
            .await
            .expect(201);
    }
    let too_many = json!([{"line_id": placed["lines"][0]["id"], "quantity": 2}]);
    merchant
        .call("POST", &path, &json!({"lines": too_many, "reason": "more"}))
        .await
        .expect(409);
    merchant
        .call("POST", &path, &json!({"reason": "the rest"}))
        .await
        .expect(201);
    let more = merchant.call("POST", &path, &json!({"reason": "again"})).await;
    assert!(more.status.is_client_error(), "{}", more.body);
    let refunded = order(&souk, &id).await;
    let sum: i64 = refunded["refunds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refund| refund["amount"]["amount"].as_i64().unwrap())
        .sum();
    assert_eq!((sum, refunded["payment_status"].as_str()), (paid, Some("refunded")));
    assert_eq!(
        souk.number("SELECT sum(refunded)::bigint FROM payments.attempts").await,
        paid
    );
    assert_eq!(
        souk.stock(&souk.alpha.mug).await,
        (9, 0),
        "two of three came back to the shelf"
    );
    let mails = souk
        .mails()
        .await
        .into_iter()
        .filter(|mail| mail.kind == "order_refunded")
        .count();
    assert_eq!(mails, 5);
    souk.all_is_well().await;
}

#[tokio::test]
async fn two_refunds_at_once_do_not_give_back_more_than_was_paid() {
    let souk = Installation::new().await;
    let id = odd_order(&souk).await;
    let path = format!("/api/v1/admin/orders/{id}/refunds");
    let (mut one, mut other) = (merchant(&souk), merchant(&souk));
    let everything = json!({"reason": "everything"});
    let (first, second) = tokio::join!(
        one.call("POST", &path, &everything),
        other.call("POST", &path, &everything)
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", first.body, second.body);
    assert_eq!(order(&souk, &id).await["refunds"].as_array().unwrap().len(), 1);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_cancelled_order_gives_back_money_stock_and_coupon() {
    let souk = Installation::new().await;
    let id = odd_order(&souk).await;
    assert_eq!(souk.stock(&souk.alpha.mug).await, (7, 0));
    let reason = json!({"reason": "changed their mind"});
    let path = format!("/api/v1/admin/orders/{id}/cancel");
    let cancelled = merchant(&souk).call("POST", &path, &reason).await.expect(200).json();
    assert_eq!(
        (cancelled["status"].as_str(), cancelled["payment_status"].as_str()),
        (Some("cancelled"), Some("refunded"))
    );
    assert_eq!(souk.stock(&souk.alpha.mug).await, (10, 0));
    assert_eq!(souk.number("SELECT used_count::bigint FROM pricing.coupons").await, 0);
    merchant(&souk).call("POST", &path, &reason).await.expect(409);
    souk.mail("order_cancelled", GUEST).await;
    souk.all_is_well().await;
}

#[tokio::test]
async fn the_merchant_ships_from_the_desk_and_the_shopper_follows_the_links() {
    let souk = Installation::new().await;
    let id = odd_order(&souk).await;
    let status = souk.mail("order_confirmation", GUEST).await.link("/orders/");
    let page = souk.visitor().get(&status).await.expect(200);
    assert!(page.body.contains("ORD-1001"), "{}", page.body);

    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.support).await;
    let page = desk.get(&format!("/admin/orders/{id}")).await.expect(200);
    let line = page.field("line").unwrap();
    let parcel = [
        ("line", line.as_str()),
        ("quantity", "2"),
        ("carrier", "Pony Express"),
        ("tracking_number", "PONY-1"),
        ("tracking_url", "https://pony.example/PONY-1"),
    ];
    desk.submit(&format!("/admin/orders/{id}/fulfil"), &parcel)
        .await
        .expect(303);
    assert_eq!(order(&souk, &id).await["fulfilment_status"], "partial");
    let mail = souk.mail("order_shipped", GUEST).await;
    assert!(
        mail.text_body.contains("PONY-1") && mail.html_body.contains("https:&#x2f;&#x2f;pony.example")
            || mail.html_body.contains("https://pony.example"),
        "{}",
        mail.html_body
    );
    let page = souk.visitor().get(&mail.link("/orders/")).await.expect(200);
    assert!(page.body.contains("PONY-1"), "{}", page.body);
    // What is on its way cannot be cancelled.
    let cancel = merchant(&souk)
        .call(
            "POST",
            &format!("/api/v1/admin/orders/{id}/cancel"),
            &json!({"reason": "late"}),
        )
        .await;
    cancel.expect(409);
    souk.all_is_well().await;
}

/// Does two things to an order at once: how many were done, and how many refused.
async fn at_once(souk: &Installation, things: [&(&str, Value); 2]) -> (String, [usize; 2]) {
    let id = odd_order(souk).await;
    let call = async |(what, body): &(&str, Value)| {
        let path = format!("/api/v1/admin/orders/{id}/{what}");
        merchant(souk).call("POST", &path, body).await
    };
    let (first, second) = tokio::join!(call(things[0]), call(things[1]));
    let pages = [first, second];
    let count = |matches: fn(u16) -> bool| pages.iter().filter(|page| matches(page.status.as_u16())).count();
    let counts = [count(|status| status < 300), count(|status| status == 409)];
    assert_eq!(counts[0] + counts[1], 2, "{things:?}: {pages:?}");
    (id, counts)
}

#[tokio::test]
async fn of_things_that_exclude_each_other_one_happens() {
    let cancel = ("cancel", json!({"reason": "changed their mind"}));
    let refund = ("refunds", json!({"reason": "broken", "restock": true}));
    let ship = ("fulfilments", json!({"tracking_number": "PONY-2"}));
    for things in [[&cancel, &ship], [&cancel, &cancel]] {
        let souk = Installation::new().await;
        let (_, counts) = at_once(&souk, things).await;
        assert_eq!(counts, [1, 1], "{things:?}");
        souk.all_is_well().await;
    }
    // An order may be cancelled while its refund is under way; money and goods come back once all the same.
    let souk = Installation::new().await;
    let (id, _) = at_once(&souk, [&cancel, &refund]).await;
    assert_eq!(order(&souk, &id).await["refunds"].as_array().unwrap().len(), 1);
    assert_eq!(
        souk.number("SELECT (amount - refunded)::bigint FROM payments.attempts")
            .await,
        0
    );
    assert_eq!(souk.stock(&souk.alpha.mug).await, (10, 0));
    souk.all_is_well().await;
}

/// How many wait for somebody else in this database.
pub(crate) const WAITING: &str = "SELECT count(*) FROM pg_locks w WHERE NOT w.granted AND EXISTS (SELECT FROM pg_locks h \
     JOIN pg_database d ON d.oid = h.database WHERE h.pid = w.pid AND d.datname = current_database())";

/// News of a payment hold its attempt and then its order, so whoever held the order first would wait for them for ever.
#[tokio::test]
async fn who_moves_money_waits_for_news_of_the_payment_without_the_order() {
    let why = json!({"reason": "changed their mind"});
    for (when, deed, body) in [
        ("now", "refunds", &why),
        ("now", "cancel", &why),
        ("hand", "cancel", &why),
        ("hand", "capture", &json!({})),
    ] {
        let souk = Installation::new().await;
        souk.damage(&format!("UPDATE platform.stores SET capture = '{when}'"))
            .await;
        let id = odd_order(&souk).await;
        let mut merchant = merchant(&souk);
        let path = format!("/api/v1/admin/orders/{id}/{deed}");
        let mut news = souk.alpha.work().write();
        let held = async |news: &mut Ctx, sql: &'static str| sqlx::query(sql).execute(news.sql().await.unwrap()).await;
        held(&mut news, "SELECT FROM payments.attempts FOR UPDATE")
            .await
            .unwrap();
        let mut call = std::pin::pin!(merchant.call("POST", &path, body));
        let waits = async { while souk.number(WAITING).await == 0 {} };
        tokio::select! {
            early = &mut call => panic!("{deed} does not wait: {} {}", early.status, early.body),
            () = waits => {}
        }
        held(&mut news, "SELECT FROM orders.orders FOR UPDATE NOWAIT")
            .await
            .unwrap();
        news.commit().await.unwrap();
        let done = call.await;
        assert!(done.status.is_success(), "{deed}: {}", done.body);
        souk.all_is_well().await;
    }
}

#[tokio::test]
async fn an_order_whose_payment_is_under_way_is_not_cancelled() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let form = guest.fill_checkout(GUEST).await;
    let success = guest.place(&form, "tok_timeout").await.expect(303);
    let id = crate::page::between(success.location(), "order=", "&")
        .unwrap()
        .to_owned();
    let path = format!("/api/v1/admin/orders/{id}/cancel");
    let reason = json!({"reason": "hasty"});
    let refused = merchant(&souk).call("POST", &path, &reason).await.expect(409).json();
    assert_eq!(refused["code"], "payment_under_way");
    souk.pass(TimeDelta::minutes(2));
    souk.periodic_round().await;
    merchant(&souk).call("POST", &path, &reason).await.expect(200);
    assert_eq!(souk.stock(&souk.alpha.mug).await, (10, 0));
    souk.all_is_well().await;
}

#[tokio::test]
async fn an_order_that_costs_nothing_is_placed_without_a_bank_and_can_be_cancelled() {
    let souk = Installation::new().await;
    let kinds = [
        ("GIFT", CouponKind::Percentage(Decimal::ONE)),
        ("CARRIED", CouponKind::FreeShipping),
    ];
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "2").await.expect(303);
    for (code, kind) in kinds {
        souk.alpha.coupon(code, |terms| CouponTerms { kind, ..terms }).await;
        guest.submit("/cart/coupon", &[("code", code)]).await.expect(303);
    }
    let form = guest.fill_checkout(GUEST).await;
    if form.total != "0" {
        guest.submit("/cart/coupon", &[("code", "CARRIED")]).await;
    }
    let form = guest.fill_checkout(GUEST).await;
    assert_eq!(form.total, "0");
    let success = guest.place(&form, "tok_decline").await.expect(303);
    let id = crate::page::between(success.location(), "order=", "&")
        .unwrap()
        .to_owned();
    assert_eq!(order(&souk, &id).await["payment_status"], "paid");
    assert_eq!(souk.stock(&souk.alpha.mug).await, (8, 0));
    assert_eq!(souk.number("SELECT count(*) FROM payments.attempts").await, 0);
    souk.all_is_well().await;
    let refund = json!({"reason": "of nothing"});
    merchant(&souk)
        .call("POST", &format!("/api/v1/admin/orders/{id}/refunds"), &refund)
        .await
        .expect(409);
    let cancel = json!({"reason": "changed their mind"});
    merchant(&souk)
        .call("POST", &format!("/api/v1/admin/orders/{id}/cancel"), &cancel)
        .await
        .expect(200);
    assert_eq!(
        souk.stock(&souk.alpha.mug).await,
        (10, 0),
        "the mugs are back on the shelf"
    );
    souk.all_is_well().await;
}
