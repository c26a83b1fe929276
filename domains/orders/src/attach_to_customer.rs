//! Gives a customer the orders that were placed as a guest.

use database::{Ctx, Error};
use kernel::{CustomerId, EmailAddress};

use crate::store;

/// Attaches every order of that address that has no customer, and returns how many. Only once the address is verified: who
/// merely knows an address must not see its orders.
pub async fn attach_to_customer(ctx: &mut Ctx, email: &EmailAddress, customer_id: CustomerId) -> Result<u64, Error> {
    store::attach_to_customer(ctx, email, customer_id).await
}
