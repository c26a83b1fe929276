//! The home page, section by section as the merchant composed it.

use axum::response::Response;
use catalog::{Buyer, ProductFilter, Sort};
use content::{HomeError, SectionKind, ShownSection, Target};
use database::Ctx;
use kernel::{PageRequest, Slug};
use serde::Serialize;
use web::{Answer, Problem, Staff, Visitor, can};

use crate::{
    head::{Head, path_of},
    layout,
    list::{self, Crumb},
    structured,
    views::{self, ProductCard},
};

/// How many products a section shows.
const PRODUCTS: u16 = 8;
/// How many of the newest products are shown.
const NEWEST: u16 = 12;

#[derive(Serialize)]
struct HomeView {
    sections: Vec<SectionView>,
    /// Whether staff look at what they compose.
    is_preview: bool,
}

/// A section with what it shows; each kind has its own.
#[derive(Serialize)]
struct SectionView {
    kind: &'static str,
    title: String,
    body_html: String,
    button: String,
    url: Option<String>,
    image_url: String,
    image_alt: String,
    products: Vec<ProductCard>,
    tiles: Vec<Tile>,
    links: Vec<Crumb>,
}

/// A department with its picture.
#[derive(Serialize)]
struct Tile {
    name: String,
    slug: String,
    image_url: String,
}

/// `GET /`
pub(crate) async fn handler(visitor: Visitor) -> Answer {
    let mut ctx = visitor.work.read();
    let sections = content::shown_home(&mut ctx, visitor.locale).await?;
    render(&visitor, ctx, sections, false).await
}

/// `GET /preview/home`: what staff compose, as shoppers would see it.
pub(crate) async fn preview(staff: Staff<can::WriteContent>) -> Answer {
    let mut ctx = staff.work.read();
    let sections = content::preview_home(&mut ctx, staff.locale).await;
    let sections = sections.map_err(|error| match error {
        HomeError::Forbidden(error) => Problem::from(error),
        HomeError::Internal(error) => error.into(),
        HomeError::Invalid(invalid) => invalid.into(),
        HomeError::NotFound | HomeError::VersionConflict { .. } => Problem::not_found(),
    })?;
    render(&staff, ctx, sections, true).await
}

async fn render(
    visitor: &Visitor,
    mut ctx: Ctx,
    sections: Vec<ShownSection>,
    is_preview: bool,
) -> Result<Response, Problem> {
    let buyer = cart::buyer(&mut ctx).await?;
    let mut views = Vec::with_capacity(sections.len());
    for section in sections {
        views.push(view(&mut ctx, &buyer, section).await?);
    }
    ctx.rollback().await;
    let pictures = views.iter().map(|section| &section.image_url);
    let products = views.iter().flat_map(|section| &section.products);
    let image = pictures
        .chain(products.map(|product| &product.image_url))
        .find(|image| !image.is_empty());
    let head = Head {
        path: Some("/".to_owned()),
        unlisted: is_preview,
        description: visitor.translate("home-lead", &[("store", &visitor.store().name)]),
        image: image.cloned().unwrap_or_default(),
        data: structured::site(visitor, &visitor.absolute_url(&visitor.asset("shared/icon-512.png"))),
        ..Head::default()
    };
    let view = HomeView {
        sections: views,
        is_preview,
    };
    layout::page_about(visitor, "storefront/home.html", &view, head).await
}

async fn view(ctx: &mut Ctx, buyer: &Buyer, section: ShownSection) -> Result<SectionView, Problem> {
    let (name, target) = section.target.unzip();
    let mut view = SectionView {
        kind: section.kind.as_str(),
        title: section.text.title,
        body_html: section.text.body_html,
        button: section.text.button,
        url: target.as_ref().and_then(layout::address),
        image_url: section.image_url,
        image_alt: section.image_alt,
        products: Vec::new(),
        tiles: Vec::new(),
        links: Vec::new(),
    };
    match section.kind {
        SectionKind::Hero | SectionKind::Text | SectionKind::Banner | SectionKind::Recent => {}
        SectionKind::Collection => {
            if let Some(Target::Collection(slug)) = target {
                view.products = collection(ctx, buyer, slug).await?;
            }
            if view.title.is_empty() {
                view.title = name.unwrap_or_default();
            }
        }
        SectionKind::Collections => {
            let filled = catalog::list_shown_collections(ctx).await?.into_iter();
            view.links = filled
                .map(|collection| Crumb {
                    name: collection.title,
                    url: path_of("/collections", collection.slug.as_str()),
                })
                .collect();
        }
        SectionKind::Categories => {
            let categories = catalog::list_categories(ctx).await?.into_iter();
            view.tiles = categories
                .filter(|category| category.depth == 0)
                .map(|category| Tile {
                    name: category.name,
                    slug: category.slug.into_string(),
                    image_url: category.image_url,
                })
                .collect();
        }
        SectionKind::Featured => {
            let filter = ProductFilter {
                featured: Some(true),
                ..ProductFilter::default()
            };
            view.products = products(ctx, buyer, &filter, PRODUCTS).await?;
        }
        SectionKind::Newest => {
            let filter = ProductFilter {
                sort: Sort::Newest,
                ..ProductFilter::default()
            };
            view.products = products(ctx, buyer, &filter, NEWEST).await?;
        }
    }
    Ok(view)
}

async fn collection(ctx: &mut Ctx, buyer: &Buyer, slug: Slug) -> Result<Vec<ProductCard>, Problem> {
    let filter = ProductFilter {
        collection: Some(slug),
        ..ProductFilter::default()
    };
    products(ctx, buyer, &filter, PRODUCTS).await
}

async fn products(
    ctx: &mut Ctx,
    buyer: &Buyer,
    filter: &ProductFilter,
    count: u16,
) -> Result<Vec<ProductCard>, Problem> {
    let page = catalog::list_products(ctx, filter, &PageRequest::first(count)).await;
    let page = page.map_err(list::problem)?;
    Ok(views::cards(ctx, buyer, page.items).await?)
}
