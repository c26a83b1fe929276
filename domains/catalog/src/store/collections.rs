//! Collections.

use database::{Ctx, Error};
use kernel::{CollectionId, ProductId, Slug};

use super::rows::CollectionRow;
use crate::Collection;

/// The columns of `CollectionRow`, of a table called `k`.
macro_rules! collection_columns {
    () => {
        "k.id, k.slug, k.title, k.description_html, (SELECT count(*) FROM catalog.collection_products cp \
           WHERE cp.store_id = k.store_id AND cp.collection_id = k.id) AS product_count"
    };
}

database::statements! {
    /// Every collection.
    LIST = concat!("SELECT ", collection_columns!(), " FROM catalog.collections k WHERE k.store_id = $1 ORDER BY k.title, k.id");
    /// One collection by slug.
    FIND = concat!("SELECT ", collection_columns!(), " FROM catalog.collections k WHERE k.store_id = $1 AND k.slug = $2");
    /// A new collection.
    INSERT = "INSERT INTO catalog.collections (store_id, id, slug, title, description_html) VALUES ($1, $2, $3, $4, $5)";
    /// Locks a collection, so that its products are replaced by one at a time.
    LOCK = "SELECT id FROM catalog.collections WHERE store_id = $1 AND id = $2 FOR NO KEY UPDATE";
    /// Takes out the products that are not in the list.
    REMOVE = "DELETE FROM catalog.collection_products WHERE store_id = $1 AND collection_id = $2 AND product_id <> ALL($3::uuid[])";
    /// Puts products in, in the order of the list.
    ASSIGN = "INSERT INTO catalog.collection_products (store_id, collection_id, product_id, position) \
         SELECT $1, $2, p.id, min(p.position) - 1 FROM unnest($3::uuid[]) WITH ORDINALITY AS p (id, position) GROUP BY p.id \
         ON CONFLICT ON CONSTRAINT collection_products_pk DO UPDATE SET position = EXCLUDED.position";
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<Collection>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<CollectionRow> = sqlx::query_as(LIST).bind(store_id).fetch_all(ctx.sql().await?).await?;
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

pub(crate) async fn insert(ctx: &mut Ctx, collection: &Collection) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(INSERT)
        .bind(store_id)
        .bind(collection.id)
        .bind(collection.slug.as_str())
        .bind(&collection.title)
        .bind(&collection.description_html)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Whether there is such a collection; it is locked then.
pub(crate) async fn lock(ctx: &mut Ctx, id: CollectionId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let found: Option<CollectionId> = sqlx::query_scalar(LOCK)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    Ok(found.is_some())
}

pub(crate) async fn replace_products(ctx: &mut Ctx, id: CollectionId, products: &[ProductId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
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
