//! Curated groups of products, for coupons and landing pages.

use kernel::{CollectionId, Slug};

/// A curated group of products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// The collection's id.
    pub id: CollectionId,
    /// The last part of its page's address.
    pub slug: Slug,
    /// Its name.
    pub title: String,
    /// What its page says above the list, as clean HTML.
    pub description_html: String,
    /// How many products are in it, published or not.
    pub product_count: i64,
}
