//! Records what became of an attempt, from whichever side it is heard: the answer, a webhook or the reconciler.

use database::{Ctx, Error};
use kernel::AttemptId;
use ledger::{Account, BookError, NewTransaction};

use crate::{Attempt, AttemptEvent, AttemptState, Authorization, store};

/// What recording did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Whether the attempt's state changed; false when it was known, or can no longer come true.
    pub changed: bool,
    /// Whether money was taken for an attempt that had been given up: revive the order or return the money.
    pub late_capture: bool,
    /// The attempt as it is now.
    pub attempt: Attempt,
}

/// Why an outcome cannot be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordAuthorizationError {
    /// There is no such attempt.
    #[error("there is no such payment attempt")]
    NotFound,
    /// The ledger refuses the booking.
    #[error("the capture cannot be booked")]
    Book(#[source] BookError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

impl From<BookError> for RecordAuthorizationError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Internal(error) => Self::Internal(error),
            BookError::EmptyEntry | BookError::Unbalanced(_) | BookError::Money(_) => Self::Book(error),
        }
    }
}

/// Moves an attempt by what the gateway says, if there is such a move from where it is, and books what was captured. The
/// same news again changes nothing.
pub async fn record_authorization(
    ctx: &mut Ctx,
    attempt_id: AttemptId,
    outcome: &Authorization,
) -> Result<Recorded, RecordAuthorizationError> {
    let event = event_of(outcome);
    if let Some(attempt) = store::move_attempt(ctx, attempt_id, event, outcome).await? {
        book_capture(ctx, &attempt).await?;
        return Ok(Recorded {
            changed: true,
            late_capture: false,
            attempt,
        });
    }
    if event == AttemptEvent::Capture
        && let Some(attempt) = store::move_attempt(ctx, attempt_id, AttemptEvent::LateCapture, outcome).await?
    {
        tracing::warn!(attempt = %attempt.id, order = %attempt.order_id, "money was taken for an attempt that had been given up");
        book_capture(ctx, &attempt).await?;
        return Ok(Recorded {
            changed: true,
            late_capture: true,
            attempt,
        });
    }
    let attempt = store::find_attempt(ctx, attempt_id)
        .await?
        .ok_or(RecordAuthorizationError::NotFound)?;
    if attempt.state != event.target() {
        tracing::warn!(attempt = %attempt.id, state = attempt.state.as_str(), event = event.as_str(), "the gateway's news comes too late");
    }
    Ok(Recorded {
        changed: false,
        late_capture: false,
        attempt,
    })
}

fn event_of(outcome: &Authorization) -> AttemptEvent {
    match outcome {
        Authorization::Captured { .. } => AttemptEvent::Capture,
        Authorization::Authorized { .. } => AttemptEvent::Authorize,
        Authorization::RequiresAction { .. } => AttemptEvent::RequireAction,
        Authorization::Failed { .. } => AttemptEvent::Fail,
        Authorization::Voided => AttemptEvent::Void,
    }
}

async fn book_capture(ctx: &mut Ctx, attempt: &Attempt) -> Result<(), RecordAuthorizationError> {
    if attempt.state == AttemptState::Captured && !attempt.amount.is_zero() {
        ledger::book(ctx, capture_booking(attempt)?).await?;
    }
    Ok(())
}

/// Debit the gateway, credit the orders.
pub(crate) fn capture_booking(attempt: &Attempt) -> Result<NewTransaction, BookError> {
    let gateway = Account::Gateway(attempt.gateway.clone());
    let reference = attempt.id.to_string();
    Ok(
        NewTransaction::transfer("capture", reference, gateway, Account::Orders, attempt.amount)?
            .for_order(attempt.order_id),
    )
}
