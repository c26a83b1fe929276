//! Takes over payments that were decided before, such as those of a demo store.

use database::{Ctx, Error};
use kernel::{AttemptId, Money, MoneyError, OrderId, RefundId, Time};
use ledger::BookError;

use crate::{Attempt, AttemptEvent, AttemptState, Refund, RefundState, booking, store::history};

/// The gateway of money that another shop took. Nobody can ask it for anything.
pub const ELSEWHERE: &str = "elsewhere";

/// An attempt whose outcome is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoricAttempt {
    /// Its id.
    pub id: AttemptId,
    /// The order, which must exist.
    pub order_id: OrderId,
    /// The gateway's name.
    pub gateway: String,
    /// How much.
    pub amount: Money,
    /// When it was decided.
    pub at: Time,
    /// The gateway's name for it when the money was taken, or why it was refused.
    pub outcome: Result<String, String>,
    /// What was given back.
    pub refunds: Vec<HistoricRefund>,
}

/// A refund that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoricRefund {
    /// Its id, which the order's side of it has too.
    pub id: RefundId,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Time,
    /// The gateway's name for it.
    pub reference: String,
}

/// Why payments cannot be taken over.
#[derive(Debug, thiserror::Error)]
pub enum ImportHistoryError {
    /// An amount is too large, or its refunds are of another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The ledger refuses a booking.
    #[error("a payment cannot be booked")]
    Book(#[source] BookError),
    /// The database failed, or an attempt was refunded more than it took.
    #[error(transparent)]
    Internal(#[from] Error),
}

impl From<BookError> for ImportHistoryError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Internal(error) => Self::Internal(error),
            BookError::EmptyEntry | BookError::Unbalanced(_) | BookError::Money(_) => Self::Book(error),
        }
    }
}

/// Inserts attempts and refunds and books them, with three statements however many there are.
pub async fn import_history(ctx: &mut Ctx, history: Vec<HistoricAttempt>) -> Result<(), ImportHistoryError> {
    let (mut attempts, mut refunds, mut bookings) = (Vec::new(), Vec::new(), Vec::new());
    for historic in history {
        let attempt = decided(&historic)?;
        if attempt.state == AttemptState::Captured && attempt.amount.is_positive() {
            let (reference, gateway) = (attempt.id.to_string(), &attempt.gateway);
            let booking = booking::capture(reference, attempt.order_id, gateway, attempt.captured, attempt.fee)?;
            bookings.push((booking, historic.at));
        }
        for given_back in historic.refunds {
            let refund = succeeded(&attempt, given_back);
            let (reference, gateway) = (refund.id.to_string(), &refund.gateway);
            let booking = booking::refund(reference, refund.order_id, gateway, refund.amount, refund.fee_returned)?;
            bookings.push((booking, refund.created_at));
            refunds.push(refund);
        }
        attempts.push(attempt);
    }
    history::insert_attempts(ctx, &attempts).await?;
    history::insert_refunds(ctx, &refunds).await?;
    ledger::import_history(ctx, &bookings).await?;
    Ok(())
}

fn decided(historic: &HistoricAttempt) -> Result<Attempt, MoneyError> {
    let (event, reference, failure_code) = match &historic.outcome {
        Ok(reference) => (AttemptEvent::Capture, Some(reference), None),
        Err(code) => (AttemptEvent::Fail, None, Some(code)),
    };
    let refunds = historic.refunds.iter().map(|refund| refund.amount);
    let none = Money::zero(historic.amount.currency());
    Ok(Attempt {
        id: historic.id,
        order_id: historic.order_id,
        gateway: historic.gateway.clone(),
        state: event.target(),
        amount: historic.amount,
        captured: historic.outcome.as_ref().map_or(none, |_| historic.amount),
        capturing: none,
        refunded: Money::sum(historic.amount.currency(), refunds)?,
        fee: none,
        giving_up: false,
        gateway_reference: reference.cloned(),
        action_url: None,
        failure_code: failure_code.cloned(),
        created_at: historic.at,
        updated_at: historic.at,
        check_at: None,
        saves_for: None,
        saving_check_at: None,
        card: None,
    })
}

fn succeeded(attempt: &Attempt, historic: HistoricRefund) -> Refund {
    Refund {
        id: historic.id,
        attempt_id: attempt.id,
        order_id: attempt.order_id,
        gateway: attempt.gateway.clone(),
        attempt_reference: attempt.gateway_reference.clone(),
        state: RefundState::Succeeded,
        amount: historic.amount,
        fee_returned: Money::zero(historic.amount.currency()),
        gateway_reference: Some(historic.reference),
        failure_code: None,
        created_at: historic.at,
        check_at: None,
    }
}
