//! Slugs that categories and collections had before.

use database::{Ctx, Error};
use kernel::{CategoryId, CollectionId, Slug};
use uuid::Uuid;

database::statements! {
    /// Where a category went.
    FIND_CATEGORY = "SELECT c.slug FROM catalog.old_category_slugs o \
         JOIN catalog.categories c ON c.store_id = o.store_id AND c.id = o.category_id WHERE o.store_id = $1 AND o.slug = $2";
    /// Where a collection went.
    FIND_COLLECTION = "SELECT k.slug FROM catalog.old_collection_slugs o \
         JOIN catalog.collections k ON k.store_id = o.store_id AND k.id = o.collection_id WHERE o.store_id = $1 AND o.slug = $2";
    /// Lets a category's old slug redirect; its new one is an address again and redirects no more.
    KEEP_CATEGORY = "WITH forgotten AS ( \
           DELETE FROM catalog.old_category_slugs WHERE store_id = $1 AND slug = $4 RETURNING 1 \
         ) INSERT INTO catalog.old_category_slugs (store_id, slug, category_id) VALUES ($1, $3, $2) \
         ON CONFLICT ON CONSTRAINT old_category_slugs_pk DO UPDATE SET category_id = EXCLUDED.category_id";
    /// The same of a collection.
    KEEP_COLLECTION = "WITH forgotten AS ( \
           DELETE FROM catalog.old_collection_slugs WHERE store_id = $1 AND slug = $4 RETURNING 1 \
         ) INSERT INTO catalog.old_collection_slugs (store_id, slug, collection_id) VALUES ($1, $3, $2) \
         ON CONFLICT ON CONSTRAINT old_collection_slugs_pk DO UPDATE SET collection_id = EXCLUDED.collection_id";
}

pub(crate) async fn find_category(ctx: &mut Ctx, old: &Slug) -> Result<Option<Slug>, Error> {
    find(ctx, FIND_CATEGORY, old).await
}

pub(crate) async fn find_collection(ctx: &mut Ctx, old: &Slug) -> Result<Option<Slug>, Error> {
    find(ctx, FIND_COLLECTION, old).await
}

async fn find(ctx: &mut Ctx, sql: &'static str, old: &Slug) -> Result<Option<Slug>, Error> {
    let store_id = ctx.store_id();
    let found: Option<String> = sqlx::query_scalar(sql)
        .bind(store_id)
        .bind(old.as_str())
        .fetch_optional(ctx.sql().await?)
        .await?;
    found.map(|slug| super::rows::slug(&slug)).transpose()
}

pub(crate) async fn keep_category(ctx: &mut Ctx, id: CategoryId, old: &Slug, new: &Slug) -> Result<(), Error> {
    keep(ctx, KEEP_CATEGORY, id.into(), old, new).await
}

pub(crate) async fn keep_collection(ctx: &mut Ctx, id: CollectionId, old: &Slug, new: &Slug) -> Result<(), Error> {
    keep(ctx, KEEP_COLLECTION, id.into(), old, new).await
}

async fn keep(ctx: &mut Ctx, sql: &'static str, id: Uuid, old: &Slug, new: &Slug) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(sql)
        .bind(store_id)
        .bind(id)
        .bind(old.as_str())
        .bind(new.as_str())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
