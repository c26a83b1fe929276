//! What catalog tells the other domains.

use kernel::{ProductId, Slug};
use serde::{Deserialize, Serialize};

/// A product, one of its variants or pictures, or its categories changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductChanged {
    /// The product.
    pub product_id: ProductId,
    /// The address of its page after the change.
    pub slug: Slug,
}

impl database::Event for ProductChanged {
    const KIND: &'static str = "catalog.product_changed";

    fn aggregate(&self) -> uuid::Uuid {
        self.product_id.into()
    }
}

/// Many products were made or changed at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductsImported {
    /// The products.
    pub product_ids: Vec<ProductId>,
}

impl database::Event for ProductsImported {
    const KIND: &'static str = "catalog.products_imported";

    fn aggregate(&self) -> uuid::Uuid {
        self.product_ids
            .first()
            .copied()
            .map_or(uuid::Uuid::nil(), uuid::Uuid::from)
    }
}
