//! Levels in another order than that of their variants.
//!
//! No index puts levels in the order of their numbers: each purchase changes these twice, and would write into every index of the
//! level for it, while sorting 100,000 of them takes 50 ms.

use database::{Ctx, Error};
use kernel::{LocationId, VariantId};

use super::LevelRow;
use crate::{Level, LevelFilter, StockState};

/// Levels `l`, their locations `o` and what of them has run out `e` by $2. What has run out is summed up once, for it is little.
macro_rules! from_all_levels {
    () => {
        "FROM inventory.levels l JOIN inventory.locations o ON o.store_id = l.store_id AND o.id = l.location_id \
         LEFT JOIN (SELECT r.variant_id, r.location_id, sum(r.quantity)::bigint AS quantity FROM inventory.reservations r \
           WHERE r.store_id = $1 AND r.state = 'open' AND r.expires_at <= $2 GROUP BY 1, 2) g \
           ON g.variant_id = l.variant_id AND g.location_id = l.location_id \
         CROSS JOIN LATERAL (SELECT coalesce(g.quantity, 0) AS expired) e "
    };
}

/// What is wanted, with the state as a parameter.
macro_rules! wanted {
    ($state:literal) => {
        concat!(
            chosen!(),
            "AND CASE ",
            $state,
            "::text WHEN 'out' THEN NOT l.backorder AND ",
            free!(),
            " = 0 WHEN 'low' THEN l.reorder_point IS NOT NULL AND ",
            free!(),
            " <= l.reorder_point ELSE true END "
        )
    };
}

macro_rules! page_by {
    ($number:expr, $than:literal, $direction:literal) => {
        concat!(
            "SELECT ",
            level_columns!(),
            ", e.expired ",
            from_all_levels!(),
            "WHERE ",
            wanted!("$5"),
            "AND ($6::bigint IS NULL OR (",
            $number,
            ", l.variant_id, l.location_id) ",
            $than,
            " ($6, $7::uuid, $8::uuid)) \
             ORDER BY ",
            $number,
            $direction,
            ", l.variant_id",
            $direction,
            ", l.location_id",
            $direction,
            " LIMIT $9"
        )
    };
}

database::statements! {
    BY_ON_HAND = page_by!("l.on_hand", ">", "");
    BY_ON_HAND_MOST = page_by!("l.on_hand", "<", " DESC");
    BY_FREE = page_by!(free!(), ">", "");
    BY_FREE_MOST = page_by!(free!(), "<", " DESC");
    LIST_VARIANTS = concat!("SELECT DISTINCT l.variant_id ", from_all_levels!(), "WHERE ", wanted!("$5"));
    /// All levels of some variants, in the order of the list by variants.
    LIST_ALL = concat!("SELECT ", level_columns!(), ", e.expired ", from_all_levels!(), "WHERE ", wanted!("$5"),
        "ORDER BY l.variant_id DESC, l.location_id DESC");
}

/// The number that levels stand in the order of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    /// What lies there.
    OnHand,
    /// What can be sold.
    Free,
}

/// Levels in the order of a number, so many at most, behind one of them.
pub(crate) async fn list_by(
    ctx: &mut Ctx,
    filter: &LevelFilter,
    (number, most_first): (Number, bool),
    after: Option<(i64, VariantId, LocationId)>,
    limit: i64,
) -> Result<Vec<Level>, Error> {
    let sql = match (number, most_first) {
        (Number::OnHand, false) => BY_ON_HAND,
        (Number::OnHand, true) => BY_ON_HAND_MOST,
        (Number::Free, false) => BY_FREE,
        (Number::Free, true) => BY_FREE_MOST,
    };
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(sql).bind(store_id).bind(now).bind(filter.location);
    let query = query
        .bind(filter.variants.as_deref())
        .bind(filter.state.map(StockState::as_str));
    let query = query
        .bind(after.map(|(number, ..)| number))
        .bind(after.map(|(_, variant, _)| variant))
        .bind(after.map(|(.., location)| location));
    let rows: Vec<LevelRow> = query.bind(limit).fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(LevelRow::into_current).collect())
}

/// The variants of all levels that are wanted.
pub(crate) async fn list_variants(ctx: &mut Ctx, filter: &LevelFilter) -> Result<Vec<VariantId>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(LIST_VARIANTS)
        .bind(store_id)
        .bind(now)
        .bind(filter.location);
    let query = query
        .bind(filter.variants.as_deref())
        .bind(filter.state.map(StockState::as_str));
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// All levels that are wanted, which are those of few variants.
pub(crate) async fn list_all(ctx: &mut Ctx, filter: &LevelFilter) -> Result<Vec<Level>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(LIST_ALL).bind(store_id).bind(now).bind(filter.location);
    let query = query
        .bind(filter.variants.as_deref())
        .bind(filter.state.map(StockState::as_str));
    let rows: Vec<LevelRow> = query.fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(LevelRow::into_current).collect())
}
