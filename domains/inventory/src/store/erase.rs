//! Takes a person out of quotas.

use database::{Ctx, Error};
use kernel::{OrderId, VariantId};

database::statements! {
    GIVE_BACK = "UPDATE inventory.quotas q SET taken = q.taken - u.quantity FROM ( \
            SELECT variant_id, customer_key, sum(quantity)::bigint AS quantity FROM inventory.quota_uses \
            WHERE store_id = $1 AND order_id = ANY ($2) AND given_back_at IS NULL GROUP BY variant_id, customer_key \
        ) AS u WHERE q.store_id = $1 AND q.variant_id = u.variant_id AND q.customer_key = u.customer_key";
    DELETE_USES = "DELETE FROM inventory.quota_uses WHERE store_id = $1 AND order_id = ANY ($2) RETURNING variant_id, customer_key";
    DELETE_UNUSED = "DELETE FROM inventory.quotas q USING unnest($2::uuid[], $3::text[]) AS n (variant_id, customer_key) \
        WHERE q.store_id = $1 AND q.variant_id = n.variant_id AND q.customer_key = n.customer_key AND NOT EXISTS ( \
            SELECT FROM inventory.quota_uses u WHERE u.store_id = q.store_id AND u.variant_id = q.variant_id AND u.customer_key = q.customer_key)";
}

pub(crate) async fn erase(ctx: &mut Ctx, orders: &[OrderId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(GIVE_BACK).bind(store_id).bind(orders);
    query.execute(ctx.sql().await?).await?;
    let query = sqlx::query_as(DELETE_USES).bind(store_id).bind(orders);
    let used: Vec<(VariantId, String)> = query.fetch_all(ctx.sql().await?).await?;
    if used.is_empty() {
        return Ok(());
    }
    let (variants, keys): (Vec<VariantId>, Vec<String>) = used.into_iter().unzip();
    let query = sqlx::query(DELETE_UNUSED).bind(store_id).bind(variants).bind(keys);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}
