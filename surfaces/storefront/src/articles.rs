//! The pages that the merchant wrote.

use axum::response::Response;
use content::{Page, PageError};
use kernel::{PageId, Slug};
use serde::Serialize;
use serde_json::json;
use web::{Answer, Path, Problem, Staff, Visitor, can};

use crate::{head::Head, head::path_of, layout, moved::moved, structured};

#[derive(Serialize)]
struct ArticleView {
    title: String,
    /// The title of the window.
    seo_title: String,
    body_html: String,
    /// The page at the desk, for staff who look at what shoppers do not see.
    preview_of: Option<String>,
    published: bool,
}

/// `GET /pages/{slug}`
pub(crate) async fn show(visitor: Visitor, Path(slug): Path<String>) -> Answer {
    let slug = Slug::parse(&slug).map_err(|_error| Problem::not_found())?;
    let mut ctx = visitor.work.read();
    let Some(page) = content::find_page(&mut ctx, &slug).await? else {
        let target = content::find_slug_redirect(&mut ctx, &slug)
            .await?
            .ok_or_else(Problem::not_found)?;
        return Ok(moved(&path_of("/pages", target.as_str())));
    };
    ctx.rollback().await;
    render(&visitor, &page, None).await
}

/// `GET /preview/pages/{id}`: the page as shoppers would see it, for staff.
pub(crate) async fn preview(staff: Staff<can::WriteContent>, Path(id): Path<PageId>) -> Answer {
    let mut ctx = staff.work.read();
    let page = content::find_page_by_id(&mut ctx, id)
        .await
        .map_err(|error| match error {
            PageError::Forbidden(error) => Problem::from(error),
            PageError::Internal(error) => error.into(),
            PageError::Invalid(invalid) => invalid.into(),
            PageError::NotFound | PageError::SlugTaken | PageError::VersionConflict { .. } => Problem::not_found(),
        })?;
    ctx.rollback().await;
    let page = page.ok_or_else(Problem::not_found)?;
    render(&staff, &page, Some(format!("/admin/pages/{id}"))).await
}

async fn render(visitor: &Visitor, page: &Page, preview_of: Option<String>) -> Result<Response, Problem> {
    let text = page.texts.shown(visitor.locale, visitor.store().locale);
    let text = text.cloned().unwrap_or_default();
    let view = ArticleView {
        seo_title: if text.seo_title.is_empty() {
            text.title.clone()
        } else {
            text.seo_title
        },
        published: page.published,
        body_html: text.body_html,
        title: text.title,
        preview_of,
    };
    let words = catalog::plain_text(&view.body_html);
    let description = [text.seo_description, words, view.title.clone()]
        .into_iter()
        .find(|description| !description.is_empty());
    let path = path_of("/pages", page.slug.as_str());
    let data = json!({
        "@context": "https://schema.org",
        "@type": "WebPage",
        "name": view.title,
        "url": visitor.absolute_url(&path),
        "inLanguage": visitor.locale.code(),
        "dateModified": page.updated_at.to_rfc3339(),
        "publisher": {"@type": "Organization", "name": visitor.store().name},
    });
    let is_preview = view.preview_of.is_some();
    let head = Head {
        path: Some(path),
        unlisted: is_preview,
        description: description.unwrap_or_default(),
        data: vec![data, structured::breadcrumbs(visitor, &[], &view.title)],
        ..Head::default()
    };
    layout::page_about(visitor, "storefront/page.html", &view, head).await
}
