//! What goods are to the tax: a row of the built-in table, or a name of the merchant's own.

use std::fmt;

use kernel::FieldError;

use crate::TaxCategory;

/// What goods are taxed as: one of the built-in categories, or a code of the store's own such as `books`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxCode(String);

impl TaxCode {
    /// Reads a code; capitals are small letters.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        kernel::plain_word(text).map(Self)
    }

    /// What a variant says it is taxed as; what is no code is taxed as the standard.
    pub fn of_goods(text: &str) -> Self {
        Self::parse(text).unwrap_or_default()
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The built-in category of that name.
    pub fn category(&self) -> Option<TaxCategory> {
        TaxCategory::parse(&self.0)
    }
}

impl Default for TaxCode {
    fn default() -> Self {
        TaxCategory::default().into()
    }
}

impl From<TaxCategory> for TaxCode {
    fn from(category: TaxCategory) -> Self {
        Self(category.as_str().to_owned())
    }
}

impl fmt::Display for TaxCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A code of the store's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCode {
    /// The code, as products and files of rates have it.
    pub code: TaxCode,
    /// What people call it.
    pub name: String,
    /// What its goods are taxed as in a place that has no rate for the code.
    pub category: TaxCategory,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_plain_word() {
        for (text, code) in [
            ("books", Some("books")),
            (" P0000000 ", Some("p0000000")),
            ("20_010", Some("20_010")),
            ("super_reduced", Some("super_reduced")),
            ("", None),
            ("-a", None),
            ("e books", None),
            ("größe", None),
        ] {
            let parsed = TaxCode::parse(text).ok();
            assert_eq!(parsed.as_ref().map(TaxCode::as_str), code, "{text:?}");
        }
        assert!(TaxCode::parse(&"x".repeat(51)).is_err());
        assert_eq!(TaxCode::of_goods("no such thing"), TaxCategory::Standard.into());
        assert_eq!(TaxCode::of_goods("zero").category(), Some(TaxCategory::Zero));
    }
}
