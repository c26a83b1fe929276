//! Proves that levels, ledger and reservations agree.

use database::{Ctx, Error};

use crate::store;

/// A sentence for every level that is not the sum of its ledger rows, or whose promises are not its open reservations.
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
    Ok(sentences)
}
