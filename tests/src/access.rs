//! Who may open what: every route of the program is in the table below, and everybody is tried on it.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Permission::{self, *};

use crate::{browser::Browser, installation::Installation, names::Names, page::Page, routes};

/// What a route asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Needs {
    /// Nothing: anybody may.
    Nothing,
    /// A shopper's account.
    Account,
    /// A shopper's account, asked by the API.
    Customer,
    /// An account, a shopper's or a member of staff's.
    AnyAccount,
    /// To be a member of staff.
    Staff,
    /// To be a member of staff, or for the API also a key, with this permission.
    May(Permission),
}

use Needs::{Account, AnyAccount, Customer, May, Nothing, Staff};

#[rustfmt::skip]
const TABLE: &[(Needs, &[&str])] = &[
    (Nothing, &[
        "GET /", "GET /search", "GET /search/suggestions", "GET /locations", "GET /queue", "POST /queue", "GET /api/v1/queue", "POST /api/v1/queue", "GET /recently-viewed", "GET /products", "GET /products/category/{slug}", "GET /products/{slug}", "GET /products/variants/{id}/live", "GET /media/{file}",
        "GET /robots.txt", "GET /sitemap.xml", "GET /sitemaps/{file}", "GET /feeds/google.xml", "GET /feeds/meta.xml",
        "GET /manifest.webmanifest", "GET /sw.js", "GET /offline", "GET /_styleguide",
        "GET /cart", "POST /cart", "POST /cart/lines/{line}", "POST /cart/lines/{line}/save", "POST /cart/saved/{line}",
        "POST /cart/note", "GET /cart/coupon", "POST /cart/coupon", "POST /cart/coupon/remove",
        "GET /checkout", "POST /checkout", "POST /checkout/preview", "GET /checkout/return", "GET /checkout/success",
        "POST /checkout/success", "POST /checkout/give-up", "POST /orders/{id}/again",
        "GET /orders/{id}", "GET /orders/{id}/live", "GET /login", "POST /login", "POST /login/code", "POST /logout",
        "POST /login/passkey", "POST /login/passkey/options", "POST /login/providers/{id}", "GET /login/providers/{id}/callback",
        "GET /admin/join", "POST /admin/join", "GET /register", "POST /register",
        "GET /account/verify", "POST /account/verify", "GET /account/deleted", "GET /account/forgot", "POST /account/forgot",
        "GET /account/reset", "POST /account/reset",
        "GET /orders/{id}/invoices/{document}", "GET /api/v1/orders/{id}/invoices",
        "GET /orders/{id}/reviews", "GET /reviews/write/{slug}", "POST /reviews/write/{slug}",
        "GET /reviews/{id}/delete", "POST /reviews/{id}/delete", "POST /reviews/{id}/helpful", "POST /reviews/{id}/report",
        "GET /api/v1/products/{slug}/reviews", "POST /api/v1/products/{slug}/reviews",
        "GET /wishlists/{id}", "POST /stock-alerts", "GET /stock-alerts/{id}", "POST /stock-alerts/{id}",
        "GET /cart/left/{id}", "POST /cart/left/{id}",
        "GET /mails/{id}", "POST /mails/{id}", "POST /mails/{id}/again", "POST /texts/replies", "POST /texts/{id}/status", "POST /pushes", "POST /pushes/state",
        "GET /sandbox/challenge/{attempt}", "POST /sandbox/challenge/{attempt}",
        "GET /healthz", "GET /readyz", "GET /metrics", "GET /assets/{version}/{*path}",
        "GET /api/docs", "GET /api/v1/openapi.json", "GET /.well-known/jwks.json",
        "POST /api/v1/auth/token", "POST /api/v1/auth/revoke",
        "GET /api/v1/products", "GET /api/v1/products/{slug}", "GET /api/v1/categories", "GET /api/v1/collections", "GET /collections/{slug}",
        "GET /pages/{slug}", "GET /api/v1/pages", "GET /api/v1/pages/{slug}", "GET /api/v1/menus", "GET /api/v1/home-page",
        "POST /api/v1/carts", "GET /api/v1/carts/{id}", "PATCH /api/v1/carts/{id}",
        "POST /api/v1/carts/{id}/lines", "PATCH /api/v1/carts/{id}/lines/{line}", "DELETE /api/v1/carts/{id}/lines/{line}",
        "POST /api/v1/carts/{id}/lines/{line}/save", "POST /api/v1/carts/{id}/saved-lines/{line}/move", "DELETE /api/v1/carts/{id}/saved-lines/{line}",
        "GET /api/v1/carts/{id}/shipping-options", "POST /api/v1/carts/{id}/hold", "POST /api/v1/carts/{id}/complete", "DELETE /api/v1/carts/{id}/payment",
        "GET /api/v1/orders/{id}", "POST /api/v1/webhooks/{gateway}",
    ]),
    (Account, &[
        "GET /account", "GET /account/data", "GET /account/data/file", "GET /account/delete", "POST /account/delete", "GET /account/profile", "POST /account/profile", "POST /account/password", "POST /account/verify/again",
        "GET /account/addresses", "POST /account/addresses", "GET /account/addresses/{id}", "POST /account/addresses/{id}",
        "POST /account/addresses/{id}/remove", "POST /account/addresses/{id}/default",
        "GET /account/cards", "POST /account/cards/{id}/default", "GET /account/cards/{id}/remove", "POST /account/cards/{id}/remove",
        "GET /account/orders", "GET /account/orders/live", "POST /account/orders/{id}/again", "GET /account/reviews", "GET /account/messages", "POST /account/messages", "POST /account/texts", "POST /account/pushes/stop", "GET /account/wishlist", "POST /account/wishlist",
        "POST /account/wishlist/remove", "POST /account/wishlist/share", "POST /account/wishlist/unshare",
    ]),
    (Customer, &[
        "GET /api/v1/me", "PATCH /api/v1/me", "DELETE /api/v1/me", "POST /api/v1/me/verification", "GET /api/v1/me/orders", "GET /api/v1/me/addresses", "POST /api/v1/me/addresses",
        "PATCH /api/v1/me/addresses/{id}", "DELETE /api/v1/me/addresses/{id}",
        "GET /api/v1/me/payment-methods", "POST /api/v1/me/payment-methods/{id}/default", "DELETE /api/v1/me/payment-methods/{id}",
    ]),
    (AnyAccount, &[
        "GET /account/security", "POST /account/sessions/{id}/end", "POST /account/sign-out-everywhere",
        "POST /account/second-factor", "POST /account/second-factor/confirm", "POST /account/second-factor/remove",
        "POST /account/second-factor/codes", "POST /account/providers/{id}/link", "POST /account/providers/{id}/unlink",
        "POST /account/passkeys", "POST /account/passkeys/options", "POST /account/passkeys/{id}/remove",
    ]),
    (Staff, &["GET /admin", "GET /admin/categories/choices", "GET /admin/find", "GET /admin/find/entries", "GET /admin/settings"]),
    (May(ReadCatalog), &[
        "GET /api/v1/admin/products/{id}/terms",
        "GET /admin/products/views/new", "POST /admin/products/views/new", "GET /admin/products/views/{number}",
        "POST /admin/products/views/{number}", "POST /admin/products/views/{number}/delete", "POST /admin/products/views/{number}/restore",
        "GET /admin/stock", "GET /admin/stock/{id}", "POST /admin/stock/by-mail",
        "GET /admin/products", "GET /admin/products/{id}", "GET /admin/products/{id}/variants/table", "GET /admin/variants/{id}",
        "GET /admin/categories", "GET /admin/categories/{id}", "GET /admin/collections", "GET /admin/collections/{id}",
        "GET /admin/exports/products", "GET /admin/exports/stock", "GET /admin/exports/redirects", "GET /admin/redirects",
        "GET /api/v1/admin/exports/redirects",
        "GET /api/v1/admin/attributes", "GET /api/v1/admin/attributes/{id}",
        "GET /api/v1/admin/categories", "GET /api/v1/admin/categories/{id}",
        "GET /api/v1/admin/collections", "GET /api/v1/admin/collections/{id}", "GET /api/v1/admin/variants/{id}/prices",
        "GET /api/v1/admin/products", "GET /api/v1/admin/products/{id}", "GET /api/v1/admin/products/{id}/media", "GET /api/v1/admin/stock-levels",
        "GET /api/v1/admin/variants/{id}/stock-movements", "GET /api/v1/admin/locations", "GET /api/v1/admin/locations/{id}",
        "GET /api/v1/admin/exports/products", "GET /api/v1/admin/exports/stock",
    ]),
    (May(WriteCatalog), &[
        "GET /admin/products/new", "POST /admin/products/new", "POST /admin/products/{id}",
        "GET /admin/products/change", "POST /admin/products/change",
        "GET /admin/products/{id}/archive", "POST /admin/products/{id}/archive",
        "GET /admin/products/{id}/terms", "POST /admin/products/{id}/terms",
        "GET /admin/products/{id}/images", "POST /admin/products/{id}/images", "POST /admin/uploads/{id}",
        "GET /admin/products/{id}/images/{image}/remove", "POST /admin/products/{id}/images/{image}/remove",
        "GET /admin/products/{id}/images/{image}/variants", "POST /admin/products/{id}/images/{image}/variants",
        "POST /admin/products/{id}/attachments", "GET /admin/products/{id}/attachments/{attachment}/remove",
        "POST /admin/products/{id}/attachments/{attachment}/remove",
        "GET /admin/products/{id}/variants", "POST /admin/products/{id}/variants", "POST /admin/variants/{id}",
        "GET /admin/pictures", "POST /admin/pictures",
        "GET /admin/categories/new", "POST /admin/categories/new", "POST /admin/categories/{id}",
        "POST /admin/categories/{id}/move", "GET /admin/categories/{id}/delete", "POST /admin/categories/{id}/delete",
        "GET /admin/products/{id}/variants/generate", "POST /admin/products/{id}/variants/generate",
        "POST /admin/products/{id}/variants/table",
        "GET /admin/settings/attributes", "GET /admin/settings/attributes/new", "POST /admin/settings/attributes/new",
        "GET /admin/settings/attributes/{id}", "POST /admin/settings/attributes/{id}", "POST /admin/settings/attributes/{id}/move",
        "GET /admin/settings/attributes/{id}/delete", "POST /admin/settings/attributes/{id}/delete",
        "POST /api/v1/admin/attributes", "PATCH /api/v1/admin/attributes/{id}", "DELETE /api/v1/admin/attributes/{id}",
        "GET /admin/collections/new", "POST /admin/collections/new", "POST /admin/collections/{id}",
        "GET /admin/collections/{id}/products", "POST /admin/collections/{id}/products",
        "GET /admin/collections/{id}/delete", "POST /admin/collections/{id}/delete",
        "POST /api/v1/admin/categories", "PATCH /api/v1/admin/categories/{id}", "DELETE /api/v1/admin/categories/{id}",
        "POST /api/v1/admin/collections", "PATCH /api/v1/admin/collections/{id}", "DELETE /api/v1/admin/collections/{id}",
        "POST /api/v1/admin/collections/{id}/products",
        "POST /admin/redirects", "POST /admin/redirects/remove",
        "POST /api/v1/admin/uploads/{id}", "PATCH /api/v1/admin/products/{id}/media",
        "DELETE /api/v1/admin/products/{id}/images/{image}", "DELETE /api/v1/admin/products/{id}/attachments/{attachment}",
        "POST /api/v1/admin/products", "PATCH /api/v1/admin/products/{id}", "POST /api/v1/admin/products/{id}/archive",
        "POST /api/v1/admin/products/{id}/variants", "POST /api/v1/admin/products/{id}/variants/matrix", "PATCH /api/v1/admin/variants/{id}",
        "PATCH /api/v1/admin/products/{id}/terms", "PATCH /api/v1/admin/products/{id}/variants",
    ]),
    (May(AdjustStock), &["POST /admin/variants/{id}/stock", "POST /admin/stock", "POST /admin/stock/{id}/plan", "POST /admin/stock/{id}/book",
        "POST /api/v1/admin/stock-adjustments",
        "POST /api/v1/admin/stock-bookings", "POST /api/v1/admin/stock-transfers", "POST /api/v1/admin/stock-plans",]),
    (May(ReadOrders), &[
        "GET /admin/invoices/{id}", "GET /api/v1/admin/orders/{id}/invoices",
        "GET /admin/parcels", "GET /admin/parcels/pick-list", "GET /admin/parcels/{id}", "GET /admin/parcels/{id}/slip",
        "GET /api/v1/admin/fulfilments",
        "GET /admin/orders", "GET /admin/orders/{id}", "GET /api/v1/admin/orders", "GET /api/v1/admin/orders/{id}",
        "GET /admin/customers", "GET /admin/customers/{id}",
        "GET /admin/orders/views/new", "POST /admin/orders/views/new", "GET /admin/orders/views/{number}",
        "POST /admin/orders/views/{number}", "POST /admin/orders/views/{number}/delete", "POST /admin/orders/views/{number}/restore",
        "GET /admin/customers/views/new", "POST /admin/customers/views/new", "GET /admin/customers/views/{number}",
        "POST /admin/customers/views/{number}", "POST /admin/customers/views/{number}/delete", "POST /admin/customers/views/{number}/restore",
        "GET /api/v1/admin/customers", "GET /api/v1/admin/customers/{id}",
        "GET /admin/exports/customers", "GET /admin/exports/orders",
        "GET /api/v1/admin/exports/customers", "GET /api/v1/admin/exports/orders",
    ]),
    (May(FulfilOrders), &[
        "POST /admin/orders/{id}/invoices", "POST /api/v1/admin/orders/{id}/invoices",
        "POST /admin/parcels", "POST /admin/parcels/{id}",
        "GET /admin/parcels/{id}/unpack", "POST /admin/parcels/{id}/unpack",
        "PATCH /api/v1/admin/fulfilments/{id}", "DELETE /api/v1/admin/fulfilments/{id}",
        "POST /admin/orders/{id}/process", "POST /admin/orders/{id}/fulfil", "POST /admin/orders/{id}/delivered",
        "POST /admin/orders/{id}/notes", "POST /admin/orders/{id}/tags", "POST /admin/orders/{id}/mails/{message}/resend",
        "POST /api/v1/admin/orders/{id}/fulfilments", "POST /api/v1/admin/orders/{id}/notes",
    ]),
    (May(CancelOrders), &[
        "GET /admin/orders/{id}/cancel", "POST /admin/orders/{id}/cancel", "POST /api/v1/admin/orders/{id}/cancel",
    ]),
    (May(RefundOrders), &[
        "GET /admin/orders/{id}/refund", "POST /admin/orders/{id}/refund", "POST /admin/orders/{id}/capture",
        "POST /admin/orders/{id}/release", "POST /api/v1/admin/orders/{id}/release",
        "POST /api/v1/admin/orders/{id}/capture", "POST /api/v1/admin/orders/{id}/refunds",
    ]),
    (May(WriteCoupons), &[
        "GET /admin/coupons", "GET /admin/coupons/new", "POST /admin/coupons/new",
        "GET /admin/coupons/{id}", "POST /admin/coupons/{id}",
        "GET /api/v1/admin/coupons", "POST /api/v1/admin/coupons", "GET /api/v1/admin/coupons/{id}",
        "PATCH /api/v1/admin/coupons/{id}",
        "GET /admin/customer-groups", "POST /admin/customer-groups",
        "GET /admin/customer-groups/{id}", "POST /admin/customer-groups/{id}",
        "GET /admin/customer-groups/{id}/delete", "POST /admin/customer-groups/{id}/delete",
        "POST /admin/customers/{id}/groups", "PUT /api/v1/admin/customers/{id}/groups",
        "GET /api/v1/admin/customer-groups", "POST /api/v1/admin/customer-groups",
        "GET /api/v1/admin/customer-groups/{id}", "PATCH /api/v1/admin/customer-groups/{id}",
        "DELETE /api/v1/admin/customer-groups/{id}",
        "GET /admin/price-lists", "GET /admin/price-lists/new", "POST /admin/price-lists/new",
        "GET /admin/price-lists/{id}", "POST /admin/price-lists/{id}",
        "GET /admin/price-lists/{id}/delete", "POST /admin/price-lists/{id}/delete",
        "GET /admin/price-lists/{id}/prices", "POST /admin/price-lists/{id}/prices",
        "GET /admin/price-lists/{id}/prices/{variant}", "POST /admin/price-lists/{id}/prices/{variant}",
        "GET /api/v1/admin/price-lists", "POST /api/v1/admin/price-lists",
        "GET /api/v1/admin/price-lists/{id}", "PATCH /api/v1/admin/price-lists/{id}",
        "DELETE /api/v1/admin/price-lists/{id}",
        "GET /api/v1/admin/price-lists/{id}/prices", "PUT /api/v1/admin/price-lists/{id}/prices",
        "DELETE /api/v1/admin/price-lists/{id}/prices/{variant_id}",
    ]),
    (May(ModerateReviews), &[
        "GET /admin/reviews", "POST /admin/reviews", "GET /admin/reviews/{id}", "POST /admin/reviews/{id}/decide",
        "POST /admin/reviews/{id}/reply", "POST /admin/reviews/{id}/photos/remove", "GET /admin/exports/reviews",
        "GET /api/v1/admin/reviews", "GET /api/v1/admin/reviews/{id}", "POST /api/v1/admin/reviews/{id}/approve",
        "POST /api/v1/admin/reviews/{id}/reject", "PATCH /api/v1/admin/reviews/{id}", "GET /api/v1/admin/exports/reviews",
    ]),
    (May(WriteContent), &[
        "GET /admin/pages", "GET /admin/pages/new", "POST /admin/pages/new", "GET /admin/pages/{id}", "POST /admin/pages/{id}",
        "GET /admin/pages/{id}/delete", "POST /admin/pages/{id}/delete", "GET /preview/pages/{id}",
        "GET /admin/menus", "POST /admin/menus", "GET /admin/menus/items/{id}", "POST /admin/menus/items/{id}",
        "POST /admin/menus/items/{id}/move", "GET /admin/menus/items/{id}/remove", "POST /admin/menus/items/{id}/remove",
        "GET /admin/announcement", "POST /admin/announcement",
        "GET /admin/home-page/pictures", "POST /admin/home-page/pictures",
        "GET /admin/home-page", "GET /admin/home-page/new", "POST /admin/home-page/new", "POST /admin/home-page/publish",
        "GET /admin/home-page/discard", "POST /admin/home-page/discard", "GET /admin/home-page/sections/{id}",
        "POST /admin/home-page/sections/{id}", "POST /admin/home-page/sections/{id}/move",
        "GET /admin/home-page/sections/{id}/remove", "POST /admin/home-page/sections/{id}/remove", "GET /preview/home",
        "GET /api/v1/admin/home-page", "PATCH /api/v1/admin/home-page",
        "GET /api/v1/admin/announcement", "PATCH /api/v1/admin/announcement",
        "GET /api/v1/admin/pages", "POST /api/v1/admin/pages", "GET /api/v1/admin/pages/{id}", "PATCH /api/v1/admin/pages/{id}",
        "DELETE /api/v1/admin/pages/{id}", "GET /api/v1/admin/menus", "PATCH /api/v1/admin/menus",
    ]),
    (May(RunImports), &[
        "GET /admin/imports", "POST /admin/imports", "GET /admin/imports/{id}",
        "POST /admin/imports/{id}/resume", "POST /admin/imports/{id}/discard",
        "GET /api/v1/admin/imports", "POST /api/v1/admin/imports", "GET /api/v1/admin/imports/{id}",
    ]),
    (May(ReadMessages), &["GET /admin/texts", "GET /admin/pushes", "GET /admin/mail", "GET /admin/mail/{id}", "GET /admin/mail/{id}/html", "POST /admin/mail/{id}/resend"]),
    (May(ManageJobs), &[
        "GET /admin/jobs", "POST /admin/jobs/{id}/restart",
        "GET /api/v1/admin/parked-jobs", "POST /api/v1/admin/parked-jobs/{id}/restart",
    ]),
    (May(ManageSettings), &[
        "POST /admin/first-steps/put-away",
        "GET /admin/settings/store", "POST /admin/settings/store", "GET /admin/settings/taxes",
        "POST /admin/settings/taxes/nexus", "POST /admin/settings/taxes/rates",
        "GET /admin/settings/taxes/rates/{id}/remove", "POST /admin/settings/taxes/rates/{id}/remove", "POST /admin/settings/taxes/import",
        "GET /admin/settings/taxes/preview", "GET /admin/settings/taxes/codes", "POST /admin/settings/taxes/codes",
        "GET /admin/settings/taxes/codes/{code}/remove", "POST /admin/settings/taxes/codes/{code}/remove",
        "GET /admin/settings/taxes/exemptions", "POST /admin/settings/taxes/exemptions",
        "GET /admin/settings/taxes/exemptions/{id}/remove", "POST /admin/settings/taxes/exemptions/{id}/remove",
        "POST /api/v1/admin/locations", "PATCH /api/v1/admin/locations/{id}",
        "GET /api/v1/admin/settings", "PATCH /api/v1/admin/settings",
        "GET /api/v1/admin/shipping-zones", "POST /api/v1/admin/shipping-zones", "GET /api/v1/admin/shipping-zones/{id}",
        "PATCH /api/v1/admin/shipping-zones/{id}", "DELETE /api/v1/admin/shipping-zones/{id}",
        "POST /api/v1/admin/shipping-zones/{id}/methods", "GET /api/v1/admin/shipping-methods/{id}",
        "PATCH /api/v1/admin/shipping-methods/{id}", "DELETE /api/v1/admin/shipping-methods/{id}",
        "GET /api/v1/admin/tax-nexus", "PUT /api/v1/admin/tax-nexus/{place}", "DELETE /api/v1/admin/tax-nexus/{place}",
        "GET /admin/settings/locations", "GET /admin/settings/locations/new", "POST /admin/settings/locations/new",
        "GET /admin/settings/locations/{id}", "POST /admin/settings/locations/{id}",
        "GET /admin/keys", "POST /admin/keys", "GET /admin/keys/{id}/revoke", "POST /admin/keys/{id}/revoke",
        "GET /admin/settings/feeds", "POST /admin/settings/feeds",
        "GET /admin/settings/reviews", "POST /admin/settings/reviews",
        "GET /admin/settings/queue", "POST /admin/settings/queue", "GET /api/v1/admin/queue", "PATCH /api/v1/admin/queue",
        "GET /admin/customers/{id}/data", "GET /admin/customers/{id}/erase", "POST /admin/customers/{id}/erase",
        "GET /admin/customers/erase", "POST /admin/customers/erase", "POST /api/v1/admin/customers/{id}/erase",
        "GET /admin/settings/invoices", "POST /admin/settings/invoices",
        "GET /api/v1/admin/settings/invoices", "PATCH /api/v1/admin/settings/invoices",
        "GET /admin/settings/texts", "POST /admin/settings/texts", "GET /admin/settings/texts/{kind}/{locale}",
        "POST /admin/settings/texts/{kind}/{locale}", "POST /admin/settings/texts/{kind}/{locale}/test",
        "GET /admin/settings/pushes", "POST /admin/settings/pushes",
        "GET /admin/settings/pushes/{kind}/{locale}", "POST /admin/settings/pushes/{kind}/{locale}",
        "GET /admin/settings/mails", "POST /admin/settings/mails/carts",
        "GET /admin/settings/mails/{kind}/{locale}", "POST /admin/settings/mails/{kind}/{locale}",
        "GET /admin/settings/mails/{kind}/{locale}/preview", "POST /admin/settings/mails/{kind}/{locale}/preview",
        "POST /admin/settings/mails/{kind}/{locale}/test",
        "GET /admin/settings/mails/{kind}/{locale}/reset", "POST /admin/settings/mails/{kind}/{locale}/reset",
        "GET /admin/settings/providers", "GET /admin/settings/providers/new", "POST /admin/settings/providers/new",
        "GET /admin/settings/providers/{id}", "POST /admin/settings/providers/{id}",
        "GET /admin/settings/providers/{id}/remove", "POST /admin/settings/providers/{id}/remove",
        "GET /admin/settings/selling", "POST /admin/settings/selling",
        "GET /admin/settings/shipping", "POST /admin/settings/shipping/calendar",
        "GET /admin/settings/shipping/zones/new", "POST /admin/settings/shipping/zones/new",
        "GET /admin/settings/shipping/zones/{id}", "POST /admin/settings/shipping/zones/{id}",
        "GET /admin/settings/shipping/zones/{id}/remove", "POST /admin/settings/shipping/zones/{id}/remove",
        "GET /admin/settings/shipping/zones/{id}/methods", "POST /admin/settings/shipping/zones/{id}/methods",
        "GET /admin/settings/shipping/methods/{id}", "POST /admin/settings/shipping/methods/{id}",
        "GET /admin/settings/shipping/methods/{id}/remove", "POST /admin/settings/shipping/methods/{id}/remove",
        "POST /admin/settings/shipping/methods/{id}/switch", "POST /admin/settings/shipping/methods/{id}/move",
        "GET /admin/settings/shipping/profiles/new", "POST /admin/settings/shipping/profiles/new",
        "GET /admin/settings/shipping/profiles/{id}", "POST /admin/settings/shipping/profiles/{id}",
        "GET /admin/settings/shipping/profiles/{id}/remove", "POST /admin/settings/shipping/profiles/{id}/remove",
        "GET /admin/settings/shipping/boxes/new", "POST /admin/settings/shipping/boxes/new",
        "GET /admin/settings/shipping/boxes/{id}", "POST /admin/settings/shipping/boxes/{id}",
        "GET /admin/settings/shipping/boxes/{id}/remove", "POST /admin/settings/shipping/boxes/{id}/remove",
        "GET /admin/settings/shipping/restrictions/new", "POST /admin/settings/shipping/restrictions/new",
        "GET /admin/settings/shipping/restrictions/{id}", "POST /admin/settings/shipping/restrictions/{id}",
        "GET /admin/settings/shipping/restrictions/{id}/remove",
        "POST /admin/settings/shipping/restrictions/{id}/remove",
        "GET /api/v1/admin/api-keys", "POST /api/v1/admin/api-keys", "DELETE /api/v1/admin/api-keys/{id}",
    ]),
    (May(ManageStaff), &[
        "GET /admin/settings/staff", "POST /admin/settings/staff", "POST /admin/settings/staff/second-factor",
        "GET /admin/settings/staff/{id}", "POST /admin/settings/staff/{id}", "POST /admin/settings/staff/{id}/second-factor",
        "POST /admin/settings/invitations/{id}/revoke",
        "GET /admin/settings/roles/new", "POST /admin/settings/roles/new",
        "GET /admin/settings/roles/{id}", "POST /admin/settings/roles/{id}", "POST /admin/settings/roles/{id}/delete",
    ]),
    (May(ReadAudit), &["GET /admin/settings/audit"]),
];

/// How a route answers somebody, as far as the door is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    /// Let in; what came of it is another test's business.
    Open,
    /// Sent to sign in.
    SignIn,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
}

impl Door {
    fn of(page: &Page) -> Self {
        match page.status.as_u16() {
            401 if !page.path.starts_with("/login") => Self::Unauthorized,
            403 => Self::Forbidden,
            _ if page.sends_to_login() => Self::SignIn,
            _ => Self::Open,
        }
    }
}

/// Everybody who is tried.
struct People {
    guest: Browser,
    customer: Browser,
    support: Browser,
    owner: Browser,
    /// Keys with every permission but one.
    without: BTreeMap<Permission, String>,
    key: String,
    nothing: Names,
}

#[tokio::test]
async fn everybody_gets_as_far_as_the_table_says() {
    let souk = Installation::new().await;
    let mut table = BTreeMap::new();
    for (needs, listed) in TABLE {
        for route in *listed {
            assert!(
                table.insert((*route).to_owned(), *needs).is_none(),
                "{route} is in the table twice"
            );
        }
    }
    let listed: BTreeSet<String> = table.keys().cloned().collect();
    let registered = routes::all(&souk).await;
    let missing: Vec<_> = registered.symmetric_difference(&listed).collect();
    assert!(missing.is_empty(), "registered or in the table, not both: {missing:#?}");

    let people = people(&souk).await;
    let mut wrong = Vec::new();
    for (route, needs) in &table {
        for (name, door, expected) in people.try_all(&souk, route, *needs).await {
            if door != expected {
                wrong.push(format!("{route} for {name}: {door:?}, expected {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn people(souk: &Installation) -> People {
    let alpha = &souk.alpha;
    let sign_in = async |email: &str| {
        let mut browser = souk.visitor();
        browser.sign_in(email).await;
        browser
    };
    let mut without = BTreeMap::new();
    let mut ctx = alpha.work().write();
    for missing in Permission::ALL {
        let others: Vec<Permission> = Permission::ALL
            .iter()
            .copied()
            .filter(|other| other != missing)
            .collect();
        let (_, secret) = identity::create_api_key(&mut ctx, missing.as_str(), &others)
            .await
            .unwrap();
        without.insert(*missing, secret.as_str().to_owned());
    }
    ctx.commit().await.unwrap();
    People {
        guest: souk.visitor(),
        customer: sign_in(&alpha.shopper).await,
        support: sign_in(&alpha.support).await,
        owner: sign_in(&alpha.owner).await,
        without,
        key: alpha.key.clone(),
        nothing: Names::of_nothing(),
    }
}

impl People {
    /// Everybody at one route: how the door was, and how it should be.
    async fn try_all(&self, souk: &Installation, route: &str, needs: Needs) -> Vec<(&'static str, Door, Door)> {
        let is_api = route.contains(" /api/");
        let (stranger, refused) = if is_api {
            (Door::Unauthorized, Door::Unauthorized)
        } else {
            (Door::SignIn, Door::Forbidden)
        };
        let may = |role: identity::Role, permission: Permission| {
            if role.permissions().contains(&permission) {
                Door::Open
            } else {
                Door::Forbidden
            }
        };
        let (guest, customer, support, owner) = match needs {
            Nothing => (Door::Open, Door::Open, Door::Open, Door::Open),
            // Signing out everywhere ends at the sign-in page, as it should.
            AnyAccount if route.ends_with("/sign-out-everywhere") => {
                (Door::SignIn, Door::SignIn, Door::SignIn, Door::SignIn)
            }
            Customer => (Door::Unauthorized, Door::Open, Door::Forbidden, Door::Forbidden),
            AnyAccount => (Door::SignIn, Door::Open, Door::Open, Door::Open),
            Account => (Door::SignIn, Door::Open, Door::Forbidden, Door::Forbidden),
            Staff => (stranger, refused, Door::Open, Door::Open),
            May(permission) => (
                stranger,
                refused,
                may(identity::Role::Support, permission),
                may(identity::Role::Owner, permission),
            ),
        };
        let mut tried = vec![("a guest", self.door(&self.guest, route).await, guest)];
        if route.ends_with("/sign-out-everywhere") || route.ends_with("/logout") {
            let mut leaving = souk.visitor();
            leaving.sign_in(&souk.alpha.shopper).await;
            if route.ends_with("/logout") {
                tried.push(("a customer", self.door(&leaving, route).await, customer));
            }
            return tried;
        }
        tried.push(("a customer", self.door(&self.customer, route).await, customer));
        tried.push(("support", self.door(&self.support, route).await, support));
        tried.push(("the owner", self.door(&self.owner, route).await, owner));
        if let (true, May(permission)) = (is_api, needs) {
            let without = souk.visitor().with_key(&self.without[&permission]);
            tried.push(("a key without it", self.door(&without, route).await, Door::Forbidden));
            let with = souk.visitor().with_key(&self.key);
            tried.push(("a key with it", self.door(&with, route).await, Door::Open));
        } else if matches!(needs, Customer) {
            let key = souk.visitor().with_key(&self.key);
            tried.push(("a key for a customer", self.door(&key, route).await, Door::Unauthorized));
        } else if !matches!(needs, Nothing) {
            let key = souk.visitor().with_key(&self.key);
            tried.push(("a key on a page", self.door(&key, route).await, Door::SignIn));
        }
        tried
    }

    async fn door(&self, browser: &Browser, route: &str) -> Door {
        let (method, path) = route.split_once(' ').unwrap();
        let path = self.nothing.fill(path);
        let mut browser = browser.clone();
        let page = match (method, path.starts_with("/api/")) {
            ("GET", _) => browser.send(method, &path, None).await,
            (_, true) => browser.call(method, &path, &serde_json::json!({})).await,
            (_, false) => browser.submit(&path, &[]).await,
        };
        assert!(!page.status.is_server_error(), "{route}: {} {}", page.status, page.body);
        Door::of(&page)
    }
}

#[tokio::test]
async fn a_form_on_another_site_changes_nothing() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    let mut lured = shopper.clone().with("sec-fetch-site", "cross-site");
    for route in routes::all(&souk).await {
        let (method, path) = route.split_once(' ').unwrap();
        if method != "GET" {
            let page = lured.send(method, &Names::of_nothing().fill(path), None).await;
            assert_eq!(page.status.as_u16(), 403, "{route}: {}", page.body);
        }
    }
}
