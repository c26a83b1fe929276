//! Finds orders that say they were paid something else than the books do, and payments that are not for an order or not for
//! what it costs.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{Money, OrderId};
use ledger::Account;
use orders::Kept;
use payments::{Asked, ELSEWHERE};

/// One sentence for every order whose paid less refunded amount is not what shoppers paid for it by the ledger, and for every
/// payment attempt that there is no order for, or that was to take something else than the order costs.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let mut taken: HashMap<OrderId, i64> = HashMap::new();
    for line in ledger::list_order_balances(ctx).await? {
        if line.account == Account::Orders {
            *taken.entry(line.order_id).or_default() -= line.balance.minor();
        }
    }
    let orders = orders::list_kept(ctx).await?;
    let mut violations: Vec<String> = orders
        .iter()
        .filter_map(|order| {
            let taken = taken.get(&order.order_id).copied().unwrap_or_default();
            unlike_the_books(order, taken)
        })
        .collect();
    let by_id: HashMap<OrderId, &Kept> = orders.iter().map(|order| (order.order_id, order)).collect();
    let attempts = payments::list_asked(ctx).await?;
    violations.extend(
        attempts
            .iter()
            .filter_map(|attempt| unlike_its_order(attempt, by_id.get(&attempt.order_id).copied())),
    );
    Ok(violations)
}

fn unlike_the_books(order: &Kept, taken: i64) -> Option<String> {
    let taken = Money::new(taken, order.amount.currency());
    (order.amount != taken).then(|| {
        format!(
            "order {}: keeps {}, but gateways took {taken} for it",
            order.number, order.amount
        )
    })
}

/// An attempt asks for all that its order costs. One that came with an order from elsewhere has what was paid there.
fn unlike_its_order(attempt: &Asked, order: Option<&Kept>) -> Option<String> {
    let Some(order) = order else {
        return Some(format!(
            "payment attempt {}: it is for order {}, which does not exist",
            attempt.attempt_id, attempt.order_id
        ));
    };
    let due = if attempt.gateway == ELSEWHERE {
        attempt.captured
    } else {
        order.total
    };
    (attempt.amount != due).then(|| {
        format!(
            "payment attempt {}: it is to take {} for order {}, but should be of {due}",
            attempt.attempt_id, attempt.amount, order.number
        )
    })
}
