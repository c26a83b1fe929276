//! What a shopper pays with: the card of this once, or one that the gateway keeps for them.

use database::Ctx;
use kernel::{CustomerId, PaymentMethodId};
use payments::{CardLabel, Gateways, PaymentSource};

use crate::PlaceOrderError;

/// What a shopper pays with.
#[derive(Debug, Clone)]
pub enum PayWith {
    /// What a gateway's own script made of the card.
    Token {
        /// Which gateway takes the payment.
        gateway: String,
        /// What its script made of the card.
        token: String,
        /// Whether the gateway is to keep the card for the signed-in customer.
        save: bool,
    },
    /// A saved card of the signed-in customer.
    Saved(PaymentMethodId),
}

/// It, after it was looked up.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) gateway: String,
    pub(crate) source: PaymentSource,
    /// The saved card.
    pub(crate) card: Option<CardLabel>,
    pub(crate) saves_for: Option<CustomerId>,
}

/// Looks it up. A saved card is looked for among those of whoever acts, so nobody pays with another's.
pub(crate) async fn look_up(ctx: &mut Ctx, gateways: &Gateways, with: &PayWith) -> Result<Means, PlaceOrderError> {
    let means = match with {
        PayWith::Token { gateway, token, save } => Means {
            gateway: gateway.clone(),
            source: PaymentSource::Token(token.clone()),
            card: None,
            saves_for: match (save, ctx.actor().customer()) {
                (false, _) => None,
                (true, Some(customer)) => Some(customer),
                (true, None) => return Err(PlaceOrderError::SignInToSave),
            },
        },
        PayWith::Saved(id) => {
            let customer = ctx.actor().customer().ok_or(PlaceOrderError::MethodNotFound)?;
            let method = payments::find_method(ctx, customer, *id).await?;
            let method = method.ok_or(PlaceOrderError::MethodNotFound)?;
            if method.is_expired(ctx.now()) {
                return Err(PlaceOrderError::MethodExpired);
            }
            Means {
                gateway: method.gateway,
                source: PaymentSource::Kept {
                    customer: method.customer_reference,
                    method: method.reference,
                },
                card: Some(method.card),
                saves_for: None,
            }
        }
    };
    match gateways.get(&means.gateway) {
        Some(_) => Ok(means),
        None => Err(PlaceOrderError::UnknownGateway(means.gateway)),
    }
}
