//! Books what happened before, such as the payments of a demo store.

use database::Ctx;
use kernel::Time;

use crate::{BookError, NewTransaction, book::require_balance, store};

/// Books transactions that happened at those moments, with one statement. What was booked before is left as it is.
pub async fn import_history(ctx: &mut Ctx, transactions: &[(NewTransaction, Time)]) -> Result<(), BookError> {
    for (transaction, _) in transactions {
        require_balance(&transaction.entries)?;
    }
    let rows: Vec<_> = transactions
        .iter()
        .map(|(transaction, at)| (ctx.new_id(), transaction, *at))
        .collect();
    store::insert(ctx, &rows).await?;
    Ok(())
}
