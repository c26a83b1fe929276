//! Records what became of a refund, from whichever side it is heard: the answer, a webhook or the reconciler.

use database::{Ctx, Error};
use kernel::RefundId;
use ledger::{Account, BookError, NewTransaction};

use crate::{Refund, RefundEvent, RefundOutcome, RefundState, store};

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
        RefundOutcome::Succeeded { reference } => {
            store::move_refund(ctx, refund_id, RefundEvent::Succeed, Some(reference), None).await?
        }
        RefundOutcome::Failed { code } => {
            store::move_refund(ctx, refund_id, RefundEvent::Fail, None, Some(code)).await?
        }
        RefundOutcome::Pending { reference } => {
            store::update_refund_reference(ctx, refund_id, reference).await?;
            false
        }
    };
    let refund = store::find_refund(ctx, refund_id)
        .await?
        .ok_or(RecordRefundError::NotFound)?;
    if moved && refund.state == RefundState::Succeeded {
        ledger::book(ctx, refund_booking(&refund)?).await?;
    }
    Ok(RecordedRefund { changed: moved, refund })
}

/// Debit the orders, credit the gateway.
pub(crate) fn refund_booking(refund: &Refund) -> Result<NewTransaction, BookError> {
    let gateway = Account::Gateway(refund.gateway.clone());
    let reference = refund.id.to_string();
    Ok(
        NewTransaction::transfer("refund", reference, Account::Orders, gateway, refund.amount)?
            .for_order(refund.order_id),
    )
}
