//! The addresses a customer keeps.

use database::{Ctx, Error};
use kernel::{Address, AddressId, CustomerId, Invalid, Time};

use crate::store;

/// How many addresses a customer can keep.
pub const MAX_ADDRESSES: i64 = 50;

/// An address in a customer's book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressEntry {
    /// The entry's id.
    pub id: AddressId,
    /// The address.
    pub address: Address,
    /// Whether checkout starts with it.
    pub is_default: bool,
    /// When it was added.
    pub created_at: Time,
}

/// Why the address book stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum AddressBookError {
    /// The address is not complete or not right.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The book has no room for another address.
    #[error("an address book holds at most {MAX_ADDRESSES} addresses")]
    Full,
    /// There is no such customer or address, or it is not of the one who acts.
    #[error("there is no such address")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The customer's addresses: the default one, then the others from the newest.
pub async fn list_addresses(ctx: &mut Ctx, customer_id: CustomerId) -> Result<Vec<AddressEntry>, Error> {
    store::list_addresses(ctx, customer_id).await
}
