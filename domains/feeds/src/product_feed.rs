//! The products of a store as shopping portals read them: RSS 2.0 with an item for each variant.

use std::collections::HashMap;

use database::{Ctx, Error, Work};
use futures_util::{Stream, stream};
use kernel::{CategoryId, Slug, VariantId};
use tax::TaxFacts;

use crate::{
    item::{self, Source},
    load_settings,
    xml::element,
};

/// How many products are read at once.
const PAGE: i64 = 200;

/// Who reads it. Both read the same names; what they want below them differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Google Merchant Center.
    Google,
    /// The catalogue of Meta: shops on Facebook and Instagram.
    Meta,
}

/// The feed in the making. Each piece is read in a transaction of its own.
#[derive(Debug)]
pub struct ProductFeed {
    work: Work,
    reader: Reader,
    store_url: String,
    facts: TaxFacts,
    /// The way to each category in words, from the top down.
    paths: HashMap<CategoryId, String>,
    after: Option<Slug>,
    ended: bool,
}

impl ProductFeed {
    /// Reads what all items need; `None` when the store does not publish the feed.
    pub async fn open(work: &Work, store_url: &str, reader: Reader) -> Result<Option<Self>, Error> {
        let mut ctx = work.read();
        let settings = load_settings(&mut ctx).await?;
        let is_published = match reader {
            Reader::Google => settings.google,
            Reader::Meta => settings.meta,
        };
        if !is_published {
            return Ok(None);
        }
        let facts = tax::load(&mut ctx, None, None).await?;
        let paths = paths(catalog::list_categories(&mut ctx).await?);
        ctx.rollback().await;
        Ok(Some(Self {
            work: work.clone(),
            reader,
            store_url: store_url.trim_end_matches('/').to_owned(),
            facts,
            paths,
            after: None,
            ended: false,
        }))
    }

    /// The next piece of the file; `None` at its end.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let mut out = Vec::new();
        if self.after.is_none() {
            self.head(&mut out);
        }
        let mut ctx = self.work.read();
        let is_last = self.page(&mut ctx, &mut out).await?;
        ctx.rollback().await;
        if is_last {
            self.ended = true;
            out.extend_from_slice(b"</channel>\n</rss>\n");
        }
        Ok(Some(out))
    }

    /// The pieces as a stream, for whoever sends them on.
    pub fn into_pieces(self) -> impl Stream<Item = Result<Vec<u8>, Error>> + Send + 'static {
        stream::try_unfold(self, |mut feed| async move {
            let piece = feed.next().await?;
            Ok(piece.map(|piece| (piece, feed)))
        })
    }

    fn head(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(
            b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
              <rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\">\n<channel>\n",
        );
        let name = &self.work.store().name;
        element(out, "title", name);
        element(out, "link", &self.store_url);
        element(out, "description", name);
    }

    /// Adds the next products; whether they are the last.
    async fn page(&mut self, ctx: &mut Ctx, out: &mut Vec<u8>) -> Result<bool, Error> {
        let products = catalog::list_published_whole(ctx, self.after.as_ref(), PAGE).await?;
        let Some(last) = products.last() else {
            return Ok(true);
        };
        self.after = Some(last.product.slug.clone());
        let variants = products.iter().flat_map(|details| details.active_variants());
        let ids: Vec<VariantId> = variants.map(|variant| variant.id).collect();
        let stock = inventory::availability(ctx, &ids).await?;
        let source = Source {
            reader: self.reader,
            store: self.work.store(),
            store_url: &self.store_url,
            facts: &self.facts,
            paths: &self.paths,
            stock: &stock,
            now: ctx.now(),
        };
        for details in &products {
            item::write(out, &source, details);
        }
        Ok(i64::try_from(products.len()).is_ok_and(|count| count < PAGE))
    }
}

/// Each category's names from the top down. In tree order a category's parent stands before it.
fn paths(categories: Vec<catalog::CategoryNode>) -> HashMap<CategoryId, String> {
    let mut paths: HashMap<CategoryId, String> = HashMap::with_capacity(categories.len());
    for category in categories {
        let above = category.parent_id.and_then(|parent| paths.get(&parent));
        let path = match above {
            Some(above) => format!("{above} > {}", category.name),
            None => category.name,
        };
        paths.insert(category.id, path);
    }
    paths
}
