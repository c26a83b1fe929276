//! What goes with a product, and how products are named: in forms by the last part of their page's address, in links by title.

use std::collections::{HashMap, HashSet};

use database::{Ctx, Error};
use kernel::{ProductId, Slug, Time};

use crate::store;

/// A product as a link names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductName {
    /// The product.
    pub id: ProductId,
    /// Its name.
    pub title: String,
    /// The last part of its page's address.
    pub slug: Slug,
}

/// What those of these products are called that shoppers see, in no particular order, and when the next of them is published.
pub async fn name_products(ctx: &mut Ctx, ids: &[ProductId]) -> Result<(Vec<ProductName>, Option<Time>), Error> {
    let now = ctx.now();
    let (seen, coming): (Vec<_>, Vec<_>) = store::names::of_products(ctx, ids)
        .await?
        .into_iter()
        .partition(|(_, published_at)| *published_at <= now);
    let next = coming.into_iter().map(|(_, published_at)| published_at).min();
    Ok((seen.into_iter().map(|(name, _)| name).collect(), next))
}

/// The slugs of these products, in the order of the ids; one that is gone is left out.
pub async fn slugs_of(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<String>, Error> {
    let mut slugs = slugs_by_id(ctx, ids).await?;
    Ok(ids.iter().filter_map(|id| slugs.remove(id)).collect())
}

/// The slug of each of these products that is there.
pub async fn slugs_by_id(ctx: &mut Ctx, ids: &[ProductId]) -> Result<HashMap<ProductId, String>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(store::products::slugs(ctx, ids, &[]).await?.into_iter().collect())
}

/// The first of these ids that no product has.
pub async fn first_unknown(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Option<ProductId>, Error> {
    if ids.is_empty() {
        return Ok(None);
    }
    let found = store::products::slugs(ctx, ids, &[]).await?;
    let known: HashSet<ProductId> = found.into_iter().map(|(id, _)| id).collect();
    Ok(ids.iter().copied().find(|id| !known.contains(id)))
}

/// The products of these slugs, in their order, or the first slug that no product has.
pub async fn products_of_slugs(ctx: &mut Ctx, slugs: &[String]) -> Result<Result<Vec<ProductId>, String>, Error> {
    if slugs.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let found = store::products::slugs(ctx, &[], slugs).await?;
    let ids: HashMap<String, ProductId> = found.into_iter().map(|(id, slug)| (slug, id)).collect();
    let id = |slug: &String| ids.get(slug).copied().ok_or_else(|| slug.clone());
    Ok(slugs.iter().map(id).collect())
}
