//! What happens to a guest's cart at sign-in.

use kernel::{CartId, CustomerId};

use crate::{CartError, Saver, hold, store};

/// Gives a guest's cart to the customer who signed in, and returns the cart that is theirs from now on.
///
/// A customer without an open cart takes over the guest's. Otherwise the guest's lines go into the customer's cart: of
/// two quantities of one line the larger stays, and codes come together; what both held of the stock is the customer's. What the guest had saved for
/// later becomes the customer's in the same way, also when the cart itself was closed. Without a guest's cart the customer's own is
/// returned, if there is one.
pub async fn merge_into_customer(
    ctx: &mut database::Ctx,
    guest_cart: Option<CartId>,
    customer: CustomerId,
) -> Result<Option<CartId>, CartError> {
    if let Some(guest) = guest_cart {
        store::lock_customer(ctx, customer).await?;
        store::saved::carry(ctx, guest, Saver::Customer(customer)).await?;
    }
    let own = store::find_open_of_customer(ctx, customer).await?;
    match (guest_cart, own) {
        (None, own) => Ok(own),
        (Some(guest), Some(own)) if guest == own => Ok(Some(own)),
        (Some(guest), None) => Ok(store::give_to_customer(ctx, guest, customer).await?.then_some(guest)),
        (Some(guest), Some(own)) => {
            store::merge_lines(ctx, guest, own).await?;
            hold::follow_merge(ctx, guest, own).await?;
            Ok(Some(own))
        }
    }
}
