//! What a shopper should know of a line of the cart.

use catalog::QuantityRefusal;
use kernel::Money;

/// What a shopper should know of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// It can no longer be bought and is not part of the total.
    Unavailable,
    /// Fewer are in stock than the cart wants.
    OnlyLeft {
        /// How many could be bought.
        available: i64,
    },
    /// It is not sold in this quantity.
    Quantity(QuantityRefusal),
    /// The product's personal fields changed since they were filled in.
    OtherFields,
    /// It may not be sent to the address.
    CannotShip,
    /// The price changed since the shopper last touched the line.
    PriceChanged {
        /// What it was.
        from: Money,
        /// What it is.
        to: Money,
    },
}

impl Notice {
    /// Whether the cart cannot be bought as long as this holds.
    pub fn blocks(&self) -> bool {
        match self {
            Self::Unavailable | Self::OnlyLeft { .. } | Self::Quantity(_) | Self::OtherFields => true,
            // The address may change; whoever goes on with this one is refused.
            Self::CannotShip | Self::PriceChanged { .. } => false,
        }
    }
}
