//! Pages and the slugs they had.

use database::{Ctx, Error};
use kernel::{PageId, Slug, Time};
use sqlx::types::Json;

use crate::{Localised, Page, PageSummary, PageText};

/// The columns of a page.
macro_rules! page_columns {
    () => {
        "SELECT id, slug, published, texts, version, created_at, updated_at FROM content.pages "
    };
}

/// The pages of a store with their titles; with true only those that shoppers see.
macro_rules! summaries {
    ($rest:literal) => {
        concat!(
            "SELECT id, slug, published, updated_at, \
               (SELECT coalesce(jsonb_object_agg(t.key, t.value ->> 'title'), '{}') FROM jsonb_each(texts) t) AS titles \
             FROM content.pages WHERE store_id = $1 AND (published OR NOT $2) ",
            $rest
        )
    };
}

database::statements! {
    FIND = concat!(page_columns!(), "WHERE store_id = $1 AND slug = $2");
    FIND_BY_ID = concat!(page_columns!(), "WHERE store_id = $1 AND id = $2");
    /// One page, locked until its change is committed.
    LOCK = concat!(page_columns!(), "WHERE store_id = $1 AND id = $2 FOR NO KEY UPDATE");
    /// The present slug of a published page that had another.
    FIND_REDIRECT = "SELECT p.slug FROM content.old_slugs o \
         JOIN content.pages p ON p.store_id = o.store_id AND p.id = o.page_id \
         WHERE o.store_id = $1 AND o.slug = $2 AND p.published";
    LIST = summaries!("ORDER BY slug");
    /// So many, behind a slug.
    LIST_AFTER = summaries!("AND ($3::text IS NULL OR slug > $3) ORDER BY slug LIMIT $4");
    COUNT = "SELECT count(*) FROM content.pages WHERE store_id = $1 AND (published OR NOT $2)";
    INSERT = "INSERT INTO content.pages (store_id, id, slug, published, texts, version, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE = "UPDATE content.pages SET slug = $3, published = $4, texts = $5, version = $6, created_at = $7, updated_at = $8 \
         WHERE store_id = $1 AND id = $2";
    DELETE = "DELETE FROM content.pages WHERE store_id = $1 AND id = $2";
    /// No page had that slug before: it is the slug of one now.
    FORGET_SLUG = "DELETE FROM content.old_slugs WHERE store_id = $1 AND slug = $2";
    KEEP_SLUG = "INSERT INTO content.old_slugs (store_id, slug, page_id) VALUES ($1, $2, $3) \
         ON CONFLICT ON CONSTRAINT old_slugs_pk DO UPDATE SET page_id = EXCLUDED.page_id";
}

#[derive(sqlx::FromRow)]
struct PageRow {
    id: PageId,
    slug: String,
    published: bool,
    texts: Json<Localised<PageText>>,
    version: i64,
    created_at: Time,
    updated_at: Time,
}

impl TryFrom<PageRow> for Page {
    type Error = Error;

    fn try_from(row: PageRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            slug: slug(row.slug)?,
            published: row.published,
            texts: row.texts.0,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

#[derive(sqlx::FromRow)]
struct SummaryRow {
    id: PageId,
    slug: String,
    published: bool,
    titles: Json<Localised<String>>,
    updated_at: Time,
}

impl TryFrom<SummaryRow> for PageSummary {
    type Error = Error;

    fn try_from(row: SummaryRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            slug: slug(row.slug)?,
            published: row.published,
            titles: row.titles.0,
            updated_at: row.updated_at,
        })
    }
}

fn slug(text: String) -> Result<Slug, Error> {
    Slug::parse(&text).map_err(|_error| Error::corrupt("content.pages.slug", text))
}

async fn one(ctx: &mut Ctx, sql: &'static str, id: PageId) -> Result<Option<Page>, Error> {
    let store_id = ctx.store_id();
    let row: Option<PageRow> = sqlx::query_as(sql)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Page::try_from).transpose()
}

pub(crate) async fn find_by_id(ctx: &mut Ctx, id: PageId) -> Result<Option<Page>, Error> {
    one(ctx, FIND_BY_ID, id).await
}

pub(crate) async fn lock(ctx: &mut Ctx, id: PageId) -> Result<Option<Page>, Error> {
    one(ctx, LOCK, id).await
}

pub(crate) async fn find(ctx: &mut Ctx, slug: &Slug) -> Result<Option<Page>, Error> {
    let store_id = ctx.store_id();
    let row: Option<PageRow> = sqlx::query_as(FIND)
        .bind(store_id)
        .bind(slug.as_str())
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Page::try_from).transpose()
}

pub(crate) async fn find_redirect(ctx: &mut Ctx, old: &Slug) -> Result<Option<Slug>, Error> {
    let store_id = ctx.store_id();
    let found: Option<String> = sqlx::query_scalar(FIND_REDIRECT)
        .bind(store_id)
        .bind(old.as_str())
        .fetch_optional(ctx.sql().await?)
        .await?;
    found.map(slug).transpose()
}

pub(crate) async fn list(ctx: &mut Ctx, only_published: bool) -> Result<Vec<PageSummary>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<SummaryRow> = sqlx::query_as(LIST)
        .bind(store_id)
        .bind(only_published)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(PageSummary::try_from).collect()
}

/// So many of them by slug, behind one.
pub(crate) async fn list_after(
    ctx: &mut Ctx,
    only_published: bool,
    after: Option<String>,
    limit: i64,
) -> Result<Vec<PageSummary>, Error> {
    let query = sqlx::query_as(LIST_AFTER).bind(ctx.store_id()).bind(only_published);
    let query = query.bind(after).bind(limit);
    let rows: Vec<SummaryRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(PageSummary::try_from).collect()
}

pub(crate) async fn count(ctx: &mut Ctx, only_published: bool) -> Result<i64, Error> {
    let query = sqlx::query_scalar(COUNT).bind(ctx.store_id()).bind(only_published);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn insert(ctx: &mut Ctx, page: &Page) -> Result<(), Error> {
    write(ctx, INSERT, page).await
}

pub(crate) async fn update(ctx: &mut Ctx, page: &Page) -> Result<(), Error> {
    write(ctx, UPDATE, page).await
}

async fn write(ctx: &mut Ctx, sql: &'static str, page: &Page) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(sql)
        .bind(store_id)
        .bind(page.id)
        .bind(page.slug.as_str())
        .bind(page.published)
        .bind(Json(&page.texts))
        .bind(page.version)
        .bind(page.created_at)
        .bind(page.updated_at)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn delete(ctx: &mut Ctx, id: PageId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query(DELETE).bind(store_id).bind(id);
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn forget_slug(ctx: &mut Ctx, slug: &Slug) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query(FORGET_SLUG).bind(store_id).bind(slug.as_str());
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn keep_slug(ctx: &mut Ctx, id: PageId, old: &Slug) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query(KEEP_SLUG).bind(store_id).bind(old.as_str()).bind(id);
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}
