//! Sets stock aside for a cart or an order, until it is paid.

use database::Ctx;
use kernel::Time;

use crate::{Demand, Holder, Shortage, Stock};

/// Why stock is not set aside.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// There is too little of these; nothing was reserved.
    #[error("there is not enough stock of {} variants", .0.len())]
    Insufficient(Vec<Shortage>),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Reserves all of the demand or none of it. Demand is summed per variant; reservations that have run out are freed first,
/// so that nobody waits for a reaper; stock comes from locations by priority. What others hold that this holder takes over
/// from, such as the cart that becomes an order or the holder itself with less in it, is given up in the same moment, so
/// that nobody comes between.
pub async fn reserve(
    ctx: &mut Ctx,
    holder: Holder,
    instead_of: &[Holder],
    demands: &[Demand],
    expires_at: Time,
) -> Result<(), ReserveError> {
    if demands.is_empty() && instead_of.is_empty() {
        return Ok(());
    }
    let mut stock = Stock::lock(ctx, demands, instead_of).await?;
    stock
        .reserve(holder, instead_of, demands)
        .map_err(ReserveError::Insufficient)?;
    Ok(stock.write(ctx, expires_at).await?)
}
