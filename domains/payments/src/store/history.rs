//! Inserts what was decided before.

use database::{Ctx, Error};
use kernel::{AttemptId, OrderId, RefundId, Time};

use crate::{Attempt, Refund};

database::statements! {
    INSERT_ATTEMPTS = "INSERT INTO payments.attempts \
        (store_id, id, order_id, gateway, state, currency, amount, captured, refunded, gateway_reference, failure_code, created_at, updated_at) \
        SELECT $1, h.id, h.order_id, h.gateway, h.state, h.currency, h.amount, CASE h.state WHEN 'captured' THEN h.amount ELSE 0 END, h.refunded, \
            h.reference, h.failure_code, h.at, h.at \
        FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::timestamptz[]) \
            AS h (id, order_id, gateway, state, currency, amount, refunded, reference, failure_code, at)";
    INSERT_REFUNDS = "INSERT INTO payments.refunds (store_id, id, attempt_id, state, currency, amount, gateway_reference, created_at) \
        SELECT $1, h.id, h.attempt_id, 'succeeded', h.currency, h.amount, h.reference, h.at \
        FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[]) \
            AS h (id, attempt_id, currency, amount, reference, at)";
}

pub(crate) async fn insert_attempts(ctx: &mut Ctx, attempts: &[Attempt]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(INSERT_ATTEMPTS)
        .bind(store_id)
        .bind(attempts.iter().map(|attempt| attempt.id).collect::<Vec<AttemptId>>())
        .bind(
            attempts
                .iter()
                .map(|attempt| attempt.order_id)
                .collect::<Vec<OrderId>>(),
        )
        .bind(
            attempts
                .iter()
                .map(|attempt| attempt.gateway.as_str())
                .collect::<Vec<&str>>(),
        )
        .bind(
            attempts
                .iter()
                .map(|attempt| attempt.state.as_str())
                .collect::<Vec<&str>>(),
        )
        .bind(
            attempts
                .iter()
                .map(|attempt| attempt.amount.currency().code())
                .collect::<Vec<&str>>(),
        )
        .bind(
            attempts
                .iter()
                .map(|attempt| attempt.amount.minor())
                .collect::<Vec<i64>>(),
        )
        .bind(
            attempts
                .iter()
                .map(|attempt| attempt.refunded.minor())
                .collect::<Vec<i64>>(),
        )
        .bind(
            attempts
                .iter()
                .map(|attempt| attempt.gateway_reference.as_deref())
                .collect::<Vec<Option<&str>>>(),
        )
        .bind(
            attempts
                .iter()
                .map(|attempt| attempt.failure_code.as_deref())
                .collect::<Vec<Option<&str>>>(),
        )
        .bind(attempts.iter().map(|attempt| attempt.created_at).collect::<Vec<Time>>())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn insert_refunds(ctx: &mut Ctx, refunds: &[Refund]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(INSERT_REFUNDS)
        .bind(store_id)
        .bind(refunds.iter().map(|refund| refund.id).collect::<Vec<RefundId>>())
        .bind(
            refunds
                .iter()
                .map(|refund| refund.attempt_id)
                .collect::<Vec<AttemptId>>(),
        )
        .bind(
            refunds
                .iter()
                .map(|refund| refund.amount.currency().code())
                .collect::<Vec<&str>>(),
        )
        .bind(refunds.iter().map(|refund| refund.amount.minor()).collect::<Vec<i64>>())
        .bind(
            refunds
                .iter()
                .map(|refund| refund.gateway_reference.as_deref())
                .collect::<Vec<Option<&str>>>(),
        )
        .bind(refunds.iter().map(|refund| refund.created_at).collect::<Vec<Time>>())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
