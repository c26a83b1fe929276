//! Finds orders whose amounts do not add up.

use database::{Ctx, Error};
use kernel::{Currency, Money, OrderId};

use crate::store::audit;

/// What an order was paid and has not given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The order.
    pub order_id: OrderId,
    /// Its number.
    pub number: String,
    /// The amount.
    pub amount: Money,
}

/// What every order says it has of its money, for checkout to compare with the books.
pub async fn list_kept(ctx: &mut Ctx) -> Result<Vec<Kept>, Error> {
    let rows = audit::list_kept(ctx).await?.into_iter();
    rows.map(|row| {
        let currency = Currency::parse(&row.currency).map_err(|_e| Error::corrupt("orders.currency", &row.currency))?;
        Ok(Kept {
            order_id: row.id,
            number: row.number,
            amount: Money::new(row.kept, currency),
        })
    })
    .collect()
}

/// One sentence for every total that is not the sum of its parts, for every line that counts its parcels or refunds wrongly,
/// and for every parcel that waits with what is not to be shipped. Amounts are in minor units.
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
