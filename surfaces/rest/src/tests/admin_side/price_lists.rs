//! Groups of customers, price lists and what they ask.

use kernel::{CustomerGroupId, CustomerId};
use serde_json::{Value, json};

use super::{Api, admin, change};

fn usd(amount: i64) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

#[tokio::test]
async fn a_group_is_made_changed_and_kept_while_a_list_is_for_it() {
    let api = Api::new().await;
    let made = admin(
        &api,
        "POST",
        "/customer-groups",
        json!({"name": "Trade", "note": "since May"}),
    )
    .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = made
        .header("location")
        .strip_prefix("/api/v1/admin")
        .unwrap()
        .to_owned();
    let taken = admin(&api, "POST", "/customer-groups", json!({"name": "TRADE"})).await;
    assert_eq!((taken.status, taken.code()), (409, "name_taken"));
    let renamed = change(&api, &path, made.header("etag"), json!({"name": "Wholesale"})).await;
    assert_eq!(
        (&renamed.body["name"], &renamed.body["note"]),
        (&json!("Wholesale"), &json!("since May")),
        "{}",
        renamed.text
    );
    let listed = admin(&api, "GET", "/customer-groups", json!(null)).await;
    assert_eq!(listed.body["items"][0]["name"], "Wholesale", "{}", listed.text);
    let list = admin(
        &api,
        "POST",
        "/price-lists",
        json!({"name": "Spring prices", "group_ids": [made.body["id"]]}),
    )
    .await;
    assert_eq!(list.status, 201, "{}", list.text);
    let kept = admin(&api, "DELETE", &path, json!(null)).await;
    assert_eq!((kept.status, kept.code()), (409, "group_in_use"));
    assert!(kept.text.contains("Spring prices"), "{}", kept.text);
    let list = list
        .header("location")
        .strip_prefix("/api/v1/admin")
        .unwrap()
        .to_owned();
    assert_eq!(admin(&api, "DELETE", &list, json!(null)).await.status, 204);
    assert_eq!(admin(&api, "DELETE", &path, json!(null)).await.status, 204);
    assert_eq!(admin(&api, "GET", &path, json!(null)).await.status, 404);
}

#[tokio::test]
async fn too_many_groups_of_a_customer_are_refused_by_the_field_of_the_body() {
    let api = Api::new().await;
    let ctx = api.db.work().read();
    let groups: Vec<String> = (0..=customers::MOST_GROUPS)
        .map(|_| ctx.new_id::<CustomerGroupId>().to_string())
        .collect();
    let path = format!("/customers/{}/groups", ctx.new_id::<CustomerId>());
    let refused = admin(&api, "PUT", &path, json!({"group_ids": groups})).await;
    let error = &refused.body["errors"][0];
    assert_eq!(
        (refused.status, &error["field"], &error["code"]),
        (422, &json!("group_ids"), &json!("too_many")),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn a_list_is_made_changed_and_its_prices_are_put_all_or_none() {
    let api = Api::new().await;
    let group = admin(&api, "POST", "/customer-groups", json!({"name": "Trade"})).await;
    let body = json!({"name": "Trade", "group_ids": [group.body["id"]], "percent_off": "12.5", "countries": ["us", "DE"], "priority": 3});
    let made = admin(&api, "POST", "/price-lists", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(
        (&made.body["percent_off"], &made.body["countries"], &made.body["active"]),
        (&json!("12.5"), &json!(["DE", "US"]), &json!(true))
    );
    let path = made
        .header("location")
        .strip_prefix("/api/v1/admin")
        .unwrap()
        .to_owned();
    let changed = change(
        &api,
        &path,
        made.header("etag"),
        json!({"percent_off": null, "active": false, "ends_at": "2040-01-01T00:00:00Z"}),
    )
    .await;
    assert_eq!(
        (&changed.body["percent_off"], &changed.body["priority"]),
        (&json!(null), &json!(3)),
        "{}",
        changed.text
    );
    let nobody = change(&api, &path, changed.header("etag"), json!({"group_ids": []})).await;
    assert_eq!(
        (nobody.status, &nobody.body["errors"][0]["field"]),
        (422, &json!("group_ids")),
        "{}",
        nobody.text
    );

    let prices = format!("{path}/prices");
    let wrong =
        json!({"prices": [{"variant_id": api.shirt, "price": usd(900)}, {"sku": "nothing", "price": usd(900)}]});
    let refused = admin(&api, "PUT", &prices, wrong).await;
    assert_eq!(
        (refused.status, &refused.body["errors"][0]["field"]),
        (422, &json!("prices.1.sku")),
        "{}",
        refused.text
    );
    let unnamed = admin(&api, "PUT", &prices, json!({"prices": [{"price": usd(900)}]})).await;
    assert_eq!(
        unnamed.body["errors"][0]["code"], "either_id_or_sku",
        "{}",
        unnamed.text
    );
    let good = json!({"prices": [
        {"variant_id": api.shirt, "price": usd(1_500)}, {"variant_id": api.shirt, "min_quantity": 10, "price": usd(1_200)},
    ]});
    let put = admin(&api, "PUT", &prices, good.clone()).await;
    assert_eq!((put.status, &put.body["changed"]), (200, &json!(2)), "{}", put.text);
    assert_eq!(admin(&api, "PUT", &prices, good).await.body["changed"], 0);
    let listed = admin(&api, "GET", &prices, json!(null)).await;
    assert_eq!(
        listed.body["items"][0]["prices"],
        json!([{"min_quantity": 1, "price": usd(1_500)}, {"min_quantity": 10, "price": usd(1_200)}]),
        "{}",
        listed.text
    );
    let one = format!("{prices}/{}", api.shirt);
    assert_eq!(
        admin(&api, "DELETE", &format!("{one}?min_quantity=10"), json!(null))
            .await
            .status,
        204
    );
    assert_eq!(
        admin(&api, "DELETE", &format!("{one}?min_quantity=10"), json!(null))
            .await
            .status,
        404
    );
    assert_eq!(admin(&api, "DELETE", &one, json!(null)).await.status, 204);
    let listed = admin(&api, "GET", &prices, json!(null)).await;
    assert_eq!(listed.body["items"], json!([]));
}

#[tokio::test]
async fn of_two_changes_at_once_neither_takes_back_the_other() {
    let api = Api::new().await;
    let group = admin(&api, "POST", "/customer-groups", json!({"name": "Trade"})).await;
    let body = json!({"name": "Trade", "group_ids": [group.body["id"]]});
    let list = admin(&api, "POST", "/price-lists", body).await;
    for (made, field) in [(group, "note"), (list, "countries")] {
        let path = made.header("location").strip_prefix("/api/v1/admin").unwrap();
        for (number, country) in ["CA", "DE", "JP", "US"].into_iter().enumerate() {
            let value = if field == "note" {
                json!(country)
            } else {
                json!([country])
            };
            let bodies = [json!({"name": format!("Trade {number}")}), json!({field: value})];
            let [one, other] = bodies.clone();
            let (one, other) = tokio::join!(change(&api, path, "*", one), change(&api, path, "*", other));
            assert!(one.status == 200 || other.status == 200, "{} {}", one.text, other.text);
            let now = admin(&api, "GET", path, json!(null)).await;
            for (answered, body) in [one, other].iter().zip(&bodies) {
                if answered.status != 200 {
                    let told = (answered.status, answered.code());
                    assert_eq!(told, (412, "version_conflict"), "{}", answered.text);
                    continue;
                }
                for (field, value) in body.as_object().unwrap() {
                    assert_eq!(&now.body[field], value, "{path}: {}", now.text);
                }
            }
        }
    }
}
