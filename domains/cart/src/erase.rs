//! A person is forgotten: their carts go, and what they saved for later.

use database::{Ctx, Error};
use kernel::{CartId, Person};

use crate::store;

/// Deletes every cart of a person, open or not, and answers which they were; carts of others lose the address. An order that is
/// being placed with one of them is waited for; afterwards none can be.
pub async fn erase_carts(ctx: &mut Ctx, person: &Person) -> Result<Vec<CartId>, Error> {
    let carts = store::erase::lock(ctx, person).await?;
    store::erase::delete(ctx, person.customer, &carts).await?;
    if let Some(email) = &person.email {
        store::erase::forget_email(ctx, email).await?;
    }
    Ok(carts)
}
