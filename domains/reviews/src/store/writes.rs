//! Reviews as their authors write them, and as other shops kept them.

use database::{Ctx, Error};
use kernel::{EmailAddress, ProductId, ReviewId, Time};
use sqlx::types::Json;

use super::rows::{NewRow, ReviewRow, review_columns, reviews};
use crate::{Review, spam::Surroundings};

database::statements! {
    FIND_BY_EMAIL = concat!("SELECT ", review_columns!(), " FROM reviews.reviews r \
        WHERE r.store_id = $1 AND r.product_id = $2 AND r.email = $3");
    /// Those of the products and addresses, pair by pair, that are there.
    LIST_BY_EMAILS = concat!("SELECT ", review_columns!(), " FROM unnest($2::uuid[], $3::text[]) AS w (product_id, email) \
        JOIN reviews.reviews r ON r.store_id = $1 AND r.product_id = w.product_id AND r.email = w.email");
    /// How many other reviews somebody began lately, and how many others wrote the same words.
    SURROUNDINGS = "SELECT \
        (SELECT count(*) FROM reviews.reviews r WHERE r.store_id = $1 AND r.email = $3 AND r.product_id <> $2 AND r.created_at > $4), \
        (SELECT count(*) FROM reviews.reviews r WHERE r.store_id = $1 AND r.email <> $3 AND r.fingerprint = $5)";
    INSERT = "INSERT INTO reviews.reviews SELECT * FROM jsonb_populate_recordset(NULL::reviews.reviews, $2) WHERE store_id = $1";
    /// What its author says of a review, and where it stands by that.
    UPDATE = "UPDATE reviews.reviews r SET customer_id = n.customer_id, order_id = n.order_id, author = n.author, stars = n.stars, \
            title = n.title, body = n.body, photos = n.photos, locale = n.locale, verified = n.verified, \
            fingerprint = n.fingerprint, state = n.state, reason = n.reason, suspicions = n.suspicions, undo_state = NULL, \
            undo_reason = '', version = r.version + 1, updated_at = n.updated_at \
        FROM jsonb_populate_recordset(NULL::reviews.reviews, $2) AS n \
        WHERE r.store_id = $1 AND n.store_id = r.store_id AND n.id = r.id";
    /// What another shop says of reviews that are there.
    REPLACE = "UPDATE reviews.reviews r SET author = n.author, stars = n.stars, title = n.title, body = n.body, \
            verified = n.verified, fingerprint = n.fingerprint, state = n.state, reply = n.reply, replied_at = n.replied_at, \
            undo_state = NULL, undo_reason = '', version = r.version + 1, created_at = n.created_at, updated_at = n.updated_at \
        FROM jsonb_populate_recordset(NULL::reviews.reviews, $2) AS n \
        WHERE r.store_id = $1 AND n.store_id = r.store_id AND n.id = r.id";
    DELETE = "DELETE FROM reviews.reviews WHERE store_id = $1 AND id = $2";
}

pub(crate) async fn find_by_email(
    ctx: &mut Ctx,
    product_id: ProductId,
    email: &EmailAddress,
) -> Result<Option<Review>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(FIND_BY_EMAIL).bind(store_id).bind(product_id);
    let row: Option<ReviewRow> = sql.bind(email.as_str()).fetch_optional(ctx.sql().await?).await?;
    row.map(Review::try_from).transpose()
}

pub(crate) async fn list_by_emails(
    ctx: &mut Ctx,
    products: &[ProductId],
    emails: &[&str],
) -> Result<Vec<Review>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(LIST_BY_EMAILS)
        .bind(store_id)
        .bind(products)
        .bind(emails);
    reviews(sql.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn surroundings(
    ctx: &mut Ctx,
    product_id: ProductId,
    email: &EmailAddress,
    since: Time,
    fingerprint: Option<Vec<u8>>,
) -> Result<Surroundings, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(SURROUNDINGS)
        .bind(store_id)
        .bind(product_id)
        .bind(email.as_str());
    let sql = sql.bind(since).bind(fingerprint);
    let (recent, same): (i64, i64) = sql.fetch_one(ctx.sql().await?).await?;
    Ok(Surroundings { recent, same })
}

pub(crate) async fn insert(ctx: &mut Ctx, new: &[Review]) -> Result<(), Error> {
    run(ctx, INSERT, new).await
}

pub(crate) async fn update(ctx: &mut Ctx, review: &Review) -> Result<(), Error> {
    run(ctx, UPDATE, std::slice::from_ref(review)).await
}

pub(crate) async fn replace(ctx: &mut Ctx, known: &[Review]) -> Result<(), Error> {
    run(ctx, REPLACE, known).await
}

async fn run(ctx: &mut Ctx, statement: &'static str, reviews: &[Review]) -> Result<(), Error> {
    if reviews.is_empty() {
        return Ok(());
    }
    let store_id = ctx.store_id();
    let rows: Vec<NewRow> = reviews.iter().map(|review| NewRow::of(store_id, review)).collect();
    let sql = sqlx::query(statement).bind(store_id).bind(Json(rows));
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn delete(ctx: &mut Ctx, id: ReviewId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query(DELETE).bind(store_id).bind(id);
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}
