//! What every page of the shop shows around its content, and the one way to render a page.

use axum::{http::StatusCode, response::Response};
use content::{ShownAnnouncement, ShownItem, Target};
use serde::Serialize;
use web::{Problem, Visitor};

use crate::head::{Head, HeadView, path_of};

#[derive(Serialize)]
struct Layout {
    cart_count: i64,
    menu: Vec<Entry>,
    footer: Vec<Entry>,
    announcement: Option<Announcement>,
    /// Whether there is a place where orders can be fetched.
    has_pickup: bool,
    head: HeadView,
}

/// What the store says above the page.
#[derive(Serialize)]
struct Announcement {
    text: String,
    address: String,
    version: i64,
}

impl From<&ShownAnnouncement> for Announcement {
    fn from(shown: &ShownAnnouncement) -> Self {
        Self {
            text: shown.text.clone(),
            address: shown.address.clone(),
            version: shown.version,
        }
    }
}

/// An entry of a menu.
#[derive(Serialize)]
struct Entry {
    label: String,
    /// Where it leads; a heading leads nowhere.
    url: Option<String>,
    children: Vec<Entry>,
}

impl From<&ShownItem> for Entry {
    fn from(item: &ShownItem) -> Self {
        Self {
            label: item.label.clone(),
            url: address(&item.target),
            children: item.children.iter().map(Self::from).collect(),
        }
    }
}

/// Where a target is in this shop.
pub(crate) fn address(target: &Target) -> Option<String> {
    match target {
        Target::Nowhere => None,
        Target::Page(slug) => Some(path_of("/pages", slug.as_str())),
        Target::Category(slug) => Some(path_of("/products/category", slug.as_str())),
        Target::Collection(slug) => Some(path_of("/collections", slug.as_str())),
        Target::Product(slug) => Some(path_of("/products", slug.as_str())),
        Target::Address(address) => Some(address.clone()),
    }
}

#[derive(Serialize)]
struct Page<'a, V: Serialize> {
    layout: Layout,
    #[serde(flatten)]
    view: &'a V,
}

/// Renders a page with header and footer.
pub(crate) async fn page<V: Serialize>(visitor: &Visitor, template: &str, view: &V) -> Result<Response, Problem> {
    page_about(visitor, template, view, Head::default()).await
}

/// The same with what it tells search engines.
pub(crate) async fn page_about<V: Serialize>(
    visitor: &Visitor,
    template: &str,
    view: &V,
    head: Head,
) -> Result<Response, Problem> {
    page_about_with_status(visitor, StatusCode::OK, template, view, head).await
}

/// The same with another status, such as 422 for a form that was refused.
pub(crate) async fn page_about_with_status<V: Serialize>(
    visitor: &Visitor,
    status: StatusCode,
    template: &str,
    view: &V,
    head: Head,
) -> Result<Response, Problem> {
    let layout = layout(visitor, head).await?;
    visitor.page_with_status(status, template, &Page { layout, view })
}

/// A page with another status.
pub(crate) async fn page_with_status<V: Serialize>(
    visitor: &Visitor,
    status: StatusCode,
    template: &str,
    view: &V,
) -> Result<Response, Problem> {
    page_about_with_status(visitor, status, template, view, Head::default()).await
}

async fn layout(visitor: &Visitor, head: Head) -> Result<Layout, Problem> {
    let mut ctx = visitor.work.read();
    let menus = content::shown_menus(&mut ctx, visitor.locale).await?;
    let has_pickup = inventory::has_pickup(&mut ctx).await?;
    ctx.rollback().await;
    Ok(Layout {
        has_pickup,
        cart_count: visitor.count_cart().await?,
        menu: menus.header.iter().map(Entry::from).collect(),
        footer: menus.footer.iter().map(Entry::from).collect(),
        announcement: menus.announcement.as_ref().map(Announcement::from),
        head: head.view(visitor),
    })
}
