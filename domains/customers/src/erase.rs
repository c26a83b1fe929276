//! A person is forgotten: profile, address book, wishlist and groups at once, and the customer at last, when nothing is theirs any
//! more.

use database::{Ctx, Error, erase};
use kernel::CustomerId;
use uuid::Uuid;

use crate::store;

/// Holds a customer until the end of the transaction: nothing becomes theirs meanwhile. False: there is no such customer.
pub async fn lock(ctx: &mut Ctx, id: CustomerId) -> Result<bool, Error> {
    store::lock_customer(ctx, id).await
}

/// Empties a customer: what is left says nothing about anybody.
pub async fn erase_customer(ctx: &mut Ctx, id: CustomerId) -> Result<(), Error> {
    store::erase::blank(ctx, id).await?;
    let addresses = store::erase::delete_addresses(ctx, id).await?;
    store::erase::delete_wishlist(ctx, id).await?;
    let memberships = store::erase::delete_memberships(ctx, id).await?;
    erase::erase_audit(ctx, "customers.group_members", &memberships).await?;
    erase::erase_audit(ctx, "customers.addresses", &addresses).await?;
    erase::erase_audit(ctx, "customers.customers", &[Uuid::from(id).to_string()]).await
}

/// Deletes a customer who was emptied, and to whom nothing points.
pub async fn delete_erased(ctx: &mut Ctx, id: CustomerId) -> Result<(), Error> {
    store::erase::delete_customer(ctx, id).await
}
