//! What a page tells search engines, and those who show a link to it.

use kernel::{Locale, Print};
use serde::Serialize;
use serde_json::Value;
use url::form_urlencoded::{Serializer, byte_serialize};
use web::Visitor;

use crate::structured;

/// Where search engines have nothing to find: what is about one person. Their readers are asked to stay away.
pub(crate) const PRIVATE: &[&str] = &[
    "/account",
    "/cart",
    "/checkout",
    "/login",
    "/logout",
    "/orders",
    "/preview",
    "/register",
    "/sandbox",
    "/wishlists",
];
/// What they may read, to follow its links, and not list.
const UNLISTED: &[&str] = &["/search", "/offline"];
/// How long a description is shown.
const DESCRIPTION: usize = 160;

/// What one page knows of itself.
#[derive(Default)]
pub(crate) struct Head {
    /// The page's path where it can be asked for by several.
    pub(crate) path: Option<String>,
    /// Which page of a list it is.
    pub(crate) cursor: String,
    /// The page that the merchant wants listed in its place: a path or an address.
    pub(crate) instead: String,
    /// Whether it shows what somebody looked for, which no other needs to find.
    pub(crate) unlisted: bool,
    /// What it is about, in a sentence or two.
    pub(crate) description: String,
    /// What it looks like: a path or an address.
    pub(crate) image: String,
    /// Whether it sells one thing.
    pub(crate) is_product: bool,
    /// What it says to machines (schema.org).
    pub(crate) data: Vec<Value>,
}

/// The same as templates see it.
#[derive(Serialize)]
pub(crate) struct HeadView {
    listed: bool,
    /// The address that search engines are to keep.
    canonical: String,
    /// The same page in every language, and where the browser's wish counts: there whoever wishes nothing, as search engines do,
    /// reads the store's own language, which has no other address.
    alternates: Vec<Alternate>,
    description: String,
    image: String,
    /// How large that is, where somebody knows.
    image_size: Option<(u32, u32)>,
    kind: &'static str,
    data: Vec<String>,
    origin: String,
}

#[derive(Serialize)]
struct Alternate {
    language: &'static str,
    url: String,
}

impl Head {
    pub(crate) fn view(self, visitor: &Visitor) -> HeadView {
        let path = self.path.unwrap_or_else(|| visitor.request().path.clone());
        let address = |language: Option<Locale>| {
            let mut query = Serializer::new(String::new());
            if !self.cursor.is_empty() {
                query.append_pair("cursor", &self.cursor);
            }
            if let Some(language) = language.filter(|language| *language != visitor.store().locale) {
                query.append_pair("lang", language.code());
            }
            let query = query.finish();
            let mark = if query.is_empty() { "" } else { "?" };
            visitor.absolute_url(&format!("{path}{mark}{query}"))
        };
        let asked = visitor.request().asked("lang");
        let language = asked
            .and_then(|tag| tag.parse().ok())
            .filter(|tag| *tag == visitor.locale);
        let elsewhere = Some(self.instead.as_str()).filter(|instead| !instead.is_empty() && *instead != path);
        let locales = &visitor.store().locales;
        let has_choice = locales.len() > 1 && elsewhere.is_none();
        let alternates = has_choice.then(|| {
            let languages = locales.iter().map(|locale| Alternate {
                language: locale.code(),
                url: address(Some(*locale)),
            });
            let default = Alternate {
                language: "x-default",
                url: address(None),
            };
            languages.chain([default]).collect()
        });
        let card = Print::Card.url(&self.image);
        HeadView {
            listed: !self.unlisted && is_listed(&path),
            canonical: elsewhere.map_or_else(|| address(language), |instead| absolute(visitor, instead)),
            alternates: alternates.unwrap_or_default(),
            description: shortened(&self.description),
            image_size: card.is_some().then_some(Print::CARD),
            image: absolute(visitor, card.as_deref().unwrap_or(&self.image)),
            kind: if self.is_product { "product" } else { "website" },
            data: self.data.iter().map(structured::script_text).collect(),
            origin: visitor.absolute_url(""),
        }
    }
}

/// The address of a path of the store; other addresses stay.
pub(crate) fn absolute(visitor: &Visitor, url: &str) -> String {
    if url.starts_with('/') {
        visitor.absolute_url(url)
    } else {
        url.to_owned()
    }
}

/// A path with a slug at its end, whose letters of other alphabets are written as bytes.
pub(crate) fn path_of(folder: &str, slug: &str) -> String {
    let slug: String = byte_serialize(slug.as_bytes()).collect();
    format!("{folder}/{slug}")
}

fn is_listed(path: &str) -> bool {
    let is_below = |folder: &&str| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    !PRIVATE.iter().chain(UNLISTED).any(is_below)
}

/// The first words of a text, as many as are shown below a link.
fn shortened(text: &str) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(DESCRIPTION) else {
        return text.to_owned();
    };
    let start = text.get(..end).unwrap_or_default();
    let whole = start.rsplit_once(char::is_whitespace).map_or(start, |(words, _)| words);
    format!("{}…", whole.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_one_person_is_not_listed() {
        for (path, listed) in [
            ("/", true),
            ("/products", true),
            ("/products/cart", true),
            ("/cart", false),
            ("/cartography", true),
            ("/account/orders", false),
            ("/checkout", false),
            ("/search", false),
        ] {
            assert_eq!(is_listed(path), listed, "{path}");
        }
    }

    #[test]
    fn a_description_ends_with_a_whole_word() {
        let text = "word ".repeat(40);
        let short = shortened(&text);
        assert!(
            short.ends_with("word…") && short.chars().count() <= DESCRIPTION,
            "{short}"
        );
        assert_eq!(shortened(" A mug. "), "A mug.");
        assert_eq!(shortened(&"x".repeat(200)).chars().count(), DESCRIPTION + 1);
    }
}
