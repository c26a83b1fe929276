//! The tree of categories, and which of them a product is in.

use serde_json::{Value, json};

use super::{Answered, Api, admin, change};

fn names(list: &Answered) -> Vec<&str> {
    let items = list.body["items"].as_array().unwrap();
    items.iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_tree_is_read_whole_in_pages_and_by_branch() {
    let api = Api::new().await;
    let top = admin(&api, "GET", "/categories?parent_id=top", Value::Null).await;
    assert_eq!(names(&top), ["Clothes"], "{}", top.text);
    let clothes = &top.body["items"][0];
    assert_eq!(
        (&clothes["depth"], &clothes["child_count"], &clothes["product_count"]),
        (&json!(0), &json!(1), &json!(1))
    );
    let new = json!({"name": "Hats", "parent_id": clothes["id"]});
    let hats = admin(&api, "POST", "/categories", new).await;
    let path = hats.header("location").strip_prefix("/api/v1/admin").unwrap();
    let read = admin(&api, "GET", path, Value::Null).await;
    assert_eq!(
        (&read.body["ancestor_ids"], &read.body["product_count"]),
        (&json!([clothes["id"]]), &json!(0)),
        "{}",
        read.text
    );
    for (field, value) in hats.body.as_object().unwrap() {
        assert_eq!(&read.body[field], value, "{field}");
    }
    admin(&api, "POST", "/categories", json!({"name": "Shoes"})).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = admin(&api, "GET", &format!("/categories?limit=2{cursor}"), Value::Null).await;
        assert_eq!(page.body["total"], 4, "{}", page.text);
        seen.extend(names(&page).into_iter().map(str::to_owned));
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["Clothes", "Hats", "Shirts", "Shoes"]);
    let below = format!("/categories?parent_id={}", clothes["id"].as_str().unwrap());
    assert_eq!(
        names(&admin(&api, "GET", &below, Value::Null).await),
        ["Hats", "Shirts"]
    );
    let nowhere = "/categories?parent_id=cat_00000000000000000000000000";
    let nowhere = admin(&api, "GET", nowhere, Value::Null).await;
    assert_eq!((nowhere.status, names(&nowhere).len()), (200, 0), "{}", nowhere.text);

    assert_eq!(admin(&api, "DELETE", path, Value::Null).await.status, 204);
    assert_eq!(admin(&api, "GET", path, Value::Null).await.status, 404);
    for (query, field) in [
        ("parent_id=hats", "parent_id"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
    ] {
        let refused = admin(&api, "GET", &format!("/categories?{query}"), Value::Null).await;
        assert_eq!(
            (refused.status, refused.body["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{}",
            refused.text
        );
    }
}

#[tokio::test]
async fn a_product_goes_into_other_categories() {
    let api = Api::new().await;
    let hats = admin(&api, "POST", "/categories", json!({"name": "Hats"})).await;
    let hats = hats.body["id"].clone();
    let attribute = json!({
        "code": "brim", "name": "Brim", "kind": "text", "required": true, "category_ids": [hats],
    });
    let made = admin(&api, "POST", "/attributes", attribute).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let list = admin(&api, "GET", "/products", Value::Null).await;
    let path = format!("/products/{}", list.body["items"][0]["id"].as_str().unwrap());
    let before = admin(&api, "GET", &path, Value::Null).await;
    let tag = before.header("etag");

    let unknown = json!({"category_ids": [hats, "cat_06a6mnt2kwf4dap3v7cqz9x1m0"], "attributes": {"brim": "wide"}});
    let refused = change(&api, &path, tag, unknown).await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "no_such_category"),
        "{}",
        refused.text
    );
    for (body, field) in [
        (json!({"category_ids": [hats]}), "attributes.brim"),
        (json!({"category_ids": vec![hats.clone(); 251]}), "category_ids"),
        (json!({"category_ids": null}), "category_ids"),
        (json!({"category_ids": ["hats"]}), "category_ids.0"),
    ] {
        let refused = change(&api, &path, tag, body).await;
        assert_eq!(
            (refused.status, refused.body["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{}",
            refused.text
        );
    }
    let read = admin(&api, "GET", &path, Value::Null).await;
    assert_eq!(read.body, before.body, "what is refused changes nothing");

    let moved = json!({"category_ids": [hats, hats], "attributes": {"brim": "wide"}});
    let moved = change(&api, &path, tag, moved).await;
    assert_eq!(
        (moved.status, &moved.body["category_ids"]),
        (200, &json!([hats])),
        "{}",
        moved.text
    );
    let found = api.get("/api/v1/products?category=hats").await;
    assert_eq!(found.body["total"], 1, "{}", found.text);
    let stale = change(&api, &path, tag, json!({"category_ids": []})).await;
    assert_eq!((stale.status, stale.code()), (412, "version_conflict"));
    let out = change(&api, &path, moved.header("etag"), json!({"category_ids": []})).await;
    assert_eq!(
        (out.status, &out.body["category_ids"]),
        (200, &json!([])),
        "{}",
        out.text
    );
    assert_eq!(api.get("/api/v1/products?category=hats").await.body["total"], 0);
}
