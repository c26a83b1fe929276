//! Products with all that belongs to them, many at a time.

use database::{Ctx, Error};
use kernel::ProductId;

use super::rows::{CategoryRow, ImageRow, ProductRow, VariantRow, category_columns, product_columns, variant_columns};
use crate::{Category, Image, Product, Variant, VariantKey};

database::statements! {
    /// The next products by slug.
    LIST = concat!("SELECT ", product_columns!(), " FROM catalog.products p \
         WHERE p.store_id = $1 AND p.slug > $2 ORDER BY p.slug LIMIT $3");
    /// The same of what every shopper sees.
    LIST_PUBLISHED = concat!("SELECT ", product_columns!(), " FROM catalog.products p \
         WHERE p.store_id = $1 AND p.slug > $2 AND p.status = 'active' AND p.published_at <= $4 ORDER BY p.slug LIMIT $3");
    LIST_BY_IDS = concat!("SELECT ", product_columns!(), " FROM catalog.products p WHERE p.store_id = $1 AND p.id = ANY($2::uuid[])");
    /// Their variants, each product's in order.
    VARIANTS = concat!("SELECT ", variant_columns!(), " FROM catalog.variants v \
         WHERE v.store_id = $1 AND v.product_id = ANY($2::uuid[]) ORDER BY v.product_id, v.position, v.id");
    /// Their pictures, each product's in order.
    IMAGES = "SELECT i.product_id AS owner, i.id, i.position, i.url, i.alt FROM catalog.images i \
         WHERE i.store_id = $1 AND i.product_id = ANY($2::uuid[]) ORDER BY i.product_id, i.position, i.id";
    /// What variants are known by, of those with a SKU and those of products with a slug.
    IDENTIFY = "SELECT v.id, v.product_id, v.sku, p.slug, v.title FROM catalog.variants v \
         JOIN catalog.products p ON p.store_id = v.store_id AND p.id = v.product_id \
         WHERE v.store_id = $1 AND v.sku = ANY($2::text[]) \
         UNION SELECT v.id, v.product_id, v.sku, p.slug, v.title FROM catalog.products p \
         JOIN catalog.variants v ON v.store_id = p.store_id AND v.product_id = p.id \
         WHERE p.store_id = $1 AND p.slug = ANY($3::text[])";
    /// The categories they are in, each product's by name.
    CATEGORIES = concat!("SELECT pc.product_id AS owner, ", category_columns!(), " FROM catalog.product_categories pc \
         JOIN catalog.categories c ON c.store_id = pc.store_id AND c.id = pc.category_id \
         WHERE pc.store_id = $1 AND pc.product_id = ANY($2::uuid[]) ORDER BY pc.product_id, c.name, c.id");
}

#[derive(sqlx::FromRow)]
struct Owned<T> {
    owner: ProductId,
    #[sqlx(flatten)]
    thing: T,
}

pub(crate) async fn list(ctx: &mut Ctx, after: &str, limit: i64) -> Result<Vec<Product>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(LIST).bind(store_id).bind(after).bind(limit);
    let rows: Vec<ProductRow> = sql.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Product::try_from).collect()
}

pub(crate) async fn list_published(ctx: &mut Ctx, after: &str, limit: i64) -> Result<Vec<Product>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let sql = sqlx::query_as(LIST_PUBLISHED).bind(store_id).bind(after).bind(limit);
    let rows: Vec<ProductRow> = sql.bind(now).fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Product::try_from).collect()
}

pub(crate) async fn list_by_ids(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<Product>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(LIST_BY_IDS).bind(store_id).bind(ids);
    let rows: Vec<ProductRow> = sql.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Product::try_from).collect()
}

pub(crate) async fn variants(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<Variant>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(VARIANTS).bind(store_id).bind(ids);
    let rows: Vec<VariantRow> = sql.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Variant::try_from).collect()
}

pub(crate) async fn identify(ctx: &mut Ctx, skus: &[String], slugs: &[String]) -> Result<Vec<VariantKey>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(IDENTIFY).bind(store_id).bind(skus).bind(slugs);
    Ok(sql.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn images(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<(ProductId, Image)>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(IMAGES).bind(store_id).bind(ids);
    let rows: Vec<Owned<ImageRow>> = sql.fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(|row| (row.owner, row.thing.into())).collect())
}

pub(crate) async fn categories(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<(ProductId, Category)>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(CATEGORIES).bind(store_id).bind(ids);
    let rows: Vec<Owned<CategoryRow>> = sql.fetch_all(ctx.sql().await?).await?;
    let owned = rows
        .into_iter()
        .map(|row| Ok((row.owner, Category::try_from(row.thing)?)));
    owned.collect()
}
