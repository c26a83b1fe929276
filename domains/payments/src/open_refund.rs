//! Opens a refund, before the gateway hears of it.

use database::{Ctx, Error, OnConstraint as _};
use kernel::{AttemptId, Money, RefundId};

use crate::{
    AttemptState,
    open_attempt::PATIENCE,
    store::{self, refunds},
};

/// A refund to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// The id that the order's side of it has.
    pub id: RefundId,
    /// The attempt that took the money.
    pub attempt_id: AttemptId,
    /// How much.
    pub amount: Money,
}

/// Why a refund cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenRefundError {
    /// There is no such attempt.
    #[error("there is no such payment attempt")]
    AttemptNotFound,
    /// The attempt has not taken money.
    #[error("the payment attempt is {}, not captured", state.as_str())]
    NotCaptured {
        /// What it is instead.
        state: AttemptState,
    },
    /// More than what is left of the attempt, nothing, or another currency.
    #[error("only {refundable} of the payment can be refunded")]
    ExceedsCaptured {
        /// What is left.
        refundable: Money,
    },
    /// A refund of that id was opened before.
    #[error("the refund was opened before")]
    AlreadyOpen,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Opens a refund in the state pending and sets its amount aside on the attempt, with one statement. Commit before the
/// gateway is called.
pub async fn open_refund(ctx: &mut Ctx, new: NewRefund) -> Result<(), OpenRefundError> {
    let check_at = ctx.now() + PATIENCE;
    let opened = new.amount.is_positive()
        && refunds::insert(ctx, &new, check_at)
            .await
            .on_constraint("refunds_pk", || OpenRefundError::AlreadyOpen)?;
    if opened {
        return Ok(());
    }
    let attempt = store::find_attempt(ctx, new.attempt_id)
        .await?
        .ok_or(OpenRefundError::AttemptNotFound)?;
    if attempt.captured.is_zero() {
        let state = attempt.state;
        return Err(OpenRefundError::NotCaptured { state });
    }
    Err(OpenRefundError::ExceedsCaptured {
        refundable: attempt.refundable(),
    })
}
