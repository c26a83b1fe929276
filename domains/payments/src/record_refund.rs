//! Records what became of a refund, from whichever side it is heard: the answer, a webhook or the reconciler.

use database::{Ctx, Error};
use kernel::RefundId;
use ledger::BookError;

use crate::{
    Refund, RefundEvent, RefundOutcome, RefundState, booking,
    store::refunds::{self, RefundTold},
};

/// What recording did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRefund {
    /// Whether the refund is decided now and was not before.
    pub changed: bool,
    /// The refund as it is now.
    pub refund: Refund,
}

/// Why an outcome cannot be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordRefundError {
    /// There is no such refund.
    #[error("there is no such refund")]
    NotFound,
    /// The ledger refuses the booking.
    #[error("the refund cannot be booked")]
    Book(#[source] BookError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

impl From<BookError> for RecordRefundError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Internal(error) => Self::Internal(error),
            BookError::EmptyEntry | BookError::Unbalanced(_) | BookError::Money(_) => Self::Book(error),
        }
    }
}

/// Decides a refund that was pending: what succeeded is booked, what failed can be refunded again. The same news again
/// changes nothing.
pub async fn record_refund(
    ctx: &mut Ctx,
    refund_id: RefundId,
    outcome: &RefundOutcome,
) -> Result<RecordedRefund, RecordRefundError> {
    let moved = match outcome {
        RefundOutcome::Succeeded {
            reference,
            fee_returned,
        } => {
            let told = RefundTold {
                reference: Some(reference),
                fee_returned: *fee_returned,
                ..RefundTold::default()
            };
            refunds::advance(ctx, refund_id, RefundEvent::Succeed, told).await?
        }
        RefundOutcome::Failed { code } => {
            let told = RefundTold {
                failure_code: Some(code),
                ..RefundTold::default()
            };
            refunds::advance(ctx, refund_id, RefundEvent::Fail, told).await?
        }
        RefundOutcome::Pending { reference } => {
            refunds::update_reference(ctx, refund_id, reference).await?;
            false
        }
    };
    let refund = refunds::find(ctx, refund_id)
        .await?
        .ok_or(RecordRefundError::NotFound)?;
    if moved && refund.state == RefundState::Succeeded {
        let (reference, gateway) = (refund.id.to_string(), &refund.gateway);
        let booking = booking::refund(reference, refund.order_id, gateway, refund.amount, refund.fee_returned)?;
        ledger::book(ctx, booking).await?;
    }
    Ok(RecordedRefund { changed: moved, refund })
}
