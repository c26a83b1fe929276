//! The stock ledger: one row for every change, never changed itself.

use kernel::{LocationId, MovementId, Time, VariantId};

kernel::named! {
    /// Why stock changed.
    MovementKind {
        /// Goods came in.
        Receive = "receive",
        /// Stock was promised to an order.
        Reserve = "reserve",
        /// A promise was taken back or ran out.
        Release = "release",
        /// Promised stock was sold.
        Sale = "sale",
        /// Somebody corrected the count by a difference.
        Adjust = "adjust",
        /// Sold goods came back.
        Return = "return",
        /// Goods were broken.
        Damage = "damage",
        /// A count was set.
        Correction = "correction",
        /// Goods left for another location.
        TransferOut = "transfer_out",
        /// Goods came from another location.
        TransferIn = "transfer_in",
    }
}

/// A row of the stock ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The row's id.
    pub id: MovementId,
    /// The variant.
    pub variant_id: VariantId,
    /// The location.
    pub location_id: LocationId,
    /// Why it changed.
    pub kind: MovementKind,
    /// By how much what lies there changed.
    pub on_hand_change: i64,
    /// By how much what is promised changed.
    pub reserved_change: i64,
    /// The order or other thing it belongs to, or empty.
    pub reference: String,
    /// What the actor gave as the reason, or empty.
    pub reason: String,
    /// Who did it.
    pub actor: String,
    /// When.
    pub occurred_at: Time,
}

/// A change of one level, on its way into the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) variant_id: VariantId,
    pub(crate) location_id: LocationId,
    pub(crate) on_hand: i64,
    pub(crate) reserved: i64,
}

impl Change {
    /// What takes it back.
    pub(crate) fn reversed(self) -> Self {
        Self {
            on_hand: -self.on_hand,
            reserved: -self.reserved,
            ..self
        }
    }
}

/// Why changes are made, the same for all of a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cause<'a> {
    pub(crate) kind: MovementKind,
    pub(crate) reference: &'a str,
    pub(crate) reason: &'a str,
}
