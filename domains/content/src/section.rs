//! The sections of a home page and their rules.

use std::borrow::Cow;

use catalog::{check_address, check_text, sanitise_html};
use kernel::{FieldError, Invalid, Locale, SectionId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Link, Localised};

/// The most sections of a home page.
pub(crate) const MOST: usize = 24;
/// The most characters of a title or a button.
const SHORT: usize = 200;
/// The most characters of a text.
const LONG: usize = 50_000;
/// The most characters of what a picture shows.
const ALT: usize = 2_000;

/// What a section shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// A greeting with a picture and a button.
    Hero,
    /// A text.
    Text,
    /// A picture as wide as the page, with words and a button on it.
    Banner,
    /// The first products of a collection.
    Collection,
    /// The collections that have products.
    Collections,
    /// The departments, with their pictures.
    Categories,
    /// The products that the merchant features.
    Featured,
    /// The newest products.
    Newest,
    /// The products that the shopper looked at last, which only the shopper's browser knows.
    Recent,
}

impl SectionKind {
    /// Every kind, in the order that staff choose from.
    pub const ALL: [Self; 9] = [
        Self::Hero,
        Self::Text,
        Self::Banner,
        Self::Collection,
        Self::Collections,
        Self::Categories,
        Self::Featured,
        Self::Newest,
        Self::Recent,
    ];

    /// The name in forms and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hero => "hero",
            Self::Text => "text",
            Self::Banner => "banner",
            Self::Collection => "collection",
            Self::Collections => "collections",
            Self::Categories => "categories",
            Self::Featured => "featured",
            Self::Newest => "newest",
            Self::Recent => "recent",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether it says something at length.
    pub fn has_body(self) -> bool {
        matches!(self, Self::Hero | Self::Text | Self::Banner)
    }

    /// Whether it has a picture, a button and a place where that leads.
    pub fn has_button(self) -> bool {
        matches!(self, Self::Hero | Self::Banner)
    }
}

/// What a section says in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SectionText {
    /// Its heading; without it, the theme's.
    pub title: String,
    /// What it says, as clean HTML once it is stored; words without tags become paragraphs.
    pub body_html: String,
    /// What stands on its button.
    pub button: String,
}

/// What is to be said of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionTerms {
    /// What it shows.
    pub kind: SectionKind,
    /// What it says in each language.
    #[serde(default)]
    pub texts: Localised<SectionText>,
    /// Its picture, or empty.
    #[serde(default)]
    pub image_url: String,
    /// What the picture shows, for those who do not see it.
    #[serde(default)]
    pub image_alt: String,
    /// Where its button leads, or the collection whose products it shows.
    pub link: Link,
    /// Whether shoppers do not see it.
    #[serde(default)]
    pub hidden: bool,
}

impl SectionTerms {
    /// A section that says what the theme says.
    pub fn plain(kind: SectionKind) -> Self {
        Self {
            kind,
            texts: Localised::default(),
            image_url: String::new(),
            image_alt: String::new(),
            link: Link::Heading,
            hidden: false,
        }
    }
}

/// A section of a home page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its id.
    pub id: SectionId,
    /// What it shows and says.
    #[serde(flatten)]
    pub terms: SectionTerms,
}

/// What a home page is composed of where the merchant composed nothing.
pub(crate) fn of_the_theme() -> Vec<Section> {
    let kinds = [
        SectionKind::Hero,
        SectionKind::Featured,
        SectionKind::Collections,
        SectionKind::Newest,
    ];
    (1_u128..)
        .zip(kinds)
        .map(|(number, kind)| Section {
            id: Uuid::from_u128(number).into(),
            terms: SectionTerms::plain(kind),
        })
        .collect()
}

/// Cleans what is said of a section, drops what its kind does not show, and notes what breaks a rule. `place` is put before
/// the names of its fields.
pub(crate) fn checked(invalid: &mut Invalid, place: &str, terms: SectionTerms, own: Locale) -> SectionTerms {
    let kind = terms.kind;
    let texts = terms.texts.filter_map(|locale, text| {
        let text = SectionText {
            title: text.title.trim().to_owned(),
            body_html: if kind.has_body() { text.body_html } else { String::new() },
            button: if kind.has_button() {
                text.button.trim().to_owned()
            } else {
                String::new()
            },
        };
        let field = |name: &str| format!("{place}texts.{locale}.{name}");
        check_text(invalid, &field("title"), &text.title, SHORT);
        check_text(invalid, &field("body_html"), &text.body_html, LONG);
        let is_short = text.body_html.chars().count() <= LONG;
        check_text(invalid, &field("button"), &text.button, SHORT);
        let text = SectionText {
            body_html: sanitise_html(&in_paragraphs(&text.body_html)),
            ..text
        };
        // What is stored has to be short enough to be saved again.
        if is_short {
            check_text(invalid, &field("body_html"), &text.body_html, LONG);
        }
        (text != SectionText::default()).then_some(text)
    });
    let said = texts.get(own).cloned().unwrap_or_default();
    if matches!(kind, SectionKind::Text | SectionKind::Banner) && said.title.is_empty() && said.body_html.is_empty() {
        invalid.push(FieldError::required(format!("{place}texts.{own}.title")));
    }
    let link = match (kind, terms.link) {
        (SectionKind::Collection, Link::Collection(id)) => Link::Collection(id),
        (SectionKind::Collection, _) => {
            invalid.push(FieldError::required(format!("{place}link.target")));
            Link::Heading
        }
        (SectionKind::Hero | SectionKind::Banner, link) => link,
        _ => Link::Heading,
    };
    if let Link::Address(address) = &link {
        check_address(invalid, &format!("{place}link.address"), address);
    }
    if link == Link::Heading && texts.iter().any(|(_, text)| !text.button.is_empty()) {
        invalid.push(FieldError::required(format!("{place}link.target")));
    }
    let image_url = if kind.has_button() {
        terms.image_url.trim().to_owned()
    } else {
        String::new()
    };
    if !image_url.is_empty() {
        check_address(invalid, &format!("{place}image_url"), &image_url);
    }
    let image_alt = match image_url.as_str() {
        "" => String::new(),
        _ => terms.image_alt.trim().to_owned(),
    };
    check_text(invalid, &format!("{place}image_alt"), &image_alt, ALT);
    SectionTerms {
        kind,
        texts,
        image_url,
        image_alt,
        link,
        hidden: terms.hidden,
    }
}

/// Words without a tag as paragraphs, which blank lines part: who has no editor need not know HTML. What only looks a little
/// like a tag, as in `I <3 tea`, stays what was typed.
fn in_paragraphs(typed: &str) -> Cow<'_, str> {
    if has_tag(typed) {
        return Cow::Borrowed(typed);
    }
    let words = typed.replace('<', "&lt;");
    let lines: Vec<&str> = words.lines().map(str::trim).collect();
    let parts = lines.split(|line| line.is_empty()).filter(|part| !part.is_empty());
    Cow::Owned(parts.map(|part| format!("<p>{}</p>", part.join("<br>"))).collect())
}

/// Whether something in it is a name between `<` and `>`, with no blank line in between. An address of mail is no name.
fn has_tag(typed: &str) -> bool {
    typed.split('<').skip(1).any(|rest| {
        let Some((inside, _)) = rest.split_once('>') else {
            return false;
        };
        let named = inside.strip_prefix('/').unwrap_or(inside);
        let name = named
            .split(|letter: char| letter.is_whitespace() || letter == '/')
            .next();
        let is_name = |name: &str| {
            name.starts_with(|first: char| first.is_ascii_alphabetic())
                && name
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
        };
        name.is_some_and(is_name) && inside.lines().all(|line| !line.trim().is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(title: &str, body: &str, button: &str) -> Localised<SectionText> {
        let text = SectionText {
            title: title.to_owned(),
            body_html: body.to_owned(),
            button: button.to_owned(),
        };
        [(Locale::EN, text)].into_iter().collect()
    }

    #[test]
    fn words_without_tags_become_paragraphs() {
        for (typed, html) in [
            ("", ""),
            ("Tea & biscuits", "<p>Tea &amp; biscuits</p>"),
            (
                "One\r\nTwo\r\n \r\n\r\nThree > two",
                "<p>One<br>Two</p><p>Three &gt; two</p>",
            ),
            ("<h2>Tea</h2>\n\nand more", "<h2>Tea</h2>\n\nand more"),
            ("a<b\n\nc", "<p>a&lt;b</p><p>c</p>"),
            ("a<b\n\nc>d", "<p>a&lt;b</p><p>c&gt;d</p>"),
            (
                "Prices < $5 today\n\nMore below",
                "<p>Prices &lt; $5 today</p><p>More below</p>",
            ),
            ("I <3 tea\n\nyou too", "<p>I &lt;3 tea</p><p>you too</p>"),
            ("Write to <ada@example.com>", "<p>Write to &lt;ada@example.com&gt;</p>"),
            ("5 < 6<br/>7", "5 &lt; 6<br>7"),
            ("Tea\n\nfor <em class=x>you</em>", "Tea\n\nfor <em>you</em>"),
        ] {
            let terms = SectionTerms {
                texts: text("", typed, ""),
                ..SectionTerms::plain(SectionKind::Hero)
            };
            let kept = checked(&mut Invalid::default(), "", terms, Locale::EN);
            let said = kept.texts.get(Locale::EN).map(|text| text.body_html.as_str());
            assert_eq!(said.unwrap_or_default(), html, "{typed:?}");
        }
    }

    #[test]
    fn what_is_stored_may_be_saved_again() {
        for (typed, wrong) in [
            ("x".repeat(LONG - 7), vec![]),
            ("x".repeat(LONG - 6), vec!["texts.en.body_html"]),
            ("<".repeat(LONG / 4), vec!["texts.en.body_html"]),
            ("x".repeat(LONG + 1), vec!["texts.en.body_html"]),
        ] {
            let mut invalid = Invalid::default();
            let terms = SectionTerms {
                texts: text("", &typed, ""),
                ..SectionTerms::plain(SectionKind::Text)
            };
            let kept = checked(&mut invalid, "", terms, Locale::EN);
            let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, wrong);
            if wrong.is_empty() {
                let mut again = Invalid::default();
                assert_eq!(checked(&mut again, "", kept.clone(), Locale::EN), kept);
                assert!(again.0.is_empty(), "{again:?}");
            }
        }
    }

    #[test]
    fn each_kind_keeps_what_it_shows_and_wants_what_it_needs() {
        let path = || Link::Address("/products".to_owned());
        for (kind, texts, image_url, link, wrong) in [
            (SectionKind::Hero, Localised::default(), "", Link::Heading, vec![]),
            (
                SectionKind::Hero,
                text("Hi", "<p>You</p>", "Look"),
                "/media/x.svg",
                path(),
                vec![],
            ),
            (
                SectionKind::Hero,
                text("Hi", "", "Look"),
                "",
                Link::Heading,
                vec!["link.target"],
            ),
            (
                SectionKind::Hero,
                text("Hi", "", ""),
                "javascript:x",
                path(),
                vec!["image_url"],
            ),
            (
                SectionKind::Hero,
                text("Hi", "", ""),
                "",
                Link::Address("x".to_owned()),
                vec!["link.address"],
            ),
            (
                SectionKind::Text,
                Localised::default(),
                "",
                Link::Heading,
                vec!["texts.en.title"],
            ),
            (SectionKind::Text, text("", "<p>Hi</p>", ""), "", Link::Heading, vec![]),
            (
                SectionKind::Banner,
                Localised::default(),
                "/x.svg",
                path(),
                vec!["texts.en.title"],
            ),
            (SectionKind::Banner, text("Sale", "", "Look"), "/x.svg", path(), vec![]),
            (
                SectionKind::Collection,
                Localised::default(),
                "",
                path(),
                vec!["link.target"],
            ),
            (
                SectionKind::Newest,
                text(&"x".repeat(201), "", ""),
                "",
                Link::Heading,
                vec!["texts.en.title"],
            ),
        ] {
            let mut invalid = Invalid::default();
            let terms = SectionTerms {
                kind,
                texts,
                image_url: image_url.to_owned(),
                image_alt: String::new(),
                link,
                hidden: false,
            };
            checked(&mut invalid, "", terms.clone(), Locale::EN);
            let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, wrong, "{terms:?}");
        }
        let terms = SectionTerms {
            texts: text("New", "<p>x</p>", "Look"),
            image_url: "/x.svg".to_owned(),
            link: path(),
            ..SectionTerms::plain(SectionKind::Newest)
        };
        let kept = checked(&mut Invalid::default(), "", terms, Locale::EN);
        assert_eq!(
            kept,
            SectionTerms {
                texts: text("New", "", ""),
                ..SectionTerms::plain(SectionKind::Newest)
            }
        );
    }
}
