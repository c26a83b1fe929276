//! What price lists ask, and every change of it.

use database::{Ctx, Error};
use kernel::{Money, PriceListId, ProductId, Time, VariantId};
use sqlx::types::Json;

use super::rows::currency;
use crate::{ListPriceChange, ListedVariant, MOST_BREAKS, PriceBreak};

/// The columns of [`ListedRow`], of a list `$2`.
macro_rules! columns {
    () => {
        "SELECT v.id AS variant_id, p.id AS product_id, p.title AS product_title, \
           CASE WHEN cardinality(p.option_names) = 0 THEN '' ELSE v.title END AS variant_title, v.sku, v.currency, v.price, \
           (SELECT coalesce(jsonb_agg(jsonb_build_array(lp.min_quantity, lp.price) ORDER BY lp.min_quantity), '[]') \
            FROM catalog.list_prices lp WHERE lp.store_id = $1 AND lp.list_id = $2 AND lp.variant_id = v.id) AS breaks \
         FROM catalog.variants v JOIN catalog.products p ON p.store_id = v.store_id AND p.id = v.product_id "
    };
}

database::statements! {
    /// What is new, is another or is gone, by variant and quantity; the list is locked, so it counts right.
    CHANGE = "WITH gone AS ( \
            DELETE FROM catalog.list_prices d USING unnest($6::uuid[], $7::bigint[]) AS g (variant_id, min_quantity) \
            WHERE d.store_id = $1 AND d.list_id = $2 AND d.variant_id = g.variant_id AND d.min_quantity = g.min_quantity \
            RETURNING d.variant_id, d.min_quantity, d.currency \
        ), put AS ( \
            INSERT INTO catalog.list_prices AS there (store_id, list_id, variant_id, min_quantity, currency, price) \
            SELECT $1, $2, n.variant_id, n.min_quantity, $10, n.price \
            FROM unnest($3::uuid[], $4::bigint[], $5::bigint[]) AS n (variant_id, min_quantity, price) \
            ON CONFLICT ON CONSTRAINT list_prices_pk DO UPDATE SET price = EXCLUDED.price, currency = EXCLUDED.currency \
                WHERE (there.price, there.currency) IS DISTINCT FROM (EXCLUDED.price, EXCLUDED.currency) \
            RETURNING there.variant_id, there.min_quantity, there.currency, there.price, there.xmax = 0 AS is_new \
        ), counted AS ( \
            UPDATE catalog.list_price_counts c SET price_count = c.price_count \
                + (SELECT count(*) FROM put WHERE is_new) - (SELECT count(*) FROM gone) WHERE c.store_id = $1 AND c.list_id = $2 \
        ) INSERT INTO catalog.list_price_changes (store_id, variant_id, list_id, list_name, min_quantity, changed_at, actor, currency, price) \
        SELECT $1, c.variant_id, l.id, l.name, c.min_quantity, $9, $8, c.currency, c.price \
        FROM (SELECT variant_id, min_quantity, currency, price FROM put \
            UNION ALL SELECT variant_id, min_quantity, currency, NULL FROM gone) c \
        JOIN catalog.price_lists l ON l.store_id = $1 AND l.id = $2 ORDER BY c.variant_id, c.min_quantity";
    /// One row says of all prices that they are gone.
    DELETE_ALL = "WITH gone AS (DELETE FROM catalog.list_prices WHERE store_id = $1 AND list_id = $2) \
        INSERT INTO catalog.deleted_price_lists (store_id, list_id, list_name, deleted_at, actor) \
        SELECT l.store_id, l.id, l.name, $4, $3 FROM catalog.price_lists l WHERE l.store_id = $1 AND l.id = $2";
    FIND_CROWDED = "SELECT variant_id FROM catalog.list_prices WHERE store_id = $1 AND list_id = $2 AND variant_id = ANY($3::uuid[]) \
        GROUP BY variant_id HAVING count(*) > $4 ORDER BY variant_id LIMIT 1";
    IDENTIFY = "SELECT id, sku FROM catalog.variants WHERE store_id = $1 AND (id = ANY($2::uuid[]) OR sku = ANY($3::text[]))";
    DESCRIBE = concat!(columns!(), "WHERE v.store_id = $1 AND v.id = ANY($3::uuid[]) ORDER BY lower(p.title), p.id, v.position");
    LIST = concat!(columns!(), "WHERE v.store_id = $1 AND v.id IN (SELECT DISTINCT listed.variant_id FROM catalog.list_prices listed \
            WHERE listed.store_id = $1 AND listed.list_id = $2 AND ($4::uuid IS NULL OR listed.variant_id > $4) \
            AND ($3::uuid[] IS NULL OR listed.variant_id = ANY($3)) ORDER BY listed.variant_id LIMIT $5) ORDER BY v.id");
    COUNT = "SELECT count(DISTINCT variant_id) FROM catalog.list_prices WHERE store_id = $1 AND list_id = $2 \
        AND ($3::uuid[] IS NULL OR variant_id = ANY($3))";
    /// Newest first; the newest thousand of them. Of a list that is gone everything that it asked last is gone.
    LIST_CHANGES = "WITH own AS MATERIALIZED (SELECT * FROM catalog.list_price_changes WHERE store_id = $1 AND variant_id = $2) \
        SELECT told.changed_at, told.actor, told.list_id, told.list_name, told.min_quantity, told.currency, told.price FROM ( \
            SELECT number, changed_at, actor, list_id, list_name, min_quantity, currency, price FROM own \
            UNION ALL SELECT NULL, d.deleted_at, d.actor, d.list_id, d.list_name, last.min_quantity, last.currency, NULL \
            FROM (SELECT DISTINCT ON (list_id, min_quantity) * FROM own ORDER BY list_id, min_quantity, number DESC) last \
            JOIN catalog.deleted_price_lists d ON d.store_id = $1 AND d.list_id = last.list_id WHERE last.price IS NOT NULL \
        ) told ORDER BY told.changed_at DESC, told.number DESC NULLS FIRST, told.list_name, told.min_quantity LIMIT 1000";
}

/// What becomes of the prices of a list.
pub(crate) struct Changed {
    pub(crate) put: Vec<(VariantId, PriceBreak)>,
    /// Variants and quantities that have no price any more.
    pub(crate) gone: Vec<(VariantId, i64)>,
}

/// How many prices are others, more or gone now.
pub(crate) async fn change(ctx: &mut Ctx, list: PriceListId, changed: &Changed) -> Result<u64, Error> {
    let (store_id, now, actor, currency) = (ctx.store_id(), ctx.now(), ctx.actor().label(), ctx.currency());
    let put = &changed.put;
    let query = sqlx::query(CHANGE)
        .bind(store_id)
        .bind(list)
        .bind(put.iter().map(|(variant, _)| *variant).collect::<Vec<_>>())
        .bind(put.iter().map(|(_, step)| step.min_quantity).collect::<Vec<_>>())
        .bind(put.iter().map(|(_, step)| step.price.minor()).collect::<Vec<_>>())
        .bind(changed.gone.iter().map(|(variant, _)| *variant).collect::<Vec<_>>())
        .bind(changed.gone.iter().map(|(_, quantity)| *quantity).collect::<Vec<_>>())
        .bind(actor)
        .bind(now)
        .bind(currency.code());
    Ok(query.execute(ctx.sql().await?).await?.rows_affected())
}

pub(crate) async fn delete_all(ctx: &mut Ctx, list: PriceListId) -> Result<(), Error> {
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    let query = sqlx::query(DELETE_ALL).bind(store_id).bind(list).bind(actor).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// A variant for which the list asks more prices than it may.
pub(crate) async fn find_crowded(
    ctx: &mut Ctx,
    list: PriceListId,
    variants: &[VariantId],
) -> Result<Option<VariantId>, Error> {
    let most = i64::try_from(MOST_BREAKS).unwrap_or(i64::MAX);
    let query = sqlx::query_scalar(FIND_CROWDED).bind(ctx.store_id()).bind(list);
    let query = query.bind(variants).bind(most);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

/// The variants of these ids and of these SKUs.
pub(crate) async fn identify(
    ctx: &mut Ctx,
    ids: &[VariantId],
    skus: &[String],
) -> Result<Vec<(VariantId, Option<String>)>, Error> {
    let query = sqlx::query_as(IDENTIFY).bind(ctx.store_id()).bind(ids).bind(skus);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    variant_id: VariantId,
    product_id: ProductId,
    product_title: String,
    variant_title: String,
    sku: Option<String>,
    currency: String,
    price: Option<i64>,
    breaks: Json<Vec<(i64, i64)>>,
}

impl TryFrom<ListedRow> for ListedVariant {
    type Error = Error;

    fn try_from(row: ListedRow) -> Result<Self, Error> {
        let currency = currency(&row.currency)?;
        let step = |(min_quantity, price)| PriceBreak {
            min_quantity,
            price: Money::new(price, currency),
        };
        Ok(Self {
            variant_id: row.variant_id,
            product_id: row.product_id,
            product_title: row.product_title,
            variant_title: row.variant_title,
            sku: row.sku,
            regular: row.price.map(|minor| Money::new(minor, currency)),
            breaks: row.breaks.0.into_iter().map(step).collect(),
        })
    }
}

/// Variants with what the list asks for them, by the names of their products.
pub(crate) async fn describe(
    ctx: &mut Ctx,
    list: PriceListId,
    variants: &[VariantId],
) -> Result<Vec<ListedVariant>, Error> {
    let query = sqlx::query_as(DESCRIBE).bind(ctx.store_id()).bind(list).bind(variants);
    let rows: Vec<ListedRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(ListedVariant::try_from).collect()
}

/// Those that the list asks a price for, by their ids; all of them or some.
pub(crate) async fn list(
    ctx: &mut Ctx,
    list: PriceListId,
    among: Option<&[VariantId]>,
    after: Option<VariantId>,
    most: i64,
) -> Result<Vec<ListedVariant>, Error> {
    let query = sqlx::query_as(LIST).bind(ctx.store_id()).bind(list);
    let query = query.bind(among).bind(after).bind(most);
    let rows: Vec<ListedRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(ListedVariant::try_from).collect()
}

pub(crate) async fn count_variants(
    ctx: &mut Ctx,
    list: PriceListId,
    among: Option<&[VariantId]>,
) -> Result<i64, Error> {
    let query = sqlx::query_scalar(COUNT).bind(ctx.store_id()).bind(list).bind(among);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    changed_at: Time,
    actor: String,
    list_id: PriceListId,
    list_name: String,
    min_quantity: i64,
    currency: String,
    price: Option<i64>,
}

pub(crate) async fn list_changes(ctx: &mut Ctx, variant: VariantId) -> Result<Vec<ListPriceChange>, Error> {
    let query = sqlx::query_as(LIST_CHANGES).bind(ctx.store_id()).bind(variant);
    let rows: Vec<ChangeRow> = query.fetch_all(ctx.sql().await?).await?;
    let change = |row: ChangeRow| {
        let currency = currency(&row.currency)?;
        Ok(ListPriceChange {
            changed_at: row.changed_at,
            actor: row.actor,
            list_id: row.list_id,
            list_name: row.list_name,
            min_quantity: row.min_quantity,
            price: row.price.map(|minor| Money::new(minor, currency)),
        })
    };
    rows.into_iter().map(change).collect()
}
