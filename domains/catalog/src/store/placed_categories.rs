//! Categories with their places in the tree: what a page shows is read, whatever else there is.

use std::collections::HashMap;

use database::{Ctx, Error, typed};
use kernel::{CategoryId, Slug, slugify};
use serde::{Deserialize, Serialize};

use super::rows::{CategoryRow, category_columns, slug};
use crate::{Category, CategoryFilter};

/// What categories at the top lie in, for the index `categories_places`.
macro_rules! top {
    () => {
        "'00000000-0000-0000-0000-000000000000'::uuid"
    };
}

/// The order of categories `k` beside each other, as the index `categories_places` has it.
macro_rules! order {
    () => {
        "k.position, lower(k.name) COLLATE \"C\", k.id"
    };
}

/// Whether the words of a category `k` begin as typed. The expression is the one of the index `categories_words`.
macro_rules! begins {
    ($typed:literal) => {
        concat!(
            "platform.words(k.name || ' ' || k.slug) @@ platform.beginnings(",
            $typed,
            ")"
        )
    };
}

/// The name that a cursor kept, in the small letters that names have in the indexes.
macro_rules! kept_name {
    () => {
        "lower($4::text COLLATE platform.alphabetical) COLLATE \"C\""
    };
}

/// Whether a category `k` comes behind a place among those beside it.
macro_rules! behind {
    () => {
        concat!("(", order!(), ") > ($6::integer, ", kept_name!(), ", $3::uuid)")
    };
}

/// Categories `c` with what they lie in, from the top down, and how many lie directly in them.
macro_rules! placed {
    ($from:expr) => {
        concat!(
            "SELECT ", category_columns!(), ", above.ids AS ancestor_ids, above.positions AS ancestor_positions, \
               above.names AS ancestor_names, \
               (SELECT count(*) FROM catalog.categories k WHERE k.store_id = $1 AND k.parent_id = c.id) AS children \
             FROM ", $from, " CROSS JOIN LATERAL (WITH RECURSIVE path AS ( \
               SELECT p.id, p.parent_id, p.position, p.name, 1 AS above FROM catalog.categories p WHERE p.store_id = $1 AND p.id = c.parent_id \
               UNION ALL SELECT p.id, p.parent_id, p.position, p.name, path.above + 1 FROM path \
                 JOIN catalog.categories p ON p.store_id = $1 AND p.id = path.parent_id WHERE path.above < 100000 \
             ) SELECT coalesce(array_agg(path.id ORDER BY path.above DESC), '{}') AS ids, \
                 coalesce(array_agg(path.position ORDER BY path.above DESC), '{}') AS positions, \
                 coalesce(array_agg(path.name ORDER BY path.above DESC), '{}') AS names FROM path) AS above "
        )
    };
}

database::statements! {
    /// So many categories in the order of the tree, behind one of them, or in it behind a place. Each step looks for the first
    /// that lies in the one before, or else for the next beside it or beside what it lies in, by the index. Nothing lies as deep
    /// as the bound of the way up, so that it loses none.
    WALK = concat!("WITH RECURSIVE walk AS ( \
           SELECT 0 AS place, coalesce($5::uuid, ", top!(), ") AS id \
           UNION ALL SELECT walk.place + 1, coalesce( \
             (SELECT k.id FROM catalog.categories k WHERE k.store_id = $1 AND coalesce(k.parent_id, ", top!(), ") = walk.id \
              AND (walk.place > 0 OR $3::uuid IS NULL OR ", behind!(), ") ORDER BY ", order!(), " LIMIT 1), \
             (WITH RECURSIVE path AS ( \
                SELECT p.id, p.parent_id, p.position, p.name, 0 AS above FROM catalog.categories p \
                WHERE p.store_id = $1 AND p.id = walk.id \
                UNION ALL SELECT p.id, p.parent_id, p.position, p.name, path.above + 1 FROM path \
                  JOIN catalog.categories p ON p.store_id = $1 AND p.id = path.parent_id WHERE path.above < 100000 \
              ) SELECT next.id FROM path CROSS JOIN LATERAL (SELECT k.id FROM catalog.categories k WHERE k.store_id = $1 \
                  AND coalesce(k.parent_id, ", top!(), ") = coalesce(path.parent_id, ", top!(), ") \
                  AND (", order!(), ") > (path.position, lower(path.name) COLLATE \"C\", path.id) \
                ORDER BY ", order!(), " LIMIT 1) AS next ORDER BY path.above LIMIT 1)) \
           FROM walk WHERE walk.place < $2::bigint AND walk.id IS NOT NULL \
         ) ", placed!("walk JOIN catalog.categories c ON c.store_id = $1 AND c.id = walk.id"),
         "WHERE walk.place > 0 ORDER BY walk.place");
    /// Those that lie directly in a category or at the top. In the nil id, which stands for the top in the index, lies nothing.
    LIST_IN = concat!(placed!(concat!("(SELECT k.* FROM catalog.categories k WHERE k.store_id = $1 \
           AND coalesce(k.parent_id, ", top!(), ") = coalesce($5::uuid, ", top!(), ") AND $5::uuid IS DISTINCT FROM ", top!(), " \
           AND ($3::uuid IS NULL OR ", behind!(), ") ORDER BY ", order!(), " LIMIT $2) AS c")), "ORDER BY c.position, lower(c.name) COLLATE \"C\", c.id");
    /// Those with words that begin as typed, by name.
    LIST_CALLED = concat!(placed!(concat!("(SELECT k.* FROM catalog.categories k WHERE k.store_id = $1 AND ", begins!("$5"), " \
           AND ($3::uuid IS NULL OR (lower(k.name) COLLATE \"C\", k.id) > (", kept_name!(), ", $3)) \
           ORDER BY lower(k.name) COLLATE \"C\", k.id LIMIT $2) AS c")), "ORDER BY lower(c.name) COLLATE \"C\", c.id");
    /// Those with these ids, by what they lie in and their names.
    LIST_OF = concat!(placed!("catalog.categories c"), "WHERE c.store_id = $1 AND c.id = ANY($2) \
         ORDER BY above.names, lower(c.name) COLLATE \"C\", c.id");
    /// Which of these there are.
    LIST_KNOWN = "SELECT c.id FROM catalog.categories c WHERE c.store_id = $1 AND c.id = ANY($2::uuid[])";
    COUNT = "SELECT count(*) FROM catalog.categories c WHERE c.store_id = $1";
    COUNT_IN = concat!("SELECT count(*) FROM catalog.categories k WHERE k.store_id = $1 \
         AND coalesce(k.parent_id, ", top!(), ") = coalesce($2::uuid, ", top!(), ") AND $2::uuid IS DISTINCT FROM ", top!());
    COUNT_CALLED = concat!("SELECT count(*) FROM catalog.categories k WHERE k.store_id = $1 AND ", begins!("$2"));
    /// How many products that shoppers see are in each of these or below it, and whether there are more than were looked at. They
    /// are looked up one by one: a page of the tree holds few of all products.
    COUNT_PRODUCTS = "SELECT b.id, count(DISTINCT n.product_id) AS products, (count(*) > $4::bigint) IS TRUE AS has_more \
         FROM unnest($3::uuid[]) AS b (id) CROSS JOIN LATERAL (WITH RECURSIVE below AS ( \
             SELECT b.id \
             UNION ALL SELECT inside.id FROM below CROSS JOIN LATERAL (SELECT c.id FROM catalog.categories c \
               WHERE c.store_id = $1 AND c.parent_id = below.id OFFSET 0) AS inside \
           ) SELECT found.product_id FROM below CROSS JOIN LATERAL ( \
             SELECT pc.product_id FROM catalog.product_categories pc CROSS JOIN LATERAL (SELECT FROM catalog.products p \
               WHERE p.store_id = $1 AND p.id = pc.product_id AND p.status = 'active' AND p.published_at <= $2 OFFSET 0) AS shown \
             WHERE pc.store_id = $1 AND pc.category_id = below.id OFFSET 0) AS found \
           LIMIT $4::bigint + 1) AS n GROUP BY b.id";
    /// The slug of the category that is called so, or else of the one that has it already.
    FIND_SLUG = concat!("SELECT coalesce( \
           (SELECT k.slug FROM catalog.categories k WHERE k.store_id = $1 AND ", begins!("$2"), " AND lower(k.name) = lower($2) \
            ORDER BY ", order!(), " LIMIT 1), \
           (SELECT k.slug FROM catalog.categories k WHERE k.store_id = $1 AND k.slug = lower($2)))");
    /// The slug of the category of which the name has no words, and is this one. Few are called so, and nobody looks for them often:
    /// there is no index of them.
    FIND_WORDLESS = concat!("SELECT k.slug FROM catalog.categories k WHERE k.store_id = $1 AND lower(k.name) = lower($2::text) \
         ORDER BY ", order!(), " LIMIT 1");
}

/// A category with its place in the tree.
pub(crate) struct Placed {
    pub(crate) category: Category,
    pub(crate) ancestor_ids: Vec<CategoryId>,
    pub(crate) ancestor_positions: Vec<i32>,
    pub(crate) ancestor_names: Vec<String>,
    pub(crate) children: usize,
}

/// Where a category stands among those beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) id: CategoryId,
    pub(crate) position: i32,
    pub(crate) name: String,
}

/// Where a page of categories begins.
#[derive(Debug, Default)]
pub(crate) struct After {
    /// The category behind which the walk through the tree goes on, or in which it does; without it, the top.
    pub(crate) at: Option<CategoryId>,
    /// The place among those beside each other.
    pub(crate) behind: Option<Place>,
}

#[derive(sqlx::FromRow)]
struct PlacedRow {
    #[sqlx(flatten)]
    category: CategoryRow,
    ancestor_ids: Vec<CategoryId>,
    ancestor_positions: Vec<i32>,
    ancestor_names: Vec<String>,
    children: i64,
}

impl TryFrom<PlacedRow> for Placed {
    type Error = Error;

    fn try_from(row: PlacedRow) -> Result<Self, Error> {
        let category = Category::try_from(row.category)?;
        Ok(Self {
            category: Category {
                depth: row.ancestor_ids.len(),
                ..category
            },
            ancestor_ids: row.ancestor_ids,
            ancestor_positions: row.ancestor_positions,
            ancestor_names: row.ancestor_names,
            children: usize::try_from(row.children).unwrap_or_default(),
        })
    }
}

fn placed(rows: Vec<PlacedRow>) -> Result<Vec<Placed>, Error> {
    rows.into_iter().map(Placed::try_from).collect()
}

/// So many of the wanted categories, behind one of them that may be gone.
pub(crate) async fn list(
    ctx: &mut Ctx,
    filter: &CategoryFilter,
    after: &After,
    limit: i64,
) -> Result<Vec<Placed>, Error> {
    let store_id = ctx.store_id();
    let sql = match filter {
        CategoryFilter::Every => sqlx::query_as(WALK),
        CategoryFilter::Top | CategoryFilter::In(_) => sqlx::query_as(LIST_IN),
        CategoryFilter::Called(_) => sqlx::query_as(LIST_CALLED),
    };
    let behind = after.behind.as_ref();
    let query = sql
        .bind(store_id)
        .bind(limit)
        .bind(behind.map(|place| place.id))
        .bind(behind.map(|place| place.name.as_str()));
    let position = behind.map(|place| place.position);
    let query = match filter {
        CategoryFilter::Every => query.bind(after.at).bind(position),
        CategoryFilter::Top => query.bind(None::<CategoryId>).bind(position),
        CategoryFilter::In(id) => query.bind(Some(*id)).bind(position),
        CategoryFilter::Called(typed) => query.bind(typed::literal(typed)),
    };
    placed(query.fetch_all(ctx.sql().await?).await?)
}

/// The categories with these ids that there are.
pub(crate) async fn list_of(ctx: &mut Ctx, ids: &[CategoryId]) -> Result<Vec<Placed>, Error> {
    let query = sqlx::query_as(LIST_OF).bind(ctx.store_id()).bind(ids);
    placed(query.fetch_all(ctx.sql().await?).await?)
}

/// Which of these ids are of categories that there are.
pub(crate) async fn list_known(ctx: &mut Ctx, ids: &[CategoryId]) -> Result<Vec<CategoryId>, Error> {
    let query = sqlx::query_scalar(LIST_KNOWN).bind(ctx.store_id()).bind(ids);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// How many categories are wanted.
pub(crate) async fn count(ctx: &mut Ctx, filter: &CategoryFilter) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = match filter {
        CategoryFilter::Every => sqlx::query_scalar(COUNT).bind(store_id),
        CategoryFilter::Top => sqlx::query_scalar(COUNT_IN).bind(store_id).bind(None::<CategoryId>),
        CategoryFilter::In(id) => sqlx::query_scalar(COUNT_IN).bind(store_id).bind(Some(*id)),
        CategoryFilter::Called(typed) => sqlx::query_scalar(COUNT_CALLED)
            .bind(store_id)
            .bind(typed::literal(typed)),
    };
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// How many products shoppers find in each of these categories or below it, of at most so many places that products have in them,
/// and whether they have more.
pub(crate) async fn count_products(
    ctx: &mut Ctx,
    ids: &[CategoryId],
    most: Option<i64>,
) -> Result<HashMap<CategoryId, (i64, bool)>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<(CategoryId, i64, bool)> = sqlx::query_as(COUNT_PRODUCTS)
        .bind(store_id)
        .bind(now)
        .bind(ids)
        .bind(most)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, products, more)| (id, (products, more)))
        .collect())
}

/// The slug of the category that is called so or has it.
pub(crate) async fn find_slug(ctx: &mut Ctx, typed: &str) -> Result<Option<Slug>, Error> {
    let typed = typed::literal(typed);
    let query = sqlx::query_scalar(FIND_SLUG).bind(ctx.store_id()).bind(&typed);
    let mut found: Option<String> = query.fetch_one(ctx.sql().await?).await?;
    if found.is_none() && !typed.is_empty() && slugify(&typed).is_empty() {
        let query = sqlx::query_scalar(FIND_WORDLESS).bind(ctx.store_id()).bind(&typed);
        found = query.fetch_optional(ctx.sql().await?).await?;
    }
    found.as_deref().map(slug).transpose()
}
