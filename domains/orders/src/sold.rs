//! Tells the catalogue what sells.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::ProductId;

use crate::store::sales;

/// What was sold longer ago says nothing of today.
const LATELY: TimeDelta = TimeDelta::days(90);

/// Counts the pieces of each product in the orders of the last 90 days that stand, less those that were given back for money,
/// and tells the catalogue. How many products sell better or worse than when it was last told.
pub async fn tell_sold(ctx: &mut Ctx) -> Result<usize, Error> {
    let since = ctx.now() - LATELY;
    let sold: BTreeMap<ProductId, i64> = sales::pieces_by_product(ctx, since).await?.into_iter().collect();
    catalog::set_sold(ctx, &sold).await
}
