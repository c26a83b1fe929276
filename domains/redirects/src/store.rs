//! All SQL of redirects.

use std::collections::HashSet;

use database::{Ctx, Error};

use crate::Redirect;

database::statements! {
    /// Until the end of the transaction nobody else puts redirects of the store.
    LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('redirects ' || $1::uuid::text, 0))";
    /// Answers how many are new.
    UPSERT = "WITH put AS ( \
            INSERT INTO redirects.paths AS p (store_id, from_path, to_path, created_at) \
            SELECT $1, w.from_path, w.to_path, $4 FROM unnest($2::text[], $3::text[]) AS w (from_path, to_path) \
            ON CONFLICT ON CONSTRAINT paths_pk DO UPDATE SET to_path = EXCLUDED.to_path RETURNING (xmax = 0) AS is_new \
        ) SELECT count(*) FILTER (WHERE is_new) FROM put";
    /// Those of the paths from which one comes back to them.
    CIRCLES = "WITH RECURSIVE walk AS ( \
            SELECT p.from_path AS start, p.to_path FROM redirects.paths p WHERE p.store_id = $1 AND p.from_path = ANY ($2) \
            UNION \
            SELECT w.start, p.to_path FROM walk w JOIN redirects.paths p ON p.store_id = $1 \
            AND p.from_path = rtrim(split_part(split_part(w.to_path, '?', 1), '#', 1), '/') \
        ) SELECT DISTINCT start FROM walk WHERE rtrim(split_part(split_part(to_path, '?', 1), '#', 1), '/') = start ORDER BY start";
    FIND = "SELECT to_path FROM redirects.paths WHERE store_id = $1 AND from_path = $2";
    KNOWN = "SELECT from_path FROM redirects.paths WHERE store_id = $1 AND from_path = ANY ($2)";
    LIST = "SELECT from_path, to_path FROM redirects.paths WHERE store_id = $1 AND from_path > $2 \
        AND ($3 = '' OR strpos(from_path, $3) > 0 OR strpos(to_path, $3) > 0) ORDER BY from_path LIMIT $4";
    COUNT = "SELECT count(*) FROM redirects.paths WHERE store_id = $1 \
        AND ($2 = '' OR strpos(from_path, $2) > 0 OR strpos(to_path, $2) > 0)";
    DELETE = "DELETE FROM redirects.paths WHERE store_id = $1 AND from_path = $2";
}

pub(crate) async fn lock(ctx: &mut Ctx) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(LOCK).bind(store_id).execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn upsert(ctx: &mut Ctx, from: &[&str], to: &[&str]) -> Result<u64, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let new: i64 = sqlx::query_scalar(UPSERT)
        .bind(store_id)
        .bind(from)
        .bind(to)
        .bind(now)
        .fetch_one(ctx.sql().await?)
        .await?;
    Ok(u64::try_from(new).unwrap_or_default())
}

pub(crate) async fn circles(ctx: &mut Ctx, from: &[&str]) -> Result<Vec<String>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(CIRCLES).bind(store_id).bind(from);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn find(ctx: &mut Ctx, from: &str) -> Result<Option<String>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(FIND).bind(store_id).bind(from);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn known(ctx: &mut Ctx, from: &[&str]) -> Result<HashSet<String>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(KNOWN).bind(store_id).bind(from);
    let known: Vec<String> = query.fetch_all(ctx.sql().await?).await?;
    Ok(known.into_iter().collect())
}

pub(crate) async fn list(ctx: &mut Ctx, q: &str, after: Option<&str>, limit: i64) -> Result<Vec<Redirect>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<(String, String)> = sqlx::query_as(LIST)
        .bind(store_id)
        .bind(after.unwrap_or_default())
        .bind(q)
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().map(|(from, to)| Redirect::stored(from, to)).collect())
}

pub(crate) async fn count(ctx: &mut Ctx, q: &str) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(COUNT).bind(store_id).bind(q);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn delete(ctx: &mut Ctx, from: &str) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE).bind(store_id).bind(from);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    #[tokio::test]
    async fn postgresql_takes_every_statement() {
        prepare_all(&TestDatabase::new().await, super::STATEMENTS).await;
    }
}
