//! Lists of the desk in the order that somebody chose.

use crate::{browser::Browser, installation::Installation};

/// Each list with its orders, and what else it may be asked for.
const LISTS: &[(&str, &str, &[&str])] = &[
    (
        "/admin/orders",
        "status=confirmed&",
        &["newest", "oldest", "largest", "smallest"],
    ),
    (
        "/admin/products",
        "status=active&",
        &["title", "price_asc", "price_desc", "newest"],
    ),
    (
        "/admin/customers",
        "marketing=no&",
        &["email", "email_backwards", "newest", "oldest"],
    ),
    (
        "/admin/coupons",
        "",
        &["code", "code_backwards", "ends_first", "ends_last", "newest", "oldest"],
    ),
    (
        "/admin/stock",
        "q=lamp&",
        &["title", "sku", "on_hand", "on_hand_most", "free", "free_most"],
    ),
];

async fn owner(souk: &Installation) -> Browser {
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    owner
}

#[tokio::test]
async fn each_header_says_how_the_list_is_sorted_and_keeps_what_narrows_it() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    guest.buy(crate::installation::GUEST).await;
    souk.alpha.coupon("EXTRA", |terms| terms).await;
    let mut owner = owner(&souk).await;
    for (path, narrowed, sorts) in LISTS {
        for sort in *sorts {
            let page = owner.get(&format!("{path}?{narrowed}sort={sort}")).await.expect(200);
            let sorted = page.body.matches("aria-sort=").count();
            assert_eq!(sorted, 1, "{path} by {sort}: {}", page.body);
            let kept = format!("{path}?{}", narrowed.replace('&', "&amp;"));
            assert!(page.body.contains(&kept), "{path} by {sort}: {}", page.body);
        }
    }
}

#[tokio::test]
async fn an_order_that_no_list_has_is_said_to_be_none() {
    let souk = Installation::new().await;
    let mut owner = owner(&souk).await;
    for (path, ..) in LISTS {
        let page = owner.get(&format!("{path}?sort=sideways")).await;
        assert_eq!(page.status, 422, "{path}");
        assert!(page.body.contains("is not an order of this list"), "{}", page.body);
    }
}

#[tokio::test]
async fn a_view_keeps_the_order_of_its_list() {
    let souk = Installation::new().await;
    let mut owner = owner(&souk).await;
    let view = [("name", "Dearest first"), ("query", "status=active&sort=price_desc")];
    let kept = owner.submit("/admin/products/views/new", &view).await.expect(303);
    let page = owner.get(kept.location()).await.expect(200);
    assert!(page.body.contains("aria-sort=\"descending\""), "{}", page.body);
    assert!(kept.location().contains("sort=price_desc"), "{}", kept.location());
}
