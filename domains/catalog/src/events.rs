//! What catalog tells the other domains.

use kernel::{AttributeId, CategoryId, ProductId, Slug};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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

    fn aggregate(&self) -> Uuid {
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

    fn aggregate(&self) -> Uuid {
        first_or_nil(&self.product_ids)
    }

    fn touched(&self) -> Vec<Uuid> {
        uuids(&self.product_ids)
    }
}

/// Products came back or sold out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductsInStockChanged {
    /// The products.
    pub product_ids: Vec<ProductId>,
}

impl database::Event for ProductsInStockChanged {
    const KIND: &'static str = "catalog.products_in_stock_changed";

    fn aggregate(&self) -> Uuid {
        first_or_nil(&self.product_ids)
    }

    fn touched(&self) -> Vec<Uuid> {
        uuids(&self.product_ids)
    }
}

/// What shoppers think of products changed: how many reviews have how many stars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingsChanged {
    /// The products.
    pub product_ids: Vec<ProductId>,
}

impl database::Event for RatingsChanged {
    const KIND: &'static str = "catalog.ratings_changed";

    fn aggregate(&self) -> Uuid {
        first_or_nil(&self.product_ids)
    }

    fn touched(&self) -> Vec<Uuid> {
        uuids(&self.product_ids)
    }
}

/// Products sell better or worse than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PopularityChanged {
    /// The products.
    pub product_ids: Vec<ProductId>,
}

impl database::Event for PopularityChanged {
    const KIND: &'static str = "catalog.popularity_changed";

    fn aggregate(&self) -> Uuid {
        first_or_nil(&self.product_ids)
    }

    fn touched(&self) -> Vec<Uuid> {
        uuids(&self.product_ids)
    }
}

/// Sales of products began or ended, and they cost something else by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricesTurned {
    /// The products.
    pub product_ids: Vec<ProductId>,
}

impl database::Event for PricesTurned {
    const KIND: &'static str = "catalog.prices_turned";

    fn aggregate(&self) -> Uuid {
        first_or_nil(&self.product_ids)
    }

    fn touched(&self) -> Vec<Uuid> {
        uuids(&self.product_ids)
    }
}

/// A category was made, renamed, moved or deleted: what lies in which is another tree now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoriesChanged {
    /// The category.
    pub category_id: CategoryId,
}

impl database::Event for CategoriesChanged {
    const KIND: &'static str = "catalog.categories_changed";

    fn aggregate(&self) -> Uuid {
        self.category_id.into()
    }
}

/// Shoppers see an attribute's values from now on, or no longer, or choose them by another name: what products say is another text
/// now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeShownChanged {
    /// The attribute.
    pub attribute_id: AttributeId,
}

impl database::Event for AttributeShownChanged {
    const KIND: &'static str = "catalog.attribute_shown_changed";

    fn aggregate(&self) -> Uuid {
        self.attribute_id.into()
    }
}

/// A category, collection or attribute is shown in another way, in another place, or with other products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisplayChanged {
    /// The category, collection or attribute.
    pub id: Uuid,
}

impl database::Event for DisplayChanged {
    const KIND: &'static str = "catalog.display_changed";

    fn aggregate(&self) -> Uuid {
        self.id
    }
}

fn uuids(ids: &[ProductId]) -> Vec<Uuid> {
    ids.iter().copied().map(Uuid::from).collect()
}

fn first_or_nil(ids: &[ProductId]) -> Uuid {
    ids.first().copied().map_or(Uuid::nil(), Uuid::from)
}
