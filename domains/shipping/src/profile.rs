//! Products that ship in their own way.

use kernel::{ProductId, ProfileId};

/// A group of products with methods of their own. What is in none ships in the general profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its id.
    pub id: ProfileId,
    /// What the merchant calls it.
    pub name: String,
    /// The products in it; a product is in one profile.
    pub product_ids: Vec<ProductId>,
}
