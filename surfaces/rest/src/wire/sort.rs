//! The orders of product lists.

use serde::Deserialize;
use utoipa::ToSchema;

/// The order of a list of products.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// Best match first.
    Relevance,
    /// Last published first; in the back office, last changed first.
    Newest,
    /// What costs everybody least first.
    PriceAsc,
    /// What costs everybody most first.
    PriceDesc,
    /// By title.
    Title,
    /// What sold most pieces lately first.
    BestSelling,
    /// The best rated first.
    Rating,
}

impl From<Sort> for catalog::Sort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Relevance => Self::Relevance,
            Sort::Newest => Self::Newest,
            Sort::PriceAsc => Self::PriceAsc,
            Sort::PriceDesc => Self::PriceDesc,
            Sort::Title => Self::Title,
            Sort::BestSelling => Self::BestSelling,
            Sort::Rating => Self::Rating,
        }
    }
}
