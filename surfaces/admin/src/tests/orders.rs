//! What becomes of an order at the desk.

use axum::http::StatusCode;

use super::{
    desk::TestDesk,
    stocked::{id_after, place, sell, stock},
};

#[tokio::test]
async fn an_order_is_shipped_in_parts_and_delivered() {
    let desk = TestDesk::open().await;
    let order = sell(&desk, &stock(&desk).await).await;
    let path = format!("/admin/orders/{order}");
    let page = desk.get(&path).await;
    let line = id_after(&page.text, "oln_").to_owned();
    let fulfil = format!("{path}/fulfil");

    let refused = desk
        .post(&fulfil, &[("line", &line), ("quantity", "3"), ("carrier", "Post & Co")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("aria-describedby=\"error-quantity\"")
            && refused.text.contains("must be between 1 and 2")
            && refused.text.contains("Post &amp; Co")
    );
    let refused = desk
        .post(
            &fulfil,
            &[("line", &line), ("quantity", "1"), ("tracking_url", "javascript:x")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"error-tracking_url\""));

    let first = desk
        .post(
            &fulfil,
            &[("line", &line), ("quantity", "1"), ("tracking_number", "T-1")],
        )
        .await;
    assert_eq!(
        (first.status, first.location.as_str()),
        (StatusCode::SEE_OTHER, path.as_str())
    );
    let page = desk.get(&path).await.text;
    assert!(page.contains("T-1") && page.contains("Shipped in part"));
    desk.post(&fulfil, &[("line", &line), ("quantity", "1")]).await;
    desk.post(&format!("{path}/delivered"), &[]).await;
    desk.post(&format!("{path}/notes"), &[("text", "Called <Ann>")]).await;
    let page = desk.get(&path).await.text;
    assert!(page.contains("Called &lt;Ann&gt;") && page.contains("Delivered"));
    assert!(!page.contains("data-testid=\"fulfil\""), "nothing is left to ship");
}

#[tokio::test]
async fn only_the_amount_that_was_shown_goes_back() {
    let desk = TestDesk::open().await;
    let order = sell(&desk, &stock(&desk).await).await;
    let path = format!("/admin/orders/{order}/refund");
    let line = id_after(&desk.get(&path).await.text, "oln_").to_owned();
    let chosen = format!("{path}?step=preview&line={line}&quantity=1&shipping=1");
    let preview = desk.get(&chosen).await.text;
    assert!(preview.contains("$18.98"), "one mug and the delivery: {preview}");

    let refund = async |amount: &str| {
        desk.post(
            &path,
            &[
                ("line", &line),
                ("quantity", "1"),
                ("shipping", "1"),
                ("amount", amount),
            ],
        )
        .await
    };
    let other = refund("9999").await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(other.text.contains("$18.98"), "the amount is shown again");
    let done = refund("1898").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = desk.get(&format!("/admin/orders/{order}")).await.text;
    assert!(page.contains("data-testid=\"refund-row\"") && page.contains("−$18.98"));
    let nothing = desk.get(&format!("{path}?step=preview&line={line}&quantity=0")).await;
    assert_eq!(nothing.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_order_is_cancelled_with_a_reason() {
    let desk = TestDesk::open().await;
    let order = sell(&desk, &stock(&desk).await).await;
    let path = format!("/admin/orders/{order}/cancel");
    let refused = desk.post(&path, &[("reason", " ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"error-reason\""));
    let done = desk.post(&path, &[("reason", "Out of clay")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = desk.get(&format!("/admin/orders/{order}")).await.text;
    assert!(page.contains("Cancelled") && page.contains("Out of clay"));
    assert_eq!(
        desk.post(&path, &[("reason", "Again")]).await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn declined_orders_are_listed_when_they_are_asked_for() {
    let desk = TestDesk::open().await;
    let order = place(&desk, &stock(&desk).await).await;
    let mut ctx = desk.db.work().write();
    orders::record_payment_failed(&mut ctx, order, "card_declined", orders::Heard::AtOnce)
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    let row = format!("/admin/orders/{order}\"");
    for (query, listed) in [
        ("", false),
        ("?payment=failed", true),
        ("?q=ann", true),
        ("?status=cancelled", true),
    ] {
        let page = desk.get(&format!("/admin/orders{query}")).await.text;
        assert_eq!(page.contains(&row), listed, "{query}");
        assert_eq!(page.contains("Show them"), !listed, "{query}");
    }
    for (query, said) in [
        ("?q=nobody", "No order has a number"),
        (
            "?q=ann&status=fulfilled",
            "No order fits this search and these filters together.",
        ),
        (
            "?q=ann&from=2026-01-16",
            "No order fits this search and these filters together.",
        ),
        ("?q=+&status=fulfilled", "No order fits these filters."),
        ("?tag=gift", "No order fits these filters."),
    ] {
        let page = desk.get(&format!("/admin/orders{query}")).await.text;
        assert!(page.contains(said), "{query}: {page}");
    }
    let page = desk.get(&format!("/admin/orders/{order}")).await.text;
    assert!(
        page.contains("The card was declined") && !page.contains("card_declined"),
        "{page}"
    );
}

#[tokio::test]
async fn the_first_page_sums_up_what_was_sold() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    let figure = |page: &str, name: &str| {
        let rest = page.split(&format!("figure-{name}\">")).nth(1).expect(name).to_owned();
        rest.split('<').next().unwrap().to_owned()
    };
    let none = desk.get("/admin").await.text;
    assert_eq!(
        (figure(&none, "sales"), figure(&none, "average")),
        ("$0.00".to_owned(), "–".to_owned())
    );
    sell(&desk, &stocked).await;
    for period in ["today", "7-days", "30-days", "90-days", "no such period"] {
        let sold = desk
            .get(&format!("/admin?period={}", period.replace(' ', "%20")))
            .await
            .text;
        assert_eq!(figure(&sold, "orders"), "1", "{period}");
        assert_eq!(figure(&sold, "sales"), figure(&sold, "average"), "{period}");
        assert_ne!(figure(&sold, "sales"), "$0.00", "{period}");
    }
}

#[tokio::test]
async fn orders_are_narrowed_by_day_and_tag() {
    let desk = TestDesk::open().await;
    let order = sell(&desk, &stock(&desk).await).await;
    let saved = desk
        .post(&format!("/admin/orders/{order}/tags"), &[("tags", "gift, urgent")])
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    for (query, is_found) in [
        ("tag=gift", true),
        ("tag=gif", false),
        ("from=2026-01-15&until=2026-01-15", true),
        ("from=2026-01-16", false),
        ("until=2026-01-14", false),
        ("from=someday&tag=urgent", true),
    ] {
        let list = desk.get(&format!("/admin/orders?{query}")).await.text;
        assert_eq!(list.contains(&order.to_string()), is_found, "{query}: {list}");
    }
    let list = desk.get("/admin/orders?from=2026-01-16&tag=gift").await.text;
    assert!(
        list.contains("value=\"2026-01-16\"") && list.contains("value=\"gift\""),
        "{list}"
    );
    assert!(
        list.contains("query=from%3D2026-01-16%26tag%3Dgift"),
        "a view keeps them: {list}"
    );
}
