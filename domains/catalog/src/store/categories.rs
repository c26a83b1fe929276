//! The category tree.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{CategoryId, Slug};

use super::rows::{CategoryRow, category_columns};
use crate::Category;

database::statements! {
    /// Every category.
    LIST = concat!("SELECT ", category_columns!(), " FROM catalog.categories c WHERE c.store_id = $1");
    /// How many products that shoppers see are in each category or below it.
    COUNTS = "WITH RECURSIVE above AS ( \
           SELECT c.id, c.id AS ancestor_id FROM catalog.categories c WHERE c.store_id = $1 \
           UNION SELECT a.id, c.parent_id FROM above a JOIN catalog.categories c ON c.id = a.ancestor_id \
           WHERE c.store_id = $1 AND c.parent_id IS NOT NULL \
         ), placed AS ( \
           SELECT DISTINCT a.ancestor_id, pc.product_id FROM catalog.product_categories pc \
           JOIN above a ON a.id = pc.category_id \
           JOIN catalog.products p ON p.store_id = pc.store_id AND p.id = pc.product_id \
           WHERE pc.store_id = $1 AND p.status = 'active' AND p.published_at <= $2 \
         ) SELECT ancestor_id, count(*) FROM placed GROUP BY ancestor_id";
    /// A category by slug, with those it lies in and those in it, each with how far it is above it (below: -1).
    FIND_WITH_SURROUNDINGS = concat!("WITH RECURSIVE path AS ( \
           SELECT c.id, c.parent_id, 0 AS above FROM catalog.categories c WHERE c.store_id = $1 AND c.slug = $2 \
           UNION ALL SELECT c.id, c.parent_id, p.above + 1 FROM path p \
           JOIN catalog.categories c ON c.store_id = $1 AND c.id = p.parent_id WHERE p.above < 100 \
         ) SELECT p.above, ", category_columns!(), " FROM path p JOIN catalog.categories c ON c.store_id = $1 AND c.id = p.id \
         UNION ALL SELECT -1, ", category_columns!(), " FROM path p \
           JOIN catalog.categories c ON c.store_id = $1 AND c.parent_id = p.id WHERE p.above = 0 \
         ORDER BY 1 DESC, position, name");
    /// Every category's parent, locked so that nobody moves another one meanwhile.
    LOCK_PARENTS = "SELECT id, parent_id FROM catalog.categories WHERE store_id = $1 ORDER BY id FOR NO KEY UPDATE";
    /// One category, locked until its change is committed.
    LOCK = concat!("SELECT ", category_columns!(), " FROM catalog.categories c \
         WHERE c.store_id = $1 AND c.id = $2 FOR NO KEY UPDATE");
    /// A new category.
    INSERT = "INSERT INTO catalog.categories \
           (store_id, id, parent_id, slug, name, description_html, image_url, seo_title, seo_description, position) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    /// All that staff can change of a category.
    UPDATE = "UPDATE catalog.categories SET parent_id = $3, slug = $4, name = $5, description_html = $6, image_url = $7, \
           seo_title = $8, seo_description = $9, position = $10 \
         WHERE store_id = $1 AND id = $2";
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<Category>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<CategoryRow> = sqlx::query_as(LIST).bind(store_id).fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Category::try_from).collect()
}

pub(crate) async fn counts(ctx: &mut Ctx) -> Result<HashMap<CategoryId, i64>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<(CategoryId, i64)> = sqlx::query_as(COUNTS)
        .bind(store_id)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().collect())
}

#[derive(sqlx::FromRow)]
struct SurroundingRow {
    above: i32,
    #[sqlx(flatten)]
    category: CategoryRow,
}

/// The category's ancestors from the top down, the category itself, and its children in order, each with how far it is
/// above the category: 0 is itself, -1 a child.
pub(crate) async fn find_with_surroundings(ctx: &mut Ctx, slug: &Slug) -> Result<Vec<(i32, Category)>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(FIND_WITH_SURROUNDINGS)
        .bind(store_id)
        .bind(slug.as_str());
    let rows: Vec<SurroundingRow> = sql.fetch_all(ctx.sql().await?).await?;
    rows.into_iter()
        .map(|row| Ok((row.above, row.category.try_into()?)))
        .collect()
}

pub(crate) async fn lock_parents(ctx: &mut Ctx) -> Result<HashMap<CategoryId, Option<CategoryId>>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<(CategoryId, Option<CategoryId>)> = sqlx::query_as(LOCK_PARENTS)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().collect())
}

pub(crate) async fn lock(ctx: &mut Ctx, id: CategoryId) -> Result<Option<Category>, Error> {
    let store_id = ctx.store_id();
    let row: Option<CategoryRow> = sqlx::query_as(LOCK)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Category::try_from).transpose()
}

pub(crate) async fn insert(ctx: &mut Ctx, category: &Category) -> Result<(), Error> {
    write(ctx, INSERT, category).await
}

pub(crate) async fn update(ctx: &mut Ctx, category: &Category) -> Result<(), Error> {
    write(ctx, UPDATE, category).await
}

async fn write(ctx: &mut Ctx, sql: &'static str, category: &Category) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(sql)
        .bind(store_id)
        .bind(category.id)
        .bind(category.parent_id)
        .bind(category.slug.as_str())
        .bind(&category.name)
        .bind(&category.description_html)
        .bind(&category.image_url)
        .bind(&category.seo_title)
        .bind(&category.seo_description)
        .bind(category.position)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
