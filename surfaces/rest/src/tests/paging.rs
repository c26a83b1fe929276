//! Lists that nothing narrows: their pages lead on in order, with every row once.

use chrono::TimeDelta;
use database::jobs::NewJob;
use serde_json::{Value, json};

use super::{Answered, Api};

const KEY: &str = "catalog:read,catalog:write,coupons:write,settings:manage,content:write,jobs:manage";

/// How many letters of a cursor say which list it is of.
const MARK_LENGTH: usize = 8;

/// Lists, each with a field of its rows and what stands there of the rows that the test makes, in their order.
const LISTS: [(&str, &str, &[&str]); 12] = [
    ("/categories", "slug", &["clothes", "hats", "shirts", "shoes"]),
    ("/collections", "slug", &["autumn", "spring", "summer", "summer-sale"]),
    ("/pages", "slug", &["about", "imprint", "terms"]),
    ("/admin/locations", "name", &["Annex", "East", "West", "Cellar"]),
    (
        "/admin/collections",
        "slug",
        &["autumn", "spring", "summer", "summer-sale"],
    ),
    ("/admin/shipping-zones", "name", &["US", "North", "East"]),
    ("/admin/tax-nexus", "place", &["DE", "US-CA", "US-NY"]),
    ("/admin/attributes", "code", &["wash", "care", "brim"]),
    ("/admin/api-keys", "name", &["Till", "Robot", "Depot"]),
    ("/admin/customer-groups", "name", &["Press", "retail", "Trade"]),
    ("/admin/pages", "slug", &["about", "draft", "imprint", "terms"]),
    (
        "/admin/parked-jobs",
        "kind",
        &["test.third", "test.second", "test.first"],
    ),
];

async fn ask(api: &Api, path: &str, query: &str) -> Answered {
    api.with_key(KEY, "GET", &format!("/api/v1{path}?{query}"), None).await
}

/// Done a second after what was done before it.
async fn make(api: &Api, method: &str, path: &str, body: Value) {
    api.db.clock().advance(TimeDelta::seconds(1));
    let body = (!body.is_null()).then_some(body);
    let made = api.with_key(KEY, method, &format!("/api/v1/admin{path}"), body).await;
    assert!([200, 201].contains(&made.status), "{path}: {}", made.text);
}

/// A shop with three or more rows in each list.
async fn full() -> Api {
    let api = Api::new().await;
    let tree = ask(&api, "/categories", "limit=1").await;
    let hats = json!({"name": "Hats", "parent_id": tree.body["items"][0]["id"]});
    let page = |title: &str, published: bool| json!({"published": published, "texts": {"en": {"title": title}}});
    let key = |name: &str| json!({"name": name, "permissions": ["catalog:read"]});
    for (path, body) in [
        ("/categories", hats),
        ("/categories", json!({"name": "Shoes"})),
        ("/collections", json!({"title": "Summer", "slug": "summer"})),
        ("/collections", json!({"title": "Summer", "slug": "summer-sale"})),
        ("/collections", json!({"title": "Autumn"})),
        ("/collections", json!({"title": "Spring"})),
        ("/pages", page("Terms", true)),
        ("/pages", page("About", true)),
        ("/pages", page("Draft", false)),
        ("/pages", page("Imprint", true)),
        ("/locations", json!({"name": "Cellar", "active": false})),
        ("/locations", json!({"name": "West", "priority": 2})),
        ("/locations", json!({"name": "East", "priority": 1})),
        ("/locations", json!({"name": "Annex", "priority": 1})),
        ("/shipping-zones", json!({"name": "North", "regions": ["CA"]})),
        ("/shipping-zones", json!({"name": "East", "regions": ["JP"]})),
        ("/attributes", json!({"code": "wash", "name": "Wash", "kind": "text"})),
        ("/attributes", json!({"code": "care", "name": "Care", "kind": "text"})),
        ("/attributes", json!({"code": "brim", "name": "Brim", "kind": "text"})),
        ("/api-keys", key("Depot")),
        ("/api-keys", key("Robot")),
        ("/api-keys", key("Till")),
        ("/customer-groups", json!({"name": "Trade"})),
        ("/customer-groups", json!({"name": "retail"})),
        ("/customer-groups", json!({"name": "Press"})),
    ] {
        make(&api, "POST", path, body).await;
    }
    for place in ["US-NY", "DE", "US-CA"] {
        make(&api, "PUT", &format!("/tax-nexus/{place}"), Value::Null).await;
    }
    for kinds in [
        vec!["test.first"],
        vec!["test.second"],
        vec!["test.third", "test.twin", "test.twin"],
    ] {
        api.db.clock().advance(TimeDelta::seconds(1));
        let mut ctx = api.db.work().write();
        let jobs = kinds.into_iter().map(|kind| NewJob::new(kind, &()).unwrap());
        ctx.enqueue_all(jobs.collect()).await.unwrap();
        ctx.commit().await.unwrap();
    }
    api.db.clock().advance(TimeDelta::hours(2));
    api
}

/// Every row, asked for in pages of so many.
async fn walk(api: &Api, path: &str, limit: usize) -> Vec<Value> {
    let (mut rows, mut query) = (Vec::new(), format!("limit={limit}"));
    loop {
        let page = ask(api, path, &query).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        let items = page.body["items"].as_array().unwrap();
        rows.extend(items.iter().cloned());
        let total = usize::try_from(page.body["total"].as_u64().unwrap()).unwrap();
        let Some(next) = page.body["next_cursor"].as_str() else {
            assert_eq!(rows.len(), total, "{path}: {}", page.text);
            return rows;
        };
        assert!(items.len() == limit && rows.len() < total, "{path}: {}", page.text);
        query = format!("limit={limit}&cursor={next}");
    }
}

#[tokio::test]
async fn pages_of_a_list_lead_through_every_row_once_and_in_order() {
    let api = full().await;
    for (path, field, wanted) in LISTS {
        let whole = walk(&api, path, 100).await;
        let values = whole.iter().map(|row| row[field].as_str().unwrap());
        let made: Vec<&str> = values.filter(|value| wanted.contains(value)).collect();
        assert_eq!(made, wanted, "{path}");
        for limit in [1, 2] {
            assert_eq!(walk(&api, path, limit).await, whole, "{path} by {limit}");
        }
    }
}

#[tokio::test]
async fn a_page_behind_a_row_that_is_gone_begins_with_the_next() {
    let api = full().await;
    let first = ask(&api, "/collections", "limit=1").await;
    let gone = format!(
        "/api/v1/admin/collections/{}",
        first.body["items"][0]["id"].as_str().unwrap()
    );
    assert_eq!(api.with_key(KEY, "DELETE", &gone, None).await.status, 204);
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let next = ask(&api, "/collections", &format!("limit=1&cursor={cursor}")).await;
    assert_eq!(
        (&next.body["items"][0]["slug"], &next.body["total"]),
        (&json!("spring"), &json!(3)),
        "{}",
        next.text
    );
}

#[tokio::test]
async fn what_asks_for_no_page_of_the_list_is_refused() {
    let api = full().await;
    let mut before = "x".to_owned();
    for (path, ..) in LISTS {
        let first = ask(&api, path, "limit=1").await;
        let cursor = first.body["next_cursor"].as_str().unwrap();
        let (mark, _) = cursor.split_at(MARK_LENGTH);
        for place in [before.as_str(), mark, &format!("{mark}AAAA"), &format!("{mark}e30")] {
            let refused = ask(&api, path, &format!("cursor={place}")).await;
            let error = &refused.body["errors"][0];
            assert_eq!(
                (refused.status, &error["field"], &error["code"]),
                (422, &json!("cursor"), &json!("invalid_cursor")),
                "{path} behind {place}: {}",
                refused.text
            );
        }
        for limit in ["0", "101", "", "all"] {
            let refused = ask(&api, path, &format!("limit={limit}")).await;
            assert_eq!(
                (refused.status, &refused.body["errors"][0]["field"]),
                (422, &json!("limit")),
                "{path} by {limit:?}: {}",
                refused.text
            );
        }
        before = cursor.to_owned();
    }
}
