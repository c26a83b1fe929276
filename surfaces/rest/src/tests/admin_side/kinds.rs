//! Bodies whose fields depend on their kind: what goes with another kind is refused by its name.

use serde_json::{Value, json};

use super::{Answered, Api, admin, change};

fn named(answer: &Answered) -> (u16, &str, &str) {
    let error = &answer.body["errors"][0];
    let text = |name: &str| error[name].as_str().unwrap_or_default();
    (answer.status, text("field"), text("code"))
}

#[tokio::test]
async fn a_coupon_has_what_goes_with_its_kind() {
    let api = Api::new().await;
    let ten = json!({"amount": 1_000, "currency": "USD"});
    for (body, field, code) in [
        (json!({"kind": "percentage"}), "percentage", "required"),
        (
            json!({"kind": "percentage", "percentage": null}),
            "percentage",
            "required",
        ),
        (
            json!({"kind": "percentage", "percentage": "5", "amount": ten}),
            "amount",
            "not_of_this_kind",
        ),
        (json!({"kind": "fixed_amount"}), "amount", "required"),
        (
            json!({"kind": "free_shipping", "amount": ten}),
            "amount",
            "not_of_this_kind",
        ),
        (json!({"kind": "half"}), "kind", "invalid_value"),
    ] {
        let mut new = body.clone();
        new["code"] = json!("KIND");
        let refused = admin(&api, "POST", "/coupons", new).await;
        assert_eq!(named(&refused), (422, field, code), "{body}: {}", refused.text);
    }
    let new = json!({"code": "SHIP", "kind": "free_shipping", "amount": null, "percentage": null});
    let made = admin(&api, "POST", "/coupons", new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("/coupons/{}", made.body["id"].as_str().unwrap());
    for body in [
        json!({"percentage": "5"}),
        json!({"kind": "fixed_amount", "amount": ten, "percentage": "5"}),
    ] {
        let refused = change(&api, &path, "*", body).await;
        assert_eq!(named(&refused), (422, "percentage", "not_of_this_kind"));
    }
    let changed = change(&api, &path, "*", json!({"kind": "fixed_amount", "amount": ten})).await;
    assert_eq!(
        (changed.status, &changed.body["amount"]),
        (200, &ten),
        "{}",
        changed.text
    );
}

#[tokio::test]
async fn an_entry_of_a_menu_leads_where_its_kind_says() {
    let api = Api::new().await;
    let labels = json!({"en": "More"});
    let other = "col_06a6mnt2kwf4dap3v7cqz9x1m0";
    for (kind, target, code) in [
        ("heading", "/products", "not_of_this_kind"),
        ("page", "", "required"),
        ("category", other, "invalid_id"),
        ("category", "cat_06a6mnt2kwf4dap3v7cqz9x1m0", "gone"),
        ("address", "", "required"),
        ("address", "javascript:x", "invalid_url"),
    ] {
        let entry = json!({"kind": kind, "target": target, "labels": labels});
        let refused = change(&api, "/menus", "*", json!({"header": [entry]})).await;
        assert_eq!(
            named(&refused),
            (422, "header.0.target", code),
            "{kind}: {}",
            refused.text
        );
        let above = json!({"kind": "heading", "target": "", "labels": labels, "children": [entry]});
        let refused = change(&api, "/menus", "*", json!({"footer": [above]})).await;
        assert_eq!(named(&refused), (422, "footer.0.children.0.target", code), "{kind}");
    }
}

#[tokio::test]
async fn a_section_has_what_its_kind_shows() {
    let api = Api::new().await;
    for (section, field, code) in [
        (
            json!({"kind": "newest", "image_url": "/x.svg"}),
            "image_url",
            "not_of_this_kind",
        ),
        (
            json!({"kind": "text", "link_kind": "address", "link_target": "/products"}),
            "link_kind",
            "not_of_this_kind",
        ),
        (
            json!({"kind": "featured", "texts": {"en": {"body_html": "<p>x</p>"}}}),
            "texts.en.body_html",
            "not_of_this_kind",
        ),
        (
            json!({"kind": "text", "texts": {"en": {"title": "x", "button": "Look"}}}),
            "texts.en.button",
            "not_of_this_kind",
        ),
        (json!({"kind": "collection"}), "link_kind", "not_of_this_kind"),
        (
            json!({"kind": "collection", "link_kind": "collection"}),
            "link_target",
            "required",
        ),
        (
            json!({"kind": "hero", "link_target": "/products"}),
            "link_target",
            "not_of_this_kind",
        ),
        (
            json!({"kind": "hero", "link_kind": "category", "link_target": "cat_06a6mnt2kwf4dap3v7cqz9x1m0"}),
            "link_target",
            "gone",
        ),
        (
            json!({"kind": "hero", "link_kind": "address", "link_target": "javascript:x"}),
            "link_target",
            "invalid_url",
        ),
        (
            json!({"kind": "hero", "texts": {"en": {"button": "Look"}}}),
            "link_target",
            "required",
        ),
    ] {
        let body = json!({"sections": [{"kind": "newest"}, section], "publish": true});
        let refused = change(&api, "/home-page", "*", body).await;
        let field = format!("sections.1.{field}");
        assert_eq!(
            named(&refused),
            (422, field.as_str(), code),
            "{section}: {}",
            refused.text
        );
    }
    let read = admin(&api, "GET", "/home-page", Value::Null).await;
    let mut sections = read.body["sections"].clone();
    for section in sections.as_array_mut().unwrap() {
        section.as_object_mut().unwrap().remove("id");
    }
    let body = json!({"sections": sections, "publish": true});
    let same = change(&api, "/home-page", read.header("etag"), body).await;
    assert_eq!(same.status, 200, "what is read can be sent: {}", same.text);
}
