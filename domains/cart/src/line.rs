//! A line of a cart, and the properties a shopper gives it.

use std::collections::BTreeMap;

use catalog::SellableVariant;
use kernel::{CartLineId, FieldError, Money, Quantity, VariantId};
use sha2::{Digest, Sha256};

/// One variant in a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// The line's id.
    pub id: CartLineId,
    /// What is wanted.
    pub variant_id: VariantId,
    /// How many.
    pub quantity: Quantity,
    /// Engraving, gift note and the like.
    pub properties: Properties,
    /// The price the shopper saw when they last touched the line.
    pub price_seen: Money,
    /// How many of the variant the cart had then: a price list may ask less from a quantity on.
    pub quantity_seen: i64,
}

impl CartLine {
    /// Whether its properties are such as the personal fields of the product take.
    pub(crate) fn fits(&self, variant: &SellableVariant) -> bool {
        let filled = catalog::fill_in(&variant.personal_fields, self.properties.as_map());
        filled.is_ok_and(|filled| filled == *self.properties.as_map())
    }
}

/// What a shopper writes on a line, such as an engraving: at most 10 names of 40 characters with texts of 500.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Properties(BTreeMap<String, String>);

impl Properties {
    /// Checks names and texts.
    pub fn new(properties: BTreeMap<String, String>) -> Result<Self, FieldError> {
        let too_long = |text: &str, most: usize| text.chars().count() > most;
        if properties.len() > 10 {
            return Err(FieldError::new("properties", "too_many", "may have at most 10 entries"));
        }
        for (name, text) in &properties {
            let unprintable =
                name.chars().any(char::is_control) || text.chars().any(|char| char.is_control() && char != '\n');
            if name.is_empty() || unprintable || too_long(name, 40) || too_long(text, 500) {
                return Err(FieldError::new(
                    "properties",
                    "too_long",
                    "may have names of 1 to 40 and texts of at most 500 printable characters",
                ));
            }
        }
        Ok(Self(properties))
    }

    /// Names and texts, in the order of the names.
    pub fn as_map(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// Texts that were checked against the fields of a product, which bound them more closely.
    pub(crate) fn filled_in(properties: BTreeMap<String, String>) -> Self {
        Self(properties)
    }

    /// SHA-256 over names and texts, by which equal lines are found.
    pub(crate) fn hash(&self) -> Vec<u8> {
        let mut hasher = Sha256::new();
        for part in self.0.iter().flat_map(|(name, text)| [name, text]) {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn properties(entries: &[(&str, &str)]) -> Result<Properties, FieldError> {
        Properties::new(
            entries
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn different_properties_have_different_hashes() {
        let hash = |entries| properties(entries).unwrap().hash();
        assert_eq!(hash(&[("a", "1"), ("b", "2")]), hash(&[("b", "2"), ("a", "1")]));
        assert_ne!(hash(&[("a", "bc")]), hash(&[("ab", "c")]));
        assert_ne!(hash(&[]), hash(&[("a", "")]));
    }

    #[test]
    fn properties_have_bounds() {
        assert!(properties(&[("", "x")]).is_err());
        assert!(properties(&[("note", &"x".repeat(501))]).is_err());
        assert!(properties(&[("note", "line\nbreak")]).is_ok());
        assert!(properties(&[("note", "bell\u{7}")]).is_err());
        assert!(properties(&[("no\nte", "x")]).is_err());
        assert!(properties(&[("note", &"ü".repeat(500))]).is_ok());
    }
}
