//! Every route asks for a permission, and for the right one.

use std::{collections::BTreeSet, path::Path};

use axum::http::StatusCode;
use kernel::Permission::{
    self, AdjustStock, CancelOrders, FulfilOrders, ManageJobs, ManageSettings, ManageStaff, ModerateReviews, ReadAudit,
    ReadCatalog, ReadMessages, ReadOrders, RefundOrders, RunImports, WriteCatalog, WriteContent, WriteCoupons,
};

use super::desk::TestDesk;

/// Every route with what it needs; `None` is any member of staff.
const NEEDS: &[(&str, &str, Option<Permission>)] = &[
    ("GET", "/admin", None),
    ("POST", "/admin/first-steps/put-away", Some(ManageSettings)),
    ("GET", "/admin/find", None),
    ("GET", "/admin/find/entries", None),
    ("GET", "/admin/orders", Some(ReadOrders)),
    ("GET", "/admin/orders/views/new", Some(ReadOrders)),
    ("POST", "/admin/orders/views/new", Some(ReadOrders)),
    ("GET", "/admin/orders/views/{view}", Some(ReadOrders)),
    ("POST", "/admin/orders/views/{view}", Some(ReadOrders)),
    ("POST", "/admin/orders/views/{view}/delete", Some(ReadOrders)),
    ("POST", "/admin/orders/views/{view}/restore", Some(ReadOrders)),
    ("GET", "/admin/orders/{ord}", Some(ReadOrders)),
    ("POST", "/admin/orders/{ord}/process", Some(FulfilOrders)),
    ("POST", "/admin/orders/{ord}/fulfil", Some(FulfilOrders)),
    ("POST", "/admin/orders/{ord}/delivered", Some(FulfilOrders)),
    ("GET", "/admin/orders/{ord}/cancel", Some(CancelOrders)),
    ("POST", "/admin/orders/{ord}/cancel", Some(CancelOrders)),
    ("GET", "/admin/orders/{ord}/refund", Some(RefundOrders)),
    ("POST", "/admin/orders/{ord}/refund", Some(RefundOrders)),
    ("POST", "/admin/orders/{ord}/capture", Some(RefundOrders)),
    ("POST", "/admin/orders/{ord}/release", Some(RefundOrders)),
    ("POST", "/admin/orders/{ord}/invoices", Some(FulfilOrders)),
    ("GET", "/admin/invoices/{doc}", Some(ReadOrders)),
    ("POST", "/admin/orders/{ord}/notes", Some(FulfilOrders)),
    ("POST", "/admin/orders/{ord}/tags", Some(FulfilOrders)),
    ("GET", "/admin/customers", Some(ReadOrders)),
    ("GET", "/admin/customers/views/new", Some(ReadOrders)),
    ("POST", "/admin/customers/views/new", Some(ReadOrders)),
    ("GET", "/admin/customers/views/{view}", Some(ReadOrders)),
    ("POST", "/admin/customers/views/{view}", Some(ReadOrders)),
    ("POST", "/admin/customers/views/{view}/delete", Some(ReadOrders)),
    ("POST", "/admin/customers/views/{view}/restore", Some(ReadOrders)),
    ("GET", "/admin/customers/{cus}", Some(ReadOrders)),
    ("POST", "/admin/orders/{ord}/mails/{msg}/resend", Some(FulfilOrders)),
    ("GET", "/admin/parcels", Some(ReadOrders)),
    ("POST", "/admin/parcels", Some(FulfilOrders)),
    ("GET", "/admin/parcels/pick-list", Some(ReadOrders)),
    ("GET", "/admin/parcels/{ful}", Some(ReadOrders)),
    ("POST", "/admin/parcels/{ful}", Some(FulfilOrders)),
    ("GET", "/admin/parcels/{ful}/slip", Some(ReadOrders)),
    ("GET", "/admin/parcels/{ful}/unpack", Some(FulfilOrders)),
    ("POST", "/admin/parcels/{ful}/unpack", Some(FulfilOrders)),
    ("GET", "/admin/products", Some(ReadCatalog)),
    ("GET", "/admin/products/views/new", Some(ReadCatalog)),
    ("POST", "/admin/products/views/new", Some(ReadCatalog)),
    ("GET", "/admin/products/views/{view}", Some(ReadCatalog)),
    ("POST", "/admin/products/views/{view}", Some(ReadCatalog)),
    ("POST", "/admin/products/views/{view}/delete", Some(ReadCatalog)),
    ("POST", "/admin/products/views/{view}/restore", Some(ReadCatalog)),
    ("GET", "/admin/products/new", Some(WriteCatalog)),
    ("POST", "/admin/products/new", Some(WriteCatalog)),
    ("GET", "/admin/products/change", Some(WriteCatalog)),
    ("POST", "/admin/products/change", Some(WriteCatalog)),
    ("GET", "/admin/products/{prd}", Some(ReadCatalog)),
    ("POST", "/admin/products/{prd}", Some(WriteCatalog)),
    ("GET", "/admin/products/{prd}/archive", Some(WriteCatalog)),
    ("POST", "/admin/products/{prd}/archive", Some(WriteCatalog)),
    ("GET", "/admin/products/{prd}/terms", Some(WriteCatalog)),
    ("POST", "/admin/products/{prd}/terms", Some(WriteCatalog)),
    ("GET", "/admin/products/{prd}/images", Some(WriteCatalog)),
    ("POST", "/admin/products/{prd}/images", Some(WriteCatalog)),
    ("GET", "/admin/products/{prd}/images/{img}/remove", Some(WriteCatalog)),
    ("POST", "/admin/products/{prd}/images/{img}/remove", Some(WriteCatalog)),
    ("GET", "/admin/products/{prd}/images/{img}/variants", Some(WriteCatalog)),
    (
        "POST",
        "/admin/products/{prd}/images/{img}/variants",
        Some(WriteCatalog),
    ),
    ("POST", "/admin/products/{prd}/attachments", Some(WriteCatalog)),
    (
        "GET",
        "/admin/products/{prd}/attachments/{att}/remove",
        Some(WriteCatalog),
    ),
    (
        "POST",
        "/admin/products/{prd}/attachments/{att}/remove",
        Some(WriteCatalog),
    ),
    ("POST", "/admin/uploads/{prd}", Some(WriteCatalog)),
    ("GET", "/admin/products/{prd}/variants", Some(WriteCatalog)),
    ("POST", "/admin/products/{prd}/variants", Some(WriteCatalog)),
    ("GET", "/admin/products/{prd}/variants/generate", Some(WriteCatalog)),
    ("POST", "/admin/products/{prd}/variants/generate", Some(WriteCatalog)),
    ("GET", "/admin/products/{prd}/variants/table", Some(ReadCatalog)),
    ("POST", "/admin/products/{prd}/variants/table", Some(WriteCatalog)),
    ("GET", "/admin/variants/{var}", Some(ReadCatalog)),
    ("POST", "/admin/variants/{var}", Some(WriteCatalog)),
    ("POST", "/admin/variants/{var}/stock", Some(AdjustStock)),
    ("GET", "/admin/stock", Some(ReadCatalog)),
    ("POST", "/admin/stock", Some(AdjustStock)),
    ("POST", "/admin/stock/by-mail", Some(ReadCatalog)),
    ("GET", "/admin/stock/{var}", Some(ReadCatalog)),
    ("POST", "/admin/stock/{var}/plan", Some(AdjustStock)),
    ("POST", "/admin/stock/{var}/book", Some(AdjustStock)),
    ("GET", "/admin/pictures", Some(WriteCatalog)),
    ("POST", "/admin/pictures", Some(WriteCatalog)),
    ("GET", "/admin/home-page/pictures", Some(WriteContent)),
    ("POST", "/admin/home-page/pictures", Some(WriteContent)),
    ("GET", "/admin/categories", Some(ReadCatalog)),
    ("GET", "/admin/categories/choices", None),
    ("GET", "/admin/categories/new", Some(WriteCatalog)),
    ("POST", "/admin/categories/new", Some(WriteCatalog)),
    ("GET", "/admin/categories/{cat}", Some(ReadCatalog)),
    ("POST", "/admin/categories/{cat}", Some(WriteCatalog)),
    ("POST", "/admin/categories/{cat}/move", Some(WriteCatalog)),
    ("GET", "/admin/categories/{cat}/delete", Some(WriteCatalog)),
    ("POST", "/admin/categories/{cat}/delete", Some(WriteCatalog)),
    ("GET", "/admin/collections", Some(ReadCatalog)),
    ("GET", "/admin/collections/new", Some(WriteCatalog)),
    ("POST", "/admin/collections/new", Some(WriteCatalog)),
    ("GET", "/admin/collections/{col}", Some(ReadCatalog)),
    ("POST", "/admin/collections/{col}", Some(WriteCatalog)),
    ("GET", "/admin/collections/{col}/products", Some(WriteCatalog)),
    ("POST", "/admin/collections/{col}/products", Some(WriteCatalog)),
    ("GET", "/admin/collections/{col}/delete", Some(WriteCatalog)),
    ("POST", "/admin/collections/{col}/delete", Some(WriteCatalog)),
    ("GET", "/admin/pages", Some(WriteContent)),
    ("GET", "/admin/pages/new", Some(WriteContent)),
    ("POST", "/admin/pages/new", Some(WriteContent)),
    ("GET", "/admin/pages/{pge}", Some(WriteContent)),
    ("POST", "/admin/pages/{pge}", Some(WriteContent)),
    ("GET", "/admin/pages/{pge}/delete", Some(WriteContent)),
    ("POST", "/admin/pages/{pge}/delete", Some(WriteContent)),
    ("GET", "/admin/menus", Some(WriteContent)),
    ("POST", "/admin/menus", Some(WriteContent)),
    ("GET", "/admin/menus/items/{mni}", Some(WriteContent)),
    ("POST", "/admin/menus/items/{mni}", Some(WriteContent)),
    ("POST", "/admin/menus/items/{mni}/move", Some(WriteContent)),
    ("GET", "/admin/menus/items/{mni}/remove", Some(WriteContent)),
    ("POST", "/admin/menus/items/{mni}/remove", Some(WriteContent)),
    ("GET", "/admin/home-page", Some(WriteContent)),
    ("GET", "/admin/home-page/new", Some(WriteContent)),
    ("POST", "/admin/home-page/new", Some(WriteContent)),
    ("POST", "/admin/home-page/publish", Some(WriteContent)),
    ("GET", "/admin/home-page/discard", Some(WriteContent)),
    ("POST", "/admin/home-page/discard", Some(WriteContent)),
    ("GET", "/admin/home-page/sections/{sec}", Some(WriteContent)),
    ("POST", "/admin/home-page/sections/{sec}", Some(WriteContent)),
    ("POST", "/admin/home-page/sections/{sec}/move", Some(WriteContent)),
    ("GET", "/admin/home-page/sections/{sec}/remove", Some(WriteContent)),
    ("POST", "/admin/home-page/sections/{sec}/remove", Some(WriteContent)),
    ("GET", "/admin/coupons", Some(WriteCoupons)),
    ("GET", "/admin/price-lists", Some(WriteCoupons)),
    ("GET", "/admin/price-lists/new", Some(WriteCoupons)),
    ("POST", "/admin/price-lists/new", Some(WriteCoupons)),
    ("GET", "/admin/price-lists/{prl}", Some(WriteCoupons)),
    ("POST", "/admin/price-lists/{prl}", Some(WriteCoupons)),
    ("GET", "/admin/price-lists/{prl}/delete", Some(WriteCoupons)),
    ("POST", "/admin/price-lists/{prl}/delete", Some(WriteCoupons)),
    ("GET", "/admin/price-lists/{prl}/prices", Some(WriteCoupons)),
    ("POST", "/admin/price-lists/{prl}/prices", Some(WriteCoupons)),
    ("GET", "/admin/price-lists/{prl}/prices/{var}", Some(WriteCoupons)),
    ("POST", "/admin/price-lists/{prl}/prices/{var}", Some(WriteCoupons)),
    ("GET", "/admin/customer-groups", Some(WriteCoupons)),
    ("POST", "/admin/customer-groups", Some(WriteCoupons)),
    ("GET", "/admin/customer-groups/{cgr}", Some(WriteCoupons)),
    ("POST", "/admin/customer-groups/{cgr}", Some(WriteCoupons)),
    ("GET", "/admin/customer-groups/{cgr}/delete", Some(WriteCoupons)),
    ("POST", "/admin/customer-groups/{cgr}/delete", Some(WriteCoupons)),
    ("POST", "/admin/customers/{cus}/groups", Some(WriteCoupons)),
    ("GET", "/admin/coupons/new", Some(WriteCoupons)),
    ("POST", "/admin/coupons/new", Some(WriteCoupons)),
    ("GET", "/admin/coupons/{cpn}", Some(WriteCoupons)),
    ("POST", "/admin/coupons/{cpn}", Some(WriteCoupons)),
    ("GET", "/admin/exports/products", Some(ReadCatalog)),
    ("GET", "/admin/exports/stock", Some(ReadCatalog)),
    ("GET", "/admin/exports/redirects", Some(ReadCatalog)),
    ("GET", "/admin/redirects", Some(ReadCatalog)),
    ("POST", "/admin/redirects", Some(WriteCatalog)),
    ("POST", "/admin/redirects/remove", Some(WriteCatalog)),
    ("GET", "/admin/exports/reviews", Some(ModerateReviews)),
    ("GET", "/admin/reviews", Some(ModerateReviews)),
    ("POST", "/admin/reviews", Some(ModerateReviews)),
    ("GET", "/admin/reviews/{rev}", Some(ModerateReviews)),
    ("POST", "/admin/reviews/{rev}/decide", Some(ModerateReviews)),
    ("POST", "/admin/reviews/{rev}/reply", Some(ModerateReviews)),
    ("POST", "/admin/reviews/{rev}/photos/remove", Some(ModerateReviews)),
    ("GET", "/admin/exports/customers", Some(ReadOrders)),
    ("GET", "/admin/exports/orders", Some(ReadOrders)),
    ("GET", "/admin/imports", Some(RunImports)),
    ("POST", "/admin/imports", Some(RunImports)),
    ("GET", "/admin/imports/{imp}", Some(RunImports)),
    ("POST", "/admin/imports/{imp}/resume", Some(RunImports)),
    ("POST", "/admin/imports/{imp}/discard", Some(RunImports)),
    ("GET", "/admin/mail", Some(ReadMessages)),
    ("GET", "/admin/mail/{msg}", Some(ReadMessages)),
    ("GET", "/admin/mail/{msg}/html", Some(ReadMessages)),
    ("POST", "/admin/mail/{msg}/resend", Some(ReadMessages)),
    ("GET", "/admin/jobs", Some(ManageJobs)),
    ("POST", "/admin/jobs/{job}/restart", Some(ManageJobs)),
    ("GET", "/admin/keys", Some(ManageSettings)),
    ("POST", "/admin/keys", Some(ManageSettings)),
    ("GET", "/admin/keys/{key}/revoke", Some(ManageSettings)),
    ("POST", "/admin/keys/{key}/revoke", Some(ManageSettings)),
    ("GET", "/admin/settings/store", Some(ManageSettings)),
    ("POST", "/admin/settings/store", Some(ManageSettings)),
    ("GET", "/admin/settings/taxes", Some(ManageSettings)),
    ("POST", "/admin/settings/taxes/nexus", Some(ManageSettings)),
    ("POST", "/admin/settings/taxes/rates", Some(ManageSettings)),
    ("GET", "/admin/settings/taxes/rates/{txr}/remove", Some(ManageSettings)),
    ("POST", "/admin/settings/taxes/rates/{txr}/remove", Some(ManageSettings)),
    ("POST", "/admin/settings/taxes/import", Some(ManageSettings)),
    ("GET", "/admin/settings/taxes/preview", Some(ManageSettings)),
    ("GET", "/admin/settings/taxes/codes", Some(ManageSettings)),
    ("POST", "/admin/settings/taxes/codes", Some(ManageSettings)),
    ("GET", "/admin/settings/taxes/codes/{code}/remove", Some(ManageSettings)),
    (
        "POST",
        "/admin/settings/taxes/codes/{code}/remove",
        Some(ManageSettings),
    ),
    ("GET", "/admin/settings/taxes/exemptions", Some(ManageSettings)),
    ("POST", "/admin/settings/taxes/exemptions", Some(ManageSettings)),
    (
        "GET",
        "/admin/settings/taxes/exemptions/{txe}/remove",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/taxes/exemptions/{txe}/remove",
        Some(ManageSettings),
    ),
    ("GET", "/admin/settings/attributes", Some(WriteCatalog)),
    ("GET", "/admin/settings/attributes/new", Some(WriteCatalog)),
    ("POST", "/admin/settings/attributes/new", Some(WriteCatalog)),
    ("GET", "/admin/settings/attributes/{att}", Some(WriteCatalog)),
    ("POST", "/admin/settings/attributes/{att}", Some(WriteCatalog)),
    ("POST", "/admin/settings/attributes/{att}/move", Some(WriteCatalog)),
    ("GET", "/admin/settings/attributes/{att}/delete", Some(WriteCatalog)),
    ("POST", "/admin/settings/attributes/{att}/delete", Some(WriteCatalog)),
    ("GET", "/admin/settings/locations", Some(ManageSettings)),
    ("GET", "/admin/settings/locations/new", Some(ManageSettings)),
    ("POST", "/admin/settings/locations/new", Some(ManageSettings)),
    ("GET", "/admin/settings/locations/{loc}", Some(ManageSettings)),
    ("POST", "/admin/settings/locations/{loc}", Some(ManageSettings)),
    ("GET", "/admin/settings", None),
    ("GET", "/admin/settings/audit", Some(ReadAudit)),
    ("GET", "/admin/settings/staff", Some(ManageStaff)),
    ("POST", "/admin/settings/staff", Some(ManageStaff)),
    ("POST", "/admin/settings/staff/second-factor", Some(ManageStaff)),
    ("GET", "/admin/settings/staff/{acc}", Some(ManageStaff)),
    ("POST", "/admin/settings/staff/{acc}", Some(ManageStaff)),
    ("POST", "/admin/settings/staff/{acc}/second-factor", Some(ManageStaff)),
    ("POST", "/admin/settings/invitations/{inv}/revoke", Some(ManageStaff)),
    ("GET", "/admin/settings/roles/new", Some(ManageStaff)),
    ("POST", "/admin/settings/roles/new", Some(ManageStaff)),
    ("GET", "/admin/settings/roles/{rol}", Some(ManageStaff)),
    ("POST", "/admin/settings/roles/{rol}", Some(ManageStaff)),
    ("POST", "/admin/settings/roles/{rol}/delete", Some(ManageStaff)),
    ("GET", "/admin/settings/providers", Some(ManageSettings)),
    ("GET", "/admin/settings/providers/new", Some(ManageSettings)),
    ("POST", "/admin/settings/providers/new", Some(ManageSettings)),
    ("GET", "/admin/settings/providers/{idp}", Some(ManageSettings)),
    ("POST", "/admin/settings/providers/{idp}", Some(ManageSettings)),
    ("GET", "/admin/settings/providers/{idp}/remove", Some(ManageSettings)),
    ("POST", "/admin/settings/providers/{idp}/remove", Some(ManageSettings)),
    ("GET", "/admin/settings/feeds", Some(ManageSettings)),
    ("POST", "/admin/settings/feeds", Some(ManageSettings)),
    ("GET", "/admin/texts", Some(ReadMessages)),
    ("GET", "/admin/pushes", Some(ReadMessages)),
    ("GET", "/admin/settings/pushes", Some(ManageSettings)),
    ("POST", "/admin/settings/pushes", Some(ManageSettings)),
    ("GET", "/admin/settings/pushes/{kind}/{locale}", Some(ManageSettings)),
    ("POST", "/admin/settings/pushes/{kind}/{locale}", Some(ManageSettings)),
    ("GET", "/admin/settings/texts", Some(ManageSettings)),
    ("POST", "/admin/settings/texts", Some(ManageSettings)),
    ("GET", "/admin/settings/texts/{kind}/{locale}", Some(ManageSettings)),
    ("POST", "/admin/settings/texts/{kind}/{locale}", Some(ManageSettings)),
    (
        "POST",
        "/admin/settings/texts/{kind}/{locale}/test",
        Some(ManageSettings),
    ),
    ("GET", "/admin/settings/mails", Some(ManageSettings)),
    ("POST", "/admin/settings/mails/carts", Some(ManageSettings)),
    ("GET", "/admin/settings/mails/{kind}/{locale}", Some(ManageSettings)),
    ("POST", "/admin/settings/mails/{kind}/{locale}", Some(ManageSettings)),
    (
        "GET",
        "/admin/settings/mails/{kind}/{locale}/preview",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/mails/{kind}/{locale}/preview",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/mails/{kind}/{locale}/test",
        Some(ManageSettings),
    ),
    (
        "GET",
        "/admin/settings/mails/{kind}/{locale}/reset",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/mails/{kind}/{locale}/reset",
        Some(ManageSettings),
    ),
    ("GET", "/admin/announcement", Some(WriteContent)),
    ("POST", "/admin/announcement", Some(WriteContent)),
    ("GET", "/admin/customers/{cus}/data", Some(ManageSettings)),
    ("GET", "/admin/customers/{cus}/erase", Some(ManageSettings)),
    ("POST", "/admin/customers/{cus}/erase", Some(ManageSettings)),
    ("GET", "/admin/customers/erase", Some(ManageSettings)),
    ("POST", "/admin/customers/erase", Some(ManageSettings)),
    ("GET", "/admin/settings/invoices", Some(ManageSettings)),
    ("POST", "/admin/settings/invoices", Some(ManageSettings)),
    ("GET", "/admin/settings/reviews", Some(ManageSettings)),
    ("POST", "/admin/settings/reviews", Some(ManageSettings)),
    ("GET", "/admin/settings/queue", Some(ManageSettings)),
    ("POST", "/admin/settings/queue", Some(ManageSettings)),
    ("GET", "/admin/settings/selling", Some(ManageSettings)),
    ("POST", "/admin/settings/selling", Some(ManageSettings)),
    ("GET", "/admin/settings/shipping", Some(ManageSettings)),
    ("POST", "/admin/settings/shipping/calendar", Some(ManageSettings)),
    ("GET", "/admin/settings/shipping/zones/new", Some(ManageSettings)),
    ("POST", "/admin/settings/shipping/zones/new", Some(ManageSettings)),
    ("GET", "/admin/settings/shipping/zones/{zon}", Some(ManageSettings)),
    ("POST", "/admin/settings/shipping/zones/{zon}", Some(ManageSettings)),
    (
        "GET",
        "/admin/settings/shipping/zones/{zon}/remove",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/shipping/zones/{zon}/remove",
        Some(ManageSettings),
    ),
    (
        "GET",
        "/admin/settings/shipping/zones/{zon}/methods",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/shipping/zones/{zon}/methods",
        Some(ManageSettings),
    ),
    ("GET", "/admin/settings/shipping/methods/{shm}", Some(ManageSettings)),
    ("POST", "/admin/settings/shipping/methods/{shm}", Some(ManageSettings)),
    (
        "GET",
        "/admin/settings/shipping/methods/{shm}/remove",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/shipping/methods/{shm}/remove",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/shipping/methods/{shm}/switch",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/shipping/methods/{shm}/move",
        Some(ManageSettings),
    ),
    ("GET", "/admin/settings/shipping/profiles/new", Some(ManageSettings)),
    ("POST", "/admin/settings/shipping/profiles/new", Some(ManageSettings)),
    ("GET", "/admin/settings/shipping/profiles/{shp}", Some(ManageSettings)),
    ("POST", "/admin/settings/shipping/profiles/{shp}", Some(ManageSettings)),
    (
        "GET",
        "/admin/settings/shipping/profiles/{shp}/remove",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/shipping/profiles/{shp}/remove",
        Some(ManageSettings),
    ),
    ("GET", "/admin/settings/shipping/boxes/new", Some(ManageSettings)),
    ("POST", "/admin/settings/shipping/boxes/new", Some(ManageSettings)),
    ("GET", "/admin/settings/shipping/boxes/{box}", Some(ManageSettings)),
    ("POST", "/admin/settings/shipping/boxes/{box}", Some(ManageSettings)),
    (
        "GET",
        "/admin/settings/shipping/boxes/{box}/remove",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/shipping/boxes/{box}/remove",
        Some(ManageSettings),
    ),
    ("GET", "/admin/settings/shipping/restrictions/new", Some(ManageSettings)),
    (
        "POST",
        "/admin/settings/shipping/restrictions/new",
        Some(ManageSettings),
    ),
    (
        "GET",
        "/admin/settings/shipping/restrictions/{rst}",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/shipping/restrictions/{rst}",
        Some(ManageSettings),
    ),
    (
        "GET",
        "/admin/settings/shipping/restrictions/{rst}/remove",
        Some(ManageSettings),
    ),
    (
        "POST",
        "/admin/settings/shipping/restrictions/{rst}/remove",
        Some(ManageSettings),
    ),
];

/// Routes that anybody may open, because their link is a secret.
const OPEN: &[(&str, &str)] = &[("GET", "/admin/join"), ("POST", "/admin/join")];

/// `{ord}` as an id of that kind that nothing has.
fn address(pattern: &str) -> String {
    let Some((before, rest)) = pattern.split_once('{') else {
        return pattern.to_owned();
    };
    let (prefix, after) = rest.split_once('}').unwrap();
    let after = address(after);
    match prefix {
        "job" => format!("{before}00000000-0000-7000-8000-000000000000{after}"),
        "view" => format!("{before}0{after}"),
        prefix => format!("{before}{prefix}_{}{after}", "0".repeat(26)),
    }
}

/// The routes of the Rust files below a folder, `{id}` for every parameter.
fn read_routes(folder: &Path, routes: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_routes(&path, routes);
            continue;
        }
        let source = std::fs::read_to_string(path).unwrap();
        for line in source.lines().filter_map(|line| Some(line.split_once(".route(\"")?.1)) {
            let (path, handlers) = line.split_once('"').unwrap();
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                let call = format!("{}(", method.to_lowercase());
                if handlers.contains(&format!(" {call}")) || handlers.contains(&format!(".{call}")) {
                    routes.insert(format!("{method} {}", anonymous(path)));
                }
            }
        }
    }
}

/// A path with `{id}` for every parameter.
fn anonymous(path: &str) -> String {
    let segments = path
        .split('/')
        .map(|segment| if segment.starts_with('{') { "{id}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

#[test]
fn every_route_has_its_line() {
    let mut routes = BTreeSet::new();
    read_routes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut routes);
    let lines = NEEDS
        .iter()
        .map(|(method, path, _)| (method, path))
        .chain(OPEN.iter().map(|(method, path)| (method, path)));
    let lines: BTreeSet<String> = lines
        .map(|(method, path)| format!("{method} {}", anonymous(path)))
        .collect();
    assert_eq!(routes, lines);
    assert_eq!(lines.len(), NEEDS.len() + OPEN.len(), "a route has two lines");
}

#[tokio::test]
async fn nobody_gets_in_without_the_permission() {
    let desk = TestDesk::open().await;
    for (method, pattern, permission) in NEEDS {
        let path = address(pattern);
        let ask = async |who: &str| {
            let kind = if *method == "GET" {
                ""
            } else {
                "application/x-www-form-urlencoded"
            };
            let reply = desk
                .ask(who, (method, &path), (kind, "change=1&reason=Found".to_owned()))
                .await;
            (reply.status, reply.location)
        };
        let sign_in = match *method {
            "GET" => format!("/login?next={}", path.replace('/', "%2F")),
            _ => "/login".to_owned(),
        };
        let (status, location) = ask("guest").await;
        assert_eq!(
            (status, location),
            (StatusCode::SEE_OTHER, sign_in),
            "guest {method} {path}"
        );
        assert_eq!(
            ask("customer").await.0,
            StatusCode::FORBIDDEN,
            "customer {method} {path}"
        );
        let Some(permission) = permission else {
            assert_eq!(ask("nothing").await.0, StatusCode::OK, "any staff {method} {path}");
            continue;
        };
        let without = format!("without-{}", permission.as_str());
        assert_eq!(
            ask(&without).await.0,
            StatusCode::FORBIDDEN,
            "{without} {method} {path}"
        );
        let status = ask(&format!("only-{}", permission.as_str())).await.0;
        let inside = status != StatusCode::FORBIDDEN && !status.is_server_error();
        // A form that may be empty takes effect.
        let flash_only = method != &"GET"
            && (pattern.contains("/jobs/")
                || [
                    "/taxes/nexus",
                    "/staff/second-factor",
                    "/redirects/remove",
                    "/home-page/publish",
                    "/home-page/discard",
                    "/settings/feeds",
                    "/first-steps/put-away",
                    "/stock/by-mail",
                ]
                .iter()
                .any(|end| pattern.ends_with(end)));
        assert!(
            inside && (flash_only || !status.is_redirection()),
            "{permission:?} {method} {path}: {status}"
        );
    }
}
