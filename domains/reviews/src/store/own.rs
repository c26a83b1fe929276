//! Reviews of one author, and single ones.

use database::{Ctx, Error};
use kernel::{ReviewId, Time};

use super::rows::{ReviewRow, review_columns, reviews};
use crate::{Author, Review};

macro_rules! is_own {
    () => {
        "r.store_id = $1 AND (r.customer_id = $2 OR r.order_id = $3 OR r.email = $4)"
    };
}

database::statements! {
    FIND = concat!("SELECT ", review_columns!(), " FROM reviews.reviews r WHERE r.store_id = $1 AND r.id = $2");
    LIST = concat!("SELECT ", review_columns!(), " FROM reviews.reviews r WHERE ", is_own!(), " \
        AND ($5::timestamptz IS NULL OR (r.created_at, r.id) < ($5, $6::uuid)) ORDER BY r.created_at DESC, r.id DESC LIMIT $7");
    COUNT = concat!("SELECT count(*) FROM reviews.reviews r WHERE ", is_own!());
}

pub(crate) async fn find(ctx: &mut Ctx, id: ReviewId) -> Result<Option<Review>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(FIND).bind(store_id).bind(id);
    let row: Option<ReviewRow> = sql.fetch_optional(ctx.sql().await?).await?;
    row.map(Review::try_from).transpose()
}

/// The address an author may be known by: only one that is theirs.
fn address(author: &Author) -> Option<&str> {
    author.email_is_theirs.then_some(author.email.as_str())
}

pub(crate) async fn list(
    ctx: &mut Ctx,
    author: &Author,
    after: Option<(Time, ReviewId)>,
    limit: i64,
) -> Result<Vec<Review>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(LIST)
        .bind(store_id)
        .bind(author.customer)
        .bind(author.order);
    let (time, id) = after.unzip();
    let sql = sql.bind(address(author)).bind(time).bind(id).bind(limit);
    reviews(sql.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn count(ctx: &mut Ctx, author: &Author) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_scalar(COUNT).bind(store_id).bind(author.customer);
    let sql = sql.bind(author.order).bind(address(author));
    Ok(sql.fetch_one(ctx.sql().await?).await?)
}
