//! Finishes what a crash, a time-out or a lost answer left open: asks the gateway by our id, and never guesses.

use std::fmt;

use chrono::TimeDelta;
use database::Work;
use kernel::{AttemptId, OrderId};
use orders::Heard;
use payments::{Attempt, AttemptState, Authorization, Gateways, VoidRequest};

use crate::{
    PaymentState,
    capture_flow::finish_capture_flow,
    place_order_flow::payment_window,
    refund_flow::finish_refund_flow,
    release_flow, saved_flow,
    settle::{self, SettleError},
    settle_flow::settle_flow,
};

/// How many attempts one run looks at.
const BATCH: i64 = 50;
/// When the gateway has never heard of an attempt this old, its request was lost on the way.
const LOST_AFTER: TimeDelta = TimeDelta::minutes(5);

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Attempts whose outcome is known now.
    pub settled: usize,
    /// Attempts that stay open.
    pub open: usize,
    /// Attempts, captures, refunds and cards of which something could not be recorded; they are looked at again.
    pub failed: usize,
}

/// Looks at everything that is due. What cannot be recorded keeps nothing else from it.
pub async fn reconcile_flow(work: &Work, gateways: &Gateways) -> Result<Reconciled, SettleError> {
    let mut ctx = work.write();
    let due = payments::claim_unsettled(&mut ctx, BATCH).await?;
    let due_captures = payments::claim_unsettled_captures(&mut ctx, BATCH).await?;
    let due_savings = payments::claim_unsaved(&mut ctx, BATCH).await?;
    let due_methods = payments::claim_removed_methods(&mut ctx, BATCH).await?;
    let due_refunds = payments::claim_unsettled_refunds(&mut ctx, BATCH).await?;
    ctx.commit().await?;
    let mut reconciled = Reconciled::default();
    let mut note = |subject: &dyn fmt::Display, outcome: Result<(), SettleError>| {
        if let Err(error) = outcome {
            tracing::error!(%subject, %error, "what a gateway said could not be recorded");
            reconciled.failed += 1;
        }
    };
    for capture in due_captures {
        note(&capture.id, finish_capture_flow(work, gateways, capture.id).await);
    }
    let (mut settled, mut open) = (0, 0);
    for attempt in due {
        match ask(work, gateways, &attempt, Heard::Later).await {
            Ok(true) => settled += 1,
            Ok(false) => open += 1,
            Err(error) => note(&attempt.id, Err(error)),
        }
    }
    for refund in due_refunds {
        note(&refund.id, finish_refund_flow(work, gateways, refund.id).await);
    }
    for attempt in due_savings {
        note(&attempt.id, learn(work, gateways, &attempt).await);
    }
    for method in due_methods {
        let forgotten = saved_flow::forget_flow(work, gateways, &method).await;
        note(&method.id, forgotten.map_err(SettleError::from));
    }
    Ok(Reconciled {
        settled,
        open,
        ..reconciled
    })
}

/// Asks for one order's payment now: for a shopper who comes back from a gateway's page.
pub async fn check_order_flow(work: &Work, gateways: &Gateways, order: OrderId) -> Result<PaymentState, SettleError> {
    let mut ctx = work.read();
    let attempts = payments::attempts_of(&mut ctx, order).await?;
    ctx.rollback().await;
    if let Some(attempt) = attempts.last()
        && matches!(attempt.state, AttemptState::Pending | AttemptState::RequiresAction)
    {
        ask(work, gateways, attempt, Heard::AtOnce).await?;
    }
    let mut ctx = work.read();
    let attempts = payments::attempts_of(&mut ctx, order).await;
    let found = orders::find(&mut ctx, order).await;
    ctx.rollback().await;
    let (attempts, found) = (attempts?, found?.ok_or(orders::ChangeError::NotFound)?);
    if let Some(attempt) = attempts.last().filter(|attempt| attempt.saving_check_at.is_some()) {
        learn(work, gateways, attempt).await?;
    }
    Ok(settle::state_of(found.status, attempts.last()))
}

/// Asks which card the gateway kept.
async fn learn(work: &Work, gateways: &Gateways, attempt: &Attempt) -> Result<(), SettleError> {
    match gateways.get(&attempt.gateway) {
        Some(gateway) => saved_flow::learn_flow(work, gateway, attempt.id).await?,
        None => tracing::error!(
            gateway = attempt.gateway,
            "the gateway that keeps a card is not configured any more"
        ),
    }
    Ok(())
}

/// Asks whether the money of an attempt is still held, after a capture of it was refused.
pub(crate) async fn check_attempt_flow(
    work: &Work,
    gateways: &Gateways,
    attempt: AttemptId,
) -> Result<(), SettleError> {
    let mut ctx = work.read();
    let found = payments::find_attempt(&mut ctx, attempt).await?;
    ctx.rollback().await;
    if let Some(attempt) = found.filter(|attempt| attempt.state == AttemptState::Authorized) {
        ask(work, gateways, &attempt, Heard::Later).await?;
    }
    Ok(())
}

/// Whether the outcome is known now.
async fn ask(work: &Work, gateways: &Gateways, attempt: &Attempt, heard: Heard) -> Result<bool, SettleError> {
    let Some(gateway) = gateways.get(&attempt.gateway) else {
        tracing::error!(
            gateway = attempt.gateway,
            "an attempt's gateway is not configured any more"
        );
        return Ok(false);
    };
    let age = work.now() - attempt.created_at;
    let outcome = match payments::traced(gateway.name(), "status", gateway.status(attempt.id)).await {
        Ok(Some(Authorization::RequiresAction { .. })) if age > payment_window(work.store()) => {
            match payments::traced(gateway.name(), "void", gateway.void(&void(attempt))).await {
                Ok(outcome) => outcome,
                Err(error) => {
                    tracing::warn!(attempt = %attempt.id, %error, "an abandoned payment could not be voided");
                    return Ok(false);
                }
            }
        }
        Ok(Some(Authorization::RequiresAction { .. })) => return Ok(false),
        Ok(Some(Authorization::Authorized { .. })) if attempt.giving_up => {
            return release_flow::finish_giving_up(work, gateways, attempt).await;
        }
        Ok(Some(Authorization::Authorized { .. })) if attempt.state == AttemptState::Authorized => {
            let mut ctx = work.write();
            payments::stop_asking(&mut ctx, attempt.id).await?;
            ctx.commit().await?;
            return Ok(true);
        }
        Ok(Some(outcome)) => outcome,
        Ok(None) if age > LOST_AFTER && attempt.state != AttemptState::Authorized => Authorization::Failed {
            code: "not_received".to_owned(),
        },
        Ok(None) => return Ok(false),
        Err(error) => {
            tracing::warn!(attempt = %attempt.id, %error, "a gateway could not say how a payment does");
            return Ok(false);
        }
    };
    settle_flow(work, attempt.id, &outcome, heard).await?;
    Ok(true)
}

/// Asks for nothing more to be done about an attempt.
pub(crate) fn void(attempt: &Attempt) -> VoidRequest {
    VoidRequest {
        attempt_id: attempt.id,
        gateway_reference: attempt.gateway_reference.clone().unwrap_or_default(),
    }
}
