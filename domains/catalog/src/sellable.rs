//! What carts, checkout and orders need to know of variants.

use database::{Ctx, Error};
use kernel::VariantId;

use crate::{SellableVariant, store};

/// The variants of these ids that shoppers may buy: active ones of products published by now, in one statement and in no
/// particular order. Ids that are missing in the answer are not for sale.
pub async fn sellable(ctx: &mut Ctx, ids: &[VariantId]) -> Result<Vec<SellableVariant>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    store::sellable::list(ctx, ids)
        .await?
        .into_iter()
        .map(SellableVariant::try_from)
        .collect()
}
