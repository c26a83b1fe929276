//! What `check` asks.

use database::{Ctx, Error};
use kernel::OrderId;

database::statements! {
    /// Amounts of an order beside what its lines, refunds and delivery sum to. Only a refund of an order from elsewhere may be
    /// for no piece.
    LIST_WRONG_TOTALS = "SELECT o.number, w.what, w.stored, w.summed FROM orders.orders o \
        CROSS JOIN LATERAL (SELECT coalesce(sum(l.unit_price * l.quantity), 0)::bigint AS items, coalesce(sum(l.discount), 0)::bigint AS discount, \
            coalesce(sum(l.tax), 0)::bigint AS tax, coalesce(sum(l.total), 0)::bigint AS total, coalesce(sum(l.refunded), 0)::bigint AS refunded \
            FROM orders.lines l WHERE l.store_id = o.store_id AND l.order_id = o.id) AS lines \
        CROSS JOIN LATERAL (SELECT coalesce(sum(r.amount), 0)::bigint AS amount, coalesce(sum(r.shipping_amount), 0)::bigint AS shipping, \
            coalesce(sum(r.amount - r.shipping_amount - (SELECT coalesce(sum(rl.amount), 0) FROM orders.refund_lines rl \
                WHERE rl.store_id = r.store_id AND rl.refund_id = r.id)) FILTER (WHERE o.external_number <> ''), 0)::bigint AS at_large \
            FROM orders.refunds r WHERE r.store_id = o.store_id AND r.order_id = o.id AND r.state <> 'failed') AS refunds \
        CROSS JOIN LATERAL (VALUES ('items_total', o.items_total, lines.items), ('discount_total', o.discount_total, lines.discount), \
            ('tax_total', o.tax_total, lines.tax + o.shipping_tax), \
            ('total', o.total, lines.total + o.shipping_total - o.shipping_discount + CASE WHEN o.prices_include_tax THEN 0 ELSE o.shipping_tax END), \
            ('refunded_total', o.refunded_total, refunds.amount), ('shipping_refunded', o.shipping_refunded, refunds.shipping), \
            ('refunded_total less delivery', o.refunded_total - o.shipping_refunded, lines.refunded + refunds.at_large)) AS w (what, stored, summed) \
        WHERE o.store_id = $1 AND w.stored <> w.summed ORDER BY o.number, w.what";
    /// Numbers of a line beside what they follow from.
    LIST_WRONG_LINES = "SELECT o.number || ' line ' || l.position AS number, w.what, w.stored, w.summed FROM orders.lines l \
        JOIN orders.orders o ON o.store_id = l.store_id AND o.id = l.order_id \
        CROSS JOIN LATERAL (SELECT coalesce(sum(fl.quantity) FILTER (WHERE f.shipped_at IS NOT NULL), 0)::bigint AS quantity, \
            coalesce(sum(fl.quantity) FILTER (WHERE f.shipped_at IS NULL), 0)::bigint AS waiting FROM orders.fulfilment_lines fl \
            JOIN orders.fulfilments f ON f.store_id = fl.store_id AND f.id = fl.fulfilment_id \
            WHERE fl.store_id = l.store_id AND fl.order_line_id = l.id) AS shipped \
        CROSS JOIN LATERAL (SELECT coalesce(sum(rl.quantity), 0)::bigint AS quantity, coalesce(sum(rl.amount), 0)::bigint AS amount \
            FROM orders.refund_lines rl JOIN orders.refunds r ON r.store_id = rl.store_id AND r.id = rl.refund_id \
            WHERE rl.store_id = l.store_id AND rl.order_line_id = l.id AND r.state <> 'failed') AS refunds \
        CROSS JOIN LATERAL (VALUES \
            ('total', l.total, l.unit_price * l.quantity - l.discount + CASE WHEN o.prices_include_tax THEN 0 ELSE l.tax END), \
            ('fulfilled_quantity', l.fulfilled_quantity, shipped.quantity), \
            ('pieces in waiting parcels', shipped.waiting, least(shipped.waiting, CASE WHEN o.status = 'cancelled' THEN 0 \
                ELSE greatest(l.quantity - l.fulfilled_quantity - l.refunded_quantity, 0) END)), \
            ('refunded_quantity', l.refunded_quantity, refunds.quantity), ('refunded', l.refunded, refunds.amount)) AS w (what, stored, summed) \
        WHERE l.store_id = $1 AND w.stored <> w.summed ORDER BY 1, w.what";
    /// What every order costs, what it was paid, what of that has gone back, and what it says of it.
    LIST_MONEY = "SELECT o.id, o.number, o.currency, o.payment_status, o.total, o.paid_total AS paid, coalesce(r.amount, 0) AS refunded, \
            o.external_number <> '' AS taken_over FROM orders.orders o \
        LEFT JOIN (SELECT order_id, sum(amount)::bigint AS amount FROM orders.refunds WHERE store_id = $1 AND state = 'succeeded' \
            GROUP BY order_id) AS r ON r.order_id = o.id \
        WHERE o.store_id = $1 ORDER BY o.number";
}

/// An amount or number that is not what it should follow from.
#[derive(sqlx::FromRow)]
pub(crate) struct WrongRow {
    pub(crate) number: String,
    pub(crate) what: String,
    pub(crate) stored: i64,
    pub(crate) summed: i64,
}

pub(crate) async fn list_wrong(ctx: &mut Ctx) -> Result<Vec<WrongRow>, Error> {
    let store_id = ctx.store_id();
    let mut rows: Vec<WrongRow> = sqlx::query_as(LIST_WRONG_TOTALS)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    let lines: Vec<WrongRow> = sqlx::query_as(LIST_WRONG_LINES)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.extend(lines);
    Ok(rows)
}

/// What an order has of its money, and what it says of it.
#[derive(sqlx::FromRow)]
pub(crate) struct MoneyRow {
    pub(crate) id: OrderId,
    pub(crate) number: String,
    pub(crate) currency: String,
    pub(crate) payment_status: String,
    pub(crate) total: i64,
    pub(crate) paid: i64,
    pub(crate) refunded: i64,
    pub(crate) taken_over: bool,
}

pub(crate) async fn list_money(ctx: &mut Ctx) -> Result<Vec<MoneyRow>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(LIST_MONEY)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?)
}
