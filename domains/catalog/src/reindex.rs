//! Works out anew what products keep for lists and searches, a batch at a time. Who looks at the shop meanwhile sees what
//! was there before or what is right, never nothing.

use std::collections::BTreeSet;

use database::{Ctx, Error};
use kernel::{ProductId, VariantId};

use crate::{events::ProductsImported, store::refresh};

/// How many products are worked out in one transaction.
const BATCH: i64 = 500;

/// Products that follow each other by id, and what they are sold as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The products, in the order of their ids.
    pub products: Vec<ProductId>,
    /// Their variants.
    pub variants: Vec<VariantId>,
}

/// How many products the store has, of any status.
pub async fn count(ctx: &mut Ctx) -> Result<i64, Error> {
    refresh::count(ctx).await
}

/// The products after one, to be looked at. Empty: there are no more.
pub async fn list_batch(ctx: &mut Ctx, after: Option<ProductId>) -> Result<Batch, Error> {
    next(ctx, after, false).await
}

/// The same, to be mended: until the transaction ends nobody else changes these products, or notes whether their variants can be
/// bought, so that what is asked of inventory now is not older than what is noted.
pub async fn lock_batch(ctx: &mut Ctx, after: Option<ProductId>) -> Result<Batch, Error> {
    next(ctx, after, true).await
}

async fn next(ctx: &mut Ctx, after: Option<ProductId>, lock: bool) -> Result<Batch, Error> {
    let products = refresh::list_ids(ctx, after, BATCH, lock).await?;
    let variants = refresh::list_variants(ctx, &products, lock).await?;
    Ok(Batch { products, variants })
}

/// Mends a locked batch, given which of its variants can be bought, tells of it, and answers with the products that were
/// wrong.
pub async fn mend(ctx: &mut Ctx, batch: &Batch, told: &[(VariantId, bool)]) -> Result<BTreeSet<ProductId>, Error> {
    let noted = refresh::stale(ctx, &batch.products, told).await?;
    refresh::in_stock(ctx, told).await?;
    let kept = refresh::mend(ctx, &batch.products).await?;
    let mended: BTreeSet<ProductId> = noted.into_iter().chain(kept).collect();
    if !mended.is_empty() {
        let product_ids = mended.iter().copied().collect();
        ctx.publish(&ProductsImported { product_ids }).await?;
    }
    Ok(mended)
}

/// The products of a batch that are wrong.
pub async fn find_stale(
    ctx: &mut Ctx,
    batch: &Batch,
    told: &[(VariantId, bool)],
) -> Result<BTreeSet<ProductId>, Error> {
    refresh::stale(ctx, &batch.products, told).await
}
