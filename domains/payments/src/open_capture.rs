//! Opens a capture of held money, before the gateway hears of it.

use database::{Ctx, Error, OnConstraint as _};
use kernel::{AttemptId, CaptureId, Money};

use crate::{Asker, Attempt, AttemptState, store, store::captures};

/// A capture to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCapture {
    /// Its id.
    pub id: CaptureId,
    /// The attempt that holds the money.
    pub attempt_id: AttemptId,
    /// How much.
    pub amount: Money,
    /// Whether nothing more will be taken, so that the rest is held no longer.
    pub last: bool,
}

/// Why a capture cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenCaptureError {
    /// There is no such attempt.
    #[error("there is no such payment attempt")]
    AttemptNotFound,
    /// No money is held.
    #[error("the payment attempt is {}, not authorized", state.as_str())]
    NotHeld {
        /// What it is instead.
        state: AttemptState,
    },
    /// What is held is being given up.
    #[error("the money is being given up")]
    BeingVoided,
    /// A capture has no outcome yet, and it or this one is the last.
    #[error("a capture of this payment is under way")]
    UnderWay,
    /// More than what is held, nothing, or another currency.
    #[error("only {capturable} of the payment can be taken")]
    ExceedsHeld {
        /// What can be taken.
        capturable: Money,
    },
    /// A capture of that id was opened before.
    #[error("the capture was opened before")]
    AlreadyOpen,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Opens a capture in the state pending and sets its amount aside on the attempt. Commit before the gateway is called.
pub async fn open_capture(ctx: &mut Ctx, new: NewCapture, asker: Asker) -> Result<(), OpenCaptureError> {
    let attempt = store::lock_attempt(ctx, new.attempt_id)
        .await?
        .ok_or(OpenCaptureError::AttemptNotFound)?;
    let last_is_open = captures::is_last_open(ctx, attempt.id).await?;
    allow(&attempt, &new, last_is_open)?;
    let check_at = ctx.now() + asker.patience();
    captures::insert(ctx, &new, check_at)
        .await
        .on_constraint("captures_pk", || OpenCaptureError::AlreadyOpen)
}

fn allow(attempt: &Attempt, new: &NewCapture, last_is_open: bool) -> Result<(), OpenCaptureError> {
    if attempt.state != AttemptState::Authorized {
        let state = attempt.state;
        return Err(OpenCaptureError::NotHeld { state });
    }
    if attempt.giving_up {
        return Err(OpenCaptureError::BeingVoided);
    }
    if last_is_open || (new.last && attempt.capturing.is_positive()) {
        return Err(OpenCaptureError::UnderWay);
    }
    let capturable = attempt.capturable();
    let fits = new.amount.is_positive() && new.amount.min(capturable) == Ok(new.amount);
    if fits {
        Ok(())
    } else {
        Err(OpenCaptureError::ExceedsHeld { capturable })
    }
}
