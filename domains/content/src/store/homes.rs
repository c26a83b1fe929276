//! The home page of a store.

use database::{Ctx, Error};
use sqlx::types::Json;

use crate::{Home, Section};

database::statements! {
    FIND = "SELECT sections, draft, version FROM content.homes WHERE store_id = $1";
    /// The same, locked until its change is committed.
    LOCK = "SELECT sections, draft, version FROM content.homes WHERE store_id = $1 FOR NO KEY UPDATE";
    INSERT = "INSERT INTO content.homes (store_id, sections, version) VALUES ($1, $2, 0) ON CONFLICT ON CONSTRAINT homes_pk DO NOTHING";
    UPDATE = "UPDATE content.homes SET sections = $2, draft = $3, version = $4 WHERE store_id = $1";
}

#[derive(sqlx::FromRow)]
struct HomeRow {
    sections: Json<Vec<Section>>,
    draft: Option<Json<Vec<Section>>>,
    version: i64,
}

/// The home page; the theme's when the merchant never composed it.
pub(crate) async fn find(ctx: &mut Ctx) -> Result<Home, Error> {
    one(ctx, FIND).await
}

pub(crate) async fn lock(ctx: &mut Ctx) -> Result<Home, Error> {
    one(ctx, LOCK).await
}

async fn one(ctx: &mut Ctx, sql: &'static str) -> Result<Home, Error> {
    let store_id = ctx.store_id();
    let row: Option<HomeRow> = sqlx::query_as(sql)
        .bind(store_id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    let home = row.map(|row| Home {
        sections: row.sections.0,
        draft: row.draft.map(|draft| draft.0),
        version: row.version,
    });
    Ok(home.unwrap_or_default())
}

/// Writes a store's first home page.
pub(crate) async fn insert(ctx: &mut Ctx, sections: &[Section]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query(INSERT).bind(store_id).bind(Json(sections));
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn update(ctx: &mut Ctx, home: &Home) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE)
        .bind(store_id)
        .bind(Json(&home.sections))
        .bind(home.draft.as_ref().map(Json))
        .bind(home.version)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
