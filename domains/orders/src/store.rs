//! All SQL of orders; what only lists, `check` and `import_history` need is in modules of its own.

pub(crate) mod audit;
mod documents;
mod life_rows;
mod line_row;
pub(crate) mod lists;
mod order_row;
pub(crate) mod parcels;
pub(crate) mod received;
pub(crate) mod sales;
pub(crate) mod whole;

use database::{Ctx, Error};
use kernel::{CustomerId, EmailAddress, OrderId, OrderLineId, RefundId};
use payments::RefundState;
use sqlx::types::Json;

use self::{
    life_rows::{RefundLineRow, RefundRow, TimelineRow},
    line_row::LineRow,
    order_row::OrderRow,
};
use crate::{ChangeError, Order, OrderAndLines, OrderLine, OrderRefund, TimelineEntry};

database::statements! {
    /// Whole orders with their lines and first entries, however many.
    INSERT_ORDERS = "WITH new_orders AS ( \
            INSERT INTO orders.orders SELECT * FROM jsonb_populate_recordset(NULL::orders.orders, $2) WHERE store_id = $1 \
        ), new_lines AS ( \
            INSERT INTO orders.lines SELECT * FROM jsonb_populate_recordset(NULL::orders.lines, $3) WHERE store_id = $1 \
        ) INSERT INTO orders.timeline SELECT * FROM jsonb_populate_recordset(NULL::orders.timeline, $4) WHERE store_id = $1";
    INSERT_REFUNDS = "WITH new_refunds AS ( \
            INSERT INTO orders.refunds SELECT * FROM jsonb_populate_recordset(NULL::orders.refunds, $2) WHERE store_id = $1 \
        ) INSERT INTO orders.refund_lines SELECT * FROM jsonb_populate_recordset(NULL::orders.refund_lines, $3) WHERE store_id = $1";
    /// Compare and swap by version, with the entry that tells of it.
    UPDATE_ORDER = "WITH changed AS ( \
            UPDATE orders.orders SET status = $4, payment_status = $5, fulfilment_status = $6, paid_total = $7, refunded_total = $8, \
                shipping_refunded = $9, tags = $10, updated_at = $11, version = version + 1 \
            WHERE store_id = $1 AND id = $2 AND version = $3 RETURNING id, version \
        ) INSERT INTO orders.timeline (store_id, id, order_id, order_version, kind, details, actor, occurred_at) \
        SELECT $1, $12, changed.id, changed.version, $13, $14, $15, $11 FROM changed";
    UPDATE_LINES = "UPDATE orders.lines l SET fulfilled_quantity = n.fulfilled_quantity, refunded_quantity = n.refunded_quantity, refunded = n.refunded \
        FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[]) AS n (id, fulfilled_quantity, refunded_quantity, refunded) \
        WHERE l.store_id = $1 AND l.order_id = $2 AND l.id = n.id";
    FIND_ORDER = "SELECT * FROM orders.orders WHERE store_id = $1 AND id = $2";
    FIND_ORDER_BY_NUMBER = "SELECT * FROM orders.orders WHERE store_id = $1 AND number = $2";
    LOCK_ORDER = "SELECT * FROM orders.orders WHERE store_id = $1 AND id = $2 FOR UPDATE";
    LIST_LINES = "SELECT * FROM orders.lines WHERE store_id = $1 AND order_id = $2 ORDER BY position";
    LIST_REFUNDS = "SELECT * FROM orders.refunds WHERE store_id = $1 AND order_id = $2 ORDER BY created_at, id";
    LIST_REFUND_LINES = "SELECT rl.* FROM orders.refunds r \
        JOIN orders.refund_lines rl ON rl.store_id = r.store_id AND rl.refund_id = r.id \
        JOIN orders.lines l ON l.store_id = rl.store_id AND l.id = rl.order_line_id \
        WHERE r.store_id = $1 AND r.order_id = $2 ORDER BY l.position";
    LIST_TIMELINE = "SELECT * FROM orders.timeline WHERE store_id = $1 AND order_id = $2 ORDER BY order_version, id";
    FIND_ORDER_OF_REFUND = "SELECT order_id FROM orders.refunds WHERE store_id = $1 AND id = $2";
    /// Compare and swap from pending.
    MOVE_REFUND = "UPDATE orders.refunds SET state = $3 WHERE store_id = $1 AND id = $2 AND state = 'pending'";
    ATTACH_TO_CUSTOMER = "UPDATE orders.orders SET customer_id = $3, updated_at = $4, version = version + 1 \
        WHERE store_id = $1 AND email = $2 AND customer_id IS NULL";
}

/// An entry to be written with a change.
pub(crate) struct Entry {
    pub(crate) kind: &'static str,
    pub(crate) details: serde_json::Value,
}

pub(crate) async fn insert_orders(
    ctx: &mut Ctx,
    orders: &[OrderAndLines],
    timeline: Vec<(OrderId, TimelineEntry)>,
) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let lines = orders.iter().flat_map(|sold| {
        sold.lines
            .iter()
            .map(move |line| LineRow::of(store_id, sold.order.id, line))
    });
    let timeline = timeline
        .into_iter()
        .map(|(order_id, entry)| TimelineRow::of(store_id, order_id, entry));
    sqlx::query(INSERT_ORDERS)
        .bind(store_id)
        .bind(Json(
            orders
                .iter()
                .map(|sold| OrderRow::of(store_id, &sold.order))
                .collect::<Vec<_>>(),
        ))
        .bind(Json(lines.collect::<Vec<_>>()))
        .bind(Json(timeline.collect::<Vec<_>>()))
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn insert_refunds(ctx: &mut Ctx, refunds: &[(OrderId, OrderRefund)]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let rows = refunds
        .iter()
        .map(|(order_id, refund)| RefundRow::of(store_id, *order_id, refund));
    let (rows, lines): (Vec<RefundRow>, Vec<Vec<RefundLineRow>>) = rows.unzip();
    sqlx::query(INSERT_REFUNDS)
        .bind(store_id)
        .bind(Json(rows))
        .bind(Json(lines.into_iter().flatten().collect::<Vec<_>>()))
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Writes what changed of an order, with the entry that tells of it. Afterwards `order` is at the next version.
pub(crate) async fn save(ctx: &mut Ctx, order: &mut Order, entry: Entry) -> Result<(), ChangeError> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let entry_id: kernel::TimelineId = ctx.new_id();
    let actor = ctx.actor().label();
    let updated = sqlx::query(UPDATE_ORDER)
        .bind(store_id)
        .bind(order.id)
        .bind(order.version)
        .bind(order.status.as_str())
        .bind(order.payment_status.as_str())
        .bind(order.fulfilment_status.as_str())
        .bind(order.paid_total.minor())
        .bind(order.refunded_total.minor())
        .bind(order.shipping_refunded.minor())
        .bind(&order.tags)
        .bind(now)
        .bind(entry_id)
        .bind(entry.kind)
        .bind(entry.details)
        .bind(actor)
        .execute(ctx.sql().await?)
        .await
        .map_err(Error::from)?;
    if updated.rows_affected() == 0 {
        return Err(ChangeError::VersionConflict);
    }
    order.version += 1;
    order.updated_at = now;
    Ok(())
}

/// Writes what was shipped and refunded of each line.
pub(crate) async fn update_lines(ctx: &mut Ctx, order_id: OrderId, lines: &[OrderLine]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE_LINES)
        .bind(store_id)
        .bind(order_id)
        .bind(lines.iter().map(|line| line.id).collect::<Vec<OrderLineId>>())
        .bind(lines.iter().map(|line| line.fulfilled_quantity).collect::<Vec<i64>>())
        .bind(lines.iter().map(|line| line.refunded_quantity).collect::<Vec<i64>>())
        .bind(lines.iter().map(|line| line.refunded.minor()).collect::<Vec<i64>>())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn find_order(ctx: &mut Ctx, id: OrderId) -> Result<Option<Order>, Error> {
    let store_id = ctx.store_id();
    let row: Option<OrderRow> = sqlx::query_as(FIND_ORDER)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Order::try_from).transpose()
}

pub(crate) async fn find_order_by_number(ctx: &mut Ctx, number: &str) -> Result<Option<Order>, Error> {
    let store_id = ctx.store_id();
    let row: Option<OrderRow> = sqlx::query_as(FIND_ORDER_BY_NUMBER)
        .bind(store_id)
        .bind(number)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Order::try_from).transpose()
}

/// The order and its lines; nobody else changes them until the end of the transaction.
pub(crate) async fn lock_order(ctx: &mut Ctx, id: OrderId) -> Result<Option<OrderAndLines>, Error> {
    let store_id = ctx.store_id();
    let row: Option<OrderRow> = sqlx::query_as(LOCK_ORDER)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (order, lines) = (row.try_into()?, list_lines(ctx, id).await?);
    Ok(Some(OrderAndLines { order, lines }))
}

pub(crate) async fn list_lines(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<OrderLine>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<LineRow> = sqlx::query_as(LIST_LINES)
        .bind(store_id)
        .bind(order_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(OrderLine::try_from).collect()
}

pub(crate) async fn list_refunds(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<OrderRefund>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<RefundRow> = sqlx::query_as(LIST_REFUNDS)
        .bind(store_id)
        .bind(order_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let lines: Vec<RefundLineRow> = sqlx::query_as(LIST_REFUND_LINES)
        .bind(store_id)
        .bind(order_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(|row| row.read(&lines)).collect()
}

pub(crate) async fn list_timeline(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<TimelineEntry>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<TimelineRow> = sqlx::query_as(LIST_TIMELINE)
        .bind(store_id)
        .bind(order_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().map(TimelineEntry::from).collect())
}

pub(crate) async fn find_order_of_refund(ctx: &mut Ctx, id: RefundId) -> Result<Option<OrderId>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(FIND_ORDER_OF_REFUND)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?)
}

/// False: the refund is decided.
pub(crate) async fn move_refund(ctx: &mut Ctx, id: RefundId, state: RefundState) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let moved = sqlx::query(MOVE_REFUND)
        .bind(store_id)
        .bind(id)
        .bind(state.as_str())
        .execute(ctx.sql().await?)
        .await?;
    Ok(moved.rows_affected() > 0)
}

pub(crate) async fn attach_to_customer(
    ctx: &mut Ctx,
    email: &EmailAddress,
    customer_id: CustomerId,
) -> Result<u64, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let attached = sqlx::query(ATTACH_TO_CUSTOMER)
        .bind(store_id)
        .bind(email.as_str())
        .bind(customer_id)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(attached.rows_affected())
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn postgres_accepts_every_statement() {
        let database = database::testing::TestDatabase::new().await;
        for statements in [
            super::STATEMENTS,
            super::lists::STATEMENTS,
            super::audit::STATEMENTS,
            super::parcels::STATEMENTS,
            super::sales::STATEMENTS,
            super::received::STATEMENTS,
            super::whole::STATEMENTS,
        ] {
            database::testing::prepare_all(&database, statements).await;
        }
    }
}
