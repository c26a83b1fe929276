//! How many statements pages and changes may send. A page that needs more fails here; one that needs fewer should have its
//! number lowered.

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    page::Page,
    rest_api::{cart_of, payment_of},
    stocked::Piece,
};

/// Statements by page or change, for a guest unless it says otherwise. The measure is what is sent through `Ctx`, without
/// the BEGIN and COMMIT around it. Nothing is kept of an earlier visit.
#[rustfmt::skip]
const BUDGETS: &[(&str, u64, &str)] = &[
    ("home", 10, "what it is composed of, menus and departments, featured products, newest products, collections, when the next price turns; whether orders are fetched anywhere"),
    ("list", 7, "the page of products, its facets, menus and departments, when the next price turns; whether orders are fetched anywhere"),
    ("category", 9, "a list, with the category and its path, and every category for the engine, which has no index here; whether orders are fetched anywhere"),
    ("search", 7, "a list with a query; whether orders are fetched anywhere"),
    ("product", 12, "product with variants, pictures, attachments and categories; stock; deliveries; reviews; menus and departments; whether orders are fetched anywhere"),
    ("cart", 10, "menus and departments, the cart with its lines, what is known of them, taxes, deliveries, coupons, stock; whether orders are fetched anywhere"),
    ("add to cart, first", 3, "what can be sold, the cart with its line, the stock"),
    ("add to cart", 3, "what can be sold, the line, the stock"),
    ("checkout", 11, "menus and departments, the cart, priced for the address; whether texts are offered; whether orders are fetched anywhere"),
    ("success", 10, "the order by its signed link; which of its products have a page; whether pushes are offered; whether orders are fetched anywhere"),
    ("order status", 11, "the order with lines, parcels, refunds and timeline; its invoices; which of its products have a page; whether pushes are offered; whether orders are fetched anywhere"),
    ("place order", 28, "everything that must hold: see checkout's walkthrough; what a guest saved for later"),
    ("REST products", 3, "the page of products and its facets, when the next price turns"),
    ("REST product", 4, "product and stock"),
    ("REST create cart", 7, "whether there is such a delivery, what can be sold and is in stock, deliveries and taxes, the cart with its lines"),
    ("REST add line", 7, "the cart with its lines, what can be sold and is in stock, deliveries and taxes, the line"),
    ("REST complete cart", 29, "as placing an order, and the order read back"),
    ("desk home", 9, "the session, what was sold, carts, orders by what is to do, products by what is left, parked work, the latest orders"),
    ("desk orders", 5, "the session, the page of orders, the views of the list"),
    ("desk orders by total", 5, "the same in another order"),
    ("desk products by price", 6, "the session, the page of products, in two pieces where some have no price, the views of the list"),
    ("desk coupons by end", 3, "the session, the page of coupons"),
    ("desk customers", 7, "the session, the page of customers, what they bought, their groups to narrow by, the views of the list"),
    ("desk order", 14, "the session, the order with everything, its parcels, payments, captures, mails, texts and invoices, and where what is left to ship lies"),
    ("desk customers by e-mail", 7, "the same in another order"),
];

/// Statements by page, for a guest with a cart who has been there before: pages that are kept ask only for the cart's number of
/// pieces, and those that are not know the store's facts.
#[rustfmt::skip]
const WARM: &[(&str, u64)] = &[
    ("/", 1),
    ("/products", 1),
    ("/products/category/aardvark-things", 1),
    ("/collections/a-best", 1),
    ("/search?q=tile", 1),
    ("/search/suggestions?q=tile", 0),
    ("/products/a-mug", 1),
    ("/api/v1/products", 0),
    ("/api/v1/products/a-mug", 0),
    ("/api/v1/categories", 0),
    ("/cart", 4),
    ("/checkout", 4),
];

/// Statements that `page` sent, and the page.
async fn cost(souk: &Installation, page: impl Future<Output = Page>) -> (u64, Page) {
    souk.database().cache().drop_everything();
    let before = souk.database().statement_count();
    let page = page.await;
    (souk.database().statement_count() - before, page)
}

/// Everything the table names, with a cart and an order of these pieces.
async fn measure(souk: &Installation, pieces: &[&Piece]) -> Vec<(&'static str, u64)> {
    let mut measured = Vec::new();
    let mut note = |name: &'static str, (statements, page): (u64, Page)| {
        assert!(
            page.status.is_success() || page.status.is_redirection(),
            "{name}: {} {}",
            page.status,
            page.body
        );
        measured.push((name, statements));
        page
    };
    let mut guest = souk.visitor();
    for (name, path) in [
        ("home", "/".to_owned()),
        ("list", "/products".to_owned()),
        ("category", "/products/category/aardvark-things".to_owned()),
        ("search", "/search?q=tile".to_owned()),
        ("product", format!("/products/{}", souk.alpha.mug.slug)),
        ("REST products", "/api/v1/products".to_owned()),
        ("REST product", format!("/api/v1/products/{}", souk.alpha.mug.slug)),
    ] {
        note(name, cost(souk, guest.get(&path)).await);
    }
    let (last, others) = pieces.split_last().unwrap();
    let extra = &souk.alpha.guide;
    note("add to cart, first", cost(souk, guest.add(extra, "1")).await);
    for piece in others {
        guest.add(piece, "1").await.expect(303);
    }
    note("add to cart", cost(souk, guest.add(last, "1")).await);
    note("cart", cost(souk, guest.get("/cart")).await);
    let form = guest.fill_checkout(GUEST).await;
    note("checkout", cost(souk, guest.get("/checkout")).await);
    let placed = note("place order", cost(souk, guest.place(&form, "tok_success")).await);
    let success = note("success", cost(souk, guest.get(placed.location())).await);
    let order = order_of(&success);
    let status = format!("/orders/{order}?{}", success.path.rsplit('&').next().unwrap());
    note("order status", cost(souk, guest.get(&status)).await);

    let mut server = souk.visitor();
    let cart = note(
        "REST create cart",
        cost(souk, server.call("POST", "/api/v1/carts", &cart_of(pieces))).await,
    )
    .json();
    let path = format!("/api/v1/carts/{}/lines", cart["id"].as_str().unwrap());
    let line = serde_json::json!({ "variant_id": extra.id() });
    let cart = note("REST add line", cost(souk, server.call("POST", &path, &line)).await).json();
    let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
    let body = payment_of(&cart, "tok_success");
    note(
        "REST complete cart",
        cost(souk, server.call("POST", &path, &body)).await,
    );

    let mut owner = signed_in(souk).await;
    note("desk home", cost(souk, owner.get("/admin")).await);
    note("desk orders", cost(souk, owner.get("/admin/orders")).await);
    note(
        "desk order",
        cost(souk, owner.get(&format!("/admin/orders/{order}"))).await,
    );
    note("desk customers", cost(souk, owner.get("/admin/customers")).await);
    for (name, path) in [
        ("desk orders by total", "/admin/orders?sort=largest"),
        ("desk products by price", "/admin/products?sort=price_asc"),
        ("desk customers by e-mail", "/admin/customers?sort=email"),
        ("desk coupons by end", "/admin/coupons?sort=ends_first"),
    ] {
        note(name, cost(souk, owner.get(path)).await);
    }
    measured
}

async fn signed_in(souk: &Installation) -> Browser {
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    owner
}

#[tokio::test]
async fn no_page_sends_more_statements_than_its_budget_however_many_lines_there_are() {
    let souk = Installation::new().await;
    let tiles: Vec<&Piece> = souk.alpha.tiles.iter().collect();
    let one = measure(&souk, &tiles[..1]).await;
    let twenty = measure(&souk, &tiles).await;
    let more: Vec<_> = one.iter().zip(&twenty).filter(|(one, twenty)| one != twenty).collect();
    assert!(more.is_empty(), "not the same with 1 line and with 20: {more:?}");
    let mut wrong = Vec::new();
    for (name, statements) in &one {
        let budget = BUDGETS
            .iter()
            .find(|(budgeted, ..)| budgeted == name)
            .unwrap_or_else(|| panic!("{name} has no budget"))
            .1;
        if *statements > budget {
            wrong.push(format!("{name}: {statements} statements, {budget} allowed"));
        }
    }
    assert!(
        wrong.is_empty() && one.len() == BUDGETS.len(),
        "{wrong:?}\nmeasured: {one:#?}"
    );
}

#[tokio::test]
async fn a_page_that_was_there_before_takes_what_its_visitor_needs_and_no_more() {
    let souk = Installation::new().await;
    let (mut guest, mut buyer) = (souk.visitor(), souk.visitor());
    buyer.add(&souk.alpha.mug, "1").await.expect(303);
    buyer.fill_checkout(GUEST).await;
    let mut wrong = Vec::new();
    for (path, budget) in WARM {
        buyer.get(path).await.expect(200);
        let before = souk.database().statement_count();
        buyer.get(path).await.expect(200);
        let statements = souk.database().statement_count() - before;
        if statements != *budget {
            wrong.push(format!("{path}: {statements} statements, {budget} told"));
        }
        if *budget > 1 {
            continue;
        }
        guest.get(path).await.expect(200);
        let before = souk.database().statement_count();
        guest.get(path).await.expect(200);
        assert_eq!(
            souk.database().statement_count(),
            before,
            "{path} for a guest without a cart"
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
