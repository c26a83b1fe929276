//! An address leaves the book.

use database::Ctx;
use kernel::{AddressId, CustomerId};

use crate::{AddressBookError, customer::belongs_to, store};

/// Removes an address. When it was the default, the newest of the others becomes it.
pub async fn remove_address(ctx: &mut Ctx, customer_id: CustomerId, id: AddressId) -> Result<(), AddressBookError> {
    if !belongs_to(ctx.actor(), customer_id) || !store::lock_customer(ctx, customer_id).await? {
        return Err(AddressBookError::NotFound);
    }
    let was_default = store::delete_address(ctx, customer_id, id)
        .await?
        .ok_or(AddressBookError::NotFound)?;
    if was_default {
        store::update_newest_default(ctx, customer_id).await?;
    }
    Ok(())
}
