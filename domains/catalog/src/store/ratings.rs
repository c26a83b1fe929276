//! What products keep of their reviews.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::ProductId;

use super::rows::rating;
use crate::Rating;

database::statements! {
    LOCK = "SELECT id, ratings FROM catalog.products WHERE store_id = $1 AND id = ANY ($2) ORDER BY id FOR NO KEY UPDATE";
    CHANGE = "UPDATE catalog.products p SET ratings = ARRAY[p.ratings[1] + c.one, p.ratings[2] + c.two, p.ratings[3] + c.three, \
            p.ratings[4] + c.four, p.ratings[5] + c.five] \
        FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]) \
            AS c (id, one, two, three, four, five) \
        WHERE p.store_id = $1 AND p.id = c.id";
    LIST = "SELECT id, ratings FROM catalog.products WHERE store_id = $1 AND ratings <> '{0,0,0,0,0}'";
}

fn by_product(rows: Vec<(ProductId, Vec<i64>)>) -> Result<BTreeMap<ProductId, Rating>, Error> {
    let rows = rows.into_iter();
    rows.map(|(id, counts)| Ok((id, rating(counts)?))).collect()
}

pub(crate) async fn lock(ctx: &mut Ctx, ids: &[ProductId]) -> Result<BTreeMap<ProductId, Rating>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(LOCK).bind(store_id).bind(ids);
    by_product(sql.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn change(ctx: &mut Ctx, changes: &BTreeMap<ProductId, [i64; 5]>) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let ids: Vec<ProductId> = changes.keys().copied().collect();
    let mut sql = sqlx::query(CHANGE).bind(store_id).bind(ids);
    for place in 0..5 {
        let column = changes
            .values()
            .map(|change| change.get(place).copied().unwrap_or_default());
        sql = sql.bind(column.collect::<Vec<i64>>());
    }
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<BTreeMap<ProductId, Rating>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(LIST).bind(store_id);
    by_product(sql.fetch_all(ctx.sql().await?).await?)
}
