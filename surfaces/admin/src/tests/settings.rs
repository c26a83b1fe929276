//! What is set up once.

use axum::http::StatusCode;
use kernel::Money;
use shipping::{CreateMethod, CreateZone, RateKind, Region};

use super::desk::TestDesk;

#[tokio::test]
async fn a_delivery_is_switched_off_and_on() {
    let desk = TestDesk::open().await;
    let mut ctx = desk.db.work().write();
    let zone = CreateZone {
        name: "Home".to_owned(),
        regions: vec![Region::Everywhere],
    };
    let zone_id = shipping::create_zone(&mut ctx, &zone).await.unwrap();
    let price = Money::new(599, ctx.currency());
    let method = CreateMethod {
        zone_id,
        code: "standard".to_owned(),
        name: "Standard".to_owned(),
        kind: RateKind::Flat(price),
        free_from: None,
        days_min: 2,
        days_max: 5,
        position: 1,
    };
    let id = shipping::create_method(&mut ctx, &method).await.unwrap();
    ctx.commit().await.unwrap();
    let path = format!("/admin/settings/shipping/methods/{id}/switch");
    for (active, shown) in [("", "Switch on"), ("1", "Switch off")] {
        let switched = desk.post(&path, &[("active", active)]).await;
        assert_eq!(switched.status, StatusCode::SEE_OTHER, "{}", switched.text);
        let page = desk.get(&switched.location).await.text;
        assert!(page.contains("$5.99") && page.contains(shown), "{page}");
    }
}
