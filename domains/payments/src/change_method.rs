//! Removes a saved card, or makes it the default.

use database::{Ctx, Error};
use kernel::{CustomerId, PaymentMethodId};

use crate::{Asker, PaymentMethod, find_method, store::methods};

/// Why a saved card is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeMethodError {
    /// The customer has no such card.
    #[error("there is no such saved card")]
    NotFound,
    /// It is too late to pay with it.
    #[error("the card is expired")]
    Expired,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// It is the customer's no more, and the gateway is to forget it: commit before it is asked. The newest of the others becomes the default.
pub async fn remove_method(
    ctx: &mut Ctx,
    customer: CustomerId,
    id: PaymentMethodId,
) -> Result<PaymentMethod, ChangeMethodError> {
    let method = lock_method(ctx, customer, id).await?;
    let check_at = ctx.now() + Asker::Caller.patience();
    methods::update_removed(ctx, id, check_at).await?;
    if method.is_default
        && let Some(next) = methods::list(ctx, customer).await?.first()
    {
        methods::update_default(ctx, customer, next.id).await?;
    }
    Ok(method)
}

/// The gateway has forgotten a card, and so has Souk.
pub async fn record_forgotten(ctx: &mut Ctx, id: PaymentMethodId) -> Result<(), Error> {
    methods::delete_removed(ctx, id).await
}

/// Makes it the card that the checkout begins with.
pub async fn make_method_default(
    ctx: &mut Ctx,
    customer: CustomerId,
    id: PaymentMethodId,
) -> Result<PaymentMethod, ChangeMethodError> {
    let method = lock_method(ctx, customer, id).await?;
    if method.is_expired(ctx.now()) {
        return Err(ChangeMethodError::Expired);
    }
    methods::update_default(ctx, customer, id).await?;
    Ok(PaymentMethod {
        is_default: true,
        ..method
    })
}

/// Holds all of the customer's cards until the transaction ends.
async fn lock_method(
    ctx: &mut Ctx,
    customer: CustomerId,
    id: PaymentMethodId,
) -> Result<PaymentMethod, ChangeMethodError> {
    methods::lock_customer(ctx, customer).await?;
    let method = find_method(ctx, customer, id).await?;
    method.ok_or(ChangeMethodError::NotFound)
}
