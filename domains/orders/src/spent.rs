//! What customers have bought so far.

use std::collections::HashMap;

use database::Ctx;
use kernel::{CustomerId, Permission};

use crate::{ListError, Sales, store::sales};

/// What each of those customers bought in the store's currency; one who bought nothing is left out. What counts as a sale is
/// the same as in [`crate::sales`].
pub async fn spent_by(ctx: &mut Ctx, customers: &[CustomerId]) -> Result<HashMap<CustomerId, Sales>, ListError> {
    ctx.require(Permission::ReadOrders)?;
    let currency = ctx.currency();
    let rows = sales::sum_up_by_customer(ctx, customers).await?;
    Ok(rows
        .into_iter()
        .map(|(customer, sums)| (customer, sums.of(currency)))
        .collect())
}
