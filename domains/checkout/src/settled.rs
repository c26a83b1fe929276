//! What settling starts from, and what it leaves.

use kernel::{AttemptId, OrderId};
use orders::{Order, OrderAndLines, OrderDetails};
use payments::Authorization;

/// What a gateway said of an attempt.
pub(crate) struct Told<'a> {
    pub(crate) attempt_id: AttemptId,
    pub(crate) authorization: &'a Authorization,
    /// The order as it was placed, where whoever brings the news has just placed it.
    pub(crate) placed: Option<&'a OrderDetails>,
}

/// An order that was paid and stands, as far as it is at hand.
pub(crate) enum Standing {
    /// With all that belongs to it.
    Whole(Box<OrderDetails>),
    /// With its lines.
    WithLines(Box<OrderAndLines>),
}

impl Standing {
    pub(crate) fn id(&self) -> OrderId {
        self.order().id
    }

    pub(crate) fn order(&self) -> &Order {
        match self {
            Self::Whole(details) => &details.order,
            Self::WithLines(sold) => &sold.order,
        }
    }
}

/// What became of the orders whose attempts changed.
#[derive(Default)]
pub(crate) struct Settled {
    /// Those that were paid and stand, as they now are.
    pub(crate) standing: Vec<Standing>,
    /// The attempts of those that cannot stand.
    pub(crate) fallen: Vec<AttemptId>,
}
