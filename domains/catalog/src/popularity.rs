//! How well products sell, as far as the catalogue keeps it: to put lists and searches in order.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::ProductId;

use crate::{events::PopularityChanged, store};

/// As many products are told of in one event.
const TOLD_AT_ONCE: usize = 1_000;

/// Keeps how many pieces of each product were sold lately; what is not among them sold none. Only products whose number is
/// another are written. How many those were.
pub async fn set_sold(ctx: &mut Ctx, sold: &BTreeMap<ProductId, i64>) -> Result<usize, Error> {
    let changed = store::popularity::set_sold(ctx, sold).await?;
    for product_ids in changed.chunks(TOLD_AT_ONCE) {
        let product_ids = product_ids.to_vec();
        ctx.publish(&PopularityChanged { product_ids }).await?;
    }
    Ok(changed.len())
}
