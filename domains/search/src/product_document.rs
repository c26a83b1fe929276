//! What search knows of a product.

use catalog::Choice;
use kernel::{CategoryId, ProductId, Time};

/// A product as it is indexed: everything a shopper may type, and everything a list can be narrowed or sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductDocument {
    /// The product.
    pub id: ProductId,
    /// Its title.
    pub title: String,
    /// The short description, as text.
    pub summary: String,
    /// What kind of thing it is, each in a few words: product type and names of categories.
    pub kinds: Vec<String>,
    /// The brand.
    pub brand: String,
    /// Tags, option values, attributes and the long description, as text.
    pub details: Vec<String>,
    /// SKUs, GTINs and other codes, as they are written.
    pub codes: Vec<String>,
    /// The categories it is in, with those above them.
    pub categories: Vec<CategoryId>,
    /// What its variants cost now, from the lowest to the highest, in minor units of the store's currency.
    pub prices: Vec<i64>,
    /// Whether any variant can be bought.
    pub in_stock: bool,
    /// When shoppers first could see it.
    pub published_at: Time,
    /// Pieces sold lately.
    pub popularity: u64,
    /// The stars of its reviews on average, in tenths; 0 without reviews.
    pub stars: u64,
    /// Its place among the rated products, the best highest.
    pub rated: u64,
    /// What shoppers choose of it: options and attributes with choices.
    pub choices: Vec<Choice>,
}
