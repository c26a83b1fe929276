//! Gapless numbers per store.

use crate::{Ctx, Error};

const NEXT: &str = "INSERT INTO platform.sequences AS sequence (store_id, name, last_value) VALUES ($1, $2, $3 + $4 - 1) \
     ON CONFLICT ON CONSTRAINT sequences_pk DO UPDATE SET last_value = sequence.last_value + $4 RETURNING last_value - $4 + 1";

/// The first of `count` numbers that nobody else gets.
pub(crate) async fn next(ctx: &mut Ctx, name: &str, first: i64, count: i64) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(NEXT)
        .bind(store_id)
        .bind(name)
        .bind(first)
        .bind(count)
        .fetch_one(ctx.sql().await?)
        .await?)
}
