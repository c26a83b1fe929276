//! Attributes that the store defines.

use database::{Ctx, Error};
use kernel::{AttributeId, CategoryId};

use crate::{Attribute, AttributeKind, AttributeTerms};

macro_rules! columns {
    () => {
        "a.id, a.code, a.kind, a.name, a.unit, a.choices, a.required, a.shown, a.product_types, a.category_ids, a.position, a.version"
    };
}

database::statements! {
    /// Every attribute.
    LIST = concat!("SELECT ", columns!(), " FROM catalog.attributes a WHERE a.store_id = $1 ORDER BY a.position, a.id");
    /// So many of them, behind a place and who has it.
    LIST_AFTER = concat!("SELECT ", columns!(), " FROM catalog.attributes a WHERE a.store_id = $1 \
           AND ($2::int IS NULL OR (a.position, a.id) > ($2, $3::uuid)) ORDER BY a.position, a.id LIMIT $4");
    COUNT = "SELECT count(*) FROM catalog.attributes WHERE store_id = $1";
    /// Those for products of a type or in categories, or below those, and those for all.
    LIST_FOR = concat!("WITH RECURSIVE above AS ( \
           SELECT c.id, c.parent_id FROM catalog.categories c WHERE c.store_id = $1 AND c.id = ANY($3::uuid[]) \
           UNION SELECT c.id, c.parent_id FROM catalog.categories c JOIN above b ON c.store_id = $1 AND c.id = b.parent_id \
         ) SELECT ", columns!(), " FROM catalog.attributes a WHERE a.store_id = $1 \
           AND (cardinality(a.product_types) + cardinality(a.category_ids) = 0 \
             OR EXISTS (SELECT FROM unnest(a.product_types) t WHERE lower(t) = lower($2)) \
             OR EXISTS (SELECT FROM above b WHERE b.id = ANY(a.category_ids))) \
         ORDER BY a.position, a.id");
    /// One attribute.
    FIND = concat!("SELECT ", columns!(), " FROM catalog.attributes a WHERE a.store_id = $1 AND a.id = $2");
    /// The same, locked until its change is committed.
    LOCK = concat!("SELECT ", columns!(), " FROM catalog.attributes a WHERE a.store_id = $1 AND a.id = $2 FOR UPDATE");
    /// All in their order, locked.
    LOCK_ORDER = "SELECT a.id FROM catalog.attributes a WHERE a.store_id = $1 ORDER BY a.position, a.id FOR NO KEY UPDATE";
    /// A new one behind the others.
    INSERT = "INSERT INTO catalog.attributes (store_id, id, code, kind, name, unit, choices, required, shown, product_types, \
           category_ids, position) \
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
           coalesce((SELECT max(a.position) + 1 FROM catalog.attributes a WHERE a.store_id = $1), 0)";
    /// All that staff can change.
    UPDATE = "UPDATE catalog.attributes SET name = $3, unit = $4, choices = $5, required = $6, shown = $7, \
           product_types = $8, category_ids = $9, version = version + 1 WHERE store_id = $1 AND id = $2";
    /// The order of the list.
    PLACE = "UPDATE catalog.attributes a SET position = o.position FROM unnest($2::uuid[]) WITH ORDINALITY AS o (id, position) \
         WHERE a.store_id = $1 AND a.id = o.id AND a.position <> o.position";
    DELETE = "DELETE FROM catalog.attributes WHERE store_id = $1 AND id = $2";
    /// The products that have a value.
    COUNT_PRODUCTS = "SELECT count(*) FROM catalog.products WHERE store_id = $1 AND attributes ? $2";
}

#[derive(sqlx::FromRow)]
struct AttributeRow {
    id: AttributeId,
    code: String,
    kind: String,
    name: String,
    unit: String,
    choices: Vec<String>,
    required: bool,
    shown: bool,
    product_types: Vec<String>,
    category_ids: Vec<CategoryId>,
    position: i32,
    version: i64,
}

impl TryFrom<AttributeRow> for Attribute {
    type Error = Error;

    fn try_from(row: AttributeRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            kind: AttributeKind::parse(&row.kind).ok_or_else(|| Error::corrupt("attributes.kind", row.kind))?,
            code: row.code,
            terms: AttributeTerms {
                name: row.name,
                unit: row.unit,
                choices: row.choices,
                required: row.required,
                shown: row.shown,
                product_types: row.product_types,
                category_ids: row.category_ids,
            },
            version: row.version,
        })
    }
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<Attribute>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<AttributeRow> = sqlx::query_as(LIST).bind(store_id).fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Attribute::try_from).collect()
}

/// So many of them in their order, each with its place, behind one.
pub(crate) async fn list_after(
    ctx: &mut Ctx,
    after: Option<(i32, AttributeId)>,
    limit: i64,
) -> Result<Vec<(i32, Attribute)>, Error> {
    let (position, id) = after.unzip();
    let query = sqlx::query_as(LIST_AFTER).bind(ctx.store_id()).bind(position).bind(id);
    let rows: Vec<AttributeRow> = query.bind(limit).fetch_all(ctx.sql().await?).await?;
    let placed = rows.into_iter().map(|row| Ok((row.position, row.try_into()?)));
    placed.collect()
}

pub(crate) async fn count(ctx: &mut Ctx) -> Result<i64, Error> {
    let query = sqlx::query_scalar(COUNT).bind(ctx.store_id());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn list_for(
    ctx: &mut Ctx,
    product_type: &str,
    categories: &[CategoryId],
) -> Result<Vec<Attribute>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<AttributeRow> = sqlx::query_as(LIST_FOR)
        .bind(store_id)
        .bind(product_type.trim())
        .bind(categories)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Attribute::try_from).collect()
}

pub(crate) async fn find(ctx: &mut Ctx, id: AttributeId) -> Result<Option<Attribute>, Error> {
    one(ctx, FIND, id).await
}

pub(crate) async fn lock(ctx: &mut Ctx, id: AttributeId) -> Result<Option<Attribute>, Error> {
    one(ctx, LOCK, id).await
}

async fn one(ctx: &mut Ctx, sql: &'static str, id: AttributeId) -> Result<Option<Attribute>, Error> {
    let store_id = ctx.store_id();
    let row: Option<AttributeRow> = sqlx::query_as(sql)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Attribute::try_from).transpose()
}

pub(crate) async fn lock_order(ctx: &mut Ctx) -> Result<Vec<AttributeId>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(LOCK_ORDER)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn insert(ctx: &mut Ctx, attribute: &Attribute) -> Result<(), Error> {
    let (store_id, terms) = (ctx.store_id(), &attribute.terms);
    sqlx::query(INSERT)
        .bind(store_id)
        .bind(attribute.id)
        .bind(&attribute.code)
        .bind(attribute.kind.as_str())
        .bind(&terms.name)
        .bind(&terms.unit)
        .bind(&terms.choices)
        .bind(terms.required)
        .bind(terms.shown)
        .bind(&terms.product_types)
        .bind(&terms.category_ids)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn update(ctx: &mut Ctx, attribute: &Attribute) -> Result<(), Error> {
    let (store_id, terms) = (ctx.store_id(), &attribute.terms);
    sqlx::query(UPDATE)
        .bind(store_id)
        .bind(attribute.id)
        .bind(&terms.name)
        .bind(&terms.unit)
        .bind(&terms.choices)
        .bind(terms.required)
        .bind(terms.shown)
        .bind(&terms.product_types)
        .bind(&terms.category_ids)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn place(ctx: &mut Ctx, row: &[AttributeId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(PLACE)
        .bind(store_id)
        .bind(row)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn delete(ctx: &mut Ctx, id: AttributeId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(DELETE)
        .bind(store_id)
        .bind(id)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn count_products(ctx: &mut Ctx, code: &str) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(COUNT_PRODUCTS)
        .bind(store_id)
        .bind(code)
        .fetch_one(ctx.sql().await?)
        .await?)
}
