//! What shoppers see of a product, what waits for moderators, and all of it for exports and checks.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::{ProductId, ReviewId, Time};

use super::rows::{ReviewRow, review_columns, reviews};
use crate::{PublishedFilter, QueueFilter, Review, WhoWrites, list_published, list_queue};

/// What a list of published reviews is ordered by before the time they were written.
macro_rules! rank {
    () => {
        "CASE $4 WHEN 'helpful' THEN r.helpful WHEN 'highest' THEN r.stars WHEN 'lowest' THEN -r.stars ELSE 0 END"
    };
}

macro_rules! in_queue {
    () => {
        "r.store_id = $1 AND ($2 = '' OR ($2 = 'reported' AND r.reports > 0) OR r.state = $2) AND ($3::int IS NULL OR r.stars = $3) \
         AND ($4::uuid IS NULL OR r.product_id = $4) AND ($5 = '' OR strpos(lower(concat_ws(' ', r.author, r.email, r.title, r.body)), lower($5)) > 0)"
    };
}

database::statements! {
    PUBLISHED = concat!("SELECT ", review_columns!(), ", ", rank!(), " AS rank, \
            (SELECT s.who_writes FROM reviews.settings s WHERE s.store_id = $1) AS who_writes \
        FROM reviews.reviews r WHERE r.store_id = $1 AND r.product_id = $2 AND r.state = 'published' \
        AND ($3::int IS NULL OR r.stars = $3) AND ($5::bigint IS NULL OR (", rank!(), ", r.created_at, r.id) < ($5, $6::timestamptz, $7::uuid)) \
        ORDER BY rank DESC, r.created_at DESC, r.id DESC LIMIT $8");
    NEWEST = concat!("SELECT ", review_columns!(), ", 0::bigint AS rank FROM reviews.reviews r WHERE ", in_queue!(), " \
        AND ($6::bigint IS NULL OR (r.created_at, r.id) < ($7::timestamptz, $8::uuid)) ORDER BY r.created_at DESC, r.id DESC LIMIT $9");
    OLDEST = concat!("SELECT ", review_columns!(), ", 0::bigint AS rank FROM reviews.reviews r WHERE ", in_queue!(), " \
        AND ($6::bigint IS NULL OR (r.created_at, r.id) > ($7::timestamptz, $8::uuid)) ORDER BY r.created_at, r.id LIMIT $9");
    LOWEST = concat!("SELECT ", review_columns!(), ", r.stars::bigint AS rank FROM reviews.reviews r WHERE ", in_queue!(), " \
        AND ($6::bigint IS NULL OR (r.stars, r.created_at, r.id) > ($6, $7::timestamptz, $8::uuid)) \
        ORDER BY r.stars, r.created_at, r.id LIMIT $9");
    REPORTS = concat!("SELECT ", review_columns!(), ", -r.reports AS rank FROM reviews.reviews r WHERE ", in_queue!(), " \
        AND ($6::bigint IS NULL OR (-r.reports, r.created_at, r.id) > ($6, $7::timestamptz, $8::uuid)) \
        ORDER BY -r.reports, r.created_at, r.id LIMIT $9");
    COUNT = concat!("SELECT count(*) FROM reviews.reviews r WHERE ", in_queue!());
    WHOLE = concat!("SELECT ", review_columns!(), " FROM reviews.reviews r \
        WHERE r.store_id = $1 AND ($2::timestamptz IS NULL OR (r.created_at, r.id) > ($2, $3::uuid)) \
        ORDER BY r.created_at, r.id LIMIT $4");
    /// How many published reviews products have by stars.
    COUNT_STARS = "SELECT product_id, stars, count(*) FROM reviews.reviews WHERE store_id = $1 AND state = 'published' \
        GROUP BY product_id, stars";
    /// Reviews that count their helpful votes wrongly, with what they should say.
    WRONG_HELPFUL = "SELECT r.id, r.helpful, v.votes FROM reviews.reviews r CROSS JOIN LATERAL (SELECT count(*) AS votes \
            FROM reviews.votes v WHERE v.store_id = r.store_id AND v.review_id = r.id AND v.kind = 'helpful') v \
        WHERE r.store_id = $1 AND r.helpful <> v.votes ORDER BY r.id";
}

#[derive(sqlx::FromRow)]
struct PublishedRow {
    #[sqlx(flatten)]
    review: ReviewRow,
    rank: i64,
    who_writes: Option<String>,
}

#[derive(sqlx::FromRow)]
struct RankedRow {
    #[sqlx(flatten)]
    review: ReviewRow,
    rank: i64,
}

/// The page's rows with their ranks, and who may write if there is any row.
pub(crate) async fn published(
    ctx: &mut Ctx,
    product_id: ProductId,
    filter: &PublishedFilter,
    after: Option<list_published::Key>,
    limit: i64,
) -> Result<(Vec<(Review, i64)>, Option<WhoWrites>), Error> {
    let store_id = ctx.store_id();
    let (rank, time, id) = parts(after);
    let sql = sqlx::query_as(PUBLISHED)
        .bind(store_id)
        .bind(product_id)
        .bind(filter.stars);
    let sql = sql
        .bind(filter.sort.as_str())
        .bind(rank)
        .bind(time)
        .bind(id)
        .bind(limit);
    let rows: Vec<PublishedRow> = sql.fetch_all(ctx.sql().await?).await?;
    let who = rows.first().map(|row| match &row.who_writes {
        None => Ok(crate::Settings::default().who_writes),
        Some(name) => WhoWrites::parse(name).ok_or_else(|| Error::corrupt("settings.who_writes", name)),
    });
    let ranked = rows
        .into_iter()
        .map(|row| Ok((Review::try_from(row.review)?, row.rank)));
    Ok((ranked.collect::<Result<_, Error>>()?, who.transpose()?))
}

fn parts(after: Option<list_published::Key>) -> (Option<i64>, Option<Time>, Option<ReviewId>) {
    after.map_or((None, None, None), |(rank, time, id)| {
        (Some(rank), Some(time), Some(id))
    })
}

pub(crate) async fn queue(
    ctx: &mut Ctx,
    filter: &QueueFilter,
    after: Option<list_published::Key>,
    limit: i64,
) -> Result<Vec<(Review, i64)>, Error> {
    let store_id = ctx.store_id();
    let statement = match filter.sort {
        list_queue::QueueSort::Newest => NEWEST,
        list_queue::QueueSort::Oldest => OLDEST,
        list_queue::QueueSort::Lowest => LOWEST,
        list_queue::QueueSort::Reports => REPORTS,
    };
    let (rank, time, id) = parts(after);
    let sql = sqlx::query_as(statement)
        .bind(store_id)
        .bind(filter.queue.as_str())
        .bind(filter.stars);
    let sql = sql
        .bind(filter.product_id)
        .bind(&filter.q)
        .bind(rank)
        .bind(time)
        .bind(id)
        .bind(limit);
    let rows: Vec<RankedRow> = sql.fetch_all(ctx.sql().await?).await?;
    let rows = rows.into_iter();
    rows.map(|row| Ok((Review::try_from(row.review)?, row.rank))).collect()
}

pub(crate) async fn count(ctx: &mut Ctx, filter: &QueueFilter) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_scalar(COUNT)
        .bind(store_id)
        .bind(filter.queue.as_str())
        .bind(filter.stars);
    let sql = sql.bind(filter.product_id).bind(&filter.q);
    Ok(sql.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn whole(ctx: &mut Ctx, after: Option<(Time, ReviewId)>, limit: i64) -> Result<Vec<Review>, Error> {
    let store_id = ctx.store_id();
    let (time, id) = after.unzip();
    let sql = sqlx::query_as(WHOLE).bind(store_id).bind(time).bind(id).bind(limit);
    reviews(sql.fetch_all(ctx.sql().await?).await?)
}

/// The published reviews of products, counted by stars.
pub(crate) async fn count_stars(ctx: &mut Ctx) -> Result<BTreeMap<ProductId, [i64; 5]>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(COUNT_STARS).bind(store_id);
    let rows: Vec<(ProductId, i32, i64)> = sql.fetch_all(ctx.sql().await?).await?;
    let mut counted: BTreeMap<ProductId, [i64; 5]> = BTreeMap::new();
    for (product_id, stars, count) in rows {
        crate::write::count_star(counted.entry(product_id).or_default(), stars, count);
    }
    Ok(counted)
}

/// Reviews with a wrong number of helpful votes: what they say, and what is right.
pub(crate) async fn wrong_helpful(ctx: &mut Ctx) -> Result<Vec<(ReviewId, i64, i64)>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(WRONG_HELPFUL).bind(store_id);
    Ok(sql.fetch_all(ctx.sql().await?).await?)
}
