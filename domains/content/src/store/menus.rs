//! The menus of a store.

use database::{Ctx, Error};
use sqlx::types::Json;

use crate::{MenuItem, Menus};

database::statements! {
    FIND = "SELECT header, footer, version FROM content.menus WHERE store_id = $1";
    /// The same, locked until their change is committed.
    LOCK = "SELECT header, footer, version FROM content.menus WHERE store_id = $1 FOR NO KEY UPDATE";
    /// A store's first menus are empty.
    INSERT_EMPTY = "INSERT INTO content.menus (store_id, header, footer, version) VALUES ($1, '[]', '[]', 0) \
         ON CONFLICT ON CONSTRAINT menus_pk DO NOTHING";
    UPDATE = "UPDATE content.menus SET header = $2, footer = $3, version = $4 WHERE store_id = $1";
}

#[derive(sqlx::FromRow)]
struct MenusRow {
    header: Json<Vec<MenuItem>>,
    footer: Json<Vec<MenuItem>>,
    version: i64,
}

impl From<MenusRow> for Menus {
    fn from(row: MenusRow) -> Self {
        Self {
            header: row.header.0,
            footer: row.footer.0,
            version: row.version,
        }
    }
}

/// The menus; empty ones when the merchant never arranged them.
pub(crate) async fn find(ctx: &mut Ctx) -> Result<Menus, Error> {
    one(ctx, FIND).await
}

pub(crate) async fn lock(ctx: &mut Ctx) -> Result<Menus, Error> {
    one(ctx, LOCK).await
}

async fn one(ctx: &mut Ctx, sql: &'static str) -> Result<Menus, Error> {
    let store_id = ctx.store_id();
    let row: Option<MenusRow> = sqlx::query_as(sql)
        .bind(store_id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    Ok(row.map(Menus::from).unwrap_or_default())
}

pub(crate) async fn insert_empty(ctx: &mut Ctx) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query(INSERT_EMPTY).bind(store_id);
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn update(ctx: &mut Ctx, menus: &Menus) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE)
        .bind(store_id)
        .bind(Json(&menus.header))
        .bind(Json(&menus.footer))
        .bind(menus.version)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
