//! What inventory tells the other domains.

use kernel::VariantId;
use serde::{Deserialize, Serialize};

/// Variants went out of stock or came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailabilityChanged {
    /// Each variant with whether it can be bought now.
    pub variants: Vec<(VariantId, bool)>,
}

impl database::Event for AvailabilityChanged {
    const KIND: &'static str = "inventory.availability_changed";

    fn aggregate(&self) -> uuid::Uuid {
        self.variants
            .first()
            .map_or(uuid::Uuid::nil(), |(variant, _)| (*variant).into())
    }
}
