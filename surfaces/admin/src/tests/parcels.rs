//! Parcels at the desk: made, picked, packed, handed over, followed, unpacked.

use axum::http::StatusCode;

use super::{
    desk::{Reply, TestDesk},
    stocked::{id_after, sell, stock},
};

/// A desk with an order of two mugs: the order's page, its line, and its form of parcels.
async fn sold() -> (TestDesk, String, String, String) {
    let desk = TestDesk::open().await;
    let order = sell(&desk, &stock(&desk).await).await;
    let path = format!("/admin/orders/{order}");
    let line = id_after(&desk.get(&path).await.text, "oln_").to_owned();
    let fulfil = format!("{path}/fulfil");
    (desk, path, line, fulfil)
}

fn state_of(reply: &Reply) -> &str {
    let (_, after) = reply.text.split_once("data-testid=\"parcel-state\">").unwrap();
    after.split_once('<').unwrap().0
}

#[tokio::test]
async fn a_parcel_is_picked_packed_handed_over_and_arrives() {
    let (desk, path, line, fulfil) = sold().await;
    let one = [("line", line.as_str()), ("quantity", "1"), ("state", "picking")];
    let made = desk.post(&fulfil, &one).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let page = desk.get(&path).await.text;
    assert!(page.contains("of 1"), "one of two is left to pack");
    let parcel = format!("/admin/parcels/{}", id_after(&page, "ful_"));
    let list = desk.get("/admin/parcels/pick-list").await.text;
    assert!(list.contains("data-testid=\"article-row\"") && list.contains("MUG-1"));
    let slip = desk.get(&format!("{parcel}/slip")).await.text;
    assert!(slip.contains("MUG-1") && slip.contains("of 2") && slip.contains("Ring &lt;twice&gt;"));
    assert!(!slip.contains("12.99"), "a packing slip has no prices");

    let early = desk.post(&parcel, &[("state", "delivered"), ("carrier", "Post")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(early.text.contains("value=\"Post\""), "what was typed stays");
    let unknown = desk.post(&parcel, &[("state", "lost")]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text.contains("id=\"error-state\""));
    let wrong = [("state", "in_transit"), ("tracking_url", "javascript:x")];
    let wrong = desk.post(&parcel, &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("id=\"error-tracking_url\""));

    desk.post(&parcel, &[("state", "ready_to_ship")]).await;
    let tracked = [("carrier", "Post"), ("tracking_number", "T-1")];
    desk.post(&parcel, &tracked).await;
    let page = desk.get(&parcel).await;
    assert_eq!(state_of(&page), "Packed", "its tracking alone was saved");
    assert!(page.text.contains("value=\"T-1\""));
    for (state, expected) in [
        ("in_transit", "On its way"),
        ("out_for_delivery", "On the van"),
        ("delivered", "Delivered"),
    ] {
        let moved = desk
            .post(&parcel, &[("state", state), ("tracking_number", "T-1")])
            .await;
        assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text);
        assert_eq!(state_of(&desk.get(&parcel).await), expected);
    }
    let page = desk.get(&path).await.text;
    assert!(page.contains("Shipped in part") && page.contains("Parcel delivered"));
    assert!(!page.contains("data-testid=\"mark-delivered\""), "nothing is under way");
}

#[tokio::test]
async fn a_parcel_that_waits_is_unpacked_and_one_that_left_is_not() {
    let (desk, path, line, fulfil) = sold().await;
    desk.post(&fulfil, &[("line", &line), ("quantity", "2"), ("state", "picking")])
        .await;
    let page = desk.get(&path).await.text;
    assert!(!page.contains("data-testid=\"fulfil\""), "all of it waits");
    let parcel = format!("/admin/parcels/{}", id_after(&page, "ful_"));
    let unpack = format!("{parcel}/unpack");
    assert_eq!(desk.get(&unpack).await.status, StatusCode::OK);
    let done = desk.post(&unpack, &[]).await;
    assert_eq!(
        (done.status, done.location.as_str()),
        (StatusCode::SEE_OTHER, path.as_str())
    );
    assert_eq!(desk.get(&parcel).await.status, StatusCode::NOT_FOUND);

    desk.post(&fulfil, &[("line", &line), ("quantity", "2")]).await;
    let page = desk.get(&path).await.text;
    let parcel = format!("/admin/parcels/{}", id_after(&page, "ful_"));
    let unpack = format!("{parcel}/unpack");
    assert_eq!(desk.get(&unpack).await.location, parcel);
    assert_eq!(desk.post(&unpack, &[]).await.location, parcel);
    assert_eq!(state_of(&desk.get(&parcel).await), "On its way");
}

#[tokio::test]
async fn orders_that_wait_are_begun_together_and_once() {
    let (desk, path, _line, _fulfil) = sold().await;
    let order = path.rsplit('/').next().unwrap();
    let list = desk.get("/admin/parcels").await.text;
    assert!(list.contains("data-testid=\"pick-order\"") && list.contains("2 pieces"));
    let location = id_after(&list, "loc_").to_owned();
    let nowhere = desk.post("/admin/parcels", &[("order", order)]).await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nowhere.text.contains("id=\"error-location\"") && nowhere.text.contains("checked"));
    let nothing = desk.post("/admin/parcels", &[("location", &location)]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text.contains("id=\"error-order\""));

    let form = [("order", order), ("location", &location), ("once", "begin-1")];
    for _ in 0..2 {
        let begun = desk.post("/admin/parcels", &form).await;
        assert_eq!(begun.location, format!("/admin/parcels/pick-list?location={location}"));
    }
    let again = desk.post("/admin/parcels", &form[..2]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("no longer waits"));
    let list = desk.get("/admin/parcels").await.text;
    assert_eq!(list.matches("data-testid=\"parcel-row\"").count(), 1);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_parcel() {
    let (desk, path, line, fulfil) = sold().await;
    let form = [("line", line.as_str()), ("quantity", "1"), ("once", "parcel-1")];
    for _ in 0..2 {
        assert_eq!(desk.post(&fulfil, &form).await.status, StatusCode::SEE_OTHER);
    }
    let page = desk.get(&path).await.text;
    assert_eq!(page.matches("data-testid=\"parcel\"").count(), 1);
}

#[tokio::test]
async fn a_page_that_is_older_than_a_parcel_is_told_what_is_left() {
    let (desk, _path, line, fulfil) = sold().await;
    let pieces = |quantity| [("line", line.as_str()), ("quantity", quantity)];
    desk.post(&fulfil, &pieces("1")).await;
    let more = desk.post(&fulfil, &pieces("2")).await;
    assert_eq!(more.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(more.text.contains("between 1 and 1") && more.text.contains("value=\"2\""));
    desk.post(&fulfil, &pieces("1")).await;
    let late = desk.post(&fulfil, &pieces("1")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("None of these pieces is left"));
}
