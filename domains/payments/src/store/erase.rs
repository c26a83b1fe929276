//! Takes a person out of payments, and what is old out of the memory of events.

use database::{Ctx, Error};
use kernel::{CustomerId, OrderId, Time};

use crate::erase::GatewayCustomer;

database::statements! {
    IS_UNSETTLED = "SELECT EXISTS (SELECT FROM payments.attempts a WHERE a.store_id = $1 AND a.order_id = ANY ($2) \
        AND (a.check_at IS NOT NULL OR a.saving_check_at IS NOT NULL \
          OR EXISTS (SELECT FROM payments.captures c WHERE c.store_id = a.store_id AND c.attempt_id = a.id AND c.check_at IS NOT NULL) \
          OR EXISTS (SELECT FROM payments.refunds r WHERE r.store_id = a.store_id AND r.attempt_id = a.id AND r.check_at IS NOT NULL)))";
    ERASE_ATTEMPTS = "UPDATE payments.attempts SET action_url = NULL, card_brand = NULL, card_last_four = NULL, saves_for = NULL \
        WHERE store_id = $1 AND order_id = ANY ($2) RETURNING id::text";
    /// Nothing shows any more which card it was; what the gateway calls it is needed until the gateway has forgotten it.
    ERASE_METHODS = "UPDATE payments.methods SET fingerprint = '', brand = 'card', last_four = '0000', expires_year = 2000, \
            expires_month = 1, is_default = false, removed_at = coalesce(removed_at, $3), check_at = coalesce(check_at, $3) \
        WHERE store_id = $1 AND customer_id = $2 RETURNING id::text";
    LIST_CUSTOMER = "SELECT c.gateway, c.reference, EXISTS (SELECT FROM payments.methods m WHERE m.store_id = c.store_id \
            AND m.customer_id = c.customer_id AND m.gateway = c.gateway) AS keeps_a_card \
        FROM payments.customers c WHERE c.store_id = $1 AND c.customer_id = $2 ORDER BY c.gateway";
    /// No row while the gateway still keeps a card.
    DELETE_CUSTOMER = "DELETE FROM payments.customers c WHERE c.store_id = $1 AND c.customer_id = $2 AND c.gateway = $3 AND NOT EXISTS ( \
            SELECT FROM payments.methods m WHERE m.store_id = c.store_id AND m.customer_id = c.customer_id AND m.gateway = c.gateway)";
    DELETE_WEBHOOK_EVENTS = "DELETE FROM payments.webhook_events e USING ( \
            SELECT gateway, event_id FROM payments.webhook_events WHERE store_id = $1 AND received_at < $2 \
            ORDER BY received_at LIMIT $3 FOR UPDATE SKIP LOCKED \
        ) AS old WHERE e.store_id = $1 AND e.gateway = old.gateway AND e.event_id = old.event_id";
}

pub(crate) async fn is_unsettled(ctx: &mut Ctx, orders: &[OrderId]) -> Result<bool, Error> {
    let query = sqlx::query_scalar(IS_UNSETTLED).bind(ctx.store_id()).bind(orders);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn delete_webhook_events(ctx: &mut Ctx, before: Time, limit: i64) -> Result<u64, Error> {
    let query = sqlx::query(DELETE_WEBHOOK_EVENTS)
        .bind(ctx.store_id())
        .bind(before)
        .bind(limit);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected())
}

pub(crate) async fn erase_attempts(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<String>, Error> {
    let query = sqlx::query_scalar(ERASE_ATTEMPTS).bind(ctx.store_id()).bind(orders);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn erase_methods(ctx: &mut Ctx, customer: CustomerId) -> Result<Vec<String>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(ERASE_METHODS).bind(store_id).bind(customer);
    Ok(query.bind(now).fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn list_customer(ctx: &mut Ctx, customer: CustomerId) -> Result<Vec<GatewayCustomer>, Error> {
    let query = sqlx::query_as(LIST_CUSTOMER).bind(ctx.store_id()).bind(customer);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn delete_customer(ctx: &mut Ctx, customer: CustomerId, gateway: &str) -> Result<(), Error> {
    let query = sqlx::query(DELETE_CUSTOMER).bind(ctx.store_id()).bind(customer);
    query.bind(gateway).execute(ctx.sql().await?).await?;
    Ok(())
}
