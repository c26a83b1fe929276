//! Asking for texts about the order that a cart becomes.

use database::Ctx;
use kernel::CartId;
use notifications::{PhoneNumber, WishTexts};
use web::{Problem, Visitor};

use super::CheckoutForm;

/// Whether the store sends texts.
pub(super) async fn offered(visitor: &Visitor) -> Result<bool, Problem> {
    let mut ctx = visitor.work.read();
    let offered = notifications::offers_texts(&mut ctx).await?;
    ctx.rollback().await;
    Ok(offered)
}

/// Begins with what was asked for before.
pub(super) async fn fill(visitor: &Visitor, cart: CartId, form: &mut CheckoutForm) -> Result<(), Problem> {
    let customer = visitor.customer().map(Into::into);
    let about: Vec<_> = std::iter::once(cart.into()).chain(customer).collect();
    let mut ctx = visitor.work.read();
    let wish = notifications::find_text_wish(&mut ctx, &about).await?;
    ctx.rollback().await;
    if let Some(wish) = wish {
        form.fill_wish(&wish);
    }
    Ok(())
}

/// Notes what the box on the page says.
pub(super) async fn wish(
    ctx: &mut Ctx,
    visitor: &Visitor,
    cart: CartId,
    phone: Option<&PhoneNumber>,
) -> Result<(), Problem> {
    let wish = WishTexts {
        about: cart.into(),
        customer: visitor.customer().map(Into::into),
        phone,
        client: &visitor.client_ip().to_string(),
    };
    Ok(notifications::wish_texts(ctx, wish).await?)
}
