//! Sales begin and end by themselves, and what products cost with them.

use database::{Ctx, Error};

use crate::{events::PricesTurned, store};

/// How many products are worked out in one transaction, and told of in one event.
const BATCH: i64 = 1_000;

/// Works out what products cost whose sales have begun or ended since it was worked out last, with the collections that they
/// belong to by that, and tells of them. Whether more may be waiting: those are for the next transaction.
pub async fn turn_prices(ctx: &mut Ctx) -> Result<bool, Error> {
    let product_ids = store::refresh::turn_prices(ctx, BATCH).await?;
    let is_full = i64::try_from(product_ids.len()).is_ok_and(|count| count == BATCH);
    if !product_ids.is_empty() {
        ctx.publish(&PricesTurned { product_ids }).await?;
    }
    Ok(is_full)
}
