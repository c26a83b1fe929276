//! Something in each language it was written in.

use std::collections::BTreeMap;

use kernel::Locale;
use serde::{Deserialize, Serialize};

/// Something in each language it was written in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localised<T>(BTreeMap<Locale, T>);

impl<T> Default for Localised<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> FromIterator<(Locale, T)> for Localised<T> {
    fn from_iter<I: IntoIterator<Item = (Locale, T)>>(texts: I) -> Self {
        Self(texts.into_iter().collect())
    }
}

impl<T> Localised<T> {
    /// As it was written in that language.
    pub fn get(&self, locale: Locale) -> Option<&T> {
        self.0.get(&locale)
    }

    /// In that language, else in the store's own, else in any it has.
    pub fn shown(&self, locale: Locale, own: Locale) -> Option<&T> {
        self.get(locale)
            .or_else(|| self.get(own))
            .or_else(|| self.0.values().next())
    }

    /// Every language it was written in.
    pub fn iter(&self) -> impl Iterator<Item = (Locale, &T)> {
        self.0.iter().map(|(locale, text)| (*locale, text))
    }

    /// Each made into something else; what becomes nothing is left out.
    pub(crate) fn filter_map<U>(self, mut each: impl FnMut(Locale, T) -> Option<U>) -> Localised<U> {
        let made = self.0.into_iter();
        made.filter_map(|(locale, text)| Some((locale, each(locale, text)?)))
            .collect()
    }

    /// Puts these in the place of what there is; other languages stay.
    pub(crate) fn extend(&mut self, texts: Self) {
        self.0.extend(texts.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_language_stands_for_one_that_is_missing() {
        let both: Localised<&str> = [(Locale::EN, "Mug"), (Locale::ID, "Cangkir")].into_iter().collect();
        let one: Localised<&str> = [(Locale::ID, "Cangkir")].into_iter().collect();
        for (texts, asked, own, shown) in [
            (&both, Locale::EN, Locale::ID, Some("Mug")),
            (&both, Locale::ID, Locale::EN, Some("Cangkir")),
            (&one, Locale::EN, Locale::ID, Some("Cangkir")),
            (&one, Locale::EN, Locale::EN, Some("Cangkir")),
            (&Localised::default(), Locale::EN, Locale::EN, None),
        ] {
            assert_eq!(texts.shown(asked, own).copied(), shown);
        }
    }
}
