//! Staff: asked by mail, given a role, watched by the log of changes, and gone when they leave.

use database::store_settings::{load_store_settings, update_store};
use kernel::Permission;

use crate::{browser::Browser, installation::Installation, stocked::PASSWORD};

const BOB: &str = "bob@example.com";

async fn owner(souk: &Installation) -> Browser {
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    owner
}

/// Invites Bob with a role; the path of the link in his mail.
async fn invite(souk: &Installation, owner: &mut Browser, role: &str) -> String {
    let fields = [("email", BOB), ("name", "Bob"), ("role", role)];
    owner.submit("/admin/settings/staff", &fields).await.expect(303);
    souk.mail("staff_invitation", BOB).await.link("/admin/join?token=")
}

#[tokio::test]
async fn a_closed_shop_is_seen_by_its_staff_alone() {
    let souk = Installation::new().await;
    let mut owner = owner(&souk).await;
    let (mut guest, mut shopper) = (souk.visitor(), souk.visitor());
    shopper.sign_in(&souk.alpha.shopper).await;
    guest.get("/products").await.expect(200);
    assert!(!owner.get("/products").await.expect(200).has("shop-closed"));
    let mut ctx = souk.alpha.work().write();
    let mut settings = load_store_settings(&mut ctx).await.unwrap();
    settings.store.maintenance = true;
    update_store(&mut ctx, &settings).await.unwrap();
    ctx.commit().await.unwrap();
    for path in ["/", "/products", "/cart", "/search?q=mug"] {
        guest.get(path).await.expect(503);
        shopper.get(path).await.expect(503);
        assert!(owner.get(path).await.expect(200).has("shop-closed"), "{path}");
        guest.get(path).await.expect(503);
    }
    guest.get("/api/v1/products").await.expect(503);
    let cookie = owner.cookie("souk_session").unwrap().to_owned();
    owner.submit("/logout", &[]).await.expect(303);
    guest.set_cookie("souk_session", &cookie);
    guest.get("/products").await.expect(503);
}

#[tokio::test]
async fn somebody_is_invited_joins_changes_and_leaves() {
    let souk = Installation::new().await;
    let mut owner = owner(&souk).await;
    let fields = [
        ("name", "Packer"),
        ("permission", "orders:read"),
        ("permission", "orders:fulfil"),
    ];
    owner.submit("/admin/settings/roles/new", &fields).await.expect(303);
    let page = owner.get("/admin/settings/staff").await.expect(200);
    let role = crate::page::between(&page.body, "/admin/settings/roles/rol_", "\"").unwrap();
    let link = invite(&souk, &mut owner, &format!("rol_{role}")).await;

    let mut bob = souk.visitor();
    let page = bob.get(&link).await.expect(200);
    assert_eq!(
        (page.header("cache-control"), page.header("referrer-policy")),
        ("no-store", "same-origin")
    );
    let token = page.field("token").unwrap();
    let weak = [("token", token.as_str()), ("name", "Robert"), ("password", "short")];
    let page = bob.submit("/admin/join", &weak).await.expect(422);
    assert_eq!(page.field("name").as_deref(), Some("Robert"), "what was typed stays");
    let good = [("token", token.as_str()), ("name", "Robert"), ("password", PASSWORD)];
    bob.submit("/admin/join", &good).await.expect(303);
    bob.submit("/admin/join", &good).await.expect(422);
    bob.sign_in(BOB).await;
    bob.get("/admin/orders").await.expect(200);
    bob.send("GET", "/admin/coupons", None).await.expect(403);
    bob.send("GET", "/admin/settings/staff", None).await.expect(403);

    let page = owner.get("/admin/settings/staff").await.expect(200);
    let (_, row) = page.body.split_once("data-testid=\"staff-row\"").unwrap();
    assert!(row.contains("Packer") && row.contains("Robert"), "{row}");
    let member = souk
        .word("SELECT account_id::text FROM identity.staff WHERE role = 'own'")
        .await;
    let member = kernel::AccountId::from(member.parse::<uuid::Uuid>().unwrap());
    let path = format!("/admin/settings/staff/{member}");
    owner
        .submit(&path, &[("name", "Robert"), ("role", "support")])
        .await
        .expect(303);
    assert!(
        bob.send("GET", "/admin/orders", None).await.sends_to_login(),
        "deactivated and signed out"
    );

    // Everything above stands in the log, with what was and what is.
    let page = owner
        .get("/admin/settings/audit?table=identity.staff")
        .await
        .expect(200);
    assert!(
        page.body.contains("deactivated at") && page.body.contains(&souk.alpha.owner),
        "{}",
        page.body
    );
    let page = owner
        .get("/admin/settings/audit?table=identity.invitations")
        .await
        .expect(200);
    assert!(page.body.contains(BOB) && !page.body.contains(&token), "{}", page.body);
    souk.all_is_well().await;
}

#[tokio::test]
async fn the_last_owner_cannot_be_removed() {
    let souk = Installation::new().await;
    let mut owner = owner(&souk).await;
    let id = souk
        .word(&format!(
            "SELECT s.account_id::text FROM identity.staff s WHERE s.role = 'owner' AND s.store_id = '{}'",
            uuid::Uuid::from(souk.alpha.store.id)
        ))
        .await;
    let id = kernel::AccountId::from(id.parse::<uuid::Uuid>().unwrap());
    let path = format!("/admin/settings/staff/{id}");
    for fields in [
        vec![("name", "Boss"), ("role", "support"), ("active", "1")],
        vec![("name", "Boss"), ("role", "owner")],
    ] {
        let page = owner.submit(&path, &fields).await.expect(409);
        assert!(page.body.contains("This is the last owner"), "{}", page.body);
    }
    owner.get("/admin/settings/staff").await.expect(200);
}

#[tokio::test]
async fn a_change_on_any_page_or_by_any_key_is_in_the_log() {
    let souk = Installation::new().await;
    let mut owner = owner(&souk).await;
    let fields = [("name", "Ladders"), ("slug", "ladders"), ("position", "7")];
    owner.submit("/admin/categories/new", &fields).await.expect(303);
    let body = serde_json::json!({"code": "BYKEY", "kind": "percentage", "percentage": "12.5"});
    let mut key = souk.visitor().with_key(&souk.alpha.key);
    key.call("POST", "/api/v1/admin/coupons", &body).await.expect(201);
    let page = owner.get("/admin/settings/audit").await.expect(200);
    assert_eq!(
        page.body.matches("data-testid=\"audit-entry\"").count(),
        2,
        "{}",
        page.body
    );
    assert!(
        page.body.contains("Ladders") && page.body.contains("BYKEY"),
        "{}",
        page.body
    );
    let actor = souk
        .word("SELECT actor FROM platform.audit_entries WHERE table_name = 'pricing.coupons'")
        .await;
    let query = format!("/admin/settings/audit?actor={}", actor.replace(' ', "+"));
    let page = owner.get(&query).await.expect(200);
    assert!(
        !page.body.contains("Ladders") && page.body.contains("BYKEY"),
        "{}",
        page.body
    );
    assert!(
        !owner
            .get("/admin/settings/audit?from=2000-01-01&until=2000-01-02")
            .await
            .has("audit-entry")
    );
}

#[tokio::test]
async fn shoppers_leave_no_entry() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.guide, "1").await.expect(303);
    guest.buy(crate::installation::GUEST).await;
    souk.drain().await;
    assert_eq!(souk.number("SELECT count(*) FROM platform.audit_entries").await, 0);
}

#[tokio::test]
async fn a_second_factor_is_set_up_asked_for_and_demanded() {
    let souk = Installation::new().await;
    let mut owner = owner(&souk).await;
    let mut support = souk.visitor();
    support.sign_in(&souk.alpha.support).await;
    owner
        .submit("/admin/settings/staff/second-factor", &[("second_factor", "1")])
        .await
        .expect(303);
    let page = support.send("GET", "/admin/orders", None).await.expect(303);
    assert_eq!(page.location(), "/account/security");
    let mut api = support.clone();
    let refused = api
        .call("GET", "/api/v1/admin/orders", &serde_json::Value::Null)
        .await
        .expect(403);
    assert_eq!(refused.json()["code"], "second_factor_required");

    let page = support.submit("/account/second-factor", &[]).await.expect(200);
    assert!(page.body.contains("<svg class=\"qr\""), "{}", page.body);
    let secret = page.text("enrol-secret").unwrap().replace(' ', "");
    assert_eq!(secret.len(), 32);
    let wrong = support
        .submit("/account/second-factor/confirm", &[("code", "000000")])
        .await
        .expect(422);
    assert_eq!(wrong.text("enrol-secret").unwrap().replace(' ', ""), secret);
    let sealed = souk
        .number("SELECT count(*) FROM identity.second_factors WHERE octet_length(sealed_secret) = 49")
        .await;
    assert_eq!(sealed, 1, "version, nonce, 20 bytes and the tag");
    let code = crate::totp::code(&secret, souk.database().now());
    let page = support
        .submit("/account/second-factor/confirm", &[("code", &code)])
        .await
        .expect(200);
    let (_, list) = page.body.split_once("data-testid=\"recovery-codes\"").unwrap();
    let recovery = crate::page::between(list, "<li>", "</li>").unwrap().to_owned();
    support.get("/admin/orders").await.expect(200);

    // The next sign-in has two steps; a code that was used does not count again.
    let mut elsewhere = souk.visitor();
    let fields = [
        ("email", souk.alpha.support.as_str()),
        ("password", PASSWORD),
        ("next", "/admin"),
    ];
    let page = elsewhere.submit("/login", &fields).await.expect(200);
    assert!(elsewhere.cookie(web::SESSION_COOKIE).is_none());
    let challenge = page.field("challenge").unwrap();
    let step = |code: String| {
        [
            ("challenge", challenge.clone()),
            ("code", code),
            ("next", "/admin".to_owned()),
        ]
    };
    let try_code = async |browser: &mut Browser, code: &str| {
        let fields = step(code.to_owned());
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.submit("/login/code", &fields).await
    };
    try_code(&mut elsewhere, &code).await.expect(401);
    let page = try_code(&mut elsewhere, &recovery).await.expect(303);
    assert_eq!(page.location(), "/admin");
    elsewhere.get("/admin").await.expect(200);
    let page = try_code(&mut elsewhere, &recovery).await.expect(401);
    assert!(page.body.contains("sign in again"), "{}", page.body);
}

#[tokio::test]
async fn every_device_is_listed_and_ended_one_by_one() {
    let souk = Installation::new().await;
    let mut here = souk.visitor().with("user-agent", "Laptop");
    here.sign_in(&souk.alpha.shopper).await;
    let mut there = souk.visitor().with("user-agent", "Telephone");
    there.sign_in(&souk.alpha.shopper).await;
    let page = here.get("/account/security").await.expect(200);
    assert!(
        page.body.contains("Laptop") && page.body.contains("Telephone"),
        "{}",
        page.body
    );
    let (_, row) = page.body.split_once("Telephone").unwrap();
    let path = format!(
        "/account/sessions/{}/end",
        crate::page::between(row, "/account/sessions/", "/end").unwrap()
    );
    let mut stranger = souk.visitor();
    stranger.sign_in(&souk.alpha.owner).await;
    stranger.submit(&path, &[]).await.expect(404);
    here.submit(&path, &[]).await.expect(303);
    assert!(there.send("GET", "/account/profile", None).await.sends_to_login());
    here.get("/account/profile").await.expect(200);
}

#[test]
fn owners_hold_what_is_about_staff() {
    for permission in [Permission::ManageStaff, Permission::ReadAudit] {
        assert!(identity::Role::Owner.permissions().contains(&permission));
        assert!(!identity::Role::Manager.permissions().contains(&permission));
    }
}
