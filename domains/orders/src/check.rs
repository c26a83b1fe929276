//! Finds orders whose amounts do not add up.

use database::{Ctx, Error};

use crate::store::audit;

/// One sentence for every total that is not the sum of its parts, and for every line that counts its parcels or refunds
/// wrongly. Amounts are in minor units.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let wrong = audit::list_wrong(ctx).await?;
    Ok(wrong
        .into_iter()
        .map(|row| {
            format!(
                "order {}: {} is {} but should be {}",
                row.number, row.what, row.stored, row.summed
            )
        })
        .collect())
}
