//! A page and the rules of its texts.

use catalog::{check_text, check_title, sanitise_html};
use kernel::{Invalid, Locale, PageId, Slug, Time};
use serde::{Deserialize, Serialize};

use crate::Localised;

/// The most characters of what search engines get.
const SHORT: usize = 2_000;
/// The most characters of a text.
const LONG: usize = 500_000;

/// What a page says in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PageText {
    /// Its heading.
    pub title: String,
    /// What it says, as clean HTML once it is stored.
    pub body_html: String,
    /// The title search engines get; empty means the heading.
    pub seo_title: String,
    /// The description search engines get; empty means the first words.
    pub seo_description: String,
}

impl PageText {
    fn is_empty(&self) -> bool {
        let parts = [&self.title, &self.body_html, &self.seo_title, &self.seo_description];
        parts.iter().all(|part| part.trim().is_empty())
    }
}

/// A page that the merchant wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its id.
    pub id: PageId,
    /// The last part of its address.
    pub slug: Slug,
    /// Whether shoppers see it.
    pub published: bool,
    /// What it says in each language.
    pub texts: Localised<PageText>,
    /// Raised by every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// Cleans texts, leaves out languages that say nothing, and notes what breaks a rule.
pub(crate) fn checked(invalid: &mut Invalid, texts: Localised<PageText>, own: Locale) -> Localised<PageText> {
    let texts = texts.filter_map(|locale, text| {
        if text.is_empty() && locale != own {
            return None;
        }
        let field = |name: &str| format!("texts.{locale}.{name}");
        let text = PageText {
            title: text.title.trim().to_owned(),
            body_html: text.body_html,
            seo_title: text.seo_title.trim().to_owned(),
            seo_description: text.seo_description.trim().to_owned(),
        };
        check_title(invalid, &field("title"), &text.title);
        check_text(invalid, &field("body_html"), &text.body_html, LONG);
        check_text(invalid, &field("seo_title"), &text.seo_title, SHORT);
        check_text(invalid, &field("seo_description"), &text.seo_description, SHORT);
        Some(PageText {
            body_html: sanitise_html(&text.body_html),
            ..text
        })
    });
    if texts.get(own).is_none() {
        check_title(invalid, &format!("texts.{own}.title"), "");
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(title: &str, body: &str) -> PageText {
        PageText {
            title: title.to_owned(),
            body_html: body.to_owned(),
            ..PageText::default()
        }
    }

    #[test]
    fn texts_are_cleaned_and_need_a_title_in_the_own_language() {
        for (texts, wrong, left) in [
            (vec![], vec!["texts.en.title"], 0),
            (vec![(Locale::EN, text("", "<p>x</p>"))], vec!["texts.en.title"], 1),
            (vec![(Locale::ID, text("Tentang", ""))], vec!["texts.en.title"], 1),
            (
                vec![(Locale::EN, text("About", "")), (Locale::ID, text(" ", ""))],
                vec![],
                1,
            ),
            (
                vec![(Locale::EN, text("About", "")), (Locale::ID, text("", "<p>x</p>"))],
                vec!["texts.id.title"],
                2,
            ),
            (
                vec![(Locale::EN, text(&"x".repeat(501), ""))],
                vec!["texts.en.title"],
                1,
            ),
        ] {
            let mut invalid = Invalid::default();
            let kept = checked(&mut invalid, texts.clone().into_iter().collect(), Locale::EN);
            let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
            assert_eq!((fields, kept.iter().count()), (wrong, left), "{texts:?}");
        }
        let dirty = [(Locale::EN, text(" About ", "<p onclick=\"x\">Hi<script>1</script></p>"))];
        let clean = checked(&mut Invalid::default(), dirty.into_iter().collect(), Locale::EN);
        assert_eq!(clean.get(Locale::EN), Some(&text("About", "<p>Hi</p>")));
    }
}
