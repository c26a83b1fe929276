//! A whole life at a store, in all the ways that leave something behind.

use chrono::TimeDelta;
use kernel::{AccountId, Actor, CustomerId, Permission, TypedId as _};
use serde_json::json;

use crate::{
    browser::Browser,
    installation::{Installation, order_of},
    page::Page,
    reviews::{deliver, send},
    stocked::{PASSWORD, Piece},
};

/// Who lives at the store.
pub(super) struct Who {
    pub(super) first_name: &'static str,
    pub(super) email: &'static str,
    /// The second line of the address: the first is the neighbours' too.
    pub(super) flat: &'static str,
    pub(super) phone: &'static str,
}

impl Who {
    fn name(&self) -> String {
        format!("{} Harrow", self.first_name)
    }
}

/// Buys what is in the cart, as the person. Answers the order.
pub(super) async fn buy(browser: &mut Browser, who: &Who, more: &[(&str, &str)]) -> String {
    let page = place(browser, who, "tok_success", more).await.expect(303);
    order_of(&browser.get(page.location()).await.expect(200))
}

pub(super) async fn place(browser: &mut Browser, who: &Who, token: &str, more: &[(&str, &str)]) -> Page {
    let form = browser.fill_checkout(who.email).await;
    let name = who.name();
    let note = format!("Ring twice for {}", who.first_name);
    let own = [
        ("name", name.as_str()),
        ("line1", "Quince Row 77"),
        ("line2", who.flat),
        ("phone", who.phone),
        ("note", note.as_str()),
    ];
    let mut fields = form.fields("place", token);
    fields.retain(|(name, _)| own.iter().all(|(other, _)| other != name));
    fields.extend(own);
    fields.extend_from_slice(more);
    browser.submit("/checkout", &fields).await
}

/// Registers, and proves that the address is theirs.
pub(super) async fn join(souk: &Installation, who: &Who) -> Browser {
    let mut browser = souk.visitor();
    let fields = [
        ("first_name", who.first_name),
        ("last_name", "Harrow"),
        ("email", who.email),
        ("password", PASSWORD),
    ];
    browser.submit("/register", &fields).await.expect(200);
    let link = souk
        .mail("verify_email", who.email)
        .await
        .link("/account/verify?token=");
    let token = browser.get(&link).await.expect(200).field("token").unwrap();
    browser
        .submit("/account/verify", &[("token", &token)])
        .await
        .expect(200);
    souk.drain().await;
    browser.sign_in(who.email).await;
    browser
}

/// Everything that a shopper does and that is done about them. Every order is through at the end.
pub(super) async fn live(souk: &Installation, who: &Who) -> Browser {
    let mug = &souk.alpha.mug;
    let mut guest = souk.visitor();
    guest.add(mug, "1").await.expect(303);
    guest
        .submit("/cart/coupon", &[("code", "aardvark10")])
        .await
        .expect(303);
    let wished = [("texts", "1"), ("texts_asked", "1"), ("texts_phone", who.phone)];
    let first = buy(&mut guest, who, &wished).await;
    souk.drain().await;
    let mut browser = join(souk, who).await;
    keep(souk, &mut browser, who).await;
    browser.add(&souk.alpha.tiles[0], "2").await.expect(303);
    let second = buy(&mut browser, who, &[("save_card", "1")]).await;
    browser.add(mug, "1").await.expect(303);
    let third = buy(&mut browser, who, &[]).await;
    for order in [&first, &second] {
        handle(souk, order, who).await;
    }
    give_back(souk, &third, who).await;
    let form = [
        ("author", who.first_name),
        ("stars", "4"),
        ("title", "Fine"),
        ("body", "Harrow says: it is a mug."),
    ];
    let path = format!("/reviews/write/{}", mug.slug);
    send(&mut browser, &path, &form, None).await.expect(303);
    wait_for(souk, &mut browser, &souk.alpha.lamp, who).await;
    at_the_desk(souk, who).await;
    browser.add(&souk.alpha.tiles[1], "3").await.expect(303);
    browser.fill_checkout(who.email).await;
    let mut api = souk.visitor().with("idempotency-key", who.email);
    api.call("POST", "/api/v1/carts", &json!({"email": who.email}))
        .await
        .expect(201);
    souk.pass(TimeDelta::minutes(1));
    souk.drain().await;
    browser
}

/// What an account keeps.
async fn keep(souk: &Installation, browser: &mut Browser, who: &Who) {
    let profile = [
        ("first_name", who.first_name),
        ("last_name", "Harrow"),
        ("phone", who.phone),
        ("accepts_marketing", "1"),
    ];
    browser.submit("/account/profile", &profile).await.expect(303);
    let address = [
        ("first_name", who.first_name),
        ("last_name", "Harrow"),
        ("line1", "Quince Row 77"),
        ("line2", who.flat),
        ("city", "Los Angeles"),
        ("state", "CA"),
        ("postal_code", "90001"),
        ("country", "US"),
        ("fields_of", "US"),
        ("phone", who.phone),
    ];
    browser.submit("/account/addresses", &address).await.expect(303);
    let product = souk.alpha.mug.product.to_string();
    browser
        .submit("/account/wishlist", &[("product", &product)])
        .await
        .expect(303);
    browser.submit("/account/wishlist/share", &[]).await.expect(303);
    let password = [("current_password", PASSWORD), ("new_password", PASSWORD)];
    browser.submit("/account/password", &password).await.expect(303);
}

/// The staff write about an order and send it.
async fn handle(souk: &Installation, order: &str, who: &Who) {
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let note = format!("{} called from {}", who.name(), who.phone);
    owner
        .submit(&format!("/admin/orders/{order}/notes"), &[("text", &note)])
        .await
        .expect(303);
    owner
        .submit(&format!("/admin/orders/{order}/tags"), &[("tags", who.first_name)])
        .await
        .expect(303);
    deliver(souk, order).await;
    souk.drain().await;
    let page = owner.get(&format!("/admin/orders/{order}")).await.expect(200);
    assert!(page.body.contains(who.flat), "{}", page.body);
}

/// Money goes back for an order before it was sent.
async fn give_back(souk: &Installation, order: &str, who: &Who) {
    let mut merchant = souk.visitor().with_key(&souk.alpha.key);
    let reason = json!({"reason": format!("{} asked for it", who.first_name)});
    let path = format!("/api/v1/admin/orders/{order}/refunds");
    merchant.call("POST", &path, &reason).await.expect(201);
    souk.drain().await;
}

/// Waits for what is sold out.
async fn wait_for(souk: &Installation, browser: &mut Browser, piece: &Piece, who: &Who) {
    if souk.stock(piece).await.0 > 0 {
        let mut buyer = souk.visitor();
        buyer.add(piece, "1").await.expect(303);
        buyer.buy("buyer@example.com").await;
        souk.drain().await;
    }
    let id = piece.id();
    let fields = [("variant", id.as_str()), ("email", who.email), ("back", "/")];
    browser.submit("/stock-alerts", &fields).await.expect(303);
    souk.drain().await;
    let answer = [("reviews", "1"), ("back_in_stock", "1")];
    browser.submit("/account/messages", &answer).await.expect(303);
}

/// What staff note about a customer, and what an import says of a row.
async fn at_the_desk(souk: &Installation, who: &Who) {
    let customer = customer_of(souk, who).await;
    let actor = Actor::Staff {
        account: AccountId::generate(souk.database().now(), souk.database().entropy()),
        permissions: Permission::ALL.to_vec(),
    };
    let mut ctx = souk.alpha.work().acting_as(actor).write();
    let exemption = tax::PutExemption {
        customer_id: customer,
        certificate: format!("{}-7", who.first_name),
        reason: tax::ExemptionReason::Resale,
        reference: format!("folder of {}", who.first_name),
        places: Vec::new(),
        valid_from: None,
        valid_until: None,
    };
    tax::put_exemption(&mut ctx, exemption).await.unwrap();
    ctx.commit().await.unwrap();
    souk.damage(&format!(
        "INSERT INTO imports.runs (store_id, id, format, file_name, dry_run, state, problems, actor, started_at) \
         VALUES ('{}', gen_random_uuid(), 'customers', 'all.csv', false, 'finished', \
         '[{{\"line\": 2, \"severity\": \"error\", \"reason\": \"{} comes twice\"}}]', 'system', '{}')",
        uuid::Uuid::from(souk.alpha.store.id),
        who.email,
        souk.database().now().to_rfc3339(),
    ))
    .await;
}

pub(super) async fn customer_of(souk: &Installation, who: &Who) -> CustomerId {
    let id = souk
        .word(&format!(
            "SELECT id::text FROM customers.customers WHERE email = '{}'",
            who.email
        ))
        .await;
    CustomerId::from(id.parse::<uuid::Uuid>().unwrap())
}
