//! A person is forgotten: their carts go, and what they saved for later.

use database::{Ctx, Error};
use kernel::{CartId, Person};

use crate::store;

/// Deletes every cart of a person, open or not, and answers which they were; carts of others lose the address. An order that is
/// being placed with one of them is waited for; afterwards none can be.
pub async fn erase_carts(ctx: &mut Ctx, person: &Person) -> Result<Vec<CartId>, Error> {
    let (own, others): (Vec<(CartId, bool)>, Vec<(CartId, bool)>) = store::erase::lock(ctx, person)
        .await?
        .into_iter()
        .partition(|(_, is_own)| *is_own);
    let [own, others] = [own, others].map(|carts| carts.into_iter().map(|(cart, _)| cart).collect::<Vec<CartId>>());
    store::erase::delete(ctx, person.customer, &own).await?;
    store::erase::forget_email(ctx, &others).await?;
    Ok(own)
}
