//! What every page of the shop shows around its content, and the one way to render a page.

use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use web::{Problem, Visitor};

use crate::head::{Head, HeadView};

#[derive(Serialize)]
struct Layout {
    cart_count: i64,
    departments: Vec<Department>,
    head: HeadView,
}

#[derive(Serialize)]
struct Department {
    name: String,
    slug: String,
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
    let departments = catalog::list_categories(&mut ctx)
        .await?
        .into_iter()
        .filter(|category| category.depth == 0)
        .take(12)
        .map(|category| Department {
            name: category.name,
            slug: category.slug.into_string(),
        })
        .collect();
    ctx.rollback().await;
    Ok(Layout {
        cart_count: visitor.count_cart().await?,
        departments,
        head: head.view(visitor),
    })
}
