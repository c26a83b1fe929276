//! Proves that levels, ledger and reservations agree, and quotas with the orders that took them.

use database::{Ctx, Error};

use crate::store;

/// A sentence for every level that is not the sum of its ledger rows, or whose promises are not its open reservations, and
/// for every quota that is not the sum of what orders took of it.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let mut sentences = Vec::new();
    for row in store::wrong_levels(ctx).await? {
        let place = format!("level of {} at {}", row.variant_id, row.location_id);
        if row.on_hand != row.ledger_on_hand {
            sentences.push(format!(
                "{place}: {} on hand, but {} by the ledger",
                row.on_hand, row.ledger_on_hand
            ));
        }
        if row.reserved != row.ledger_reserved {
            sentences.push(format!(
                "{place}: {} reserved, but {} by the ledger",
                row.reserved, row.ledger_reserved
            ));
        }
        if row.reserved != row.held {
            sentences.push(format!(
                "{place}: {} reserved, but {} in open reservations",
                row.reserved, row.held
            ));
        }
    }
    for (variant, customer, taken, used) in store::quotas::miscounted(ctx).await? {
        sentences.push(format!(
            "quota of {variant} for {customer}: {taken} taken, but {used} by its orders"
        ));
    }
    Ok(sentences)
}
