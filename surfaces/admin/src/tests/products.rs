//! Products, their stock and their pictures at the desk.

use axum::http::StatusCode;

use super::{
    desk::TestDesk,
    stocked::{product, stock},
};

#[tokio::test]
async fn a_product_is_made_and_a_lost_update_is_shown() {
    let desk = TestDesk::open().await;
    let form = |price| {
        [
            ("title", "Oak board"),
            ("status", "active"),
            ("kind", "physical"),
            ("price", price),
        ]
    };
    let refused = desk.post("/admin/products/new", &form("cheap")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"error-price\"") && refused.text.contains("Oak board"));
    let made = desk.post("/admin/products/new", &form("24.50")).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);

    let page = desk.get(&made.location).await.text;
    assert!(
        page.contains("$24.50") && page.contains("name=\"version\" value=\"1\""),
        "{page}"
    );
    let change = async |title: &str, version: &str| {
        let form = [
            ("title", title),
            ("slug", "oak-board"),
            ("status", "active"),
            ("kind", "physical"),
            ("version", version),
        ];
        desk.post(&made.location, &form).await
    };
    assert_eq!(change("Walnut board", "1").await.status, StatusCode::SEE_OTHER);
    let lost = change("Beech board", "1").await;
    assert_eq!(lost.status, StatusCode::CONFLICT);
    assert!(lost.text.contains("Walnut board") && lost.text.contains("Beech board"));
    assert!(
        lost.text.contains("name=\"version\" value=\"2\""),
        "saving once more keeps what was typed"
    );
    assert_eq!(change("Beech board", "2").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_new_product_is_told_in_one_round() {
    let desk = TestDesk::open().await;
    let first = [
        ("title", "Oak board"),
        ("slug", "oak-board"),
        ("sku", "OAK-1"),
        ("status", "active"),
        ("kind", "physical"),
        ("price", "24.50"),
    ];
    let made = desk.post("/admin/products/new", &first).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let wrong = [
        ("title", " "),
        ("slug", "oak-board"),
        ("sku", "OAK-1"),
        ("status", "active"),
        ("kind", "physical"),
        ("price", "cheap"),
        ("weight_grams", "-5"),
        ("published_at", "tomorrow"),
        ("canonical_url", "javascript:x"),
        ("related", "nothing-of-the-kind"),
        ("category", "cat_06a6mnt2kwf4dap3v7cqz9x1m0"),
    ];
    let refused = desk.post("/admin/products/new", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in [
        "title",
        "slug",
        "sku",
        "price",
        "weight_grams",
        "published_at",
        "canonical_url",
        "related",
        "category",
    ] {
        let told = format!("id=\"error-{field}\"");
        assert!(refused.text.contains(&told), "{field}: {}", refused.text);
    }
    // Also what only the database knows.
    let mut gone = first.to_vec();
    gone.push(("category", "cat_06a6mnt2kwf4dap3v7cqz9x1m0"));
    let refused = desk.post("/admin/products/new", &gone).await;
    for field in ["slug", "sku", "category"] {
        let told = format!("id=\"error-{field}\"");
        assert!(refused.text.contains(&told), "{field}: {}", refused.text);
    }
}

#[tokio::test]
async fn stock_is_corrected_and_never_below_zero() {
    let desk = TestDesk::open().await;
    let variant = stock(&desk).await.variant;
    let path = format!("/admin/variants/{variant}/stock");
    let refused = desk.post(&path, &[("change", "-6"), ("reason", "Broken")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"error-change\"") && refused.text.contains("Broken"));
    let done = desk.post(&path, &[("change", "+2"), ("reason", "Found")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = desk.get(&format!("/admin/variants/{variant}")).await.text;
    assert!(page.contains("data-testid=\"on-hand\">7<") && page.contains("Found"));
}

#[tokio::test]
async fn a_picture_comes_from_a_file() {
    let desk = TestDesk::open().await;
    let product = stock(&desk).await.product;
    let upload = async |content: &str| {
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"alt\"\r\n\r\nA mug\r\n--x\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"mug.svg\"\r\ncontent-type: image/svg+xml\r\n\r\n{content}\r\n--x--\r\n"
        );
        let path = format!("/admin/uploads/{product}");
        desk.ask("everything", ("POST", &path), ("multipart/form-data; boundary=x", body))
            .await
    };
    for bad in [
        "",
        "hello",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>",
    ] {
        let refused = upload(bad).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert!(refused.text.contains("id=\"error-file\"") && refused.text.contains("A mug"));
    }
    let done = upload("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h1v1z\"/></svg>").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = desk.get(&done.location).await.text;
    assert!(page.contains("src=\"/media/") && page.contains("alt=\"A mug\""));
    let form = [
        ("place", "2"),
        ("url", "/media/first.png"),
        ("alt", "One"),
        ("place", "1"),
        ("url", "/media/second.png"),
        ("alt", "Two"),
        ("place", "3"),
        ("url", "no address"),
        ("alt", ""),
    ];
    let path = format!("/admin/products/{product}/images");
    let refused = desk.post(&path, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"error-url-3\"") && !refused.text.contains("id=\"error-url-1\""));
    assert_eq!(desk.post(&path, &form[..6]).await.status, StatusCode::SEE_OTHER);
    let page = desk.get(&path).await.text;
    assert!(page.find("second.png") < page.find("first.png"), "{page}");
}

#[tokio::test]
async fn chosen_products_change_together_after_a_look() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    let bowl = product(&desk, "Deep bowl", "20.00").await;
    let bowl = bowl.rsplit('/').next().unwrap();
    let mug = stocked.product.to_string();
    let ask = |chosen: &str, action: &str, value: &str| {
        format!("/admin/products/change?{chosen}action={action}&value={value}")
    };
    let both = format!("chosen={mug}&chosen={bowl}&");
    for (path, said) in [
        (ask("", "active", ""), "tick the products"),
        (ask(&both, "prices", "cheap"), "type a percentage"),
        (ask(&both, "prices", "-100"), "too small or too large"),
        (ask(&both, "add_tag", ""), "fill this in"),
        (ask(&both, "burn", ""), "fill this in"),
    ] {
        let asked = desk.get(&path).await;
        assert!(
            asked.text.contains(said) && !asked.text.contains("confirm-bulk"),
            "{path}: {}",
            asked.text
        );
    }
    let plan = desk.get(&ask(&both, "prices", "-10%25")).await;
    assert_eq!(plan.status, StatusCode::OK, "{}", plan.text);
    for price in ["$12.99", "$11.69", "$20.00", "$18.00"] {
        assert!(plan.text.contains(price), "{price} in {}", plan.text);
    }
    let marked = |text: &str, id: &str| {
        let start = text.find(&format!("{id}:")).unwrap();
        text.get(start..).unwrap().split('"').next().unwrap().to_owned()
    };
    let chosen = [marked(&plan.text, &mug), marked(&plan.text, bowl)];
    let agreed = [
        ("chosen", chosen[0].as_str()),
        ("chosen", chosen[1].as_str()),
        ("action", "prices"),
        ("value", "-10"),
    ];
    let done = desk.post("/admin/products/change", &agreed).await;
    assert_eq!(
        (done.status, done.location.as_str()),
        (StatusCode::SEE_OTHER, "/admin/products?changed=2&stale=0")
    );
    let list = desk.get(&done.location).await.text;
    assert!(
        list.contains("$11.69") && list.contains("$18.00") && list.contains("2 products are as you wanted"),
        "{list}"
    );
    let senseless = [("chosen", chosen[0].as_str()), ("action", "prices"), ("value", "cheap")];
    let refused = desk.post("/admin/products/change", &senseless).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("type a percentage"), "{}", refused.text);
    let late = desk.post("/admin/products/change", &agreed).await;
    assert_eq!(late.location, "/admin/products?changed=0&stale=2");
    assert!(
        desk.get(&late.location)
            .await
            .text
            .contains("2 products had been changed by somebody else")
    );
}

#[tokio::test]
async fn how_much_is_in_a_variant_is_typed_and_kept() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    let path = format!("/admin/variants/{}", stocked.variant);
    let page = desk.get(&path).await.text;
    let version = page.split("name=\"version\" value=\"").nth(1).unwrap();
    let version = version.split('"').next().unwrap().to_owned();
    let typed = |measure, base| {
        [
            ("option_value", "Moss"),
            ("price", "12.00"),
            ("tax_category", "standard"),
            ("measure", measure),
            ("measure_base", base),
            ("version", version.as_str()),
        ]
    };
    for (measure, base, wrong) in [
        ("3 jars", "", "error-measure"),
        ("0 ml", "", "error-measure"),
        ("", "1 l", "error-measure"),
        ("750 ml", "1 kg", "error-measure_base"),
    ] {
        let refused = desk.post(&path, &typed(measure, base)).await;
        assert_eq!(refused.status, 422, "{measure}");
        assert!(
            refused.text.contains(&format!("id=\"{wrong}\"")),
            "{measure}: {}",
            refused.text
        );
        assert!(
            refused.text.contains(&format!("value=\"{measure}\"")),
            "what was typed stays"
        );
    }
    let saved = desk.post(&path, &typed("0.750 L", "")).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let page = desk.get(&path).await.text;
    assert!(
        page.contains("value=\"0.75 l\"") && page.contains("value=\"1 l\""),
        "{page}"
    );
}

#[tokio::test]
async fn products_are_narrowed_by_category_brand_and_tag() {
    let desk = TestDesk::open().await;
    desk.post("/admin/categories/new", &[("name", "Table Ware")]).await;
    let categories = {
        let mut ctx = desk.db.work().read();
        catalog::list_categories(&mut ctx).await.unwrap()
    };
    let category = categories[0].id.to_string();
    let form = [
        ("title", "Oak board"),
        ("status", "draft"),
        ("kind", "physical"),
        ("price", "24.50"),
        ("brand", "Acorn & Sons"),
        ("tags", "wood, oak"),
        ("category", category.as_str()),
    ];
    assert_eq!(
        desk.post("/admin/products/new", &form).await.status,
        StatusCode::SEE_OTHER
    );
    for (query, is_found) in [
        ("category=table+ware", true),
        ("category=table-ware&status=draft", true),
        ("category=boats", false),
        ("category=!!!", false),
        ("category=%F0%9F%8E%81", false),
        ("brand=Acorn+%26+Sons", true),
        ("brand=Acorn", false),
        ("tag=oak", true),
        ("tag=oa", false),
        ("tag=oak&brand=Elm", false),
    ] {
        let list = desk.get(&format!("/admin/products?{query}")).await.text;
        assert_eq!(list.contains(">Oak board<"), is_found, "{query}: {list}");
    }
    let list = desk.get("/admin/products").await.text;
    assert!(list.contains("href=\"/admin/products?brand=Acorn+%26+Sons\""), "{list}");
}
