//! Small texts that are parsed at the edge, so that inside they are known to be good.

use std::fmt;

use crate::{AddressFormat, FieldError};

macro_rules! parsed_text {
    ($name:ident) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, owned.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(|error| serde::de::Error::custom(error.message))
            }
        }
    };
}

/// An e-mail address in lower case: one `@`, a dot in the domain, at most 254 characters (RFC 5321).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);
parsed_text!(EmailAddress);

impl EmailAddress {
    /// Reads an address; its case is not kept, because no mail provider in use tells addresses apart by it.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim().to_lowercase();
        let good_char = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"@".contains(c);
        let good = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && local.chars().all(good_char)
                && domain.contains('.')
                && domain.split('.').all(|label| {
                    !label.is_empty()
                        && !label.starts_with('-')
                        && !label.ends_with('-')
                        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                })
        });
        if text.is_empty() {
            Err(FieldError::required("email"))
        } else if good && text.len() <= 254 {
            Ok(Self(text))
        } else {
            Err(FieldError::new("email", "invalid_email", "is not an e-mail address"))
        }
    }

    /// An address that no mail can reach (RFC 2606).
    pub fn nobody() -> Self {
        Self("nobody@example.invalid".to_owned())
    }
}

/// The part of a page's address that names a product or category: lower-case letters and digits of any script, parted by
/// single hyphens, at most 200 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);
parsed_text!(Slug);

impl Slug {
    /// Reads a slug as it stands.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.is_empty() {
            Err(FieldError::required("slug"))
        } else if slugify(text) == text {
            Ok(Self(text.to_owned()))
        } else {
            Err(FieldError::new(
                "slug",
                "invalid_slug",
                "may hold lower-case letters and digits parted by single hyphens",
            ))
        }
    }
}

/// Makes a slug of a title: letters and digits stay, everything between them becomes one hyphen. Empty when the title has
/// neither.
pub fn slugify(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            if slug.chars().count() >= 200 {
                break;
            }
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && !"'’".contains(c) {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// What somebody typed into a field of one line, without blanks around it and without the marks, themselves unseen, that make
/// what follows read in another direction. Telephones put them around numbers, and a name could rewrite its line by them.
pub fn typed_line(text: &str) -> String {
    let kept = |letter: &char| !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(kept).collect::<String>().trim().to_owned()
}

/// The merchant's own number of a variant: 1 to 100 printable characters, kept as written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sku(String);
parsed_text!(Sku);

impl Sku {
    /// Reads a SKU by [`typed_line`].
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = typed_line(text);
        if text.is_empty() {
            Err(FieldError::required("sku"))
        } else if text.chars().count() > 100 || text.chars().any(char::is_control) {
            Err(FieldError::new(
                "sku",
                "invalid_sku",
                "may have at most 100 printable characters",
            ))
        } else {
            Ok(Self(text))
        }
    }
}

/// Reads one plain word in small letters, as tax codes are: at most 50 letters, digits, hyphens, dots or underscores.
pub fn plain_word(text: &str) -> Result<String, FieldError> {
    let word = text.trim().to_lowercase();
    let starts = word.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    let rest = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.".contains(&byte);
    if starts && word.len() <= 50 && word.bytes().all(rest) {
        Ok(word)
    } else {
        Err(FieldError::new(
            "code",
            "invalid_tax_code",
            "must be at most 50 letters, digits, hyphens, dots or underscores, and begin with a letter or digit",
        ))
    }
}

/// A two-letter country code (ISO 3166-1 alpha-2), in capitals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// The United States.
    pub const US: Self = Self(*b"US");

    /// Reads a code in either case.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        match text.trim().to_ascii_uppercase().as_bytes() {
            [] => Err(FieldError::required("country")),
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([*a, *b])),
            _ => Err(FieldError::new(
                "country",
                "invalid_country",
                "is not a two-letter country code such as US",
            )),
        }
    }

    /// Reads the code of a country that there is. What was stored is read by [`Self::parse`], because countries come and go.
    pub fn parse_assigned(text: &str) -> Result<Self, FieldError> {
        let country = Self::parse(text)?;
        if country.is_assigned() {
            Ok(country)
        } else {
            Err(FieldError::new(
                "country",
                "invalid_country",
                format!("{country} is not the code of a country"),
            ))
        }
    }

    /// Whether ISO 3166-1 gives the code to a country: one whose addresses are known, or a land where hardly anybody lives.
    pub fn is_assigned(self) -> bool {
        const WITHOUT_ADDRESSES: [&str; 7] = ["AQ", "BV", "GS", "HM", "IO", "TF", "UM"];
        WITHOUT_ADDRESSES.contains(&self.as_str()) || AddressFormat::of(self).country == self.as_str()
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for CountryCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for CountryCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(|error| serde::de::Error::custom(error.message))
    }
}

/// How many of something a shopper wants: 1 to 9,999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(u16);

impl Quantity {
    /// One.
    pub const ONE: Self = Self(1);
    /// The most one line can hold.
    pub const MAX: i64 = 9_999;

    /// Checks a number.
    pub fn new(quantity: i64) -> Result<Self, FieldError> {
        u16::try_from(quantity)
            .ok()
            .filter(|quantity| (1..=9_999).contains(quantity))
            .map(Self)
            .ok_or_else(|| {
                FieldError::new(
                    "quantity",
                    "invalid_quantity",
                    "must be a whole number between 1 and 9999",
                )
            })
    }

    /// The number.
    pub fn get(self) -> i64 {
        i64::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        for good in ["a@b.co", " Ann.Lee+tag@Mail.Example.COM ", "jürgen@münchen.de"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@b",
            "a@@b.co",
            "a b@c.de",
            "a@b..co",
            "a@-b.co",
            "a@b.co\r\nBcc: x@y.z",
            "<a@b.co>",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(
            EmailAddress::parse("Ann@Example.com").unwrap().as_str(),
            "ann@example.com"
        );
    }

    #[test]
    fn titles_become_slugs() {
        for (title, slug) in [
            ("Ocean Blue Shirt", "ocean-blue-shirt"),
            ("  Café — 27\" Monitor!  ", "café-27-monitor"),
            ("Men's Shoe", "mens-shoe"),
            ("***", ""),
        ] {
            assert_eq!(slugify(title), slug);
        }
        assert!(Slug::parse("Not a slug").is_err() && Slug::parse("a--b").is_err() && Slug::parse("a-b").is_ok());
        assert!(Slug::parse(&slugify(&"ß".repeat(300))).is_ok());
    }

    #[test]
    fn there_are_249_countries() {
        let letters = || 'A'..='Z';
        let codes = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
        let assigned = codes.filter(|code| CountryCode::parse_assigned(code).is_ok());
        assert_eq!(assigned.count(), 249);
        let refused = CountryCode::parse_assigned("xx").unwrap_err();
        assert_eq!(
            (refused.code, refused.message.as_str()),
            ("invalid_country", "XX is not the code of a country")
        );
        assert!(CountryCode::parse("XX").is_ok(), "what is stored can be read");
    }

    #[test]
    fn quantities_have_bounds() {
        assert!(Quantity::new(0).is_err() && Quantity::new(-1).is_err() && Quantity::new(10_000).is_err());
        assert_eq!(Quantity::new(9_999).unwrap().get(), 9_999);
    }
}
