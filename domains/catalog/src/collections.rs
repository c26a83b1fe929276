//! Collections, read.

use database::{Ctx, Error};
use kernel::Slug;

use crate::{Collection, store};

/// Every collection, by title.
pub async fn list_collections(ctx: &mut Ctx) -> Result<Vec<Collection>, Error> {
    store::collections::list(ctx).await
}

/// A collection by slug.
pub async fn find_collection(ctx: &mut Ctx, slug: &Slug) -> Result<Option<Collection>, Error> {
    store::collections::find(ctx, slug).await
}
