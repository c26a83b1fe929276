//! Saved cards, as pages show them.

use payments::{Gateways, PaymentMethod};
use serde::Serialize;
use web::{Problem, Visitor};

/// A saved card.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SavedCardView {
    pub(crate) id: String,
    brand: String,
    last_four: String,
    /// As it stands on the card, such as `07/31`.
    expires: String,
    pub(crate) expired: bool,
    is_default: bool,
}

impl SavedCardView {
    pub(crate) fn new(method: &PaymentMethod, now: kernel::Time) -> Self {
        Self {
            id: method.id.to_string(),
            brand: method.card.brand().to_owned(),
            last_four: method.card.last_four().to_owned(),
            expires: method.expires.to_string(),
            expired: method.is_expired(now),
            is_default: method.is_default,
        }
    }
}

/// What the signed-in customer can pay with, the default first.
pub(crate) async fn offered(visitor: &Visitor, gateways: &Gateways) -> Result<Vec<SavedCardView>, Problem> {
    let Some(customer) = visitor.customer() else {
        return Ok(Vec::new());
    };
    let mut ctx = visitor.work.read();
    let methods = payments::list_methods(&mut ctx, customer).await?;
    ctx.rollback().await;
    let now = visitor.work.now();
    let can_pay = |method: &&PaymentMethod| !method.is_expired(now) && gateways.get(&method.gateway).is_some();
    let cards = methods.iter().filter(can_pay);
    Ok(cards.map(|method| SavedCardView::new(method, now)).collect())
}
