//! Takes a gateway's webhook: verified and read by the gateway's adapter, remembered, and settled once.

use database::{Ctx, Work};
use payments::{
    Gateways, RecordAuthorizationError, RecordCaptureError, RecordRefundError, WebhookError, WebhookEvent, WebhookFact,
};

use crate::{
    refund_flow,
    settle::{self, SettleError},
};

/// Why a webhook was not taken. The gateway sends it again unless it was refused for good.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveWebhookError {
    /// No gateway has that name.
    #[error("there is no payment gateway {0:?}")]
    UnknownGateway(String),
    /// The signature is wrong or too old, or the body is not the gateway's.
    #[error(transparent)]
    Refused(#[from] WebhookError),
    /// It is about a payment or refund that this store does not have, such as another store's.
    #[error("the webhook is about a payment that this store does not have")]
    NotFound,
    /// What it says cannot be recorded now.
    #[error(transparent)]
    Settle(SettleError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl From<SettleError> for ReceiveWebhookError {
    fn from(error: SettleError) -> Self {
        match error {
            SettleError::Attempt(RecordAuthorizationError::NotFound)
            | SettleError::RecordCapture(RecordCaptureError::NotFound)
            | SettleError::RecordRefund(RecordRefundError::NotFound) => Self::NotFound,
            error => Self::Settle(error),
        }
    }
}

/// Takes a webhook. One that was taken before, or is about something else, changes nothing.
pub async fn receive_webhook_flow(
    work: &Work,
    gateways: &Gateways,
    gateway: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<(), ReceiveWebhookError> {
    let port = gateways
        .get(gateway)
        .ok_or_else(|| ReceiveWebhookError::UnknownGateway(gateway.to_owned()))?;
    let event = port.parse_webhook(headers, body, work.now())?;
    work.transact(&(port.name(), event), |ctx, (gateway, event)| {
        Box::pin(take(ctx, gateway, event))
    })
    .await
}

async fn take(ctx: &mut Ctx, gateway: &str, event: &WebhookEvent) -> Result<(), ReceiveWebhookError> {
    if !payments::remember_webhook(ctx, gateway, &event.id).await? {
        return Ok(());
    }
    match &event.fact {
        WebhookFact::Attempt { attempt_id, outcome } => settle::settle(ctx, *attempt_id, outcome).await?,
        WebhookFact::Capture { capture_id, outcome } => settle::settle_capture(ctx, *capture_id, outcome).await?,
        WebhookFact::Refund { refund_id, outcome } => refund_flow::record(ctx, *refund_id, outcome).await?,
        WebhookFact::Other => {}
    }
    Ok(())
}
