#![doc = include_str!("../README.md")]

mod archive_product;
mod cancel_order;
mod category_pages;
mod coupon_form;
mod coupon_pages;
mod desk;
mod forms;
mod fulfil_order;
mod home;
mod import_pages;
mod job_pages;
mod key_pages;
mod lists;
mod mail_pages;
mod new_product;
mod order_list;
mod order_page;
mod order_view;
mod product_form;
mod product_images;
mod product_list;
mod product_page;
mod refund_order;
mod stock;
#[cfg(test)]
mod tests;
mod upload_image;
mod variant_form;
mod variant_page;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

pub use desk::Desk;

/// Every route of the desk.
#[rustfmt::skip]
pub fn router(desk: Desk) -> Router {
    Router::new()
        .route("/admin", get(home::show))
        .route("/admin/orders", get(order_list::show))
        .route("/admin/orders/{id}", get(order_page::show))
        .route("/admin/orders/{id}/process", post(order_page::start_processing))
        .route("/admin/orders/{id}/fulfil", post(fulfil_order::fulfil))
        .route("/admin/orders/{id}/delivered", post(order_page::mark_delivered))
        .route("/admin/orders/{id}/cancel", get(cancel_order::ask).post(cancel_order::cancel))
        .route("/admin/orders/{id}/refund", get(refund_order::choose).post(refund_order::refund))
        .route("/admin/orders/{id}/notes", post(order_page::add_note))
        .route("/admin/orders/{id}/tags", post(order_page::tag))
        .route("/admin/products", get(product_list::show))
        .route("/admin/products/new", get(new_product::show).post(new_product::create))
        .route("/admin/products/{id}", get(product_page::show).post(product_page::update))
        .route("/admin/products/{id}/archive", get(archive_product::ask).post(archive_product::archive))
        .route("/admin/products/{id}/images", get(product_images::show).post(product_images::save))
        .route("/admin/products/{id}/images/upload", post(upload_image::upload).layer(DefaultBodyLimit::max(upload_image::LARGEST)))
        .route("/admin/products/{id}/variants", get(variant_page::show_new).post(variant_page::create))
        .route("/admin/variants/{id}", get(variant_page::show).post(variant_page::update))
        .route("/admin/variants/{id}/stock", post(stock::adjust))
        .route("/admin/categories", get(category_pages::list))
        .route("/admin/categories/new", get(category_pages::show_new).post(category_pages::create))
        .route("/admin/categories/{id}", get(category_pages::show).post(category_pages::update))
        .route("/admin/coupons", get(coupon_pages::list))
        .route("/admin/coupons/new", get(coupon_pages::show_new).post(coupon_pages::create))
        .route("/admin/coupons/{id}", get(coupon_pages::show).post(coupon_pages::update))
        .route("/admin/imports", get(import_pages::list).post(import_pages::upload).layer(DefaultBodyLimit::max(import_pages::LARGEST)))
        .route("/admin/imports/{id}", get(import_pages::show))
        .route("/admin/mail", get(mail_pages::list))
        .route("/admin/mail/{id}", get(mail_pages::show))
        .route("/admin/mail/{id}/html", get(mail_pages::html))
        .route("/admin/jobs", get(job_pages::list))
        .route("/admin/jobs/{id}/restart", post(job_pages::restart))
        .route("/admin/keys", get(key_pages::list).post(key_pages::create))
        .route("/admin/keys/{id}/revoke", get(key_pages::ask).post(key_pages::revoke))
        .with_state(desk)
}
