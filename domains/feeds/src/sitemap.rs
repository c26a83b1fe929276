//! Sitemaps (sitemaps.org 0.9): an index, and files of at most 50,000 addresses each.

use std::borrow::Cow;

use chrono::SecondsFormat;
use database::{Ctx, Error, Work};
use futures_util::{Stream, stream};
use kernel::{ProductId, Time};

use crate::xml::element;

/// The most addresses a sitemap may have.
const LARGEST: usize = 50_000;
/// How many addresses of products are read at once.
const PAGE: usize = 2_000;
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

/// One file of a store's sitemaps; those that can grow are numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Pages that are no lists.
    Pages,
    /// Lists of categories.
    Categories(usize),
    /// Lists of collections.
    Collections(usize),
    /// Products.
    Products(usize),
}

impl Part {
    /// The part of that file name, such as `products-2.xml`.
    pub fn parse(file_name: &str) -> Option<Self> {
        let name = file_name.strip_suffix(".xml")?;
        let part = match name.split_once('-') {
            None => (name == "pages").then_some(Self::Pages)?,
            Some((kind, number)) => {
                let number = number.parse().ok().filter(|number| (1..=LARGEST).contains(number))?;
                match kind {
                    "categories" => Self::Categories(number),
                    "collections" => Self::Collections(number),
                    "products" => Self::Products(number),
                    _ => return None,
                }
            }
        };
        (part.file_name() == file_name).then_some(part)
    }

    /// Its file name.
    pub fn file_name(self) -> Cow<'static, str> {
        match self {
            Self::Pages => "pages.xml".into(),
            Self::Categories(number) => format!("categories-{number}.xml").into(),
            Self::Collections(number) => format!("collections-{number}.xml").into(),
            Self::Products(number) => format!("products-{number}.xml").into(),
        }
    }
}

/// The list of all sitemaps of the store. `folder` is the address they are in, such as `https://shop.example/sitemaps/`.
pub async fn sitemap_index(ctx: &mut Ctx, folder: &str) -> Result<Vec<u8>, Error> {
    let size = i64::try_from(LARGEST).unwrap_or(i64::MAX);
    let categories = categories(ctx).await?.len().div_ceil(LARGEST);
    let collections = collections(ctx).await?.len().div_ceil(LARGEST);
    let products = catalog::list_address_parts(ctx, size).await?;
    let mut parts = vec![(Part::Pages, None)];
    parts.extend((1..=categories).map(|number| (Part::Categories(number), None)));
    parts.extend((1..=collections).map(|number| (Part::Collections(number), None)));
    let products = (1..).zip(products);
    parts.extend(products.map(|(number, changed_at)| (Part::Products(number), Some(changed_at))));
    let mut out = format!("{HEAD}<sitemapindex {NAMESPACE}>\n").into_bytes();
    for (part, changed_at) in parts {
        let address = format!("{folder}{}", part.file_name());
        entry(&mut out, "sitemap", &address, changed_at);
    }
    out.extend_from_slice(b"</sitemapindex>\n");
    Ok(out)
}

/// A sitemap in the making. Each piece is read in a transaction of its own.
#[derive(Debug)]
pub struct Sitemap {
    work: Work,
    store_url: String,
    left: Left,
}

#[derive(Debug)]
enum Left {
    /// Paths that are known already, all to be written at once.
    Paths(Vec<String>),
    /// Products: the ones that were read for the next piece, and how many more there may be.
    Products(Vec<catalog::ProductAddress>, usize),
    Nothing,
}

impl Sitemap {
    /// Looks whether the store has that part. `pages` are the paths of pages that are no lists.
    pub async fn open(work: &Work, part: Part, store_url: &str, pages: Vec<String>) -> Result<Option<Self>, Error> {
        let mut ctx = work.read();
        let left = match part {
            Part::Pages => Left::Paths(pages),
            Part::Categories(number) => Left::Paths(chunk(categories(&mut ctx).await?, number)),
            Part::Collections(number) => Left::Paths(chunk(collections(&mut ctx).await?, number)),
            Part::Products(number) => {
                let skipped = number.saturating_sub(1).saturating_mul(LARGEST);
                let first = read(&mut ctx, None, skipped, PAGE).await?;
                Left::Products(first, LARGEST)
            }
        };
        ctx.rollback().await;
        let is_there = match &left {
            Left::Paths(paths) => !paths.is_empty(),
            Left::Products(first, _) => !first.is_empty(),
            Left::Nothing => false,
        };
        Ok(is_there.then(|| Self {
            work: work.clone(),
            store_url: store_url.trim_end_matches('/').to_owned(),
            left,
        }))
    }

    /// The next piece of the file; `None` at its end.
    async fn next(&mut self, is_first: bool) -> Result<Option<Vec<u8>>, Error> {
        let mut out = Vec::new();
        if is_first {
            out.extend_from_slice(format!("{HEAD}<urlset {NAMESPACE}>\n").as_bytes());
        }
        match std::mem::replace(&mut self.left, Left::Nothing) {
            Left::Nothing => return Ok(None),
            Left::Paths(paths) => {
                for path in paths {
                    entry(&mut out, "url", &format!("{}{path}", self.store_url), None);
                }
            }
            Left::Products(products, room) => {
                let room = room.saturating_sub(products.len());
                for product in &products {
                    let address = format!("{}/products/{}", self.store_url, escaped(product.slug.as_str()));
                    entry(&mut out, "url", &address, Some(product.changed_at));
                }
                if let Some(last) = products.last().filter(|_| room > 0 && products.len() == PAGE) {
                    let mut ctx = self.work.read();
                    let products = read(&mut ctx, Some(last.id), 0, room.min(PAGE)).await?;
                    ctx.rollback().await;
                    self.left = Left::Products(products, room);
                    return Ok(Some(out));
                }
            }
        }
        out.extend_from_slice(b"</urlset>\n");
        Ok(Some(out))
    }

    /// The pieces as a stream, for whoever sends them on.
    pub fn into_pieces(self) -> impl Stream<Item = Result<Vec<u8>, Error>> + Send + 'static {
        stream::try_unfold((self, true), |(mut sitemap, is_first)| async move {
            let piece = sitemap.next(is_first).await?;
            Ok(piece.map(|piece| (piece, (sitemap, false))))
        })
    }
}

async fn read(
    ctx: &mut Ctx,
    after: Option<ProductId>,
    skipped: usize,
    limit: usize,
) -> Result<Vec<catalog::ProductAddress>, Error> {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    catalog::list_addresses(ctx, after, number(skipped), number(limit)).await
}

/// Paths of the lists of categories that have products.
async fn categories(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let counted = catalog::list_counted_categories(ctx).await?.into_iter();
    let filled = counted.filter(|(_, count)| *count > 0);
    Ok(filled
        .map(|(category, _)| format!("/products/category/{}", escaped(category.slug.as_str())))
        .collect())
}

/// Paths of the lists of collections in which shoppers find products.
async fn collections(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let filled = catalog::list_shown_collections(ctx).await?.into_iter();
    Ok(filled
        .map(|collection| format!("/collections/{}", escaped(collection.slug.as_str())))
        .collect())
}

/// The paths of a part, counted from 1.
fn chunk(paths: Vec<String>, number: usize) -> Vec<String> {
    let skipped = number.saturating_sub(1).saturating_mul(LARGEST);
    paths.into_iter().skip(skipped).take(LARGEST).collect()
}

/// A slug as addresses have it: letters of other alphabets are written as bytes.
pub(crate) fn escaped(slug: &str) -> String {
    url::form_urlencoded::byte_serialize(slug.as_bytes()).collect()
}

fn entry(out: &mut Vec<u8>, name: &str, address: &str, changed_at: Option<Time>) {
    out.extend_from_slice(format!("<{name}>").as_bytes());
    element(out, "loc", address);
    if let Some(changed_at) = changed_at {
        element(out, "lastmod", &changed_at.to_rfc3339_opts(SecondsFormat::Secs, true));
    }
    out.extend_from_slice(format!("</{name}>\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_one_name() {
        for part in [
            Part::Pages,
            Part::Categories(1),
            Part::Collections(3),
            Part::Products(12),
        ] {
            assert_eq!(Part::parse(&part.file_name()), Some(part));
        }
        for name in [
            "",
            "pages",
            "pages-1.xml",
            "products.xml",
            "products-0.xml",
            "products-01.xml",
            "products-+1.xml",
            "products-99999999999999999999.xml",
            "orders-1.xml",
        ] {
            assert_eq!(Part::parse(name), None, "{name}");
        }
    }

    #[test]
    fn every_path_is_in_one_part() {
        let paths: Vec<String> = (0..LARGEST + 2).map(|number| number.to_string()).collect();
        let parts = [1, 2, 3].map(|number| chunk(paths.clone(), number));
        assert_eq!([0, 1, 2].map(|part: usize| parts[part].len()), [LARGEST, 2, 0]);
        assert_eq!(parts.concat(), paths);
    }
}
