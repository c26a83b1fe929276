//! `GET /pages`, `GET /pages/{slug}`, `GET /menus` and `GET /home-page`: what a store says beside its products.

use axum::{
    http::{StatusCode, header},
    response::IntoResponse as _,
};
use chrono::{DateTime, Utc};
use content::{ListPagesError, ShownItem, ShownSection, Target};
use kernel::Slug;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Path, Problem, Query, Visitor};

use crate::{
    endpoint::Endpoint,
    wire::{Paging, ShopPageQuery, path_segment},
};

const TAG: &str = "Content";

/// A page in a list.
#[derive(Serialize, ToSchema)]
struct PageSummary {
    slug: String,
    /// Its heading in the language that was asked for, or else in the store's own.
    title: String,
    updated_at: DateTime<Utc>,
}

/// A page that the merchant wrote.
#[derive(Serialize, ToSchema)]
struct Page {
    slug: String,
    /// Its heading in the language that was asked for, or else in the store's own.
    title: String,
    /// Harmless HTML.
    body_html: String,
    /// Empty means the heading.
    seo_title: String,
    seo_description: String,
    updated_at: DateTime<Utc>,
}

/// An entry of a menu.
#[derive(Serialize, ToSchema)]
struct MenuEntry {
    /// What it is called.
    label: String,
    /// What it leads to; `heading` leads nowhere.
    #[schema(pattern = "^(heading|page|category|collection|product|address)$")]
    kind: &'static str,
    /// The slug of the thing it leads to, or the address; empty for a heading.
    target: String,
    /// The entries below it; those have none.
    #[schema(no_recursion)]
    children: Vec<MenuEntry>,
}

/// The menus above and below every page.
#[derive(Serialize, ToSchema)]
struct Menus {
    header: Vec<MenuEntry>,
    footer: Vec<MenuEntry>,
}

impl From<&ShownItem> for MenuEntry {
    fn from(item: &ShownItem) -> Self {
        let (kind, target) = kind_and_target(&item.target);
        Self {
            label: item.label.clone(),
            kind,
            target,
            children: item.children.iter().map(Self::from).collect(),
        }
    }
}

/// A section of the home page.
#[derive(Serialize, ToSchema)]
struct HomeSection {
    #[schema(pattern = "^(hero|text|banner|collection|collections|categories|featured|newest|recent)$")]
    kind: &'static str,
    /// What is empty is for the theme to say.
    title: String,
    /// Harmless HTML.
    body_html: String,
    button: String,
    image_url: String,
    /// What the picture shows, for those who do not see it.
    image_alt: String,
    /// What its button leads to, or the collection it shows; empty when there is none.
    #[schema(pattern = "^(|page|category|collection|product|address)$")]
    link_kind: &'static str,
    /// The slug of that thing, or the address.
    link_target: String,
}

/// What the home page is composed of.
#[derive(Serialize, ToSchema)]
struct HomePage {
    /// From top to bottom.
    sections: Vec<HomeSection>,
}

impl From<ShownSection> for HomeSection {
    fn from(section: ShownSection) -> Self {
        let link = section.target.as_ref().map(|(_, target)| kind_and_target(target));
        let (link_kind, link_target) = link.unwrap_or_default();
        Self {
            kind: section.kind.as_str(),
            title: section.text.title,
            body_html: section.text.body_html,
            button: section.text.button,
            image_url: section.image_url,
            image_alt: section.image_alt,
            link_kind,
            link_target,
        }
    }
}

fn kind_and_target(target: &Target) -> (&'static str, String) {
    let (kind, target) = match target {
        Target::Nowhere => ("heading", ""),
        Target::Page(slug) => ("page", slug.as_str()),
        Target::Category(slug) => ("category", slug.as_str()),
        Target::Collection(slug) => ("collection", slug.as_str()),
        Target::Product(slug) => ("product", slug.as_str()),
        Target::Address(address) => ("address", address.as_str()),
    };
    (kind, target.to_owned())
}

/// Every endpoint of content.
pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("list_pages", "/pages", list)
            .says(TAG, "List pages", "The pages that shoppers see, by slug.")
            .query::<ShopPageQuery>()
            .lists::<PageSummary>("A page of the list."),
        Endpoint::get("get_page", "/pages/{slug}", get)
            .says(TAG, "Get a page", "A page that the merchant wrote.")
            .path_text(
                "slug",
                "The page's slug. One that the page had before leads to the one it has now.",
            )
            .answers::<Page>(200, "The page.")
            .moves("The page has another slug now."),
        Endpoint::get("get_menus", "/menus", menus)
            .says(
                TAG,
                "Get the menus",
                "What stands above and below every page, as shoppers see it.",
            )
            .answers::<Menus>(200, "The menus."),
        Endpoint::get("get_shown_home_page", "/home-page", home_page)
            .says(
                TAG,
                "Get the home page",
                "What the home page is composed of, as shoppers see it.",
            )
            .answers::<HomePage>(200, "The home page."),
    ]
}

async fn list(visitor: Visitor, paging: Paging, Query(query): Query<ShopPageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let pages = content::page_published_pages(&mut visitor.work.read(), &page)
        .await
        .map_err(list_problem)?;
    let own = visitor.store().locale;
    let summary = |page: content::PageSummary| PageSummary {
        title: page.title(visitor.locale, own).to_owned(),
        slug: page.slug.into_string(),
        updated_at: page.updated_at,
    };
    Ok(paging.list(pages.map(summary)).into_response())
}

/// Why a list of pages is not given.
pub(crate) fn list_problem(error: ListPagesError) -> Problem {
    match error {
        ListPagesError::Forbidden(error) => error.into(),
        ListPagesError::Cursor(error) => error.into(),
        ListPagesError::Internal(error) => error.into(),
    }
}

async fn get(visitor: Visitor, Path(slug): Path<String>) -> Answer {
    let slug = Slug::parse(&slug).map_err(|_not_a_slug| Problem::not_found())?;
    let mut ctx = visitor.work.read();
    if let Some(page) = content::find_page(&mut ctx, &slug).await? {
        let text = page.texts.shown(visitor.locale, visitor.store().locale);
        let text = text.cloned().unwrap_or_default();
        let page = Page {
            slug: page.slug.into_string(),
            title: text.title,
            body_html: text.body_html,
            seo_title: text.seo_title,
            seo_description: text.seo_description,
            updated_at: page.updated_at,
        };
        return Ok(web::Json(page).into_response());
    }
    let moved = content::find_slug_redirect(&mut ctx, &slug)
        .await?
        .ok_or_else(Problem::not_found)?;
    let location = format!("/api/v1/pages/{}", path_segment(moved.as_str()));
    Ok((StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, location)]).into_response())
}

async fn menus(visitor: Visitor) -> Answer {
    let menus = content::shown_menus(&mut visitor.work.read(), visitor.locale).await?;
    let menus = Menus {
        header: menus.header.iter().map(MenuEntry::from).collect(),
        footer: menus.footer.iter().map(MenuEntry::from).collect(),
    };
    Ok(web::Json(menus).into_response())
}

async fn home_page(visitor: Visitor) -> Answer {
    let sections = content::shown_home(&mut visitor.work.read(), visitor.locale).await?;
    let sections = sections.into_iter().map(HomeSection::from).collect();
    Ok(web::Json(HomePage { sections }).into_response())
}
