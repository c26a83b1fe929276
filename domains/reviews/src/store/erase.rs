//! Deletes the reviews of a person.

use database::{Ctx, Error};
use kernel::{OrderId, Person, ProductId, ReviewId};

use super::rows::{ReviewRow, review_columns, reviews};
use crate::Review;

macro_rules! of_person {
    () => {
        "r.store_id = $1 AND (r.customer_id = $2 OR r.email = $3 OR r.order_id = ANY ($4))"
    };
}

database::statements! {
    LIST_PRODUCTS = concat!("SELECT DISTINCT r.product_id FROM reviews.reviews r WHERE ", of_person!());
    LIST = concat!("SELECT ", review_columns!(), " FROM reviews.reviews r WHERE ", of_person!(), " ORDER BY r.id FOR UPDATE");
    DELETE = "DELETE FROM reviews.reviews WHERE store_id = $1 AND id = ANY ($2) RETURNING id::text";
}

pub(crate) async fn list_products(ctx: &mut Ctx, person: &Person, orders: &[OrderId]) -> Result<Vec<ProductId>, Error> {
    let query = sqlx::query_scalar(LIST_PRODUCTS)
        .bind(ctx.store_id())
        .bind(person.customer);
    let query = query.bind(person.email_text()).bind(orders);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn list(ctx: &mut Ctx, person: &Person, orders: &[OrderId]) -> Result<Vec<Review>, Error> {
    let query = sqlx::query_as::<_, ReviewRow>(LIST)
        .bind(ctx.store_id())
        .bind(person.customer);
    let query = query.bind(person.email_text()).bind(orders);
    reviews(query.fetch_all(ctx.sql().await?).await?)
}

/// The keys of their rows.
pub(crate) async fn delete(ctx: &mut Ctx, ids: &[ReviewId]) -> Result<Vec<String>, Error> {
    let query = sqlx::query_scalar(DELETE).bind(ctx.store_id()).bind(ids);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}
