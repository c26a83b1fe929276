//! The store side: what anybody may ask.

mod cart_view;
mod carts;
mod complete_body;
mod complete_cart;
mod content;
mod create_cart;
mod get_order;
mod get_product;
mod give_up_payment;
mod hold_cart;
mod lines;
mod list_categories;
mod list_collections;
mod list_products;
mod queue;
mod receive_webhook;
mod reviews;
mod saved_lines;
mod shipping_options;
mod totals;

pub(crate) use content::list_problem as pages_problem;
pub(crate) use list_products::problem as list_problem;

use crate::endpoint::Endpoint;

/// Every endpoint of the store side.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = vec![
        list_products::endpoint(),
        get_product::endpoint(),
        reviews::list_endpoint(),
        reviews::write_endpoint(),
        list_categories::endpoint(),
        list_collections::endpoint(),
        create_cart::endpoint(),
        carts::get_endpoint(),
        carts::patch_endpoint(),
        lines::add_endpoint(),
        lines::change_endpoint(),
        lines::remove_endpoint(),
        saved_lines::save_endpoint(),
        saved_lines::move_endpoint(),
        saved_lines::remove_endpoint(),
        shipping_options::endpoint(),
        hold_cart::endpoint(),
        complete_cart::endpoint(),
        give_up_payment::endpoint(),
        get_order::endpoint(),
        queue::get_endpoint(),
        queue::post_endpoint(),
        get_order::invoices_endpoint(),
        receive_webhook::endpoint(),
    ];
    endpoints.extend(content::endpoints());
    endpoints
}
