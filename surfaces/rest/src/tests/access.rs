//! Who may call what: every route is in the table below, and every guarded one is tried with and without its permission.

use std::collections::BTreeSet;

use kernel::Permission;
use serde_json::json;

use super::Api;
use crate::endpoints;

/// Every endpoint with the permission it needs; `-` is open to everybody, `customer` to customers.
const TABLE: &[(&str, &str, &str)] = &[
    ("GET", "/products", "-"),
    ("GET", "/products/{slug}", "-"),
    ("GET", "/products/{slug}/reviews", "-"),
    ("POST", "/products/{slug}/reviews", "-"),
    ("GET", "/categories", "-"),
    ("GET", "/collections", "-"),
    ("GET", "/pages", "-"),
    ("GET", "/pages/{slug}", "-"),
    ("GET", "/menus", "-"),
    ("GET", "/home-page", "-"),
    ("POST", "/carts", "-"),
    ("GET", "/carts/{id}", "-"),
    ("PATCH", "/carts/{id}", "-"),
    ("POST", "/carts/{id}/lines", "-"),
    ("PATCH", "/carts/{id}/lines/{line}", "-"),
    ("DELETE", "/carts/{id}/lines/{line}", "-"),
    ("POST", "/carts/{id}/lines/{line}/save", "-"),
    ("POST", "/carts/{id}/saved-lines/{line}/move", "-"),
    ("DELETE", "/carts/{id}/saved-lines/{line}", "-"),
    ("GET", "/admin/products/{id}/terms", "catalog:read"),
    ("PATCH", "/admin/products/{id}/terms", "catalog:write"),
    ("GET", "/carts/{id}/shipping-options", "-"),
    ("POST", "/carts/{id}/complete", "-"),
    ("DELETE", "/carts/{id}/payment", "-"),
    ("POST", "/carts/{id}/hold", "-"),
    ("GET", "/queue", "-"),
    ("POST", "/queue", "-"),
    ("GET", "/orders/{id}", "-"),
    ("POST", "/webhooks/{gateway}", "-"),
    ("POST", "/auth/token", "-"),
    ("POST", "/auth/revoke", "-"),
    ("GET", "/me", "customer"),
    ("PATCH", "/me", "customer"),
    ("DELETE", "/me", "customer"),
    ("POST", "/me/verification", "customer"),
    ("GET", "/me/orders", "customer"),
    ("GET", "/me/addresses", "customer"),
    ("POST", "/me/addresses", "customer"),
    ("PATCH", "/me/addresses/{id}", "customer"),
    ("DELETE", "/me/addresses/{id}", "customer"),
    ("GET", "/me/payment-methods", "customer"),
    ("POST", "/me/payment-methods/{id}/default", "customer"),
    ("DELETE", "/me/payment-methods/{id}", "customer"),
    ("GET", "/admin/products", "catalog:read"),
    ("POST", "/admin/products", "catalog:write"),
    ("GET", "/admin/products/{id}", "catalog:read"),
    ("PATCH", "/admin/products/{id}", "catalog:write"),
    ("POST", "/admin/products/{id}/archive", "catalog:write"),
    ("GET", "/admin/products/{id}/media", "catalog:read"),
    ("PATCH", "/admin/products/{id}/media", "catalog:write"),
    ("POST", "/admin/uploads/{id}", "catalog:write"),
    ("DELETE", "/admin/products/{id}/images/{image}", "catalog:write"),
    (
        "DELETE",
        "/admin/products/{id}/attachments/{attachment}",
        "catalog:write",
    ),
    ("POST", "/admin/products/{id}/variants", "catalog:write"),
    ("POST", "/admin/products/{id}/variants/matrix", "catalog:write"),
    ("PATCH", "/admin/variants/{id}", "catalog:write"),
    ("PATCH", "/admin/products/{id}/variants", "catalog:write"),
    ("GET", "/admin/variants/{id}/prices", "catalog:read"),
    ("GET", "/admin/categories", "catalog:read"),
    ("POST", "/admin/categories", "catalog:write"),
    ("GET", "/admin/categories/{id}", "catalog:read"),
    ("PATCH", "/admin/categories/{id}", "catalog:write"),
    ("DELETE", "/admin/categories/{id}", "catalog:write"),
    ("GET", "/admin/attributes", "catalog:read"),
    ("POST", "/admin/attributes", "catalog:write"),
    ("GET", "/admin/attributes/{id}", "catalog:read"),
    ("PATCH", "/admin/attributes/{id}", "catalog:write"),
    ("DELETE", "/admin/attributes/{id}", "catalog:write"),
    ("GET", "/admin/collections", "catalog:read"),
    ("POST", "/admin/collections", "catalog:write"),
    ("GET", "/admin/collections/{id}", "catalog:read"),
    ("PATCH", "/admin/collections/{id}", "catalog:write"),
    ("DELETE", "/admin/collections/{id}", "catalog:write"),
    ("POST", "/admin/collections/{id}/products", "catalog:write"),
    ("GET", "/admin/stock-levels", "catalog:read"),
    ("POST", "/admin/stock-adjustments", "stock:write"),
    ("POST", "/admin/stock-bookings", "stock:write"),
    ("POST", "/admin/stock-transfers", "stock:write"),
    ("POST", "/admin/stock-plans", "stock:write"),
    ("GET", "/admin/variants/{id}/stock-movements", "catalog:read"),
    ("GET", "/admin/locations", "catalog:read"),
    ("GET", "/admin/locations/{id}", "catalog:read"),
    ("POST", "/admin/locations", "settings:manage"),
    ("PATCH", "/admin/locations/{id}", "settings:manage"),
    ("GET", "/admin/orders", "orders:read"),
    ("GET", "/admin/orders/{id}", "orders:read"),
    ("GET", "/admin/customers", "orders:read"),
    ("GET", "/admin/customers/{id}", "orders:read"),
    ("POST", "/admin/customers/{id}/erase", "settings:manage"),
    ("POST", "/admin/orders/{id}/fulfilments", "orders:fulfil"),
    ("GET", "/admin/fulfilments", "orders:read"),
    ("PATCH", "/admin/fulfilments/{id}", "orders:fulfil"),
    ("DELETE", "/admin/fulfilments/{id}", "orders:fulfil"),
    ("POST", "/admin/orders/{id}/cancel", "orders:cancel"),
    ("POST", "/admin/orders/{id}/refunds", "orders:refund"),
    ("POST", "/admin/orders/{id}/capture", "orders:refund"),
    ("POST", "/admin/orders/{id}/release", "orders:refund"),
    ("POST", "/admin/orders/{id}/notes", "orders:fulfil"),
    ("GET", "/admin/customer-groups", "coupons:write"),
    ("POST", "/admin/customer-groups", "coupons:write"),
    ("GET", "/admin/customer-groups/{id}", "coupons:write"),
    ("PATCH", "/admin/customer-groups/{id}", "coupons:write"),
    ("DELETE", "/admin/customer-groups/{id}", "coupons:write"),
    ("PUT", "/admin/customers/{id}/groups", "coupons:write"),
    ("GET", "/admin/price-lists", "coupons:write"),
    ("POST", "/admin/price-lists", "coupons:write"),
    ("GET", "/admin/price-lists/{id}", "coupons:write"),
    ("PATCH", "/admin/price-lists/{id}", "coupons:write"),
    ("DELETE", "/admin/price-lists/{id}", "coupons:write"),
    ("GET", "/admin/price-lists/{id}/prices", "coupons:write"),
    ("PUT", "/admin/price-lists/{id}/prices", "coupons:write"),
    ("DELETE", "/admin/price-lists/{id}/prices/{variant_id}", "coupons:write"),
    ("GET", "/admin/coupons", "coupons:write"),
    ("POST", "/admin/coupons", "coupons:write"),
    ("GET", "/admin/coupons/{id}", "coupons:write"),
    ("PATCH", "/admin/coupons/{id}", "coupons:write"),
    ("GET", "/admin/reviews", "reviews:moderate"),
    ("GET", "/admin/reviews/{id}", "reviews:moderate"),
    ("POST", "/admin/reviews/{id}/approve", "reviews:moderate"),
    ("POST", "/admin/reviews/{id}/reject", "reviews:moderate"),
    ("PATCH", "/admin/reviews/{id}", "reviews:moderate"),
    ("GET", "/admin/pages", "content:write"),
    ("POST", "/admin/pages", "content:write"),
    ("GET", "/admin/pages/{id}", "content:write"),
    ("PATCH", "/admin/pages/{id}", "content:write"),
    ("DELETE", "/admin/pages/{id}", "content:write"),
    ("GET", "/admin/menus", "content:write"),
    ("PATCH", "/admin/menus", "content:write"),
    ("GET", "/admin/announcement", "content:write"),
    ("PATCH", "/admin/announcement", "content:write"),
    ("GET", "/admin/home-page", "content:write"),
    ("PATCH", "/admin/home-page", "content:write"),
    ("POST", "/admin/imports", "imports:run"),
    ("GET", "/admin/imports", "imports:run"),
    ("GET", "/admin/imports/{id}", "imports:run"),
    ("GET", "/admin/exports/products", "catalog:read"),
    ("GET", "/admin/exports/stock", "catalog:read"),
    ("GET", "/admin/exports/redirects", "catalog:read"),
    ("GET", "/admin/exports/reviews", "reviews:moderate"),
    ("GET", "/admin/exports/customers", "orders:read"),
    ("GET", "/admin/exports/orders", "orders:read"),
    ("GET", "/admin/parked-jobs", "jobs:manage"),
    ("POST", "/admin/parked-jobs/{id}/restart", "jobs:manage"),
    ("GET", "/orders/{id}/invoices", "-"),
    ("GET", "/admin/settings/invoices", "settings:manage"),
    ("PATCH", "/admin/settings/invoices", "settings:manage"),
    ("GET", "/admin/orders/{id}/invoices", "orders:read"),
    ("POST", "/admin/orders/{id}/invoices", "orders:fulfil"),
    ("GET", "/admin/settings", "settings:manage"),
    ("PATCH", "/admin/settings", "settings:manage"),
    ("GET", "/admin/shipping-zones", "settings:manage"),
    ("POST", "/admin/shipping-zones", "settings:manage"),
    ("GET", "/admin/shipping-zones/{id}", "settings:manage"),
    ("PATCH", "/admin/shipping-zones/{id}", "settings:manage"),
    ("DELETE", "/admin/shipping-zones/{id}", "settings:manage"),
    ("POST", "/admin/shipping-zones/{id}/methods", "settings:manage"),
    ("GET", "/admin/shipping-methods/{id}", "settings:manage"),
    ("PATCH", "/admin/shipping-methods/{id}", "settings:manage"),
    ("DELETE", "/admin/shipping-methods/{id}", "settings:manage"),
    ("GET", "/admin/tax-nexus", "settings:manage"),
    ("PUT", "/admin/tax-nexus/{place}", "settings:manage"),
    ("DELETE", "/admin/tax-nexus/{place}", "settings:manage"),
    ("GET", "/admin/queue", "settings:manage"),
    ("PATCH", "/admin/queue", "settings:manage"),
    ("GET", "/admin/api-keys", "settings:manage"),
    ("POST", "/admin/api-keys", "settings:manage"),
    ("DELETE", "/admin/api-keys/{id}", "settings:manage"),
];

#[test]
fn every_route_is_in_the_table() {
    let table: BTreeSet<(String, String, String)> = TABLE
        .iter()
        .map(|(method, path, permission)| ((*method).to_owned(), (*path).to_owned(), (*permission).to_owned()))
        .collect();
    let routes: BTreeSet<(String, String, String)> = endpoints()
        .iter()
        .map(|endpoint| {
            let method = serde_json::to_value(&endpoint.method)
                .unwrap()
                .as_str()
                .unwrap()
                .to_uppercase();
            let open = if endpoint.for_customers { "customer" } else { "-" };
            let permission = endpoint.permission.map_or(open, Permission::as_str);
            (method, endpoint.path.to_owned(), permission.to_owned())
        })
        .collect();
    assert_eq!(routes, table);
    assert!(
        TABLE
            .iter()
            .all(|(_, path, permission)| path.starts_with("/admin/") == permission.contains(':'))
    );
}

#[tokio::test]
async fn guarded_routes_want_a_key_with_their_permission() {
    let api = Api::new().await;
    for (method, path, permission) in TABLE.iter().filter(|(_, _, permission)| permission.contains(':')) {
        let path = format!("/api/v1{}", path.replace("{id}", "x"));
        let body = (*method != "GET").then(|| json!({}));
        let none = api.call(method, &path, &[], body.clone()).await;
        assert_eq!(
            (none.status, none.header("www-authenticate")),
            (401, "Bearer"),
            "{method} {path}"
        );
        let wrong = api.with_key("wrong", method, &path, body.clone()).await;
        assert_eq!(wrong.status, 401, "{method} {path}");
        let others: Vec<&str> = Permission::ALL
            .iter()
            .map(|one| one.as_str())
            .filter(|one| one != permission)
            .collect();
        let lacking = api.with_key(&others.join(","), method, &path, body.clone()).await;
        assert_eq!(
            (lacking.status, lacking.body["permission"].as_str()),
            (403, Some(*permission)),
            "{method} {path}"
        );
        let able = api.with_key(permission, method, &path, body).await;
        assert!(
            ![401, 403].contains(&able.status) && able.status < 500,
            "{method} {path}: {}",
            able.text
        );
    }
}

#[tokio::test]
async fn what_is_a_customers_wants_a_customer() {
    let api = Api::new().await;
    for (method, path, _) in TABLE.iter().filter(|(_, _, who)| *who == "customer") {
        let path = format!("/api/v1{}", path.replace("{id}", "x"));
        let body = (*method != "GET").then(|| json!({}));
        let none = api.call(method, &path, &[], body.clone()).await;
        assert_eq!(
            (none.status, none.header("www-authenticate")),
            (401, "Bearer"),
            "{method} {path}"
        );
        let key = api.with_key("orders:read", method, &path, body).await;
        assert_eq!(key.status, 401, "{method} {path}");
    }
}
