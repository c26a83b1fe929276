//! Cards that gateways keep for customers. Souk has the gateway's names for them, and what shows which card it is.

use database::{Ctx, Error};
use kernel::{CustomerId, PaymentMethodId, Time};

use crate::{CardLabel, Expiry, KeptMethod, store::methods};

/// A saved card of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentMethod {
    /// Its id.
    pub id: PaymentMethodId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// The gateway that keeps it.
    pub gateway: String,
    /// The gateway's name for the customer.
    pub customer_reference: String,
    /// The gateway's name for the card.
    pub reference: String,
    /// The same for the same card.
    pub fingerprint: String,
    /// Which card it is.
    pub card: CardLabel,
    /// Until when it can be used.
    pub expires: Expiry,
    /// Whether the checkout begins with it.
    pub is_default: bool,
    /// Since when it is saved.
    pub created_at: Time,
}

impl PaymentMethod {
    /// Whether it is too late to pay with it.
    pub fn is_expired(&self, now: Time) -> bool {
        self.expires.is_past(now)
    }
}

/// What a customer saved and did not remove, the default first, then the newest.
pub async fn list_methods(ctx: &mut Ctx, customer: CustomerId) -> Result<Vec<PaymentMethod>, Error> {
    methods::list(ctx, customer).await
}

/// One of them; what is another customer's, or removed, is not there.
pub async fn find_method(
    ctx: &mut Ctx,
    customer: CustomerId,
    id: PaymentMethodId,
) -> Result<Option<PaymentMethod>, Error> {
    let methods = methods::list(ctx, customer).await?;
    Ok(methods.into_iter().find(|method| method.id == id))
}

/// The gateway's name for a customer; `None` before it was told of them.
pub async fn find_gateway_customer(
    ctx: &mut Ctx,
    customer: CustomerId,
    gateway: &str,
) -> Result<Option<String>, Error> {
    methods::find_customer(ctx, customer, gateway).await
}

/// Remembers a gateway's name for a customer, and answers the one that counts: the first.
pub async fn record_gateway_customer(
    ctx: &mut Ctx,
    customer: CustomerId,
    gateway: &str,
    reference: &str,
) -> Result<String, Error> {
    methods::put_customer(ctx, customer, gateway, reference).await
}

/// Writes down a card that a gateway kept before Souk knew of it.
pub async fn import_method(
    ctx: &mut Ctx,
    customer: CustomerId,
    gateway: &str,
    customer_reference: &str,
    kept: &KeptMethod,
) -> Result<(), Error> {
    record_gateway_customer(ctx, customer, gateway, customer_reference).await?;
    crate::record_saved::put(ctx, customer, gateway, kept).await
}
