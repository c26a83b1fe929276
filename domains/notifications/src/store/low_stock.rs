//! Who reads each morning what is low.

use chrono::NaiveDate;
use database::{Ctx, Error};
use kernel::AccountId;

database::statements! {
    INSERT = "INSERT INTO notifications.low_stock_readers (store_id, account_id, locale) VALUES ($1, $2, $3) \
        ON CONFLICT ON CONSTRAINT low_stock_readers_pk DO UPDATE SET locale = excluded.locale";
    DELETE = "DELETE FROM notifications.low_stock_readers WHERE store_id = $1 AND account_id = $2";
    IS_READER = "SELECT EXISTS (SELECT FROM notifications.low_stock_readers WHERE store_id = $1 AND account_id = $2)";
    TAKE_DUE = "UPDATE notifications.low_stock_readers SET told_on = $2 \
        WHERE store_id = $1 AND (told_on IS NULL OR told_on < $2) RETURNING account_id, locale";
}

pub(crate) async fn insert(ctx: &mut Ctx, account_id: AccountId) -> Result<(), Error> {
    let (store_id, locale) = (ctx.store_id(), ctx.locale().code());
    let query = sqlx::query(INSERT).bind(store_id).bind(account_id).bind(locale);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn delete(ctx: &mut Ctx, account_id: AccountId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE).bind(store_id).bind(account_id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn is_reader(ctx: &mut Ctx, account_id: AccountId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(IS_READER).bind(store_id).bind(account_id);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// Whoever was not told on that day yet, and counts as told from now on: each is taken once, however many ask.
pub(crate) async fn take_due(ctx: &mut Ctx, day: NaiveDate) -> Result<Vec<(AccountId, String)>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(TAKE_DUE).bind(store_id).bind(day);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}
