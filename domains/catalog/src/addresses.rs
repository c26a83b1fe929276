//! Addresses of products for those who read them all: search engines.

use database::{Ctx, Error};
use kernel::{ProductId, Slug, Time};

use crate::store::addresses;

/// Where a product's page is, and when it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductAddress {
    /// The product.
    pub id: ProductId,
    /// The last part of its page's address.
    pub slug: Slug,
    /// When it was changed last, or first seen when that came later.
    pub changed_at: Time,
}

/// When each part of so many addresses was changed last, in order; one statement. Products are counted by age, so that new
/// ones lengthen the last part and leave the others as they are.
pub async fn list_address_parts(ctx: &mut Ctx, size: i64) -> Result<Vec<Time>, Error> {
    addresses::parts(ctx, size).await
}

/// The next addresses by age of the product. `skipped` addresses are left out first, those of the parts before. A product
/// whose merchant named another page as its canonical one has no address here.
pub async fn list_addresses(
    ctx: &mut Ctx,
    after: Option<ProductId>,
    skipped: i64,
    limit: i64,
) -> Result<Vec<ProductAddress>, Error> {
    addresses::list(ctx, after, skipped, limit).await
}
