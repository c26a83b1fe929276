//! How many of a variant one customer may have over all orders. A quota is counted from the first order under a limit on; an
//! order that is given up gives back what it took, once.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{OrderId, VariantId};

use crate::store::quotas;

/// What an order wants of a variant that has a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaDemand {
    /// The variant.
    pub variant_id: VariantId,
    /// How many the order has, of all its lines.
    pub quantity: i64,
    /// The most that one customer may have.
    pub maximum: i64,
}

/// An order that takes of its customer's quotas.
#[derive(Debug, Clone, Copy)]
pub struct TakeQuota<'a> {
    /// The order.
    pub order_id: OrderId,
    /// What tells one customer from another.
    pub customer_key: &'a str,
    /// What it takes, each variant once.
    pub demands: &'a [QuotaDemand],
}

/// Why nothing is taken. PostgreSQL has given up the transaction then: roll it back.
#[derive(Debug, thiserror::Error)]
pub enum QuotaError {
    /// The customer would have more than one may.
    #[error("the customer would have more of a variant than one customer may")]
    Reached,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Takes of the customer's quotas, all or nothing. An order takes once, however often this is called.
pub async fn take_quotas(ctx: &mut Ctx, take: TakeQuota<'_>) -> Result<(), QuotaError> {
    take_all_quotas(ctx, &[take]).await
}

/// The same for several orders with one statement, none when they have no such demand. All or nothing.
pub async fn take_all_quotas(ctx: &mut Ctx, takes: &[TakeQuota<'_>]) -> Result<(), QuotaError> {
    if takes.iter().all(|take| take.demands.is_empty()) {
        return Ok(());
    }
    quotas::take(ctx, takes).await
}

/// Gives back what an order took. Again, or for an order that took nothing, it changes nothing.
pub async fn give_back_quotas(ctx: &mut Ctx, order: OrderId) -> Result<(), Error> {
    quotas::give_back(ctx, order).await
}

/// How many the customer took of each of these variants; those of which none were taken are left out.
pub async fn quotas_taken(
    ctx: &mut Ctx,
    customer_key: &str,
    variants: &[VariantId],
) -> Result<HashMap<VariantId, i64>, Error> {
    if variants.is_empty() {
        return Ok(HashMap::new());
    }
    quotas::taken(ctx, customer_key, variants).await
}
