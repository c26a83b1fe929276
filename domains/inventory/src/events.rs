//! What inventory tells the other domains.

use kernel::{StoreId, VariantId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Variants went out of stock or came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailabilityChanged {
    /// Each variant with whether it can be bought now.
    pub variants: Vec<(VariantId, bool)>,
}

impl database::Event for AvailabilityChanged {
    const KIND: &'static str = "inventory.availability_changed";

    fn aggregate(&self) -> Uuid {
        self.variants
            .first()
            .map_or(Uuid::nil(), |(variant, _)| (*variant).into())
    }

    fn touched(&self) -> Vec<Uuid> {
        self.variants.iter().map(|(variant, _)| (*variant).into()).collect()
    }
}

/// A location is new, or something that is said of one is another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocationsChanged {
    /// The store.
    pub store_id: StoreId,
}

impl database::Event for LocationsChanged {
    const KIND: &'static str = "inventory.locations_changed";

    fn aggregate(&self) -> Uuid {
        self.store_id.into()
    }
}

/// Of variants of which few are left, another number is. Many more or less of the others is no news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FewLeftChanged {
    /// The variants.
    pub variants: Vec<VariantId>,
}

impl database::Event for FewLeftChanged {
    const KIND: &'static str = "inventory.few_left_changed";

    fn aggregate(&self) -> Uuid {
        self.variants.first().map_or(Uuid::nil(), |variant| (*variant).into())
    }

    fn touched(&self) -> Vec<Uuid> {
        self.variants.iter().map(|variant| (*variant).into()).collect()
    }
}
