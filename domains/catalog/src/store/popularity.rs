//! How many pieces of products were sold lately.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::ProductId;

database::statements! {
    /// The products whose number is another: of those that sold before, by the index `products_sold`, and of those that are told
    /// of. They are locked in the order of their ids, so that two who do this never wait in a circle.
    SET_SOLD = "WITH told AS (SELECT * FROM unnest($2::uuid[], $3::bigint[]) AS t (id, sold)), \
        due AS (SELECT p.id, coalesce(t.sold, 0) AS sold FROM catalog.products p LEFT JOIN told t ON t.id = p.id \
            WHERE p.store_id = $1 AND p.sold > 0 AND p.sold <> coalesce(t.sold, 0) \
            UNION ALL SELECT t.id, t.sold FROM told t WHERE t.sold > 0 AND NOT EXISTS (SELECT FROM catalog.products p \
                WHERE p.store_id = $1 AND p.id = t.id AND p.sold > 0)), \
        locked AS (SELECT p.id, due.sold FROM due JOIN catalog.products p ON p.store_id = $1 AND p.id = due.id \
            ORDER BY p.id FOR NO KEY UPDATE OF p) \
        UPDATE catalog.products p SET sold = locked.sold FROM locked WHERE p.store_id = $1 AND p.id = locked.id RETURNING p.id";
}

pub(crate) async fn set_sold(ctx: &mut Ctx, sold: &BTreeMap<ProductId, i64>) -> Result<Vec<ProductId>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_scalar(SET_SOLD)
        .bind(store_id)
        .bind(sold.keys().copied().collect::<Vec<ProductId>>())
        .bind(sold.values().copied().collect::<Vec<i64>>());
    Ok(sql.fetch_all(ctx.sql().await?).await?)
}
