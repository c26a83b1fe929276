//! Products, their pictures and the slugs they had.

use database::{Ctx, Error};
use kernel::{CategoryId, ImageId, Money, ProductId, Slug};
use sqlx::{Postgres, postgres::PgArguments, query::Query};

use super::rows::{CategoryRow, ImageRow, ProductRow, category_columns, product_columns};
use crate::{Category, Image, Product};

database::statements! {
    /// A product that shoppers see, by slug.
    FIND_PUBLISHED = concat!("SELECT ", product_columns!(), " FROM catalog.products p \
         WHERE p.store_id = $1 AND p.slug = $2 AND p.status = 'active' AND p.published_at <= $3");
    /// Any product, by id.
    FIND = concat!("SELECT ", product_columns!(), " FROM catalog.products p WHERE p.store_id = $1 AND p.id = $2");
    /// The same, locked until its change is committed.
    LOCK = concat!("SELECT ", product_columns!(), " FROM catalog.products p \
         WHERE p.store_id = $1 AND p.id = $2 FOR NO KEY UPDATE");
    /// The present slug of a published product that had another.
    FIND_REDIRECT = "SELECT p.slug FROM catalog.old_slugs o \
         JOIN catalog.products p ON p.store_id = o.store_id AND p.id = o.product_id \
         WHERE o.store_id = $1 AND o.slug = $2 AND p.status = 'active' AND p.published_at <= $3";
    /// A new product; nothing when its slug is taken.
    INSERT = "INSERT INTO catalog.products (store_id, id, slug, title, description_html, short_description, brand, vendor, \
           kind, product_type, status, published_at, featured, tags, option_names, seo_title, seo_description, attributes, \
           currency, version, created_at, updated_at, canonical_url, size_guide_html) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1, $20, $20, $21, $22) \
         ON CONFLICT ON CONSTRAINT products_slug_key DO NOTHING";
    /// All that staff can change of a product.
    UPDATE = "UPDATE catalog.products SET slug = $3, title = $4, description_html = $5, short_description = $6, brand = $7, \
           vendor = $8, kind = $9, product_type = $10, status = $11, published_at = $12, featured = $13, tags = $14, \
           option_names = $15, seo_title = $16, seo_description = $17, attributes = $18, currency = $19, updated_at = $20, \
           canonical_url = $21, size_guide_html = $22, version = version + 1 \
         WHERE store_id = $1 AND id = $2";
    /// What belongs to a product changed, and with it what was read of the product. What it keeps is worked out next, which says
    /// when it was changed: that is part of indexes, and they are written once.
    RAISE_VERSION = "UPDATE catalog.products SET version = version + 1 WHERE store_id = $1 AND id = $2";
    /// The same where it keeps what it kept.
    TOUCH = "UPDATE catalog.products SET version = version + 1, updated_at = $3 WHERE store_id = $1 AND id = $2";
    /// Remembers a slug the product had, and forgets that it had the one it has now.
    KEEP_SLUG = "WITH forgotten AS ( \
           DELETE FROM catalog.old_slugs WHERE store_id = $1 AND slug = $4 RETURNING 1 \
         ) INSERT INTO catalog.old_slugs (store_id, slug, product_id) VALUES ($1, $3, $2) \
         ON CONFLICT ON CONSTRAINT old_slugs_pk DO UPDATE SET product_id = EXCLUDED.product_id";
    /// Drops what no longer goes with a product.
    LEAVE_RELATED = "WITH given_up AS (DELETE FROM catalog.awaited_products WHERE store_id = $1 AND product_id = $2) \
         DELETE FROM catalog.related_products WHERE store_id = $1 AND product_id = $2 AND related_id <> ALL($3::uuid[])";
    /// What goes with a product, in the order of the list.
    RELATE = "INSERT INTO catalog.related_products (store_id, product_id, related_id, position) \
         SELECT $1, $2, r.id, r.position - 1 FROM unnest($3::uuid[]) WITH ORDINALITY AS r (id, position) \
         ON CONFLICT ON CONSTRAINT related_products_pk DO UPDATE SET position = EXCLUDED.position";
    /// The slugs of products.
    SLUGS = "SELECT id, slug FROM catalog.products WHERE store_id = $1 AND (id = ANY($2::uuid[]) OR slug = ANY($3::text[]))";
    /// A product's pictures in order.
    IMAGES = "SELECT id, position, url, alt FROM catalog.images WHERE store_id = $1 AND product_id = $2 ORDER BY position, id";
    /// Drops the pictures that are not in the list.
    DELETE_IMAGES = "DELETE FROM catalog.images WHERE store_id = $1 AND product_id = $2 AND url <> ALL($3::text[])";
    /// Writes pictures in the order of the list.
    UPSERT_IMAGES = "INSERT INTO catalog.images (store_id, id, product_id, position, url, alt) \
         SELECT $1, i.id, $2, i.position - 1, i.url, i.alt \
         FROM unnest($3::uuid[], $4::text[], $5::text[]) WITH ORDINALITY AS i (id, url, alt, position) \
         ON CONFLICT ON CONSTRAINT images_url_key DO UPDATE SET position = EXCLUDED.position, alt = EXCLUDED.alt";
    /// The categories a product is in.
    CATEGORIES = concat!("SELECT ", category_columns!(), " FROM catalog.product_categories pc \
         JOIN catalog.categories c ON c.store_id = pc.store_id AND c.id = pc.category_id \
         WHERE pc.store_id = $1 AND pc.product_id = $2 ORDER BY c.name, c.id");
    /// Takes a product out of the categories that are not in the list.
    LEAVE_CATEGORIES = "DELETE FROM catalog.product_categories \
         WHERE store_id = $1 AND product_id = $2 AND category_id <> ALL($3::uuid[])";
    /// Puts a product into categories.
    ENTER_CATEGORIES = "INSERT INTO catalog.product_categories (store_id, category_id, product_id) \
         SELECT $1, c, $2 FROM unnest($3::uuid[]) AS c ON CONFLICT ON CONSTRAINT product_categories_pk DO NOTHING";
}

pub(crate) async fn find_published(ctx: &mut Ctx, slug: &Slug) -> Result<Option<Product>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let sql = sqlx::query_as(FIND_PUBLISHED)
        .bind(store_id)
        .bind(slug.as_str())
        .bind(now);
    let row: Option<ProductRow> = sql.fetch_optional(ctx.sql().await?).await?;
    row.map(Product::try_from).transpose()
}

pub(crate) async fn find(ctx: &mut Ctx, id: ProductId) -> Result<Option<Product>, Error> {
    let store_id = ctx.store_id();
    let row: Option<ProductRow> = sqlx::query_as(FIND)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Product::try_from).transpose()
}

pub(crate) async fn lock(ctx: &mut Ctx, id: ProductId) -> Result<Option<Product>, Error> {
    let store_id = ctx.store_id();
    let row: Option<ProductRow> = sqlx::query_as(LOCK)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Product::try_from).transpose()
}

pub(crate) async fn find_redirect(ctx: &mut Ctx, slug: &Slug) -> Result<Option<Slug>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let sql = sqlx::query_scalar(FIND_REDIRECT)
        .bind(store_id)
        .bind(slug.as_str())
        .bind(now);
    let found: Option<String> = sql.fetch_optional(ctx.sql().await?).await?;
    found.map(|slug| super::rows::slug(&slug)).transpose()
}

/// Answers whether the slug was free.
pub(crate) async fn insert(ctx: &mut Ctx, product: &Product) -> Result<bool, Error> {
    let query = bind(INSERT, ctx, product);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

pub(crate) async fn update(ctx: &mut Ctx, product: &Product) -> Result<(), Error> {
    let query = bind(UPDATE, ctx, product);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

fn bind<'q>(sql: &'static str, ctx: &Ctx, product: &'q Product) -> Query<'q, Postgres, PgArguments> {
    let currency = product.price_min.map_or(ctx.currency(), Money::currency);
    sqlx::query(sql)
        .bind(ctx.store_id())
        .bind(product.id)
        .bind(product.slug.as_str())
        .bind(&product.title)
        .bind(&product.description_html)
        .bind(&product.short_description)
        .bind(&product.brand)
        .bind(&product.vendor)
        .bind(product.kind.as_str())
        .bind(&product.product_type)
        .bind(product.status.as_str())
        .bind(product.published_at)
        .bind(product.featured)
        .bind(&product.tags)
        .bind(&product.option_names)
        .bind(&product.seo_title)
        .bind(&product.seo_description)
        .bind(sqlx::types::Json(&product.attributes))
        .bind(currency.code())
        .bind(ctx.now())
        .bind(&product.canonical_url)
        .bind(&product.size_guide_html)
}

pub(crate) async fn keep_slug(ctx: &mut Ctx, id: ProductId, old: &Slug, new: &Slug) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query(KEEP_SLUG)
        .bind(store_id)
        .bind(id)
        .bind(old.as_str())
        .bind(new.as_str());
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn replace_related(ctx: &mut Ctx, id: ProductId, related: &[ProductId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    for sql in [LEAVE_RELATED, RELATE] {
        sqlx::query(sql)
            .bind(store_id)
            .bind(id)
            .bind(related)
            .execute(ctx.sql().await?)
            .await?;
    }
    Ok(())
}

/// The products of these ids or slugs, each with its id and slug.
pub(crate) async fn slugs(
    ctx: &mut Ctx,
    ids: &[ProductId],
    slugs: &[String],
) -> Result<Vec<(ProductId, String)>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(SLUGS)
        .bind(store_id)
        .bind(ids)
        .bind(slugs)
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn images(ctx: &mut Ctx, id: ProductId) -> Result<Vec<Image>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<ImageRow> = sqlx::query_as(IMAGES)
        .bind(store_id)
        .bind(id)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().map(Image::from).collect())
}

/// Whoever read the product before has an older version of it from now on. It is locked, and is worked out anew afterwards.
pub(crate) async fn raise_version(ctx: &mut Ctx, id: ProductId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(RAISE_VERSION)
        .bind(store_id)
        .bind(id)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// The same for a product that is not worked out anew.
pub(crate) async fn touch(ctx: &mut Ctx, id: ProductId) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(TOUCH)
        .bind(store_id)
        .bind(id)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Makes the list of (address, alternative text) the product's pictures.
pub(crate) async fn replace_images(ctx: &mut Ctx, id: ProductId, images: &[(String, String)]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let urls: Vec<&str> = images.iter().map(|(url, _)| url.as_str()).collect();
    let alts: Vec<&str> = images.iter().map(|(_, alt)| alt.as_str()).collect();
    let ids: Vec<ImageId> = images.iter().map(|_| ctx.new_id()).collect();
    sqlx::query(DELETE_IMAGES)
        .bind(store_id)
        .bind(id)
        .bind(&urls)
        .execute(ctx.sql().await?)
        .await?;
    let sql = sqlx::query(UPSERT_IMAGES)
        .bind(store_id)
        .bind(id)
        .bind(ids)
        .bind(urls)
        .bind(alts);
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn categories(ctx: &mut Ctx, id: ProductId) -> Result<Vec<Category>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<CategoryRow> = sqlx::query_as(CATEGORIES)
        .bind(store_id)
        .bind(id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Category::try_from).collect()
}

pub(crate) async fn replace_categories(ctx: &mut Ctx, id: ProductId, categories: &[CategoryId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(LEAVE_CATEGORIES)
        .bind(store_id)
        .bind(id)
        .bind(categories)
        .execute(ctx.sql().await?)
        .await?;
    sqlx::query(ENTER_CATEGORIES)
        .bind(store_id)
        .bind(id)
        .bind(categories)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
