//! Groups of products across the category tree, for coupons and landing pages.

use kernel::{CollectionId, Slug};

use crate::Rules;

/// A group of products, chosen by hand or by rules.
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
    /// Its picture, or empty.
    pub image_url: String,
    /// What the picture shows, for those who do not see it.
    pub image_alt: String,
    /// The title search engines get; empty means its own.
    pub seo_title: String,
    /// The description search engines get.
    pub seo_description: String,
    /// What its products have in common; `None` when they are chosen by hand.
    pub rules: Option<Rules>,
    /// Raised by every change, for `If-Match`.
    pub version: i64,
    /// How many products are in it, published or not.
    pub product_count: i64,
}
