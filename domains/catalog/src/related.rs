//! What goes with a product, and how products are named in forms: by the last part of their page's address.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::ProductId;

use crate::store;

/// The slugs of these products, in the order of the ids; one that is gone is left out.
pub async fn slugs_of(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<String>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = store::products::slugs(ctx, ids, &[]).await?;
    let mut slugs: HashMap<ProductId, String> = found.into_iter().collect();
    Ok(ids.iter().filter_map(|id| slugs.remove(id)).collect())
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
