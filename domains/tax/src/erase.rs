//! A person is forgotten: their exemptions go. What an order was taxed by stays with the order.

use database::{Ctx, Error, erase};
use kernel::CustomerId;

use crate::store;

/// Deletes a customer's exemptions.
pub async fn erase_exemptions(ctx: &mut Ctx, customer: CustomerId) -> Result<(), Error> {
    let keys = store::exemptions::delete_of(ctx, customer).await?;
    erase::erase_audit(ctx, "tax.exemptions", &keys).await
}
