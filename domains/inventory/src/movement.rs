//! The stock ledger: one row for every change, never changed itself.

use kernel::{LocationId, MovementId, Time, VariantId};

/// Why stock changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovementKind {
    /// Goods came in.
    Receive,
    /// Stock was promised to an order.
    Reserve,
    /// A promise was taken back or ran out.
    Release,
    /// Promised stock was sold.
    Sale,
    /// Somebody corrected the count by a difference.
    Adjust,
    /// Sold goods came back.
    Return,
    /// Goods were broken.
    Damage,
    /// A count was set.
    Correction,
}

impl MovementKind {
    const ALL: [Self; 8] = [
        Self::Receive,
        Self::Reserve,
        Self::Release,
        Self::Sale,
        Self::Adjust,
        Self::Return,
        Self::Damage,
        Self::Correction,
    ];

    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::Reserve => "reserve",
            Self::Release => "release",
            Self::Sale => "sale",
            Self::Adjust => "adjust",
            Self::Return => "return",
            Self::Damage => "damage",
            Self::Correction => "correction",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
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

/// Why changes are made, the same for all of a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cause<'a> {
    pub(crate) kind: MovementKind,
    pub(crate) reference: &'a str,
    pub(crate) reason: &'a str,
}
