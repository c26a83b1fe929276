//! One more address in the book.

use database::Ctx;
use kernel::{Address, AddressId, CustomerId};

use crate::{AddressBookError, MAX_ADDRESSES, customer::belongs_to, store};

/// Adds an address. The first one becomes the default.
pub async fn add_address(
    ctx: &mut Ctx,
    customer_id: CustomerId,
    address: Address,
) -> Result<AddressId, AddressBookError> {
    let address = address.checked()?;
    if !belongs_to(ctx.actor(), customer_id) || !store::lock_customer(ctx, customer_id).await? {
        return Err(AddressBookError::NotFound);
    }
    store::insert_address(ctx, customer_id, &address, MAX_ADDRESSES)
        .await?
        .ok_or(AddressBookError::Full)
}
