//! What machines read: which pages there are, which to leave alone, and what is sold.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use feeds::{Part, ProductFeed, Reader, Sitemap};
use web::{Answer, Path, Problem, Visitor};

use crate::head::{PRIVATE, path_of};

/// The pages that every store has.
const PAGES: &[&str] = &["/", "/products", "/locations"];
/// What other surfaces have that is not for search engines either.
const OTHER_SURFACES: &[&str] = &["/admin", "/api/"];
const XML: &str = "application/xml; charset=utf-8";

/// `GET /robots.txt`
pub(crate) async fn robots(visitor: Visitor) -> Response {
    let mut text = "User-agent: *\n".to_owned();
    for path in PRIVATE.iter().chain(OTHER_SURFACES) {
        text.push_str(&format!("Disallow: {path}\n"));
    }
    text.push_str(&format!("\nSitemap: {}\n", visitor.absolute_url("/sitemap.xml")));
    published("text/plain; charset=utf-8", text)
}

/// `GET /sitemap.xml`
pub(crate) async fn sitemap_index(visitor: Visitor) -> Answer {
    let mut ctx = visitor.work.read();
    let index = feeds::sitemap_index(&mut ctx, &visitor.absolute_url("/sitemaps/")).await?;
    ctx.rollback().await;
    Ok(published(XML, index))
}

/// `GET /sitemaps/{file}`
pub(crate) async fn sitemap(visitor: Visitor, Path(file): Path<String>) -> Answer {
    let part = Part::parse(&file).ok_or_else(Problem::not_found)?;
    let mut pages: Vec<String> = PAGES.iter().map(|path| (*path).to_owned()).collect();
    if part == Part::Pages {
        let mut ctx = visitor.work.read();
        let written = content::list_published_pages(&mut ctx).await?.into_iter();
        ctx.rollback().await;
        pages.extend(written.map(|page| path_of("/pages", page.slug.as_str())));
    }
    let sitemap = Sitemap::open(&visitor.work, part, &visitor.absolute_url(""), pages).await?;
    let sitemap = sitemap.ok_or_else(Problem::not_found)?;
    Ok(web::published(XML, sitemap.into_pieces()))
}

/// `GET /feeds/google.xml`
pub(crate) async fn google(visitor: Visitor) -> Answer {
    products(&visitor, Reader::Google).await
}

/// `GET /feeds/meta.xml`
pub(crate) async fn meta(visitor: Visitor) -> Answer {
    products(&visitor, Reader::Meta).await
}

async fn products(visitor: &Visitor, reader: Reader) -> Answer {
    let feed = ProductFeed::open(&visitor.work, &visitor.absolute_url(""), reader).await?;
    let feed = feed.ok_or_else(Problem::not_found)?;
    Ok(web::published(XML, feed.into_pieces()))
}

fn published(content_type: &'static str, body: impl axum::response::IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, body).into_response()
}
