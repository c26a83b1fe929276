//! A rate of tax, and the kinds of goods that have rates of their own.

use rust_decimal::Decimal;

use crate::Place;

/// What a place taxes alike. A place without a rate for a category taxes it at the standard rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TaxCategory {
    /// Everything that has no rate of its own.
    #[default]
    Standard,
    /// The higher of two reduced rates, such as restaurant meals in many EU countries.
    Intermediate,
    /// The reduced rate, such as food and books in many EU countries.
    Reduced,
    /// A rate below the reduced one.
    SuperReduced,
    /// Taxed at nothing everywhere.
    Zero,
}

impl TaxCategory {
    /// Every category.
    pub const ALL: [Self; 5] = [
        Self::Standard,
        Self::Intermediate,
        Self::Reduced,
        Self::SuperReduced,
        Self::Zero,
    ];

    /// The name in tables and imports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Intermediate => "intermediate",
            Self::Reduced => "reduced",
            Self::SuperReduced => "super_reduced",
            Self::Zero => "zero",
        }
    }

    /// The category of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == name)
    }
}

/// One rate that a sale is taxed at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate {
    /// What the tax is called where it is due: `VAT`, `GST`, `Sales tax`.
    pub name: String,
    /// The exact fraction: 0.0725 is 7.25 %.
    pub rate: Decimal,
    /// Whether it is due on the price and the rates before it, not on the price alone.
    pub compound: bool,
    /// Whether shipping is taxed too.
    pub on_shipping: bool,
    /// Whose tax it is.
    pub jurisdiction: Place,
}
