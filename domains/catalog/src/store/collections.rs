//! Collections.

use database::{Ctx, Error};
use kernel::{CollectionId, ProductId, Slug};

use crate::{Collection, Preview, Previewed, Rules};

/// The columns of `CollectionRow`, of a table called `k`.
macro_rules! collection_columns {
    () => {
        "k.id, k.slug, k.title, k.description_html, k.image_url, k.image_alt, k.seo_title, k.seo_description, k.rules, k.version, \
         (SELECT count(*) FROM catalog.collection_products cp \
           WHERE cp.store_id = k.store_id AND cp.collection_id = k.id) AS product_count"
    };
}

/// Whether a product `p` fits the rules of `k`: see [`crate::Rules`].
macro_rules! fits {
    () => {
        "(SELECT CASE k.rules ->> 'match' WHEN 'any' THEN bool_or(c.holds) ELSE bool_and(c.holds) END FROM ( \
           SELECT coalesce(CASE c ->> 'field' \
             WHEN 'tag' THEN EXISTS (SELECT FROM unnest(p.tags) AS tag WHERE lower(tag) = lower(c ->> 'value')) = (c ->> 'test' = 'is') \
             WHEN 'title' THEN (strpos(lower(p.title), lower(c ->> 'value')) > 0) = (c ->> 'test' = 'contains') \
             WHEN 'brand' THEN (lower(p.brand) = lower(c ->> 'value')) = (c ->> 'test' = 'is') \
             WHEN 'vendor' THEN (lower(p.vendor) = lower(c ->> 'value')) = (c ->> 'test' = 'is') \
             WHEN 'product_type' THEN (lower(p.product_type) = lower(c ->> 'value')) = (c ->> 'test' = 'is') \
             WHEN 'price' THEN CASE c ->> 'test' WHEN 'at_least' THEN p.pay_min >= (c ->> 'minor')::bigint \
               ELSE p.pay_min <= (c ->> 'minor')::bigint END \
             WHEN 'stock' THEN p.in_stock = (c ->> 'value' = 'true') \
             WHEN 'attribute' THEN coalesce(lower(p.attributes ->> (c ->> 'name')) = lower(c ->> 'value') \
               OR p.attributes -> (c ->> 'name') ? (c ->> 'value'), false) = (c ->> 'test' = 'is') \
           END, false) AS holds FROM jsonb_array_elements(k.rules -> 'conditions') AS c) c)"
    };
}

database::statements! {
    /// Every collection.
    LIST = concat!("SELECT ", collection_columns!(), " FROM catalog.collections k WHERE k.store_id = $1 ORDER BY k.title, k.id");
    /// Those that have a product that shoppers see.
    LIST_SHOWN = concat!("SELECT ", collection_columns!(), " FROM catalog.collections k WHERE k.store_id = $1 AND EXISTS ( \
           SELECT FROM catalog.collection_products cp JOIN catalog.products p ON p.store_id = cp.store_id AND p.id = cp.product_id \
           WHERE cp.store_id = k.store_id AND cp.collection_id = k.id AND p.status = 'active' AND p.published_at <= $2 \
         ) ORDER BY k.title, k.id");
    /// One collection by slug.
    FIND = concat!("SELECT ", collection_columns!(), " FROM catalog.collections k WHERE k.store_id = $1 AND k.slug = $2");
    /// One collection by id.
    FIND_BY_ID = concat!("SELECT ", collection_columns!(), " FROM catalog.collections k WHERE k.store_id = $1 AND k.id = $2");
    /// The same, locked, so that its products are replaced by one at a time.
    LOCK = concat!("SELECT ", collection_columns!(), " FROM catalog.collections k \
         WHERE k.store_id = $1 AND k.id = $2 FOR NO KEY UPDATE OF k");
    /// A new collection.
    INSERT = "INSERT INTO catalog.collections \
           (store_id, id, slug, title, description_html, image_url, seo_title, seo_description, rules, image_alt) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    /// All that staff can change of a collection.
    UPDATE = "UPDATE catalog.collections SET slug = $3, title = $4, description_html = $5, image_url = $6, seo_title = $7, \
           seo_description = $8, rules = $9, image_alt = $10, version = version + 1 WHERE store_id = $1 AND id = $2";
    /// Its products changed, and with them what was read of it.
    RAISE_VERSION = "UPDATE catalog.collections SET version = version + 1 WHERE store_id = $1 AND id = $2";
    /// Empties a collection.
    EMPTY = "DELETE FROM catalog.collection_products WHERE store_id = $1 AND collection_id = $2";
    /// Takes a collection away that is empty.
    DELETE = "DELETE FROM catalog.collections WHERE store_id = $1 AND id = $2";
    /// A collection's products in their order.
    MEMBERS = "SELECT product_id FROM catalog.collection_products WHERE store_id = $1 AND collection_id = $2 \
         ORDER BY position, product_id DESC";
    /// Takes out the products that are not in the list.
    REMOVE = "DELETE FROM catalog.collection_products WHERE store_id = $1 AND collection_id = $2 AND product_id <> ALL($3::uuid[])";
    /// Puts products in, in the order of the list.
    ASSIGN = "INSERT INTO catalog.collection_products (store_id, collection_id, product_id, position) \
         SELECT $1, $2, p.id, min(p.position) - 1 FROM unnest($3::uuid[]) WITH ORDINALITY AS p (id, position) GROUP BY p.id \
         ON CONFLICT ON CONSTRAINT collection_products_pk DO UPDATE SET position = EXCLUDED.position";
    /// Fills a collection with exactly the products that fit its rules.
    FILL = concat!("WITH fitting AS MATERIALIZED ( \
           SELECT p.id FROM catalog.collections k JOIN catalog.products p ON p.store_id = k.store_id \
           WHERE k.store_id = $1 AND k.id = $2 AND ", fits!(), " \
         ), left_out AS ( \
           DELETE FROM catalog.collection_products cp WHERE cp.store_id = $1 AND cp.collection_id = $2 \
             AND NOT EXISTS (SELECT FROM fitting f WHERE f.id = cp.product_id) \
         ) INSERT INTO catalog.collection_products (store_id, collection_id, product_id) \
         SELECT $1, $2, f.id FROM fitting f \
         ON CONFLICT ON CONSTRAINT collection_products_pk DO UPDATE SET position = 0");
    /// Puts these products into the collections whose rules they fit, and takes them out of the others that have rules. A
    /// collection whose rules are being changed is waited for, and judged by its new ones.
    REFILL = concat!("WITH k AS MATERIALIZED ( \
           SELECT k.id, k.rules FROM catalog.collections k WHERE k.store_id = $1 AND k.rules IS NOT NULL ORDER BY k.id FOR SHARE \
         ), judged AS MATERIALIZED ( \
           SELECT k.id AS collection_id, p.id AS product_id, ", fits!(), " AS fits \
           FROM k CROSS JOIN catalog.products p WHERE p.store_id = $1 AND p.id = ANY($2::uuid[]) \
         ), left_out AS ( \
           DELETE FROM catalog.collection_products cp USING judged j \
           WHERE cp.store_id = $1 AND cp.collection_id = j.collection_id AND cp.product_id = j.product_id AND NOT j.fits \
         ) INSERT INTO catalog.collection_products (store_id, collection_id, product_id) \
         SELECT $1, j.collection_id, j.product_id FROM judged j WHERE j.fits \
         ON CONFLICT ON CONSTRAINT collection_products_pk DO NOTHING");
    /// The products that rules would choose, and how many there are.
    PREVIEW = concat!("SELECT p.id, p.title, p.image_url, count(*) OVER () AS total \
         FROM catalog.products p CROSS JOIN (SELECT $2::jsonb AS rules) k WHERE p.store_id = $1 AND ", fits!(), " \
         ORDER BY p.updated_at DESC, p.id DESC LIMIT $3");
}

#[derive(sqlx::FromRow)]
struct CollectionRow {
    id: CollectionId,
    slug: String,
    title: String,
    description_html: String,
    image_url: String,
    image_alt: String,
    seo_title: String,
    seo_description: String,
    rules: Option<serde_json::Value>,
    version: i64,
    product_count: i64,
}

impl TryFrom<CollectionRow> for Collection {
    type Error = Error;

    fn try_from(row: CollectionRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            slug: super::rows::slug(&row.slug)?,
            title: row.title,
            description_html: row.description_html,
            image_url: row.image_url,
            image_alt: row.image_alt,
            seo_title: row.seo_title,
            seo_description: row.seo_description,
            rules: row.rules.as_ref().map(rules).transpose()?,
            version: row.version,
            product_count: row.product_count,
        })
    }
}

fn rules(value: &serde_json::Value) -> Result<Rules, Error> {
    Rules::from_json(value).ok_or_else(|| Error::corrupt("collections.rules", value.to_string()))
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<Collection>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<CollectionRow> = sqlx::query_as(LIST).bind(store_id).fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Collection::try_from).collect()
}

pub(crate) async fn list_shown(ctx: &mut Ctx) -> Result<Vec<Collection>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<CollectionRow> = sqlx::query_as(LIST_SHOWN)
        .bind(store_id)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Collection::try_from).collect()
}

pub(crate) async fn find(ctx: &mut Ctx, slug: &Slug) -> Result<Option<Collection>, Error> {
    let store_id = ctx.store_id();
    let row: Option<CollectionRow> = sqlx::query_as(FIND)
        .bind(store_id)
        .bind(slug.as_str())
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Collection::try_from).transpose()
}

pub(crate) async fn find_by_id(ctx: &mut Ctx, id: CollectionId) -> Result<Option<Collection>, Error> {
    one(ctx, FIND_BY_ID, id).await
}

pub(crate) async fn lock(ctx: &mut Ctx, id: CollectionId) -> Result<Option<Collection>, Error> {
    one(ctx, LOCK, id).await
}

async fn one(ctx: &mut Ctx, sql: &'static str, id: CollectionId) -> Result<Option<Collection>, Error> {
    let store_id = ctx.store_id();
    let row: Option<CollectionRow> = sqlx::query_as(sql)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Collection::try_from).transpose()
}

pub(crate) async fn insert(ctx: &mut Ctx, collection: &Collection) -> Result<(), Error> {
    write(ctx, INSERT, collection).await
}

pub(crate) async fn update(ctx: &mut Ctx, collection: &Collection) -> Result<(), Error> {
    write(ctx, UPDATE, collection).await
}

async fn write(ctx: &mut Ctx, sql: &'static str, collection: &Collection) -> Result<(), Error> {
    let (store_id, currency) = (ctx.store_id(), ctx.currency());
    sqlx::query(sql)
        .bind(store_id)
        .bind(collection.id)
        .bind(collection.slug.as_str())
        .bind(&collection.title)
        .bind(&collection.description_html)
        .bind(&collection.image_url)
        .bind(&collection.seo_title)
        .bind(&collection.seo_description)
        .bind(collection.rules.as_ref().map(|rules| rules.to_json(currency)))
        .bind(&collection.image_alt)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn delete(ctx: &mut Ctx, id: CollectionId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    for sql in [EMPTY, DELETE] {
        sqlx::query(sql)
            .bind(store_id)
            .bind(id)
            .execute(ctx.sql().await?)
            .await?;
    }
    Ok(())
}

pub(crate) async fn members(ctx: &mut Ctx, id: CollectionId) -> Result<Vec<ProductId>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(MEMBERS)
        .bind(store_id)
        .bind(id)
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn replace_products(ctx: &mut Ctx, id: CollectionId, products: &[ProductId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(RAISE_VERSION)
        .bind(store_id)
        .bind(id)
        .execute(ctx.sql().await?)
        .await?;
    sqlx::query(REMOVE)
        .bind(store_id)
        .bind(id)
        .bind(products)
        .execute(ctx.sql().await?)
        .await?;
    sqlx::query(ASSIGN)
        .bind(store_id)
        .bind(id)
        .bind(products)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn fill(ctx: &mut Ctx, id: CollectionId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(FILL)
        .bind(store_id)
        .bind(id)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Sorts products that changed into the collections with rules, in one statement.
pub(crate) async fn refill(ctx: &mut Ctx, products: &[ProductId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(REFILL)
        .bind(store_id)
        .bind(products)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct PreviewRow {
    id: ProductId,
    title: String,
    image_url: String,
    total: i64,
}

pub(crate) async fn preview(ctx: &mut Ctx, rules: &Rules, limit: i64) -> Result<Preview, Error> {
    let (store_id, currency) = (ctx.store_id(), ctx.currency());
    let rows: Vec<PreviewRow> = sqlx::query_as(PREVIEW)
        .bind(store_id)
        .bind(rules.to_json(currency))
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(Preview {
        total: rows.first().map_or(0, |row| row.total),
        first: rows
            .into_iter()
            .map(|row| Previewed {
                id: row.id,
                title: row.title,
                image_url: row.image_url,
            })
            .collect(),
    })
}
