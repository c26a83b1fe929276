//! Why a cart cannot be changed.

use catalog::QuantityRefusal;
use kernel::{FieldError, Invalid, VariantId};

/// What a caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum CartError {
    /// No cart has that id, or not in this store.
    #[error("there is no such cart")]
    NotFound,
    /// The cart became an order or was merged into another.
    #[error("the cart is closed")]
    Closed,
    /// The cart was changed since the caller read it.
    #[error("the cart was changed in the meantime; its version is {current}")]
    VersionConflict {
        /// The version now.
        current: i64,
    },
    /// The cart has no such line.
    #[error("the cart has no such line")]
    LineNotFound,
    /// The variant is unknown, not published or has no price.
    #[error("the variant {variant} cannot be bought")]
    NotForSale {
        /// The variant.
        variant: VariantId,
    },
    /// Less is in stock than wanted.
    #[error("only {available} of {variant} are available")]
    InsufficientStock {
        /// The variant.
        variant: VariantId,
        /// How many could be bought.
        available: i64,
    },
    /// The variant is not sold in this quantity.
    #[error("{variant} is not sold in this quantity: {} {}", .refusal.as_str(), .refusal.limit())]
    Quantity {
        /// The variant.
        variant: VariantId,
        /// What the quantity breaks.
        refusal: QuantityRefusal,
    },
    /// What was written on something to be bought is wrong, as `lines.2.properties.Engraving`.
    #[error(transparent)]
    Properties(Invalid),
    /// The input is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// An amount does not fit, such as a price times a quantity.
    #[error("the cart's total cannot be computed")]
    Unpriceable(#[from] pricing::QuoteError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl From<FieldError> for CartError {
    fn from(error: FieldError) -> Self {
        Self::Invalid(error.into())
    }
}
