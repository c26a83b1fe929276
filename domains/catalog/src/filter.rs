//! What a list of products is asked for.

use kernel::{Money, Slug};

use crate::{CategoryNode, ChoiceFacet, ProductStatus};

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// Last published first; in the back office, last changed first.
    #[default]
    Newest,
    /// Cheapest first; products without a price last.
    PriceAsc,
    /// Dearest first; products without a price last.
    PriceDesc,
    /// By title.
    Title,
    /// What sold most pieces lately first.
    BestSelling,
    /// What shoppers think best of first; products without reviews last.
    Rating,
    /// Best match first; without search words a collection's own order, and elsewhere the same as `Newest`.
    Relevance,
}

impl Sort {
    /// Every order, as choices are listed.
    pub const ALL: [Self; 7] = [
        Self::Relevance,
        Self::BestSelling,
        Self::Newest,
        Self::PriceAsc,
        Self::PriceDesc,
        Self::Rating,
        Self::Title,
    ];

    /// The name in addresses and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::PriceAsc => "price_asc",
            Self::PriceDesc => "price_desc",
            Self::Title => "title",
            Self::BestSelling => "best_selling",
            Self::Rating => "rating",
            Self::Relevance => "relevance",
        }
    }

    /// The order of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }
}

/// Which products may be in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visibility {
    /// What shoppers see.
    #[default]
    Published,
    /// Everything, for the back office.
    Every,
    /// Products of one status, for the back office.
    Only(ProductStatus),
}

/// Which products are wanted. Empty fields do not narrow the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductFilter {
    /// Search words as typed.
    pub q: Option<String>,
    /// In this category or one below it.
    pub category: Option<Slug>,
    /// In this collection.
    pub collection: Option<Slug>,
    /// Of this brand, exactly.
    pub brand: Option<String>,
    /// With this tag, exactly; only the back office asks for it.
    pub tag: Option<String>,
    /// With a variant at this price or above: for shoppers to pay now, for the back office at its regular price. With a highest
    /// price too, one variant is within both.
    pub price_min: Option<Money>,
    /// With a variant at this price or below, of the same prices.
    pub price_max: Option<Money>,
    /// Whether any variant can be bought.
    pub in_stock: Option<bool>,
    /// With at least so many stars on average, as shoppers read it; nothing without reviews.
    pub rating_min: Option<u8>,
    /// With these choices, by their codes: of one name any, of several names all. See `choice_code`.
    pub choices: Vec<String>,
    /// Whether the home page shows it.
    pub featured: Option<bool>,
    /// The order.
    pub sort: Sort,
    /// What the reader may see.
    pub visibility: Visibility,
}

/// What a list can be narrowed by, with the number of products left by each choice. Brands, ratings and the values of a name that
/// the list is narrowed by are counted as if it were not: what else could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facets {
    /// Categories with their products and those of the categories below, in tree order; empty ones are left out.
    pub categories: Vec<(CategoryNode, i64)>,
    /// The twenty most frequent brands.
    pub brands: Vec<(String, i64)>,
    /// The lowest and the highest price to pay now.
    pub price: Option<(Money, Money)>,
    /// How many can be bought now.
    pub in_stock: i64,
    /// How many have at least four stars on average, three, two and one, as far as any have.
    pub ratings: Vec<(u8, i64)>,
    /// What shoppers choose of the products.
    pub choices: Vec<ChoiceFacet>,
}
