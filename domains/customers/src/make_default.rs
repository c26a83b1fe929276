//! Another address becomes the one that checkout starts with.

use database::Ctx;
use kernel::{AddressId, CustomerId};

use crate::{AddressBookError, customer::belongs_to, store};

/// Makes an address the default instead of the one that was.
pub async fn make_default(ctx: &mut Ctx, customer_id: CustomerId, id: AddressId) -> Result<(), AddressBookError> {
    if !belongs_to(ctx.actor(), customer_id) || !store::lock_customer(ctx, customer_id).await? {
        return Err(AddressBookError::NotFound);
    }
    store::update_no_default(ctx, customer_id, id).await?;
    if store::update_default(ctx, customer_id, id).await? {
        Ok(())
    } else {
        Err(AddressBookError::NotFound)
    }
}
