//! An address in the book is corrected.

use database::Ctx;
use kernel::{Address, AddressId, CustomerId};

use crate::{AddressBookError, customer::belongs_to, store};

/// Replaces an address; it stays the default if it was.
pub async fn update_address(
    ctx: &mut Ctx,
    customer_id: CustomerId,
    id: AddressId,
    address: Address,
) -> Result<(), AddressBookError> {
    let address = address.checked()?;
    if belongs_to(ctx.actor(), customer_id) && store::update_address(ctx, customer_id, id, &address).await? {
        Ok(())
    } else {
        Err(AddressBookError::NotFound)
    }
}
