//! What stores say above every page.

use database::{Ctx, Error};
use kernel::Time;
use sqlx::types::Json;

use crate::{Announcement, Localised, MenuItem, Menus};

database::statements! {
    FIND = "SELECT active, texts, address, starts_at, ends_at, version FROM content.announcements WHERE store_id = $1";
    /// With the menus, which are shown wherever it is.
    FIND_WITH_MENUS = "SELECT coalesce(m.header, '[]') AS header, coalesce(m.footer, '[]') AS footer, coalesce(m.version, 0) AS menus_version, \
            coalesce(a.active, false) AS active, coalesce(a.texts, '{}') AS texts, coalesce(a.address, '') AS address, \
            a.starts_at, a.ends_at, coalesce(a.version, 0) AS version \
        FROM (VALUES ($1::uuid)) AS own (store_id) LEFT JOIN content.menus m ON m.store_id = own.store_id \
        LEFT JOIN content.announcements a ON a.store_id = own.store_id";
    /// Compare and swap by version; version 0 is that of a store without a row.
    PUT = "INSERT INTO content.announcements AS own (store_id, active, texts, address, starts_at, ends_at, version) \
        SELECT $1, $2, $3, $4, $5, $6, 1 WHERE $7 = 0 OR EXISTS (SELECT FROM content.announcements WHERE store_id = $1) \
        ON CONFLICT ON CONSTRAINT announcements_pk DO UPDATE SET active = EXCLUDED.active, texts = EXCLUDED.texts, \
            address = EXCLUDED.address, starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at, version = own.version + 1 \
        WHERE own.version = $7";
}

#[derive(sqlx::FromRow)]
struct Row {
    active: bool,
    texts: Json<Localised<String>>,
    address: String,
    starts_at: Option<Time>,
    ends_at: Option<Time>,
    version: i64,
}

impl From<Row> for Announcement {
    fn from(row: Row) -> Self {
        Self {
            active: row.active,
            texts: row.texts.0,
            address: row.address,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            version: row.version,
        }
    }
}

#[derive(sqlx::FromRow)]
struct RowWithMenus {
    header: Json<Vec<MenuItem>>,
    footer: Json<Vec<MenuItem>>,
    menus_version: i64,
    #[sqlx(flatten)]
    announcement: Row,
}

/// Both menus, and the announcement.
pub(crate) async fn find_with_menus(ctx: &mut Ctx) -> Result<(Menus, Announcement), Error> {
    let sql = sqlx::query_as(FIND_WITH_MENUS).bind(ctx.store_id());
    let row: RowWithMenus = sql.fetch_one(ctx.sql().await?).await?;
    let menus = Menus {
        header: row.header.0,
        footer: row.footer.0,
        version: row.menus_version,
    };
    Ok((menus, row.announcement.into()))
}

pub(crate) async fn find(ctx: &mut Ctx) -> Result<Announcement, Error> {
    let sql = sqlx::query_as(FIND).bind(ctx.store_id());
    let row: Option<Row> = sql.fetch_optional(ctx.sql().await?).await?;
    Ok(row.map(Announcement::from).unwrap_or_default())
}

/// Whether it was of that version.
pub(crate) async fn put(ctx: &mut Ctx, new: &Announcement) -> Result<bool, Error> {
    let sql = sqlx::query(PUT)
        .bind(ctx.store_id())
        .bind(new.active)
        .bind(Json(&new.texts))
        .bind(&new.address)
        .bind(new.starts_at)
        .bind(new.ends_at)
        .bind(new.version);
    Ok(sql.execute(ctx.sql().await?).await?.rows_affected() == 1)
}
