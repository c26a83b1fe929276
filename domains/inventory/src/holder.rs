//! Whom stock is set aside for.

use kernel::{CartId, OrderId};
use uuid::Uuid;

/// Whom stock is set aside for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A shopper who has not ordered yet.
    Cart(CartId),
    /// An order that is not shipped yet.
    Order(OrderId),
}

impl Holder {
    pub(crate) fn id(self) -> Uuid {
        match self {
            Self::Cart(id) => id.into(),
            Self::Order(id) => id.into(),
        }
    }

    /// What the stock ledger calls it. A cart's id is its shopper's secret.
    pub(crate) fn reference(self) -> String {
        match self {
            Self::Cart(_) => "cart".to_owned(),
            Self::Order(id) => id.to_string(),
        }
    }
}

impl From<OrderId> for Holder {
    fn from(id: OrderId) -> Self {
        Self::Order(id)
    }
}
