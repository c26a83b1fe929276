//! Sums of orders.

use database::{Ctx, Error};
use kernel::{Currency, CustomerId, Money, ProductId, Time};

use crate::Sales;

/// What is summed up of orders in the store's currency that stand: neither what waits for its payment nor what was cancelled
/// is a sale.
macro_rules! sums {
    ($key:literal, $conditions:literal) => {
        concat!(
            "SELECT ",
            $key,
            ", count(*) AS orders, sum(o.total)::bigint AS total, sum(o.refunded_total)::bigint AS refunded \
             FROM orders.orders o WHERE o.store_id = $1 AND o.currency = $2 AND o.status NOT IN ('pending', 'cancelled') AND ",
            $conditions,
            " GROUP BY 1"
        )
    };
}

database::statements! {
    /// By the number of the period, from 1.
    SUM_UP = sums!("width_bucket(o.placed_at, $3::timestamptz[]) AS period", "o.placed_at >= $4 AND o.placed_at < $5");
    /// Pieces that were sold since a moment, by product.
    PIECES_BY_PRODUCT = "SELECT l.product_id, sum(l.quantity - l.refunded_quantity)::bigint FROM orders.orders o \
        JOIN orders.lines l ON l.store_id = o.store_id AND l.order_id = o.id \
        WHERE o.store_id = $1 AND o.placed_at >= $2 AND o.status NOT IN ('pending', 'cancelled') \
        GROUP BY l.product_id HAVING sum(l.quantity - l.refunded_quantity) > 0";
    SUM_UP_BY_CUSTOMER = sums!("o.customer_id", "o.customer_id = ANY ($3)");
}

#[derive(sqlx::FromRow)]
pub(crate) struct Sums {
    orders: i64,
    total: i64,
    refunded: i64,
}

impl Sums {
    pub(crate) fn of(&self, currency: Currency) -> Sales {
        Sales {
            orders: self.orders,
            total: Money::new(self.total, currency),
            refunded: Money::new(self.refunded, currency),
        }
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct PeriodRow {
    pub(crate) period: i32,
    #[sqlx(flatten)]
    pub(crate) sums: Sums,
}

#[derive(sqlx::FromRow)]
struct CustomerRow {
    customer_id: CustomerId,
    #[sqlx(flatten)]
    sums: Sums,
}

pub(crate) async fn sum_up(ctx: &mut Ctx, boundaries: &[Time]) -> Result<Vec<PeriodRow>, Error> {
    let (Some(first), Some(last)) = (boundaries.first(), boundaries.last()) else {
        return Ok(Vec::new());
    };
    let (store_id, currency) = (ctx.store_id(), ctx.currency());
    Ok(sqlx::query_as(SUM_UP)
        .bind(store_id)
        .bind(currency.code())
        .bind(boundaries)
        .bind(first)
        .bind(last)
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn pieces_by_product(ctx: &mut Ctx, since: Time) -> Result<Vec<(ProductId, i64)>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(PIECES_BY_PRODUCT).bind(store_id).bind(since);
    Ok(sql.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn sum_up_by_customer(
    ctx: &mut Ctx,
    customers: &[CustomerId],
) -> Result<Vec<(CustomerId, Sums)>, Error> {
    let (store_id, currency) = (ctx.store_id(), ctx.currency());
    let rows: Vec<CustomerRow> = sqlx::query_as(SUM_UP_BY_CUSTOMER)
        .bind(store_id)
        .bind(currency.code())
        .bind(customers)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().map(|row| (row.customer_id, row.sums)).collect())
}
