//! Sums of orders.

use database::{Ctx, Error};
use kernel::{Currency, CustomerId, Money, ProductId, Time};

use crate::Sales;

/// What is summed up of orders in the store's currency that stand: neither what waits for its payment nor what was cancelled
/// is a sale.
macro_rules! sums {
    ($conditions:literal) => {
        concat!(
            "count(*) AS orders, coalesce(sum(o.total), 0)::bigint AS total, coalesce(sum(o.refunded_total), 0)::bigint AS refunded \
             FROM orders.orders o WHERE o.store_id = $1 AND o.currency = $2 AND o.status NOT IN ('pending', 'cancelled') AND ",
            $conditions
        )
    };
}

database::statements! {
    /// By the number of the period, from 1. Each is a range of an index that holds all that is summed up: to sort each order into its
    /// period takes longer than to add it.
    SUM_UP = concat!("SELECT p.period, s.* FROM unnest($3::timestamptz[], $4::timestamptz[]) \
        WITH ORDINALITY AS p (begins, ends, period) CROSS JOIN LATERAL (SELECT ",
        sums!("o.placed_at >= p.begins AND o.placed_at < p.ends"), ") AS s");
    /// Pieces that were sold since a moment, by product.
    PIECES_BY_PRODUCT = "SELECT l.product_id, sum(l.quantity - l.refunded_quantity)::bigint FROM orders.orders o \
        JOIN orders.lines l ON l.store_id = o.store_id AND l.order_id = o.id \
        WHERE o.store_id = $1 AND o.placed_at >= $2 AND o.status NOT IN ('pending', 'cancelled') \
        GROUP BY l.product_id HAVING sum(l.quantity - l.refunded_quantity) > 0";
    SUM_UP_BY_CUSTOMER = concat!("SELECT o.customer_id, ", sums!("o.customer_id = ANY ($3)"), " GROUP BY 1");
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
    pub(crate) period: i64,
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
    let (store_id, currency) = (ctx.store_id(), ctx.currency());
    let begins = boundaries.split_last().map(|(_, begins)| begins).unwrap_or_default();
    let ends = boundaries.get(1..).unwrap_or_default();
    Ok(sqlx::query_as(SUM_UP)
        .bind(store_id)
        .bind(currency.code())
        .bind(begins)
        .bind(ends)
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
