//! What is searched for, and what is found.

use catalog::Choice;
use kernel::{CategoryId, ProductId, Time};

/// The order of what is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The best match first.
    #[default]
    Relevance,
    /// The last published first.
    Newest,
    /// The cheapest first.
    PriceAsc,
    /// The dearest first.
    PriceDesc,
    /// By title.
    Title,
    /// What sold most pieces lately first.
    BestSelling,
    /// The best rated first.
    Rating,
}

/// A search with what it is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductQuery {
    /// What was typed; nothing finds everything.
    pub words: String,
    /// In this category or one below it.
    pub category: Option<CategoryId>,
    /// Of this brand, exactly.
    pub brand: Option<String>,
    /// With a price in this range of minor units, ends included.
    pub price_min: Option<i64>,
    /// See `price_min`.
    pub price_max: Option<i64>,
    /// Only what can be bought.
    pub in_stock: bool,
    /// With so many tenths of a star on average, or more.
    pub stars_min: Option<u64>,
    /// With these choices, by name: of one name any of the codes, of several names each.
    pub choices: Vec<(String, Vec<String>)>,
    /// The moment of the search: what is published later is not found.
    pub now: Time,
    /// The order.
    pub order: Order,
    /// How many to leave out at the beginning.
    pub offset: usize,
    /// How many to return.
    pub limit: usize,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The products of the page, in order.
    pub products: Vec<ProductId>,
    /// How many products match in all.
    pub total: usize,
    /// How many of them each choice would leave.
    pub facets: FacetCounts,
    /// The words that the shop knows instead of those that it does not, when the search used them.
    pub corrected: Option<String>,
}

/// The numbers beside the choices of a list. Brands, stars and the values of a name that the list is narrowed by are counted as if
/// it were not: what else could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FacetCounts {
    /// Products by category.
    pub categories: Vec<(CategoryId, usize)>,
    /// Products by brand, the most frequent first.
    pub brands: Vec<(String, usize)>,
    /// The lowest and the highest price.
    pub price: Option<(i64, i64)>,
    /// How many can be bought.
    pub in_stock: usize,
    /// How many have four stars or more, three, two and one.
    pub ratings: [usize; 4],
    /// Products by what shoppers choose of them.
    pub choices: Vec<(Choice, usize)>,
}

/// What somebody who is still typing may be looking for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suggestions {
    /// Ways to go on, as whole searches.
    pub words: Vec<String>,
    /// Products.
    pub products: Vec<ProductId>,
}
