//! Moments at which the shop looks different by itself.

use database::{Ctx, Error};
use kernel::Time;

database::statements! {
    /// The next moment at which a product is published, or a sale begins or ends.
    NEXT = "SELECT least( \
           (SELECT min(published_at) FROM catalog.products WHERE store_id = $1 AND status = 'active' AND published_at > $2), \
           (SELECT min(sale_starts_at) FROM catalog.variants WHERE store_id = $1 AND sale_starts_at > $2), \
           (SELECT min(sale_ends_at) FROM catalog.variants WHERE store_id = $1 AND sale_ends_at > $2))";
}

pub(crate) async fn next(ctx: &mut Ctx) -> Result<Option<Time>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    Ok(sqlx::query_scalar(NEXT)
        .bind(store_id)
        .bind(now)
        .fetch_one(ctx.sql().await?)
        .await?)
}
