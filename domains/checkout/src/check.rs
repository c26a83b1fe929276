//! Finds orders that say they were paid something else than the books do.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::OrderId;
use ledger::Account;

/// One sentence for every order whose paid less refunded amount is not what shoppers paid for it by the ledger.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let mut taken: HashMap<OrderId, i64> = HashMap::new();
    for line in ledger::list_order_balances(ctx).await? {
        if line.account == Account::Orders {
            *taken.entry(line.order_id).or_default() -= line.balance.minor();
        }
    }
    let orders = orders::list_kept(ctx).await?;
    let differing = orders
        .into_iter()
        .filter(|order| order.amount.minor() != taken.get(&order.order_id).copied().unwrap_or_default());
    Ok(differing
        .map(|order| {
            let taken = kernel::Money::new(
                taken.get(&order.order_id).copied().unwrap_or_default(),
                order.amount.currency(),
            );
            format!(
                "order {}: keeps {}, but gateways took {taken} for it",
                order.number, order.amount
            )
        })
        .collect())
}
