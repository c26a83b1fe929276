//! Where an entry of a menu leads.

use kernel::{CategoryId, CollectionId, PageId, ProductId, Slug};
use serde::{Deserialize, Serialize};

/// Where an entry of a menu leads, as the merchant chose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Nowhere: it is a heading above other entries.
    Heading,
    /// To a page.
    Page(PageId),
    /// To a category's list.
    Category(CategoryId),
    /// To a collection's list.
    Collection(CollectionId),
    /// To a product.
    Product(ProductId),
    /// To a path of the store or an address of the web.
    Address(String),
}

/// Where a shown entry leads, for whoever knows the addresses of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Nowhere.
    Nowhere,
    /// To the page of this slug.
    Page(Slug),
    /// To the list of the category of this slug.
    Category(Slug),
    /// To the list of the collection of this slug.
    Collection(Slug),
    /// To the product of this slug.
    Product(Slug),
    /// There.
    Address(String),
}
