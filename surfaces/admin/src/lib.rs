#![doc = include_str!("../README.md")]

mod categories;
mod category_choices;
mod collections;
mod content;
mod coupons;
mod customer_groups;
mod customers;
mod desk;
mod exports;
mod find;
mod forms;
mod home;
mod imports;
mod invoices;
mod jobs;
mod join;
mod keys;
mod lists;
mod mail;
mod orders;
mod parcels;
mod pictures;
mod price_lists;
mod products;
mod pushes;
mod redirects;
mod reviews;
mod settings;
mod sorting;
mod stock;
mod tax_choices;
#[cfg(test)]
mod tests;
mod texts;
mod views;

use axum::{
    Router,
    routing::{get, post},
};

pub use desk::Desk;

/// Every route of the desk; each room lists its own.
pub fn router(desk: Desk) -> Router {
    Router::new()
        .route("/admin", get(home::show))
        .route("/admin/first-steps/put-away", post(home::put_away))
        .merge(find::routes())
        .merge(orders::routes())
        .merge(parcels::routes())
        .merge(invoices::routes())
        .merge(products::routes())
        .merge(stock::routes())
        .merge(categories::routes())
        .merge(collections::routes())
        .merge(customers::routes())
        .merge(customer_groups::routes())
        .merge(coupons::routes())
        .merge(price_lists::routes())
        .merge(content::routes())
        .merge(pictures::routes())
        .merge(redirects::routes())
        .merge(reviews::routes())
        .merge(exports::routes())
        .merge(imports::routes())
        .merge(mail::routes())
        .merge(texts::routes())
        .merge(pushes::routes())
        .merge(jobs::routes())
        .merge(keys::routes())
        .merge(settings::routes())
        .merge(join::routes())
        .with_state(desk)
}
