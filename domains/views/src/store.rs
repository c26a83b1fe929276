//! All SQL of views.

use database::{Ctx, Error};
use kernel::{AccountId, Time};

use crate::{DeskList, View, ViewNumber};

database::statements! {
    /// No row when the owner has too many of the list.
    INSERT = "INSERT INTO views.views (store_id, number, list, owner_id, name, query, shared, version) \
        SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE (SELECT count(*) FROM views.views \
          WHERE store_id = $1 AND owner_id = $4 AND list = $3 AND deleted_at IS NULL) < $9";
    LIST = "SELECT number, list, owner_id, name, query, shared, version FROM views.views \
        WHERE store_id = $1 AND list = $2 AND (owner_id = $3 OR shared) AND deleted_at IS NULL ORDER BY number";
    LOCK = "SELECT number, list, owner_id, name, query, shared, version FROM views.views \
        WHERE store_id = $1 AND number = $2 AND deleted_at IS NULL FOR UPDATE";
    LOCK_DELETED = "SELECT number, list, owner_id, name, query, shared, version FROM views.views \
        WHERE store_id = $1 AND number = $2 AND deleted_at IS NOT NULL FOR UPDATE";
    UPDATE = "UPDATE views.views SET name = $3, shared = $4, version = version + 1 WHERE store_id = $1 AND number = $2";
    UPDATE_DELETED = "UPDATE views.views SET deleted_at = $3, version = version + 1 WHERE store_id = $1 AND number = $2";
    /// No row when the owner has too many of the list.
    UPDATE_RESTORED = "UPDATE views.views SET deleted_at = NULL, version = version + 1 WHERE store_id = $1 AND number = $2 \
          AND (SELECT count(*) FROM views.views v \
            WHERE v.store_id = $1 AND v.owner_id = $3 AND v.list = $4 AND v.deleted_at IS NULL) < $5";
    DELETE_OLDER = "DELETE FROM views.views WHERE store_id = $1 AND deleted_at < $2";
}

#[derive(sqlx::FromRow)]
struct ViewRow {
    number: ViewNumber,
    list: String,
    owner_id: AccountId,
    name: String,
    query: String,
    shared: bool,
    version: i64,
}

impl TryFrom<ViewRow> for View {
    type Error = Error;

    fn try_from(row: ViewRow) -> Result<Self, Error> {
        Ok(Self {
            number: row.number,
            list: DeskList::parse(&row.list).ok_or_else(|| Error::corrupt("views.list", &row.list))?,
            owner: row.owner_id,
            name: row.name,
            query: row.query,
            shared: row.shared,
            version: row.version,
        })
    }
}

pub(crate) async fn insert(ctx: &mut Ctx, view: &View, most: i64) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let inserted = sqlx::query(INSERT)
        .bind(store_id)
        .bind(view.number)
        .bind(view.list.as_str())
        .bind(view.owner)
        .bind(&view.name)
        .bind(&view.query)
        .bind(view.shared)
        .bind(view.version)
        .bind(most)
        .execute(ctx.sql().await?)
        .await?;
    Ok(inserted.rows_affected() == 1)
}

pub(crate) async fn list(ctx: &mut Ctx, list: DeskList, owner: AccountId) -> Result<Vec<View>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<ViewRow> = sqlx::query_as(LIST)
        .bind(store_id)
        .bind(list.as_str())
        .bind(owner)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(View::try_from).collect()
}

async fn find(ctx: &mut Ctx, sql: &'static str, number: ViewNumber) -> Result<Option<View>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(sql).bind(store_id).bind(number);
    let row: Option<ViewRow> = query.fetch_optional(ctx.sql().await?).await?;
    row.map(View::try_from).transpose()
}

pub(crate) async fn lock(ctx: &mut Ctx, number: ViewNumber) -> Result<Option<View>, Error> {
    find(ctx, LOCK, number).await
}

pub(crate) async fn lock_deleted(ctx: &mut Ctx, number: ViewNumber) -> Result<Option<View>, Error> {
    find(ctx, LOCK_DELETED, number).await
}

pub(crate) async fn update(ctx: &mut Ctx, view: &View) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE)
        .bind(store_id)
        .bind(view.number)
        .bind(&view.name)
        .bind(view.shared)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn update_deleted(ctx: &mut Ctx, number: ViewNumber) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(UPDATE_DELETED).bind(store_id).bind(number).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn update_restored(ctx: &mut Ctx, view: &View, most: i64) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let restored = sqlx::query(UPDATE_RESTORED)
        .bind(store_id)
        .bind(view.number)
        .bind(view.owner)
        .bind(view.list.as_str())
        .bind(most)
        .execute(ctx.sql().await?)
        .await?;
    Ok(restored.rows_affected() == 1)
}

pub(crate) async fn delete_older(ctx: &mut Ctx, before: Time) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_OLDER).bind(store_id).bind(before);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    #[tokio::test]
    async fn postgresql_takes_every_statement() {
        prepare_all(&TestDatabase::new().await, super::STATEMENTS).await;
    }
}
