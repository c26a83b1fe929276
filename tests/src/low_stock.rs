//! What is low, each morning, by mail to the members of staff who want to read it.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use inventory::LevelPlan;
use kernel::{Permission, TimeZone};

use crate::{
    installation::{Installation, SentMail},
    stocked::Piece,
};

/// More of it is to be ordered at so many.
async fn watch(souk: &Installation, piece: &Piece, reorder_point: i64) {
    let mut ctx = souk.alpha.work().write();
    let level = inventory::levels(&mut ctx, &[piece.variant]).await.unwrap().remove(0);
    let plan = LevelPlan {
        safety_stock: 0,
        reorder_point: Some(reorder_point),
        reorder_quantity: 12,
        incoming: 0,
        backorder: false,
    };
    inventory::plan_level(&mut ctx, piece.variant, level.location_id, &plan)
        .await
        .unwrap();
    ctx.commit().await.unwrap();
}

/// Lets it become that time of the day in the store, and the clock do what it does.
async fn becomes(souk: &Installation, zone: TimeZone, day: NaiveDate, hour: u32) {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    souk.pass(zone.moment(day.and_time(time)) - souk.database().now());
    for _ in 0..2 {
        souk.periodic_round().await;
        souk.drain().await;
    }
}

async fn told(souk: &Installation) -> Vec<SentMail> {
    let mails = souk.mails().await.into_iter();
    mails.filter(|mail| mail.kind == "low_stock").collect()
}

#[tokio::test]
async fn who_asked_is_told_once_a_day_of_the_store_what_is_low() {
    let souk = Installation::new().await;
    let zone = TimeZone::parse("Asia/Jakarta").unwrap();
    let store = uuid::Uuid::from(souk.alpha.store.id);
    souk.damage(&format!(
        "UPDATE platform.stores SET time_zone = '{}' WHERE id = '{store}'",
        zone.name()
    ))
    .await;
    let mut day = zone.day(souk.database().now()) + TimeDelta::days(1);
    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.owner).await;
    let page = desk.get("/admin/stock").await.expect(200);
    assert_eq!(page.text("low-stock-mail-button").as_deref(), Some("Send it to me"));
    for _ in 0..2 {
        desk.submit("/admin/stock/by-mail", &[("wanted", "1")])
            .await
            .expect(303);
    }
    let page = desk.get("/admin/stock").await.expect(200);
    assert_eq!(page.text("low-stock-mail-button").as_deref(), Some("Send it no more"));

    // Nothing is low, so the morning is quiet; what becomes low after it is told the next one.
    becomes(&souk, zone, day, 7).await;
    watch(&souk, &souk.alpha.lamp, 1_000).await;
    becomes(&souk, zone, day, 12).await;
    assert!(told(&souk).await.is_empty());
    day += TimeDelta::days(1);
    becomes(&souk, zone, day, 6).await;
    assert!(told(&souk).await.is_empty());
    becomes(&souk, zone, day, 7).await;
    becomes(&souk, zone, day, 23).await;
    let mails = told(&souk).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].recipient, souk.alpha.owner);
    let text = &mails[0].text_body;
    assert!(text.contains("Order 12") && text.contains("order at 1000"), "{text}");
    let mut again = souk.visitor();
    again.sign_in(&souk.alpha.owner).await;
    assert!(
        again
            .get(&mails[0].link("/admin/stock?"))
            .await
            .expect(200)
            .has("level-row")
    );

    day += TimeDelta::days(1);
    becomes(&souk, zone, day, 7).await;
    assert_eq!(told(&souk).await.len(), 2);
    again.sign_in(&souk.alpha.owner).await;
    again.submit("/admin/stock/by-mail", &[]).await.expect(303);
    becomes(&souk, zone, day + TimeDelta::days(1), 7).await;
    assert_eq!(told(&souk).await.len(), 2);
}

#[tokio::test]
async fn who_may_not_see_the_catalogue_any_more_is_told_nothing() {
    let souk = Installation::new().await;
    watch(&souk, &souk.alpha.lamp, 1_000).await;
    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.support).await;
    let page = desk.submit("/admin/stock/by-mail", &[("wanted", "1")]).await;
    page.expect(303);
    let leaves = format!(
        "UPDATE identity.staff s SET deactivated_at = now() FROM identity.accounts a \
         WHERE a.store_id = s.store_id AND a.id = s.account_id AND a.email = '{}'",
        souk.alpha.support
    );
    souk.damage(&leaves).await;
    let day = souk.alpha.store.time_zone.day(souk.database().now()) + TimeDelta::days(1);
    becomes(&souk, souk.alpha.store.time_zone, day, 7).await;
    assert!(told(&souk).await.is_empty());
    let mut ctx = souk.alpha.work().read();
    let readers = identity::list_staff_who_may(&mut ctx, Permission::ReadCatalog)
        .await
        .unwrap();
    assert_eq!(readers.len(), 1);
    let taken = "SELECT count(*) FROM notifications.low_stock_readers WHERE told_on IS NOT NULL";
    assert_eq!(souk.number(taken).await, 1);
}
