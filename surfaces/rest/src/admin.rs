//! The admin side: what a key or a member of staff with the permission may ask.

mod announcement;
mod api_keys;
mod attributes;
mod bookings;
mod cancel_order;
mod capture_order;
mod categories;
mod change_variants;
mod collection_body;
mod collections;
mod coupon_body;
mod coupon_view;
mod coupons;
mod customer_groups;
mod customers;
mod exports;
mod fulfil_order;
mod fulfilments;
mod home_page;
mod imports;
mod invoice_terms;
mod invoices;
mod list_prices;
mod locations;
mod media;
mod menus;
mod note_order;
mod orders;
mod page_body;
mod pages;
mod parked_jobs;
mod price_changes;
mod price_list_body;
mod price_lists;
mod product_body;
mod product_view;
mod products;
mod queue;
mod refund_order;
mod reviews;
mod settings;
mod shipping_method_body;
mod shipping_method_view;
mod shipping_methods;
mod shipping_zones;
mod stock;
mod tax_nexus;
mod terms;
mod variant_body;
mod variant_matrix;
mod variants;

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use web::{IfMatch, Problem};

pub(crate) use reviews::endpoints as review_endpoints;

use crate::endpoint::Endpoint;

/// Every endpoint of the admin side.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = catalogue_endpoints();
    endpoints.extend([
        stock::levels_endpoint(),
        stock::adjust_endpoint(),
        bookings::book_endpoint(),
        bookings::transfer_endpoint(),
        bookings::plan_endpoint(),
        bookings::movements_endpoint(),
        locations::list_endpoint(),
        locations::get_endpoint(),
        locations::create_endpoint(),
        locations::patch_endpoint(),
        orders::list_endpoint(),
        orders::get_endpoint(),
        customers::list_endpoint(),
        customers::get_endpoint(),
        customers::erase_endpoint(),
        fulfil_order::endpoint(),
        fulfilments::list_endpoint(),
        fulfilments::patch_endpoint(),
        fulfilments::delete_endpoint(),
        cancel_order::endpoint(),
        capture_order::endpoint(),
        capture_order::release_endpoint(),
        refund_order::endpoint(),
        note_order::endpoint(),
        coupons::list_endpoint(),
        coupons::get_endpoint(),
        coupons::create_endpoint(),
        coupons::patch_endpoint(),
        imports::run_endpoint(),
        imports::list_endpoint(),
        imports::get_endpoint(),
        exports::products_endpoint(),
        exports::stock_endpoint(),
        exports::redirects_endpoint(),
        exports::reviews_endpoint(),
        exports::customers_endpoint(),
        exports::orders_endpoint(),
        parked_jobs::list_endpoint(),
        parked_jobs::restart_endpoint(),
        api_keys::list_endpoint(),
        api_keys::create_endpoint(),
        api_keys::revoke_endpoint(),
    ]);
    endpoints.extend(customer_groups::endpoints());
    endpoints.extend(price_lists::endpoints());
    endpoints.extend(list_prices::endpoints());
    endpoints.extend(pages::endpoints());
    endpoints.extend(menus::endpoints());
    endpoints.extend([settings::get_endpoint(), settings::patch_endpoint()]);
    endpoints.extend([queue::get_endpoint(), queue::patch_endpoint()]);
    endpoints.extend([invoice_terms::get_endpoint(), invoice_terms::patch_endpoint()]);
    endpoints.extend([invoices::list_endpoint(), invoices::write_endpoint()]);
    endpoints.extend(home_page::endpoints());
    endpoints.extend(announcement::endpoints());
    endpoints.extend(shipping_zones::endpoints());
    endpoints.extend(shipping_methods::endpoints());
    endpoints.extend(tax_nexus::endpoints());
    endpoints
}

/// What the store sells, and how.
fn catalogue_endpoints() -> Vec<Endpoint> {
    vec![
        products::list_endpoint(),
        products::get_endpoint(),
        products::create_endpoint(),
        products::patch_endpoint(),
        products::archive_endpoint(),
        media::list_endpoint(),
        media::upload_endpoint(),
        media::patch_endpoint(),
        media::remove_image_endpoint(),
        media::detach_endpoint(),
        terms::get_endpoint(),
        terms::patch_endpoint(),
        variants::create_endpoint(),
        variant_matrix::endpoint(),
        variants::patch_endpoint(),
        change_variants::endpoint(),
        price_changes::endpoint(),
        attributes::list_endpoint(),
        attributes::get_endpoint(),
        attributes::create_endpoint(),
        attributes::patch_endpoint(),
        attributes::delete_endpoint(),
        categories::list_endpoint(),
        categories::get_endpoint(),
        categories::create_endpoint(),
        categories::patch_endpoint(),
        categories::delete_endpoint(),
        collections::list_endpoint(),
        collections::get_endpoint(),
        collections::create_endpoint(),
        collections::patch_endpoint(),
        collections::assign_endpoint(),
        collections::delete_endpoint(),
    ]
}

/// A JSON answer with its version in the ETag.
fn tagged<V: Serialize>(status: StatusCode, version: i64, view: V) -> Response {
    (status, [(header::ETAG, web::version_tag(version))], web::Json(view)).into_response()
}

/// It is done; what it was done to has this version now.
fn done(version: i64) -> Response {
    (StatusCode::NO_CONTENT, [(header::ETAG, web::version_tag(version))]).into_response()
}

/// The version a change was made to, which the caller must name.
fn require_version(version: Result<IfMatch, Problem>, headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    if headers.contains_key(header::IF_MATCH) {
        return version.map(|IfMatch(version)| version);
    }
    let detail = "If-Match must hold the ETag of the version that the change is made to, or *.";
    Err(Problem::new(
        StatusCode::PRECONDITION_REQUIRED,
        "if_match_required",
        detail,
    ))
}
