//! Tax codes of the store's own.

use database::{Ctx, Error};

use crate::{OwnCode, TaxCategory, TaxCode};

database::statements! {
    LIST_CODES = "SELECT code, name, category FROM tax.codes WHERE store_id = $1 ORDER BY name, code";
    PUT_CODE = "INSERT INTO tax.codes (store_id, code, name, category) VALUES ($1, $2, $3, $4) \
        ON CONFLICT ON CONSTRAINT codes_pk DO UPDATE SET name = EXCLUDED.name, category = EXCLUDED.category";
    /// Its rates go with it.
    DELETE_CODE = "WITH rates AS (DELETE FROM tax.rates WHERE store_id = $1 AND category = $2) \
        DELETE FROM tax.codes WHERE store_id = $1 AND code = $2";
}

/// Reads a stored code.
pub(super) fn parse(code: &str) -> Result<TaxCode, Error> {
    TaxCode::parse(code).map_err(|_error| Error::corrupt("tax code", code))
}

/// Reads a stored category.
pub(super) fn parse_category(name: &str) -> Result<TaxCategory, Error> {
    TaxCategory::parse(name).ok_or_else(|| Error::corrupt("tax.codes.category", name))
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<OwnCode>, Error> {
    let store = ctx.store_id();
    let list = sqlx::query_as(LIST_CODES).bind(store);
    let rows: Vec<(String, String, String)> = list.fetch_all(ctx.sql().await?).await?;
    let own = |(code, name, category): (String, String, String)| {
        Ok(OwnCode {
            code: parse(&code)?,
            name,
            category: parse_category(&category)?,
        })
    };
    rows.into_iter().map(own).collect()
}

pub(crate) async fn put(ctx: &mut Ctx, code: &OwnCode) -> Result<(), Error> {
    let store = ctx.store_id();
    let put = sqlx::query(PUT_CODE)
        .bind(store)
        .bind(code.code.as_str())
        .bind(&code.name)
        .bind(code.category.as_str());
    put.execute(ctx.sql().await?).await?;
    Ok(())
}

/// Whether there was such a code.
pub(crate) async fn delete(ctx: &mut Ctx, code: &TaxCode) -> Result<bool, Error> {
    let store = ctx.store_id();
    let delete = sqlx::query(DELETE_CODE).bind(store).bind(code.as_str());
    Ok(delete.execute(ctx.sql().await?).await?.rows_affected() > 0)
}
