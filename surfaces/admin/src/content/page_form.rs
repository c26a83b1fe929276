//! A page as it is typed.

use content::{Localised, NewPage, Page, PageChanges, PageText};
use kernel::{Invalid, Locale};
use serde::{Deserialize, Serialize};
use web::Visitor;

use crate::forms::{Difference, Errors, tick};

/// The fields of a page. The lists belong together, one entry a language.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct PageForm {
    pub(super) slug: String,
    /// `1` when shoppers see it.
    pub(super) published: String,
    locale: Vec<String>,
    title: Vec<String>,
    body_html: Vec<String>,
    seo_title: Vec<String>,
    seo_description: Vec<String>,
    pub(super) version: String,
    /// `preview` to see what the texts look like.
    #[serde(skip_serializing)]
    pub(super) action: String,
}

/// What is typed in one language.
#[derive(Debug, Serialize)]
pub(super) struct TextRow {
    locale: &'static str,
    /// The language's own name.
    name: &'static str,
    /// Whether it is the store's own, which needs a title.
    own: bool,
    text: PageText,
    errors: Errors,
}

impl PageForm {
    /// The form of a saved page, in the languages that the store offers.
    pub(super) fn of(visitor: &Visitor, page: &Page) -> Self {
        let locales = &visitor.store().locales;
        let list = |part: fn(&PageText) -> &String| {
            let each = locales.iter().map(|locale| page.texts.get(*locale).map(part));
            each.map(|text| text.cloned().unwrap_or_default()).collect()
        };
        Self {
            slug: page.slug.to_string(),
            published: tick(page.published),
            locale: locales.iter().map(Locale::to_string).collect(),
            title: list(|text| &text.title),
            body_html: list(|text| &text.body_html),
            seo_title: list(|text| &text.seo_title),
            seo_description: list(|text| &text.seo_description),
            version: page.version.to_string(),
            action: String::new(),
        }
    }

    /// What is typed in each language that the store offers.
    pub(super) fn texts(&self, visitor: &Visitor) -> Localised<PageText> {
        let offered = visitor.store().locales.iter();
        offered.map(|locale| (*locale, self.text(*locale))).collect()
    }

    fn text(&self, locale: Locale) -> PageText {
        let index = self.locale.iter().position(|typed| typed == locale.code());
        let part = |list: &[String]| index.and_then(|index| list.get(index)).cloned().unwrap_or_default();
        PageText {
            title: part(&self.title),
            body_html: part(&self.body_html),
            seo_title: part(&self.seo_title),
            seo_description: part(&self.seo_description),
        }
    }

    /// The languages with what is typed in each and what is wrong with it, the store's own first.
    pub(super) fn rows(&self, visitor: &Visitor, invalid: &Invalid) -> Vec<TextRow> {
        let own = visitor.store().locale;
        let mut rows: Vec<TextRow> = visitor
            .store()
            .locales
            .iter()
            .map(|locale| TextRow {
                locale: locale.code(),
                name: locale.name(),
                own: *locale == own,
                text: self.text(*locale),
                errors: Errors::under(visitor, invalid, &format!("texts.{locale}.")),
            })
            .collect();
        rows.sort_by_key(|row| !row.own);
        rows
    }

    pub(super) fn to_new(&self, visitor: &Visitor) -> NewPage {
        NewPage {
            slug: Some(self.slug.trim().to_owned()),
            published: !self.published.is_empty(),
            texts: self.texts(visitor),
        }
    }

    /// Every field as a change.
    pub(super) fn to_changes(&self, visitor: &Visitor) -> PageChanges {
        let new = self.to_new(visitor);
        PageChanges {
            slug: new.slug,
            published: Some(new.published),
            texts: Some(new.texts),
        }
    }

    /// What somebody else saved that differs from what is typed here.
    pub(super) fn differences(&self, visitor: &Visitor, saved: &Self) -> Vec<Difference> {
        let word = |key: &str| visitor.translate(key, &[]);
        let mut found = Vec::new();
        let mut compare = |label: &str, saved: &str, typed: &str| {
            if saved.replace("\r\n", "\n") != typed.replace("\r\n", "\n") {
                found.push(Difference::named(label, saved.to_owned(), typed.to_owned()));
            }
        };
        compare(&word("admin-field-slug"), &saved.slug, &self.slug);
        compare(&word("admin-page-published"), &saved.published, &self.published);
        for locale in &visitor.store().locales {
            let (kept, typed) = (saved.text(*locale), self.text(*locale));
            let label = |key: &str| format!("{} ({})", word(key), locale.name());
            compare(&label("admin-page-title"), &kept.title, &typed.title);
            compare(&label("admin-page-body"), &kept.body_html, &typed.body_html);
            compare(&label("admin-field-seo-title"), &kept.seo_title, &typed.seo_title);
            compare(
                &label("admin-field-seo-description"),
                &kept.seo_description,
                &typed.seo_description,
            );
        }
        found
    }
}
