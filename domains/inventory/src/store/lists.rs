//! Levels as lists, and how they are looked after.

use database::{Ctx, Error};
use kernel::{LocationId, Page, PageRequest, VariantId};

use super::LevelRow;
use crate::{Level, LevelFilter, StockState, movement::Change};

/// What can be sold of a level `l` at a location `o`, expired reservations left out.
macro_rules! free {
    () => {
        "(CASE WHEN o.active THEN greatest(l.on_hand - l.reserved - l.safety_stock + e.expired, 0) ELSE 0 END)"
    };
}

/// Levels `l`, their locations `o` and what of them has run out `e` by $2.
macro_rules! from_levels {
    () => {
        "FROM inventory.levels l JOIN inventory.locations o ON o.store_id = l.store_id AND o.id = l.location_id \
         CROSS JOIN LATERAL (SELECT coalesce(sum(r.quantity), 0)::bigint AS expired FROM inventory.reservations r \
           WHERE r.store_id = l.store_id AND r.variant_id = l.variant_id AND r.location_id = l.location_id \
             AND r.state = 'open' AND r.expires_at <= $2) e "
    };
}

/// The filters of a list of any state: a location, variants.
macro_rules! chosen {
    () => {
        "l.store_id = $1 AND ($3::uuid IS NULL OR l.location_id = $3) AND ($4::uuid[] IS NULL OR l.variant_id = ANY($4)) "
    };
}

/// What is out. What has run out is only added up for those that are out without it.
macro_rules! out {
    () => {
        concat!(
            "AND NOT l.backorder AND (NOT o.active OR l.on_hand - l.reserved <= l.safety_stock) AND ",
            free!(),
            " = 0 "
        )
    };
}

/// What is low, in the same way.
macro_rules! low {
    () => {
        concat!(
            "AND l.reorder_point IS NOT NULL AND (NOT o.active OR l.on_hand - l.reserved - l.safety_stock <= l.reorder_point) AND ",
            free!(),
            " <= l.reorder_point "
        )
    };
}

pub(crate) mod sorted;

macro_rules! page {
    ($state:expr) => {
        concat!(
            "SELECT ",
            level_columns!(),
            ", e.expired ",
            from_levels!(),
            "WHERE ",
            chosen!(),
            $state,
            "AND ($5::uuid IS NULL OR (l.variant_id, l.location_id) < ($5, $6::uuid)) \
             ORDER BY l.variant_id DESC, l.location_id DESC LIMIT $7"
        )
    };
}

database::statements! {
    LIST = page!("");
    LIST_OUT = page!(out!());
    LIST_LOW = page!(low!());
    /// What has run out decides nothing here; the moment is there for the others.
    COUNT = concat!("SELECT count(*) FROM inventory.levels l WHERE ", chosen!(), "AND $2::timestamptz IS NOT NULL");
    COUNT_OUT = concat!("SELECT count(*) ", from_levels!(), "WHERE ", chosen!(), out!());
    COUNT_LOW_CHOSEN = concat!("SELECT count(*) ", from_levels!(), "WHERE ", chosen!(), low!());
    COUNT_LOW = concat!("SELECT count(*) ", from_levels!(), "WHERE l.store_id = $1 AND l.reorder_point IS NOT NULL AND ", free!(), " <= l.reorder_point");
    LIST_LOWEST = concat!("SELECT ", level_columns!(), ", e.expired ", from_levels!(), "WHERE l.store_id = $1 AND l.reorder_point IS NOT NULL AND ",
        free!(), " <= l.reorder_point ORDER BY ", free!(), ", l.variant_id, l.location_id LIMIT $3");
    INSERT_LEVELS = "INSERT INTO inventory.levels (store_id, variant_id, location_id, on_hand) \
         SELECT $1, variant_id, location_id, 0 FROM unnest($2::uuid[], $3::uuid[]) AS w (variant_id, location_id) \
         ON CONFLICT ON CONSTRAINT levels_pk DO NOTHING";
    PLAN = "UPDATE inventory.levels SET safety_stock = $4, reorder_point = $5, reorder_quantity = $6, incoming = $7, backorder = $8 \
         WHERE store_id = $1 AND variant_id = $2 AND location_id = $3";
    /// What came in is not on its way any more.
    EXPECT_LESS = "UPDATE inventory.levels l SET incoming = greatest(l.incoming - w.quantity, 0) \
         FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) AS w (variant_id, location_id, quantity) \
         WHERE l.store_id = $1 AND l.variant_id = w.variant_id AND l.location_id = w.location_id AND l.incoming > 0";
}

pub(crate) async fn list(
    ctx: &mut Ctx,
    filter: &LevelFilter,
    request: &PageRequest,
    after: Option<(VariantId, LocationId)>,
) -> Result<Page<Level>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let list = match filter.state {
        None => LIST,
        Some(StockState::Out) => LIST_OUT,
        Some(StockState::Low) => LIST_LOW,
    };
    let total = count(ctx, filter).await?;
    let rows: Vec<LevelRow> = sqlx::query_as(list)
        .bind(store_id)
        .bind(now)
        .bind(filter.location)
        .bind(filter.variants.as_deref())
        .bind(after.map(|(variant, _)| variant))
        .bind(after.map(|(_, location)| location))
        .bind(request.limit_plus_one())
        .fetch_all(ctx.sql().await?)
        .await?;
    let levels = rows.into_iter().map(LevelRow::into_current).collect();
    Ok(Page::from_rows(levels, request, total, |level: &Level| {
        (level.variant_id, level.location_id)
    }))
}

/// How many levels are wanted.
pub(crate) async fn count(ctx: &mut Ctx, filter: &LevelFilter) -> Result<i64, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let sql = match filter.state {
        None => COUNT,
        Some(StockState::Out) => COUNT_OUT,
        Some(StockState::Low) => COUNT_LOW_CHOSEN,
    };
    let query = sqlx::query_scalar(sql).bind(store_id).bind(now).bind(filter.location);
    let query = query.bind(filter.variants.as_deref());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn count_low(ctx: &mut Ctx) -> Result<i64, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let sql = sqlx::query_scalar(COUNT_LOW).bind(store_id).bind(now);
    Ok(sql.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn list_lowest(ctx: &mut Ctx, most: u16) -> Result<Vec<Level>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<LevelRow> = sqlx::query_as(LIST_LOWEST)
        .bind(store_id)
        .bind(now)
        .bind(i64::from(most))
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().map(LevelRow::into_current).collect())
}

pub(crate) async fn insert_levels(ctx: &mut Ctx, places: &[(VariantId, LocationId)]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(INSERT_LEVELS)
        .bind(store_id)
        .bind(places.iter().map(|(variant, _)| *variant).collect::<Vec<_>>())
        .bind(places.iter().map(|(_, location)| *location).collect::<Vec<_>>())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn plan(ctx: &mut Ctx, level: &Level) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(PLAN)
        .bind(store_id)
        .bind(level.variant_id)
        .bind(level.location_id)
        .bind(level.safety_stock)
        .bind(level.reorder_point)
        .bind(level.reorder_quantity)
        .bind(level.incoming)
        .bind(level.backorder)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn expect_less(ctx: &mut Ctx, received: &[Change]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(EXPECT_LESS)
        .bind(store_id)
        .bind(received.iter().map(|change| change.variant_id).collect::<Vec<_>>())
        .bind(received.iter().map(|change| change.location_id).collect::<Vec<_>>())
        .bind(received.iter().map(|change| change.on_hand).collect::<Vec<_>>())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
