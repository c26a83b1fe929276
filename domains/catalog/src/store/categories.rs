//! The category tree.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{CategoryId, Slug};

use super::rows::{CategoryRow, category_columns, slug};
use crate::{Category, CategoryNode};

database::statements! {
    /// Every category as lists show it.
    LIST = "SELECT id, parent_id, slug, name, image_url, image_alt, position FROM catalog.categories WHERE store_id = $1";
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
           JOIN catalog.categories c ON c.store_id = $1 AND c.id = p.parent_id WHERE p.above < 100000 \
         ) SELECT p.above, ", category_columns!(), " FROM path p JOIN catalog.categories c ON c.store_id = $1 AND c.id = p.id \
         UNION ALL SELECT -1, ", category_columns!(), " FROM path p \
           JOIN catalog.categories c ON c.store_id = $1 AND c.parent_id = p.id WHERE p.above = 0 \
         ORDER BY 1 DESC, position, name");
    /// Every category's parent, locked so that nobody moves another one meanwhile.
    LOCK_PARENTS = "SELECT id, parent_id FROM catalog.categories WHERE store_id = $1 ORDER BY id FOR NO KEY UPDATE";
    /// Places in the order of the list.
    PLACE = "UPDATE catalog.categories c SET position = n.position - 1, version = c.version + 1 \
         FROM unnest($2::uuid[]) WITH ORDINALITY AS n (id, position) \
         WHERE c.store_id = $1 AND c.id = n.id AND c.position <> n.position - 1";
    /// Moves what lies in a category to another place in the tree.
    LIFT_CHILDREN = "UPDATE catalog.categories SET parent_id = $3, version = version + 1 WHERE store_id = $1 AND parent_id = $2";
    /// Takes the products out of a category.
    EMPTY = "DELETE FROM catalog.product_categories WHERE store_id = $1 AND category_id = $2";
    /// Takes a category away that is empty.
    DELETE = "DELETE FROM catalog.categories WHERE store_id = $1 AND id = $2";
    /// One category, locked until its change is committed.
    LOCK = concat!("SELECT ", category_columns!(), " FROM catalog.categories c \
         WHERE c.store_id = $1 AND c.id = $2 FOR NO KEY UPDATE");
    /// A new category.
    INSERT = "INSERT INTO catalog.categories \
           (store_id, id, parent_id, slug, name, description_html, image_url, seo_title, seo_description, position, \
           size_guide_html, image_alt) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    /// All that staff can change of a category.
    UPDATE = "UPDATE catalog.categories SET parent_id = $3, slug = $4, name = $5, description_html = $6, image_url = $7, \
           seo_title = $8, seo_description = $9, position = $10, size_guide_html = $11, image_alt = $12, \
           version = version + 1 \
         WHERE store_id = $1 AND id = $2";
}

/// Writes the places of categories, in the order of the list.
pub(crate) async fn place(ctx: &mut Ctx, ids: &[CategoryId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(PLACE)
        .bind(store_id)
        .bind(ids)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Takes a category away: what lies in it moves to where it lay, products leave it.
pub(crate) async fn delete(ctx: &mut Ctx, id: CategoryId, parent: Option<CategoryId>) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(LIFT_CHILDREN)
        .bind(store_id)
        .bind(id)
        .bind(parent)
        .execute(ctx.sql().await?)
        .await?;
    for sql in [EMPTY, DELETE] {
        sqlx::query(sql)
            .bind(store_id)
            .bind(id)
            .execute(ctx.sql().await?)
            .await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct NodeRow {
    id: CategoryId,
    parent_id: Option<CategoryId>,
    slug: String,
    name: String,
    image_url: String,
    image_alt: String,
    position: i32,
}

impl TryFrom<NodeRow> for CategoryNode {
    type Error = Error;

    fn try_from(row: NodeRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            parent_id: row.parent_id,
            slug: slug(&row.slug)?,
            name: row.name,
            image_url: row.image_url,
            image_alt: row.image_alt,
            position: row.position,
            depth: 0,
        })
    }
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<CategoryNode>, Error> {
    let query = sqlx::query_as(LIST).bind(ctx.store_id());
    let rows: Vec<NodeRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(CategoryNode::try_from).collect()
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
        .bind(&category.size_guide_html)
        .bind(&category.image_alt)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
