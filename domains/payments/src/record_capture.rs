//! Records what became of a capture, from whichever side it is heard: the answer, a webhook or the reconciler.

use database::{Ctx, Error};
use kernel::{CaptureId, Money, MoneyError};
use ledger::BookError;

use crate::{
    Attempt, AttemptEvent, AttemptState, Capture, CaptureOutcome, CaptureState, IllegalTransition, booking, store,
    store::captures,
};

/// What recording did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCapture {
    /// Whether the capture is decided now and was not before.
    pub changed: bool,
    /// Whether money was taken for an attempt that had been given up: return it.
    pub late: bool,
    /// What is held no longer though it was not taken.
    pub released: Money,
    /// The capture as it is now.
    pub capture: Capture,
    /// Its attempt as it is now.
    pub attempt: Attempt,
}

/// Why an outcome cannot be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordCaptureError {
    /// There is no such capture.
    #[error("there is no such capture")]
    NotFound,
    /// Money was taken for an attempt that never held any.
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    /// The amounts cannot be added up.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The ledger refuses the booking.
    #[error("the capture cannot be booked")]
    Book(#[source] BookError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

impl From<BookError> for RecordCaptureError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Internal(error) => Self::Internal(error),
            BookError::EmptyEntry | BookError::Unbalanced(_) | BookError::Money(_) => Self::Book(error),
        }
    }
}

/// Decides a capture that was pending: what succeeded is booked; after one that failed the reconciler asks whether the money
/// is still held. The same news again changes nothing.
pub async fn record_capture(
    ctx: &mut Ctx,
    capture_id: CaptureId,
    outcome: &CaptureOutcome,
) -> Result<RecordedCapture, RecordCaptureError> {
    let attempt = captures::lock_attempt(ctx, capture_id).await?;
    let attempt = attempt.ok_or(RecordCaptureError::NotFound)?;
    let capture = captures::find(ctx, capture_id).await?;
    let capture = capture.ok_or(RecordCaptureError::NotFound)?;
    let was = attempt.clone();
    let (capture, attempt) = match outcome {
        _ if capture.state != CaptureState::Pending => (capture, attempt),
        CaptureOutcome::Pending { reference } => {
            captures::update_reference(ctx, capture_id, reference).await?;
            (capture, attempt)
        }
        CaptureOutcome::Succeeded { reference, fee } => {
            let fee = booking::fee(*fee, capture.amount);
            let capture = Capture {
                state: CaptureState::Succeeded,
                fee,
                gateway_reference: Some(reference.clone()),
                check_at: None,
                ..capture
            };
            (capture.clone(), taken(attempt, &capture)?)
        }
        CaptureOutcome::Failed { code } => {
            let is_held = attempt.state == AttemptState::Authorized;
            let attempt = Attempt {
                capturing: attempt.capturing.minus(capture.amount)?,
                check_at: is_held.then(|| ctx.now()),
                ..attempt
            };
            (failed(capture, code), attempt)
        }
    };
    let changed = attempt != was;
    let mut released = Money::zero(capture.amount.currency());
    if changed {
        captures::update(ctx, &capture).await?;
        store::update_funds(ctx, &attempt).await?;
        if capture.state == CaptureState::Succeeded {
            let reference = capture.id.to_string();
            let booking = booking::capture(
                reference,
                capture.order_id,
                &capture.gateway,
                capture.amount,
                capture.fee,
            )?;
            ledger::book(ctx, booking).await?;
            if was.state == AttemptState::Authorized && attempt.state != was.state {
                released = attempt.held()?;
            }
        }
    }
    Ok(RecordedCapture {
        changed,
        late: changed && matches!(was.state, AttemptState::Failed | AttemptState::Voided),
        released,
        capture,
        attempt,
    })
}

fn failed(capture: Capture, code: &str) -> Capture {
    Capture {
        state: CaptureState::Failed,
        failure_code: Some(code.to_owned()),
        check_at: None,
        ..capture
    }
}

/// The attempt after a capture of it succeeded.
fn taken(attempt: Attempt, capture: &Capture) -> Result<Attempt, RecordCaptureError> {
    let captured = attempt.captured.plus(capture.amount)?;
    let event = match attempt.state {
        AttemptState::Failed | AttemptState::Voided => AttemptEvent::LateCapture,
        _ if captured == attempt.amount => AttemptEvent::Capture,
        _ if capture.last => AttemptEvent::Release,
        _ => AttemptEvent::CapturePart,
    };
    let state = match attempt.state {
        // What is left was released while this capture was under way.
        AttemptState::Captured => AttemptState::Captured,
        state => state.next(event)?,
    };
    let is_held = state == AttemptState::Authorized;
    Ok(Attempt {
        state,
        captured,
        capturing: attempt.capturing.minus(capture.amount)?,
        fee: attempt.fee.plus(capture.fee)?,
        giving_up: attempt.giving_up && is_held,
        failure_code: None,
        check_at: attempt.check_at.filter(|_| is_held),
        ..attempt
    })
}
