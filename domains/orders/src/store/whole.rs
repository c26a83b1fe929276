//! Orders with all that belongs to them, many at a time.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{OrderId, Time};
use uuid::Uuid;

use super::{
    life_rows::{FulfilmentLineRow, FulfilmentRow, RefundLineRow, RefundRow, TimelineRow},
    line_row::LineRow,
    order_row::OrderRow,
};
use crate::{Fulfilment, Order, OrderAndLines, OrderDetails, OrderLine, OrderRefund};

/// The rows of a table that belong to orders. Each order is looked up by itself, whatever PostgreSQL knows of the table.
macro_rules! of_each {
    ($table:literal, $order:literal) => {
        concat!(
            "SELECT own.* FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) AS n CROSS JOIN LATERAL (SELECT * FROM ",
            $table,
            " WHERE store_id = $1 AND order_id = n.id OFFSET 0) AS own ORDER BY ",
            $order
        )
    };
}

database::statements! {
    LIST_TAKEN_OVER = "SELECT external_number FROM orders.orders WHERE store_id = $1 AND external_number = ANY($2) AND external_number <> ''";
    LIST_ORDERS = "SELECT * FROM orders.orders WHERE store_id = $1 \
        AND ($2::timestamptz IS NULL OR (placed_at, id) > ($2, $3::uuid)) ORDER BY placed_at, id LIMIT $4";
    LIST_ORDERS_OF = "SELECT own.* FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) AS n \
        CROSS JOIN LATERAL (SELECT * FROM orders.orders WHERE store_id = $1 AND id = n.id OFFSET 0) AS own";
    LIST_TIMELINE_OF = of_each!("orders.timeline", "order_id, order_version, id");
    /// With the tax of what is refunded, which only refunds know; of a line without any nothing is looked up.
    LIST_LINES_OF = "SELECT own.*, CASE WHEN own.refunded = 0 THEN 0 ELSE ( \
            SELECT coalesce(sum(rl.tax), 0)::bigint FROM orders.refund_lines rl \
            JOIN orders.refunds r ON r.store_id = rl.store_id AND r.id = rl.refund_id \
            WHERE rl.store_id = $1 AND rl.order_line_id = own.id AND r.state <> 'failed') END AS refunded_tax \
        FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) AS n \
        CROSS JOIN LATERAL (SELECT * FROM orders.lines WHERE store_id = $1 AND order_id = n.id OFFSET 0) AS own ORDER BY order_id, position";
    LIST_FULFILMENTS_OF = of_each!("orders.fulfilments", "order_id, created_at, id");
    LIST_FULFILMENT_LINES_OF = "SELECT fl.* FROM orders.fulfilments f \
        JOIN orders.fulfilment_lines fl ON fl.store_id = f.store_id AND fl.fulfilment_id = f.id \
        JOIN orders.lines l ON l.store_id = fl.store_id AND l.id = fl.order_line_id \
        WHERE f.store_id = $1 AND f.order_id = ANY($2::uuid[]) ORDER BY l.position";
    LIST_REFUNDS_OF = of_each!("orders.refunds", "order_id, created_at, id");
    LIST_REFUND_LINES_OF = "SELECT rl.* FROM orders.refunds r \
        JOIN orders.refund_lines rl ON rl.store_id = r.store_id AND rl.refund_id = r.id \
        JOIN orders.lines l ON l.store_id = rl.store_id AND l.id = rl.order_line_id \
        WHERE r.store_id = $1 AND r.order_id = ANY($2::uuid[]) ORDER BY l.position";
}

pub(crate) async fn list(
    ctx: &mut Ctx,
    after: Option<(Time, OrderId)>,
    limit: i64,
) -> Result<Vec<OrderDetails>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<OrderRow> = sqlx::query_as(LIST_ORDERS)
        .bind(store_id)
        .bind(after.map(|(placed_at, _)| placed_at))
        .bind(after.map(|(_, id)| id))
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    let sold = with_lines(ctx, rows).await?;
    with_the_rest(ctx, sold).await
}

/// Those that there are of these orders, with their timelines.
pub(crate) async fn list_of(ctx: &mut Ctx, ids: &[OrderId]) -> Result<HashMap<OrderId, OrderDetails>, Error> {
    let found = rows::<OrderRow>(ctx, LIST_ORDERS_OF, ids).await?;
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let sold = with_lines(ctx, found).await?;
    let whole = with_the_rest_and_timeline(ctx, sold).await?;
    Ok(whole.into_iter().map(|one| (one.order.id, one)).collect())
}

async fn with_lines(ctx: &mut Ctx, found: Vec<OrderRow>) -> Result<Vec<OrderAndLines>, Error> {
    let orders: Vec<Order> = found.into_iter().map(Order::try_from).collect::<Result<_, _>>()?;
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let mut lines = lines(ctx, &ids).await?;
    let sold = orders.into_iter().map(|order| OrderAndLines {
        lines: lines.remove(&order.id).unwrap_or_default(),
        order,
    });
    Ok(sold.collect())
}

/// Orders with lines, parcels, refunds and timelines.
pub(crate) async fn with_the_rest_and_timeline(
    ctx: &mut Ctx,
    sold: Vec<OrderAndLines>,
) -> Result<Vec<OrderDetails>, Error> {
    let ids: Vec<OrderId> = sold.iter().map(|one| one.order.id).collect();
    let mut whole = with_the_rest(ctx, sold).await?;
    let entries = rows::<TimelineRow>(ctx, LIST_TIMELINE_OF, &ids).await?;
    let mut timelines = by_owner(entries, |entry| entry.order_id);
    for one in &mut whole {
        let timeline = timelines.remove(&one.order.id.into()).unwrap_or_default();
        one.timeline = timeline.into_iter().map(Into::into).collect();
    }
    Ok(whole)
}

/// Orders with lines, parcels and refunds.
async fn with_the_rest(ctx: &mut Ctx, sold: Vec<OrderAndLines>) -> Result<Vec<OrderDetails>, Error> {
    let ids: Vec<OrderId> = sold.iter().map(|one| one.order.id).collect();
    let mut fulfilments = fulfilments(ctx, &ids).await?;
    let mut refunds = refunds(ctx, &ids).await?;
    let whole = sold.into_iter().map(|OrderAndLines { order, lines }| OrderDetails {
        lines,
        fulfilments: fulfilments.remove(&order.id).unwrap_or_default(),
        refunds: refunds.remove(&order.id).unwrap_or_default(),
        timeline: Vec::new(),
        order,
    });
    Ok(whole.collect())
}

async fn rows<R>(ctx: &mut Ctx, sql: &'static str, ids: &[OrderId]) -> Result<Vec<R>, Error>
where
    R: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> + Send + Unpin,
{
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(sql)
        .bind(store_id)
        .bind(ids)
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn lines(ctx: &mut Ctx, ids: &[OrderId]) -> Result<HashMap<OrderId, Vec<OrderLine>>, Error> {
    let mut by_order: HashMap<OrderId, Vec<OrderLine>> = HashMap::with_capacity(ids.len());
    for row in rows::<LineRow>(ctx, LIST_LINES_OF, ids).await? {
        let order = OrderId::from(row.order_id);
        by_order.entry(order).or_default().push(row.try_into()?);
    }
    Ok(by_order)
}

async fn fulfilments(ctx: &mut Ctx, ids: &[OrderId]) -> Result<HashMap<OrderId, Vec<Fulfilment>>, Error> {
    let found = rows::<FulfilmentRow>(ctx, LIST_FULFILMENTS_OF, ids).await?;
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let lines = rows::<FulfilmentLineRow>(ctx, LIST_FULFILMENT_LINES_OF, ids).await?;
    let mut lines = by_owner(lines, |line| line.fulfilment_id);
    let mut by_order: HashMap<OrderId, Vec<Fulfilment>> = HashMap::new();
    for row in found {
        let own = lines.remove(&row.id).unwrap_or_default();
        let order = OrderId::from(row.order_id);
        by_order.entry(order).or_default().push(row.read(&own)?);
    }
    Ok(by_order)
}

pub(crate) async fn refunds(ctx: &mut Ctx, ids: &[OrderId]) -> Result<HashMap<OrderId, Vec<OrderRefund>>, Error> {
    let found = rows::<RefundRow>(ctx, LIST_REFUNDS_OF, ids).await?;
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let lines = rows::<RefundLineRow>(ctx, LIST_REFUND_LINES_OF, ids).await?;
    let mut lines = by_owner(lines, |line| line.refund_id);
    let mut by_order: HashMap<OrderId, Vec<OrderRefund>> = HashMap::new();
    for row in found {
        let own = lines.remove(&row.id).unwrap_or_default();
        let order = OrderId::from(row.order_id);
        by_order.entry(order).or_default().push(row.read(&own)?);
    }
    Ok(by_order)
}

fn by_owner<R>(rows: Vec<R>, owner: impl Fn(&R) -> Uuid) -> HashMap<Uuid, Vec<R>> {
    let mut grouped: HashMap<Uuid, Vec<R>> = HashMap::new();
    for row in rows {
        grouped.entry(owner(&row)).or_default().push(row);
    }
    grouped
}

/// Those of the numbers that orders had elsewhere.
pub(crate) async fn list_taken_over(ctx: &mut Ctx, numbers: &[&str]) -> Result<Vec<String>, Error> {
    let store_id = ctx.store_id();
    let list = sqlx::query_scalar(LIST_TAKEN_OVER).bind(store_id).bind(numbers);
    Ok(list.fetch_all(ctx.sql().await?).await?)
}
