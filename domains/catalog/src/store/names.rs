//! What variants and products are called.

use database::{Ctx, Error, typed};
use kernel::{ProductId, Time, VariantId};
use sqlx::{Postgres, postgres::PgArguments, query::QueryScalar};

use super::rows::{slug, status};
use crate::{LookedUp, ProductName, VariantName};

/// The columns of `VariantName`.
macro_rules! name_columns {
    () => {
        "SELECT v.id, p.title AS product_title, CASE WHEN cardinality(p.option_names) = 0 THEN '' ELSE v.title END AS variant_title, \
           v.sku FROM catalog.variants v JOIN catalog.products p ON p.store_id = v.store_id AND p.id = v.product_id "
    };
}

database::statements! {
    BY_ID = concat!(name_columns!(), "WHERE v.store_id = $1 AND v.id = ANY($2::uuid[])");
    /// SKUs from $3 up to $4 and barcodes from $2 up to $5, byte by byte, and words of the title, which has the weight A.
    VARIANTS_BEGUN = "SELECT v.id FROM catalog.variants v WHERE v.store_id = $1 AND upper(v.sku) ~>=~ $3 AND upper(v.sku) ~<~ $4 \
        UNION SELECT v.id FROM catalog.variants v WHERE v.store_id = $1 AND v.barcode <> '' AND v.barcode ~>=~ $2 AND v.barcode ~<~ $5 \
        UNION SELECT v.id FROM catalog.products p JOIN catalog.variants v ON v.store_id = p.store_id AND v.product_id = p.id \
          WHERE p.store_id = $1 AND p.search @@ replace(platform.beginnings($2)::text, ':*', ':*A')::tsquery";
    /// The same, so many of each kind at most.
    SOME_VARIANTS_BEGUN = "(SELECT v.id FROM catalog.variants v WHERE v.store_id = $1 AND upper(v.sku) ~>=~ $3 AND upper(v.sku) ~<~ $4 \
          ORDER BY upper(v.sku) USING ~<~ LIMIT $6) \
        UNION (SELECT v.id FROM catalog.variants v WHERE v.store_id = $1 AND v.barcode <> '' AND v.barcode ~>=~ $2 AND v.barcode ~<~ $5 \
          ORDER BY v.barcode USING ~<~ LIMIT $6) \
        UNION (SELECT v.id FROM catalog.products p JOIN catalog.variants v ON v.store_id = p.store_id AND v.product_id = p.id \
          WHERE p.store_id = $1 AND p.search @@ replace(platform.beginnings($2)::text, ':*', ':*A')::tsquery LIMIT $6)";
    VARIANTS_NAMED = "SELECT v.id FROM catalog.products p JOIN catalog.variants v ON v.store_id = p.store_id AND v.product_id = p.id \
         WHERE p.store_id = $1 AND p.title ILIKE $2";
    /// SKUs from $3 up to $4, byte by byte, and words, the last of which may be the beginning of one.
    LOOK_UP = "SELECT p.id, p.title, p.status, f.sku FROM (SELECT id, min(sku) AS sku FROM ( \
          (SELECT v.product_id AS id, v.sku FROM catalog.variants v \
            WHERE v.store_id = $1 AND upper(v.sku) ~>=~ $3 AND upper(v.sku) ~<~ $4 LIMIT 100) UNION ALL \
          (SELECT w.id, NULL FROM catalog.products w WHERE w.store_id = $1 AND w.search @@ ( \
              SELECT (CASE WHEN right(q.words, 1) = chr(39) THEN q.words || ':*' ELSE q.words END)::tsquery \
              FROM (SELECT websearch_to_tsquery('simple', $2)::text AS words) q) LIMIT 500)) hits GROUP BY id) f \
        JOIN catalog.products p ON p.store_id = $1 AND p.id = f.id \
        ORDER BY f.sku IS NULL, NOT starts_with(lower(p.title), lower($2)), strpos(lower(p.title), lower($2)) = 0, p.updated_at DESC, p.id \
        LIMIT $5";
    /// Products on sale, from when on.
    OF_PRODUCTS = "SELECT id, title, slug, published_at FROM catalog.products \
         WHERE store_id = $1 AND id = ANY($2::uuid[]) AND status = 'active' AND published_at IS NOT NULL";
}

pub(crate) async fn of_products(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<(ProductName, Time)>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<(ProductId, String, String, Time)> = sqlx::query_as(OF_PRODUCTS)
        .bind(store_id)
        .bind(ids)
        .fetch_all(ctx.sql().await?)
        .await?;
    let names = rows.into_iter().map(|(id, title, text, published_at)| {
        let slug = slug(&text)?;
        Ok((ProductName { id, title, slug }, published_at))
    });
    names.collect()
}

pub(crate) async fn by_id(ctx: &mut Ctx, ids: &[VariantId]) -> Result<Vec<VariantName>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(BY_ID)
        .bind(store_id)
        .bind(ids)
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn variants_begun(ctx: &mut Ctx, text: &str) -> Result<Vec<VariantId>, Error> {
    let query = begun(VARIANTS_BEGUN, ctx, text);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// Some of them, for whoever types on until the right one is among the first.
pub(crate) async fn some_variants_begun(ctx: &mut Ctx, text: &str, most: i64) -> Result<Vec<VariantId>, Error> {
    let query = begun(SOME_VARIANTS_BEGUN, ctx, text).bind(most);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

fn begun(sql: &'static str, ctx: &Ctx, text: &str) -> QueryScalar<'static, Postgres, VariantId, PgArguments> {
    let typed = typed::literal(text);
    let sku = typed.to_uppercase();
    let (last_sku, last_barcode) = (format!("{sku}\u{10FFFF}"), format!("{typed}\u{10FFFF}"));
    let query = sqlx::query_scalar(sql).bind(ctx.store_id()).bind(typed).bind(sku);
    query.bind(last_sku).bind(last_barcode)
}

pub(crate) async fn variants_named(ctx: &mut Ctx, text: &str) -> Result<Vec<VariantId>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(VARIANTS_NAMED)
        .bind(store_id)
        .bind(typed::contains(text))
        .fetch_all(ctx.sql().await?)
        .await?)
}

#[derive(sqlx::FromRow)]
struct LookedUpRow {
    id: ProductId,
    title: String,
    status: String,
    sku: Option<String>,
}

pub(crate) async fn look_up(ctx: &mut Ctx, typed: &str, limit: u16) -> Result<Vec<LookedUp>, Error> {
    let store_id = ctx.store_id();
    let typed = typed::literal(typed);
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let sku = typed.to_uppercase();
    let rows: Vec<LookedUpRow> = sqlx::query_as(LOOK_UP)
        .bind(store_id)
        .bind(typed)
        .bind(&sku)
        .bind(format!("{sku}\u{10FFFF}"))
        .bind(i64::from(limit))
        .fetch_all(ctx.sql().await?)
        .await?;
    let found = rows.into_iter().map(|row| {
        Ok(LookedUp {
            id: row.id,
            title: row.title,
            status: status(&row.status)?,
            sku: row.sku,
        })
    });
    found.collect()
}
