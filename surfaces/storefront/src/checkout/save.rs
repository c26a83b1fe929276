//! Keeps what was typed at the checkout.

use cart::{CartError, Changes};
use kernel::CartId;
use web::{Problem, Visitor};

use super::{CheckoutForm, book, texts};

/// What became of it.
pub(super) enum Saved {
    Yes,
    /// The cart became an order in the meantime; placing it again tells its result.
    Ordered,
    /// There is no such cart any more.
    Gone,
    Refused(kernel::Invalid),
}

/// Writes what was typed into the cart, what is to be texted about it, and the address into the book.
pub(super) async fn save(
    visitor: &Visitor,
    cart: CartId,
    mut changes: Changes,
    form: &CheckoutForm,
) -> Result<Saved, Problem> {
    let text_to = match texts::read(visitor, form).await? {
        Ok(text_to) => text_to,
        Err(wrong) => return Ok(Saved::Refused(wrong.into())),
    };
    let mut ctx = visitor.work.write();
    if let Some(customer) = visitor.customer() {
        book::settle(&mut ctx, customer, form, &mut changes).await?;
    }
    match cart::change(&mut ctx, cart, changes, None).await {
        Ok(()) => {
            if let Some(phone) = text_to {
                texts::wish(&mut ctx, visitor, cart, phone.as_ref()).await?;
            }
            ctx.commit().await?;
            Ok(Saved::Yes)
        }
        Err(CartError::Closed) => Ok(Saved::Ordered),
        Err(CartError::Invalid(invalid)) => Ok(Saved::Refused(invalid)),
        Err(CartError::NotFound) => Ok(Saved::Gone),
        Err(error) => Err(crate::cart::problem(error)),
    }
}
