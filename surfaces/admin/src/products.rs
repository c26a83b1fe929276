//! Products, their variants, pictures, attachments and stock.

mod archive;
mod attachments;
mod attribute_fields;
mod bulk;
mod form;
mod image;
mod images;
pub(crate) mod list;
mod matrix;
mod new;
mod page;
mod price_rows;
mod stock;
mod table_row;
mod terms;
pub(crate) mod uploads;
mod variant_form;
mod variant_page;
mod variant_table;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

pub(crate) use page::find_problem;

use crate::{Desk, views};

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/products", get(list::show))
        .route("/admin/products/views/new", get(views::show_new::<views::Products>).post(views::keep::<views::Products>))
        .route("/admin/products/views/{number}", get(views::show::<views::Products>).post(views::change::<views::Products>))
        .route("/admin/products/views/{number}/delete", post(views::delete::<views::Products>))
        .route("/admin/products/views/{number}/restore", post(views::restore::<views::Products>))
        .route("/admin/products/new", get(new::show).post(new::create))
        .route("/admin/products/change", get(bulk::plan).post(bulk::change))
        .route("/admin/products/{id}", get(page::show).post(page::update))
        .route("/admin/products/{id}/archive", get(archive::ask).post(archive::archive))
        .route("/admin/products/{id}/terms", get(terms::show).post(terms::save))
        .route("/admin/products/{id}/images", get(images::show).post(images::save))
        .route("/admin/products/{id}/images/{image}/remove", get(image::ask).post(image::remove))
        .route("/admin/products/{id}/images/{image}/variants", get(image::variants).post(image::assign))
        .route("/admin/products/{id}/attachments", post(attachments::save))
        .route("/admin/products/{id}/attachments/{attachment}/remove", get(attachments::ask).post(attachments::remove))
        .route("/admin/uploads/{id}", post(uploads::upload).layer(DefaultBodyLimit::max(uploads::LARGEST)))
        .route("/admin/products/{id}/variants", get(variant_page::show_new).post(variant_page::create))
        .route("/admin/products/{id}/variants/generate", get(matrix::show).post(matrix::generate))
        .route("/admin/products/{id}/variants/table", get(variant_table::show).post(variant_table::save))
        .route("/admin/variants/{id}", get(variant_page::show).post(variant_page::update))
        .route("/admin/variants/{id}/stock", post(stock::adjust))
}
