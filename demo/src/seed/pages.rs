//! What the stores say beside their products, the menu below every page, and what the home page is composed of.

use std::collections::{BTreeMap, HashMap};

use ::content::{Composing, Link, Localised, NewMenuItem, NewPage, PageText, SectionKind, SectionTerms, SectionText};
use database::Ctx;
use kernel::{CollectionId, Locale, PageId};
use serde::Deserialize;

use super::SeedError;
use crate::content::{Content, ContentError};

/// `pages.toml`: the pages, the columns of the menu below every page, and the sections of the home page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PagesFile {
    #[serde(rename = "page")]
    pages: Vec<PageEntry>,
    #[serde(rename = "menu")]
    menus: Vec<MenuEntry>,
    #[serde(rename = "section")]
    sections: Vec<SectionEntry>,
}

/// A section of the home page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionEntry {
    kind: String,
    /// A path of the shop, or the handle of a collection.
    #[serde(default)]
    link: String,
    #[serde(default)]
    en: GreetingEntry,
    #[serde(default)]
    id: GreetingEntry,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GreetingEntry {
    title: String,
    body: String,
    button: String,
}

impl From<GreetingEntry> for SectionText {
    fn from(text: GreetingEntry) -> Self {
        Self {
            title: text.title,
            body_html: text.body,
            button: text.button,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageEntry {
    slug: String,
    en: TextEntry,
    id: TextEntry,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextEntry {
    title: String,
    body: String,
}

/// A heading with the pages below it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MenuEntry {
    en: String,
    id: String,
    pages: Vec<String>,
}

impl From<TextEntry> for PageText {
    fn from(text: TextEntry) -> Self {
        Self {
            title: text.title,
            body_html: text.body,
            ..Self::default()
        }
    }
}

/// Writes the pages, puts them into the menu, and composes the home page.
pub(super) async fn write(
    ctx: &mut Ctx,
    content: &Content,
    collections: &HashMap<String, CollectionId>,
) -> Result<(), SeedError> {
    let file: PagesFile = toml::from_str(match content.store.slug.as_str() {
        "toko" => include_str!("../../data/toko/pages.toml"),
        _ => include_str!("../../data/souk/pages.toml"),
    })
    .map_err(ContentError::from)?;
    let mut ids: BTreeMap<String, PageId> = BTreeMap::new();
    for entry in file.pages {
        let texts = [(Locale::EN, entry.en.into()), (Locale::ID, entry.id.into())];
        let new = NewPage {
            slug: Some(entry.slug.clone()),
            published: true,
            texts: texts.into_iter().collect(),
        };
        let page = ::content::create_page(ctx, new).await.map_err(SeedError::refused)?;
        ids.insert(entry.slug, page.id);
    }
    let mut columns = Vec::new();
    for entry in file.menus {
        let mut children = Vec::new();
        for slug in entry.pages {
            let id = ids.get(&slug).ok_or_else(|| ContentError::Unknown {
                owner: entry.en.clone(),
                name: slug.clone(),
            })?;
            children.push(NewMenuItem {
                labels: Localised::default(),
                link: Link::Page(*id),
                children: Vec::new(),
            });
        }
        let labels = [(Locale::EN, entry.en), (Locale::ID, entry.id)];
        columns.push(NewMenuItem {
            labels: labels.into_iter().collect(),
            link: Link::Heading,
            children,
        });
    }
    ::content::replace_menus(ctx, None, None, Some(columns))
        .await
        .map_err(SeedError::refused)?;
    let sections = file.sections.into_iter().map(|entry| terms(entry, collections));
    let sections = sections.collect::<Result<Vec<_>, ContentError>>()?;
    for composing in [Composing::Replace(sections), Composing::Publish] {
        ::content::compose_home(ctx, None, composing)
            .await
            .map_err(SeedError::refused)?;
    }
    Ok(())
}

fn terms(entry: SectionEntry, collections: &HashMap<String, CollectionId>) -> Result<SectionTerms, ContentError> {
    let unknown = |name: &str| ContentError::Unknown {
        owner: entry.kind.clone(),
        name: name.to_owned(),
    };
    let kind = SectionKind::parse(&entry.kind).ok_or_else(|| unknown(&entry.kind))?;
    let link = match kind {
        SectionKind::Collection => {
            let id = collections.get(&entry.link).ok_or_else(|| unknown(&entry.link))?;
            Link::Collection(*id)
        }
        SectionKind::Hero => Link::Address(entry.link),
        _ => Link::Heading,
    };
    let texts = [(Locale::EN, entry.en.into()), (Locale::ID, entry.id.into())];
    Ok(SectionTerms {
        texts: texts.into_iter().collect(),
        link,
        ..SectionTerms::plain(kind)
    })
}
