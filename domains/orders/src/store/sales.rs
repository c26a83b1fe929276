//! Sums of orders.

use database::{Ctx, Error};
use kernel::Time;

database::statements! {
    /// By the number of the period, from 1.
    SUM_UP = "SELECT width_bucket(o.placed_at, $2::timestamptz[]) AS period, count(*) AS orders, \
            sum(o.total)::bigint AS total, sum(o.refunded_total)::bigint AS refunded \
        FROM orders.orders o WHERE o.store_id = $1 AND o.placed_at >= $3 AND o.placed_at < $4 AND o.currency = $5 \
            AND o.status NOT IN ('pending', 'cancelled') GROUP BY 1";
}

#[derive(sqlx::FromRow)]
pub(crate) struct SumRow {
    pub(crate) period: i32,
    pub(crate) orders: i64,
    pub(crate) total: i64,
    pub(crate) refunded: i64,
}

pub(crate) async fn sum_up(ctx: &mut Ctx, boundaries: &[Time]) -> Result<Vec<SumRow>, Error> {
    let (Some(first), Some(last)) = (boundaries.first(), boundaries.last()) else {
        return Ok(Vec::new());
    };
    let (store_id, currency) = (ctx.store_id(), ctx.currency());
    Ok(sqlx::query_as(SUM_UP)
        .bind(store_id)
        .bind(boundaries)
        .bind(first)
        .bind(last)
        .bind(currency.code())
        .fetch_all(ctx.sql().await?)
        .await?)
}
