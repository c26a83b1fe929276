//! What variants and products are called.

use database::{Ctx, Error};
use kernel::{ProductId, Time, VariantId};

use super::rows::slug;
use crate::{ProductName, VariantName};

/// The columns of `VariantName`.
macro_rules! name_columns {
    () => {
        "SELECT v.id, p.title AS product_title, CASE WHEN cardinality(p.option_names) = 0 THEN '' ELSE v.title END AS variant_title, \
           v.sku FROM catalog.variants v JOIN catalog.products p ON p.store_id = v.store_id AND p.id = v.product_id "
    };
}

database::statements! {
    BY_ID = concat!(name_columns!(), "WHERE v.store_id = $1 AND v.id = ANY($2::uuid[])");
    /// A backslash, per cent sign or underscore in the text stands for itself.
    SEARCH = concat!(name_columns!(), "WHERE v.store_id = $1 AND (v.sku ILIKE $2 || '%' OR v.barcode LIKE $2 || '%' \
         OR p.title ILIKE '%' || $2 || '%') ORDER BY v.sku NULLS LAST, v.id LIMIT $3");
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

pub(crate) async fn search(ctx: &mut Ctx, text: &str, limit: u16) -> Result<Vec<VariantName>, Error> {
    let store_id = ctx.store_id();
    let literal = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    Ok(sqlx::query_as(SEARCH)
        .bind(store_id)
        .bind(literal)
        .bind(i64::from(limit))
        .fetch_all(ctx.sql().await?)
        .await?)
}
