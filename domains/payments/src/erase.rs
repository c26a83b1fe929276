//! A person is forgotten. What was paid stays in the books, under the gateway's name for the payment; with which card, and the
//! cards that a gateway keeps for them, goes.

use database::{Ctx, Error, erase};
use kernel::{CustomerId, OrderId};

use crate::store::erase as rows;

/// Whether a gateway has yet to tell what became of money for one of these orders, or of a card that one of them saved.
pub async fn is_unsettled(ctx: &mut Ctx, orders: &[OrderId]) -> Result<bool, Error> {
    rows::is_unsettled(ctx, orders).await
}

/// Takes whoever paid out of the attempts for these orders.
pub async fn erase_attempts(ctx: &mut Ctx, orders: &[OrderId]) -> Result<(), Error> {
    let keys = rows::erase_attempts(ctx, orders).await?;
    erase::erase_audit(ctx, "payments.attempts", &keys).await
}

/// Removes all saved cards of a customer. Their gateways are asked to forget them as soon as the reconciler comes by, and again
/// until they have.
pub async fn erase_methods(ctx: &mut Ctx, customer: CustomerId) -> Result<(), Error> {
    let keys = rows::erase_methods(ctx, customer).await?;
    erase::erase_audit(ctx, "payments.methods", &keys).await
}

/// What a gateway calls a customer.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GatewayCustomer {
    /// The gateway's name.
    pub gateway: String,
    /// Its name for the customer.
    pub reference: String,
    /// Whether it has yet to forget one of their cards.
    pub keeps_a_card: bool,
}

/// The gateways that know a customer.
pub async fn list_gateways_of(ctx: &mut Ctx, customer: CustomerId) -> Result<Vec<GatewayCustomer>, Error> {
    rows::list_customer(ctx, customer).await
}

/// Forgets what a gateway calls a customer whom it has forgotten.
pub async fn erase_customer(ctx: &mut Ctx, customer: CustomerId, gateway: &str) -> Result<(), Error> {
    rows::delete_customer(ctx, customer, gateway).await
}
