//! What the stores say beside their products, and the menu below every page.

use std::collections::BTreeMap;

use ::content::{Link, Localised, NewMenuItem, NewPage, PageText};
use database::Ctx;
use kernel::{Locale, PageId};
use serde::Deserialize;

use super::SeedError;
use crate::content::{Content, ContentError};

/// `pages.toml`: the pages, and the columns of the menu below every page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PagesFile {
    #[serde(rename = "page")]
    pages: Vec<PageEntry>,
    #[serde(rename = "menu")]
    menus: Vec<MenuEntry>,
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

/// Writes the pages and puts them into the menu.
pub(super) async fn write(ctx: &mut Ctx, content: &Content) -> Result<(), SeedError> {
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
    Ok(())
}
