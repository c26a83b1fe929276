//! What requests and answers say of a page.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use content::{Localised, NewPage, PageChanges};
use kernel::{FieldError, Invalid, Locale};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{ids, present, words};

/// What a page says in one language.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageText {
    /// Its heading. The store's own language needs one.
    #[serde(default)]
    #[schema(max_length = 500)]
    title: String,
    /// Harmful markup is dropped.
    #[serde(default)]
    #[schema(max_length = 500_000)]
    body_html: String,
    /// Empty to take the heading.
    #[serde(default)]
    #[schema(max_length = 2000)]
    seo_title: String,
    /// Empty to take the first words.
    #[serde(default)]
    #[schema(max_length = 2000)]
    seo_description: String,
}

impl From<PageText> for content::PageText {
    fn from(text: PageText) -> Self {
        Self {
            title: text.title,
            body_html: text.body_html,
            seo_title: text.seo_title,
            seo_description: text.seo_description,
        }
    }
}

impl From<&content::PageText> for PageText {
    fn from(text: &content::PageText) -> Self {
        Self {
            title: text.title.clone(),
            body_html: text.body_html.clone(),
            seo_title: text.seo_title.clone(),
            seo_description: text.seo_description.clone(),
        }
    }
}

/// Texts by the code of their language.
pub(super) fn localised<T, U: From<T>>(field: &str, texts: BTreeMap<String, T>) -> Result<Localised<U>, Invalid> {
    let mut invalid = Invalid::default();
    let mut found = Vec::with_capacity(texts.len());
    for (code, text) in texts {
        match Locale::ALL.into_iter().find(|locale| locale.code() == code) {
            Some(locale) => found.push((locale, U::from(text))),
            None => invalid.push(FieldError::new(
                format!("{field}.{code}"),
                "unknown",
                "is not a language this program speaks (en, id)",
            )),
        }
    }
    invalid.into_result()?;
    Ok(found.into_iter().collect())
}

/// A page to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreatePage {
    /// The last part of its address; made from the title without it.
    #[schema(value_type = Option<words::NewSlug>)]
    slug: Option<String>,
    /// Whether shoppers see it.
    #[serde(default)]
    published: bool,
    /// By language, such as `en`.
    texts: BTreeMap<String, PageText>,
}

impl CreatePage {
    pub(super) fn parse(self) -> Result<NewPage, Invalid> {
        Ok(NewPage {
            slug: self.slug,
            published: self.published,
            texts: localised("texts", self.texts)?,
        })
    }
}

/// What to change; a field that is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdatePage {
    /// The slug it had redirects.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = words::Slug, required = false)]
    slug: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    published: Option<bool>,
    /// By language; a language that is left out stays, and one whose texts are all empty is dropped.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = BTreeMap<String, PageText>, required = false)]
    texts: Option<BTreeMap<String, PageText>>,
}

impl UpdatePage {
    pub(super) fn parse(self) -> Result<PageChanges, Invalid> {
        Ok(PageChanges {
            slug: self.slug,
            published: self.published,
            texts: self.texts.map(|texts| localised("texts", texts)).transpose()?,
        })
    }
}

/// A page that the merchant wrote.
#[derive(Serialize, ToSchema)]
pub(super) struct AdminPage {
    #[schema(value_type = ids::PageId)]
    id: kernel::PageId,
    slug: String,
    /// Whether shoppers see it.
    published: bool,
    /// By language.
    texts: BTreeMap<String, PageText>,
    /// Raised by every change; also in the ETag.
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<content::Page> for AdminPage {
    fn from(page: content::Page) -> Self {
        Self {
            id: page.id,
            slug: page.slug.into_string(),
            published: page.published,
            texts: page
                .texts
                .iter()
                .map(|(locale, text)| (locale.to_string(), PageText::from(text)))
                .collect(),
            version: page.version,
            created_at: page.created_at,
            updated_at: page.updated_at,
        }
    }
}

/// A page in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct AdminPageSummary {
    #[schema(value_type = ids::PageId)]
    id: kernel::PageId,
    slug: String,
    /// Whether shoppers see it.
    published: bool,
    /// Its headings by language.
    titles: BTreeMap<String, String>,
    updated_at: DateTime<Utc>,
}

impl From<content::PageSummary> for AdminPageSummary {
    fn from(page: content::PageSummary) -> Self {
        Self {
            id: page.id,
            slug: page.slug.into_string(),
            published: page.published,
            titles: page
                .titles
                .iter()
                .map(|(locale, title)| (locale.to_string(), title.clone()))
                .collect(),
            updated_at: page.updated_at,
        }
    }
}
