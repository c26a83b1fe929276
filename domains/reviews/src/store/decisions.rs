//! What moderators decide.

use database::{Ctx, Error};
use kernel::{ProductId, ReviewId};

use super::rows::state;
use crate::ReviewState;

database::statements! {
    /// The products of reviews, which never change.
    PRODUCTS = "SELECT DISTINCT product_id FROM reviews.reviews WHERE store_id = $1 AND id = ANY ($2) ORDER BY product_id";
    LOCK = "SELECT id, product_id, stars, state, reason, undo_state, undo_reason, reports, version FROM reviews.reviews \
        WHERE store_id = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE";
    UPDATE = "UPDATE reviews.reviews r SET state = n.state, reason = n.reason, undo_state = n.undo_state, \
            undo_reason = n.undo_reason, reports = n.reports, version = r.version + 1 \
        FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[]) \
            AS n (id, state, reason, undo_state, undo_reason, reports) WHERE r.store_id = $1 AND r.id = n.id";
    REPLY = "UPDATE reviews.reviews SET reply = $4, replied_at = $5, version = version + 1 \
        WHERE store_id = $1 AND id = $2 AND version = $3";
    DELETE_PHOTO = "UPDATE reviews.reviews SET photos = array_remove(photos, $4), version = version + 1 \
        WHERE store_id = $1 AND id = $2 AND version = $3";
}

/// Where a review stands.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) id: ReviewId,
    pub(crate) product_id: ProductId,
    pub(crate) stars: i32,
    pub(crate) state: ReviewState,
    pub(crate) reason: String,
    pub(crate) undo: Option<(ReviewState, String)>,
    pub(crate) reports: i64,
    pub(crate) version: i64,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    id: ReviewId,
    product_id: ProductId,
    stars: i32,
    state: String,
    reason: String,
    undo_state: Option<String>,
    undo_reason: String,
    reports: i64,
    version: i64,
}

impl TryFrom<StandingRow> for Standing {
    type Error = Error;

    fn try_from(row: StandingRow) -> Result<Self, Error> {
        let undo = row.undo_state.as_deref().map(state).transpose()?;
        Ok(Self {
            id: row.id,
            product_id: row.product_id,
            stars: row.stars,
            state: state(&row.state)?,
            reason: row.reason,
            undo: undo.map(|state| (state, row.undo_reason)),
            reports: row.reports,
            version: row.version,
        })
    }
}

pub(crate) async fn products(ctx: &mut Ctx, ids: &[ReviewId]) -> Result<Vec<ProductId>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_scalar(PRODUCTS).bind(store_id).bind(ids);
    Ok(sql.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn lock(ctx: &mut Ctx, ids: &[ReviewId]) -> Result<Vec<Standing>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(LOCK).bind(store_id).bind(ids);
    let rows: Vec<StandingRow> = sql.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Standing::try_from).collect()
}

pub(crate) async fn update(ctx: &mut Ctx, standings: &[Standing]) -> Result<(), Error> {
    if standings.is_empty() {
        return Ok(());
    }
    let store_id = ctx.store_id();
    let all = || standings.iter();
    let undo_states = all().map(|it| it.undo.as_ref().map(|(state, _)| state.as_str()));
    let undo_reasons = all().map(|it| it.undo.as_ref().map(|(_, reason)| reason.as_str()).unwrap_or_default());
    sqlx::query(UPDATE)
        .bind(store_id)
        .bind(all().map(|it| it.id).collect::<Vec<_>>())
        .bind(all().map(|it| it.state.as_str()).collect::<Vec<_>>())
        .bind(all().map(|it| it.reason.as_str()).collect::<Vec<_>>())
        .bind(undo_states.collect::<Vec<_>>())
        .bind(undo_reasons.collect::<Vec<_>>())
        .bind(all().map(|it| it.reports).collect::<Vec<_>>())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Whether the review still was the one that was looked at.
pub(crate) async fn reply(ctx: &mut Ctx, id: ReviewId, version: i64, text: &str) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let sql = sqlx::query(REPLY).bind(store_id).bind(id).bind(version).bind(text);
    let sql = sql.bind((!text.is_empty()).then_some(now));
    Ok(sql.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

/// Whether the review still was the one that was looked at.
pub(crate) async fn delete_photo(ctx: &mut Ctx, id: ReviewId, version: i64, url: &str) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query(DELETE_PHOTO)
        .bind(store_id)
        .bind(id)
        .bind(version)
        .bind(url);
    Ok(sql.execute(ctx.sql().await?).await?.rows_affected() > 0)
}
