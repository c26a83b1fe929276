//! Records what became of an attempt, from whichever side it is heard: the answer, a webhook or the reconciler.

use database::{Ctx, Error};
use kernel::{AttemptId, CaptureId, Money, MoneyError};
use ledger::{BookError, NewTransaction};

use crate::{
    Attempt, AttemptEvent, AttemptState, Authorization, IllegalTransition, booking,
    store::{self, Move, captures},
};

/// What recording did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Whether the attempt's state changed; false when it was known, or can no longer come true.
    pub changed: bool,
    /// Whether money was taken for an attempt that had been given up: revive the order or return the money.
    pub late_capture: bool,
    /// Whether the money had been held until now: the order got its stock then, or was cancelled for want of it.
    pub was_held: bool,
    /// What was taken and was not known before.
    pub taken: Money,
    /// The attempt as it is now.
    pub attempt: Attempt,
}

impl Recorded {
    /// What is held no longer though it was not taken, because of this news.
    pub fn released(&self) -> Money {
        let none = Money::zero(self.attempt.amount.currency());
        if !self.changed || self.late_capture || self.attempt.state != AttemptState::Captured {
            return none;
        }
        self.attempt.held().unwrap_or(none)
    }

    fn nothing(attempt: Attempt) -> Self {
        Self {
            changed: false,
            late_capture: false,
            was_held: false,
            taken: Money::zero(attempt.amount.currency()),
            attempt,
        }
    }
}

/// Why an outcome cannot be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordAuthorizationError {
    /// There is no such attempt.
    #[error("there is no such payment attempt")]
    NotFound,
    /// There is no such way for an attempt.
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
    let recorded = record_authorizations(ctx, &[(attempt_id, outcome)]).await?;
    let recorded = recorded.into_iter().next();
    recorded.ok_or(RecordAuthorizationError::NotFound)
}

/// The same for news of several attempts, no attempt twice: two statements for those that still waited for it. The answers
/// are in the order of the news.
pub async fn record_authorizations(
    ctx: &mut Ctx,
    news: &[(AttemptId, &Authorization)],
) -> Result<Vec<Recorded>, RecordAuthorizationError> {
    let moves: Vec<Move<'_>> = news.iter().map(|(id, outcome)| first_move(*id, outcome)).collect();
    let mut moved = store::move_attempts(ctx, &moves).await?;
    let (mut recorded, mut bookings) = (Vec::with_capacity(news.len()), Vec::new());
    for (id, outcome) in news {
        recorded.push(match moved.remove(id) {
            Some(attempt) => moved_by(attempt, outcome, false, &mut bookings)?,
            None => record_late(ctx, *id, outcome, &mut bookings).await?,
        });
    }
    ledger::book_all(ctx, &bookings).await?;
    Ok(recorded)
}

fn first_move(id: AttemptId, outcome: &Authorization) -> Move<'_> {
    let event = event_of(outcome);
    let mut before = AttemptState::before(event);
    if event == AttemptEvent::Capture {
        // Of held money some may be taken already: that is worked out under a lock.
        before.retain(|state| state.is_open());
    }
    Move {
        id,
        event,
        before,
        outcome,
    }
}

/// News of an attempt that waited for none.
async fn record_late(
    ctx: &mut Ctx,
    attempt_id: AttemptId,
    outcome: &Authorization,
    bookings: &mut Vec<NewTransaction>,
) -> Result<Recorded, RecordAuthorizationError> {
    let event = event_of(outcome);
    if event == AttemptEvent::Capture {
        let late = Move {
            event: AttemptEvent::LateCapture,
            before: AttemptState::before(AttemptEvent::LateCapture),
            ..first_move(attempt_id, outcome)
        };
        if let Some(attempt) = store::move_attempts(ctx, &[late]).await?.remove(&attempt_id) {
            tracing::warn!(attempt = %attempt.id, order = %attempt.order_id, "money was taken for an attempt that had been given up");
            return moved_by(attempt, outcome, true, bookings);
        }
    }
    let attempt = store::lock_attempt(ctx, attempt_id)
        .await?
        .ok_or(RecordAuthorizationError::NotFound)?;
    if let Authorization::Captured { taken, fee, .. } = outcome
        && attempt.state == AttemptState::Authorized
    {
        return take_held(ctx, attempt, (*taken, *fee), bookings).await;
    }
    if attempt.state != event.target() {
        tracing::warn!(attempt = %attempt.id, state = attempt.state.as_str(), event = event.as_str(), "the gateway's news comes too late");
    }
    Ok(Recorded::nothing(attempt))
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

/// The attempt has moved; what it took at once is to be booked.
fn moved_by(
    attempt: Attempt,
    outcome: &Authorization,
    late_capture: bool,
    bookings: &mut Vec<NewTransaction>,
) -> Result<Recorded, RecordAuthorizationError> {
    let mut recorded = Recorded {
        changed: true,
        late_capture,
        ..Recorded::nothing(attempt)
    };
    let attempt = &recorded.attempt;
    if matches!(outcome, Authorization::Captured { .. }) && attempt.captured.is_positive() {
        recorded.taken = attempt.captured;
        let (reference, gateway) = (attempt.id.to_string(), &attempt.gateway);
        let booking = booking::capture(reference, attempt.order_id, gateway, attempt.captured, attempt.fee)?;
        bookings.push(booking);
    }
    Ok(recorded)
}

/// The gateway holds nothing any more, and took so much in all: what no capture of ours tells of is a capture of its own. As
/// long as one of ours has no outcome its answer comes first, and the reconciler asks again after it.
async fn take_held(
    ctx: &mut Ctx,
    attempt: Attempt,
    (taken, fee): (Option<Money>, Option<Money>),
    bookings: &mut Vec<NewTransaction>,
) -> Result<Recorded, RecordAuthorizationError> {
    if attempt.capturing.is_positive() {
        let asked = Attempt {
            check_at: Some(ctx.now()),
            ..attempt
        };
        store::update_funds(ctx, &asked).await?;
        return Ok(Recorded::nothing(asked));
    }
    let captured = taken.unwrap_or(attempt.amount).min(attempt.amount)?;
    let rest = captured.minus(attempt.captured)?;
    let fees = match fee {
        Some(fee) => booking::fee(Some(fee), attempt.amount),
        None => attempt.fee,
    };
    let rest_fee = fees.minus(attempt.fee)?;
    let is_all = captured == attempt.amount;
    let event = if is_all {
        AttemptEvent::Capture
    } else {
        AttemptEvent::Release
    };
    let moved = Attempt {
        state: attempt.state.next(event)?,
        captured: if rest.is_positive() { captured } else { attempt.captured },
        fee: if rest.is_positive() { fees } else { attempt.fee },
        giving_up: false,
        check_at: None,
        ..attempt
    };
    if rest.is_positive() {
        let id: CaptureId = ctx.new_id();
        captures::insert_taken(ctx, id, &moved, rest, rest_fee).await?;
        let booking = booking::capture(id.to_string(), moved.order_id, &moved.gateway, rest, rest_fee)?;
        bookings.push(booking);
    }
    store::update_funds(ctx, &moved).await?;
    Ok(Recorded {
        changed: true,
        was_held: true,
        taken: if rest.is_positive() {
            rest
        } else {
            Money::zero(rest.currency())
        },
        ..Recorded::nothing(moved)
    })
}
