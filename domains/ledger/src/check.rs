//! Finds what must not be in the books.

use database::{Ctx, Error};

use crate::store;

/// One sentence for every transaction that does not balance in a currency or has no entries.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let unbalanced = store::list_unbalanced(ctx).await?;
    Ok(unbalanced
        .into_iter()
        .map(|row| match (row.currency, row.difference) {
            (Some(currency), Some(difference)) => {
                format!(
                    "ledger transaction {} is off by {difference} in {currency}",
                    row.transaction_id
                )
            }
            (_, _) => format!("ledger transaction {} has no entries", row.transaction_id),
        })
        .collect())
}
