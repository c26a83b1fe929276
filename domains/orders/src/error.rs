//! Why an order cannot be read or changed.

use kernel::{FieldError, Money, MoneyError, OrderLineId};

use crate::IllegalTransition;

/// What a caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// No order (or refund) has that id, or not in this store.
    #[error("there is no such order")]
    NotFound,
    /// The actor may not do this.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// The order is not in a status where this can happen.
    #[error(transparent)]
    IllegalTransition(#[from] IllegalTransition),
    /// The order has no such line.
    #[error("the order has no line {line}")]
    LineNotFound {
        /// The line.
        line: OrderLineId,
    },
    /// Fewer pieces of a line are left to ship or to refund than wanted, or none were wanted.
    #[error("{left} pieces of {line} are left")]
    QuantityOutOfRange {
        /// The line.
        line: OrderLineId,
        /// How many are left.
        left: i64,
    },
    /// No piece is left to ship.
    #[error("nothing is left to ship")]
    NothingToShip,
    /// Nothing was asked to be refunded, or nothing is left.
    #[error("nothing is left to refund")]
    NothingToRefund,
    /// More of the delivery was asked for than was paid for it and is left.
    #[error("only {left} of the delivery can be refunded")]
    ShippingExceeded {
        /// What is left.
        left: Money,
    },
    /// More than was paid and is left.
    #[error("only {left} of the payment can be refunded")]
    ExceedsPaid {
        /// What is left.
        left: Money,
    },
    /// The order was changed by somebody else in between.
    #[error("the order was changed in the meantime")]
    VersionConflict {
        /// The version it has now, where it was read.
        current: Option<i64>,
    },
    /// A text is missing or too long.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// An amount is too large, or of another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}
