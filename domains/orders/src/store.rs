//! All SQL of orders; what only lists, `check` and `import_history` need is in modules of its own.

pub(crate) mod audit;
mod documents;
pub(crate) mod erase;
mod life_rows;
mod line_row;
pub(crate) mod lists;
mod order_row;
pub(crate) mod parcels;
pub(crate) mod received;
pub(crate) mod sales;
pub(crate) mod whole;

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{CustomerId, EmailAddress, Money, OrderId, OrderLineId, RefundId, Time, TimelineId};
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
    /// Compare and swap by version, with the entries that tell of it.
    UPDATE_ORDERS = "WITH new AS ( \
            SELECT * FROM unnest($2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], \
                $10::jsonb[], $11::uuid[], $12::text[], $13::jsonb[]) AS n (id, version, status, payment_status, fulfilment_status, \
                paid_total, refunded_total, shipping_refunded, tags, entry_id, kind, details) \
        ), changed AS ( \
            UPDATE orders.orders o SET status = n.status, payment_status = n.payment_status, fulfilment_status = n.fulfilment_status, \
                paid_total = n.paid_total, refunded_total = n.refunded_total, shipping_refunded = n.shipping_refunded, \
                tags = ARRAY(SELECT jsonb_array_elements_text(n.tags)), updated_at = $15, version = o.version + 1 \
            FROM new n CROSS JOIN LATERAL ( \
                SELECT seen.ctid AS place FROM orders.orders seen \
                WHERE seen.store_id = $1 AND seen.id = n.id AND seen.version = n.version OFFSET 0 \
            ) AS at WHERE o.ctid = at.place AND o.version = n.version RETURNING o.id, o.version \
        ) INSERT INTO orders.timeline (store_id, id, order_id, order_version, kind, details, actor, occurred_at) \
        SELECT $1, n.entry_id, changed.id, changed.version, n.kind, n.details, $14, $15 FROM changed JOIN new n ON n.id = changed.id";
    UPDATE_LINES = "UPDATE orders.lines l SET fulfilled_quantity = n.fulfilled_quantity, refunded_quantity = n.refunded_quantity, refunded = n.refunded \
        FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[]) AS n (id, fulfilled_quantity, refunded_quantity, refunded) \
        WHERE l.store_id = $1 AND l.order_id = $2 AND l.id = n.id";
    FIND_ORDER = "SELECT * FROM orders.orders WHERE store_id = $1 AND id = $2";
    FIND_ORDER_BY_NUMBER = "SELECT * FROM orders.orders WHERE store_id = $1 AND number = $2";
    LOCK_ORDERS = "SELECT own.* FROM (SELECT DISTINCT unnest($2::uuid[]) AS id ORDER BY id) AS n \
        CROSS JOIN LATERAL (SELECT * FROM orders.orders WHERE store_id = $1 AND id = n.id FOR UPDATE) AS own";
    LIST_REFUNDS = "SELECT * FROM orders.refunds WHERE store_id = $1 AND order_id = $2 ORDER BY created_at, id";
    LIST_REFUND_LINES = "SELECT rl.* FROM orders.refunds r \
        JOIN orders.refund_lines rl ON rl.store_id = r.store_id AND rl.refund_id = r.id \
        JOIN orders.lines l ON l.store_id = rl.store_id AND l.id = rl.order_line_id \
        WHERE r.store_id = $1 AND r.order_id = $2 ORDER BY l.position";
    FIND_ORDER_OF_REFUND = "SELECT order_id FROM orders.refunds WHERE store_id = $1 AND id = $2";
    /// Compare and swap from pending.
    MOVE_REFUND = "UPDATE orders.refunds SET state = $3 WHERE store_id = $1 AND id = $2 AND state = 'pending'";
    ATTACH_TO_CUSTOMER = "UPDATE orders.orders SET customer_id = $3, updated_at = $4, version = version + 1 \
        WHERE store_id = $1 AND email = $2 AND customer_id IS NULL";
    HAS_BOUGHT_SINCE = "SELECT EXISTS (SELECT FROM orders.orders \
        WHERE store_id = $1 AND email = $2 AND placed_at >= $3 AND status <> 'cancelled')";
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
    save_all(ctx, std::slice::from_mut(order), vec![entry]).await?;
    Ok(())
}

/// The same for several orders, with an entry for each, which are the answer.
pub(crate) async fn save_all(
    ctx: &mut Ctx,
    orders: &mut [Order],
    entries: Vec<Entry>,
) -> Result<Vec<TimelineEntry>, ChangeError> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let entries = orders.iter().zip(entries).map(|(order, entry)| TimelineEntry {
        id: ctx.new_id(),
        order_version: order.version + 1,
        kind: entry.kind.to_owned(),
        details: entry.details,
        actor: ctx.actor().label(),
        occurred_at: now,
    });
    let entries: Vec<TimelineEntry> = entries.collect();
    let money = |amount: fn(&Order) -> Money| orders.iter().map(|order| amount(order).minor()).collect::<Vec<i64>>();
    let updated = sqlx::query(UPDATE_ORDERS)
        .bind(store_id)
        .bind(orders.iter().map(|order| order.id).collect::<Vec<OrderId>>())
        .bind(orders.iter().map(|order| order.version).collect::<Vec<i64>>())
        .bind(orders.iter().map(|order| order.status.as_str()).collect::<Vec<_>>())
        .bind(
            orders
                .iter()
                .map(|order| order.payment_status.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(
            orders
                .iter()
                .map(|order| order.fulfilment_status.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(money(|order| order.paid_total))
        .bind(money(|order| order.refunded_total))
        .bind(money(|order| order.shipping_refunded))
        .bind(orders.iter().map(|order| Json(&order.tags)).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| entry.id).collect::<Vec<TimelineId>>())
        .bind(entries.iter().map(|entry| entry.kind.as_str()).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| Json(&entry.details)).collect::<Vec<_>>())
        .bind(ctx.actor().label())
        .bind(now)
        .execute(ctx.sql().await?)
        .await
        .map_err(Error::from)?;
    if usize::try_from(updated.rows_affected()) != Ok(orders.len()) {
        return Err(ChangeError::VersionConflict { current: None });
    }
    for order in orders {
        order.version += 1;
        order.updated_at = now;
    }
    Ok(entries)
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
    Ok(lock_orders(ctx, &[id]).await?.remove(&id))
}

/// The same for those that there are of several, locked in the order of their ids.
pub(crate) async fn lock_orders(ctx: &mut Ctx, ids: &[OrderId]) -> Result<HashMap<OrderId, OrderAndLines>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<OrderRow> = sqlx::query_as(LOCK_ORDERS)
        .bind(store_id)
        .bind(ids)
        .fetch_all(ctx.sql().await?)
        .await?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let mut lines = whole::lines(ctx, ids).await?;
    let locked = rows.into_iter().map(|row| {
        let order = Order::try_from(row)?;
        let lines = lines.remove(&order.id).unwrap_or_default();
        Ok((order.id, OrderAndLines { order, lines }))
    });
    locked.collect()
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

pub(crate) async fn has_bought_since(ctx: &mut Ctx, email: &EmailAddress, since: Time) -> Result<bool, Error> {
    let query = sqlx::query_scalar(HAS_BOUGHT_SINCE).bind(ctx.store_id());
    let query = query.bind(email.as_str()).bind(since);
    Ok(query.fetch_one(ctx.sql().await?).await?)
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
            super::erase::STATEMENTS,
        ] {
            database::testing::prepare_all(&database, statements).await;
        }
    }
}
