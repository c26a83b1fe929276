//! What customers took of variants with a limit.

use std::collections::HashMap;

use database::{Ctx, Error, OnConstraint as _};
use kernel::{OrderId, VariantId};

use crate::{QuotaError, TakeQuota};

database::statements! {
    /// Counters are changed in the order of the variants and customers, so that two batches never wait for each other. The
    /// limit is the CHECK on the counter: a piece too many fails the statement.
    TAKE = "WITH wanted AS ( \
            SELECT * FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::bigint[]) \
                AS w (order_id, customer_key, variant_id, quantity, maximum) \
        ), used AS ( \
            INSERT INTO inventory.quota_uses AS u (store_id, order_id, variant_id, customer_key, quantity) \
            SELECT $1, order_id, variant_id, customer_key, quantity FROM wanted ON CONFLICT ON CONSTRAINT quota_uses_pk \
            DO UPDATE SET given_back_at = NULL, quantity = EXCLUDED.quantity, customer_key = EXCLUDED.customer_key \
            WHERE u.given_back_at IS NOT NULL RETURNING order_id, variant_id \
        ) INSERT INTO inventory.quotas AS q (store_id, variant_id, customer_key, taken, maximum) \
        SELECT $1, w.variant_id, w.customer_key, sum(w.quantity)::bigint, max(w.maximum) FROM wanted w \
        JOIN used ON used.order_id = w.order_id AND used.variant_id = w.variant_id \
        GROUP BY w.variant_id, w.customer_key ORDER BY w.variant_id, w.customer_key \
        ON CONFLICT ON CONSTRAINT quotas_pk DO UPDATE SET taken = q.taken + EXCLUDED.taken, maximum = EXCLUDED.maximum";
    /// A limit that was lowered since does not keep anybody from giving back.
    GIVE_BACK = "WITH locked AS ( \
            SELECT q.variant_id, q.customer_key FROM inventory.quotas q JOIN inventory.quota_uses u ON u.store_id = q.store_id \
                AND u.variant_id = q.variant_id AND u.customer_key = q.customer_key \
            WHERE u.store_id = $1 AND u.order_id = $2 AND u.given_back_at IS NULL ORDER BY q.variant_id FOR UPDATE OF q \
        ), returned AS ( \
            UPDATE inventory.quota_uses u SET given_back_at = $3 FROM locked \
            WHERE u.store_id = $1 AND u.order_id = $2 AND u.variant_id = locked.variant_id AND u.given_back_at IS NULL \
            RETURNING u.variant_id, u.customer_key, u.quantity \
        ) UPDATE inventory.quotas q SET taken = q.taken - returned.quantity FROM returned \
        WHERE q.store_id = $1 AND q.variant_id = returned.variant_id AND q.customer_key = returned.customer_key";
    TAKEN = "SELECT variant_id, taken FROM inventory.quotas WHERE store_id = $1 AND customer_key = $2 \
        AND variant_id = ANY($3::uuid[]) AND taken > 0";
    MISCOUNTED = "SELECT q.variant_id, q.customer_key, q.taken, coalesce(sum(u.quantity), 0)::bigint AS used \
        FROM inventory.quotas q LEFT JOIN inventory.quota_uses u ON u.store_id = q.store_id AND u.variant_id = q.variant_id \
            AND u.customer_key = q.customer_key AND u.given_back_at IS NULL \
        WHERE q.store_id = $1 GROUP BY q.variant_id, q.customer_key, q.taken HAVING q.taken <> coalesce(sum(u.quantity), 0)";
}

pub(crate) async fn take(ctx: &mut Ctx, takes: &[TakeQuota<'_>]) -> Result<(), QuotaError> {
    let store_id = ctx.store_id();
    let demands = || {
        takes
            .iter()
            .flat_map(|take| take.demands.iter().map(move |demand| (take, demand)))
    };
    let taken = sqlx::query(TAKE)
        .bind(store_id)
        .bind(demands().map(|(take, _)| take.order_id).collect::<Vec<OrderId>>())
        .bind(demands().map(|(take, _)| take.customer_key).collect::<Vec<_>>())
        .bind(demands().map(|(_, demand)| demand.variant_id).collect::<Vec<_>>())
        .bind(demands().map(|(_, demand)| demand.quantity).collect::<Vec<_>>())
        .bind(demands().map(|(_, demand)| demand.maximum).collect::<Vec<_>>())
        .execute(ctx.sql().await?)
        .await
        .map_err(Error::from);
    taken.on_constraint("quotas_taken_check", || QuotaError::Reached)?;
    Ok(())
}

pub(crate) async fn give_back(ctx: &mut Ctx, order: OrderId) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(GIVE_BACK)
        .bind(store_id)
        .bind(order)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn taken(
    ctx: &mut Ctx,
    customer_key: &str,
    variants: &[VariantId],
) -> Result<HashMap<VariantId, i64>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<(VariantId, i64)> = sqlx::query_as(TAKEN)
        .bind(store_id)
        .bind(customer_key)
        .bind(variants)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Variant, customer, what is counted and what orders took.
pub(crate) async fn miscounted(ctx: &mut Ctx) -> Result<Vec<(VariantId, String, i64, i64)>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(MISCOUNTED)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?)
}
