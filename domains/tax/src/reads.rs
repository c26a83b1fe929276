//! Loads what decides a store's rates.

use database::{Ctx, Error};
use kernel::TaxRateId;

use crate::{TableRate, TaxFacts, store};

/// A rate that a store added to the table or put in place of a row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRate {
    /// Its id.
    pub id: TaxRateId,
    /// The rate.
    pub rate: TableRate,
}

/// What decides the store's rates now, in one statement.
pub async fn load(ctx: &mut Ctx) -> Result<TaxFacts, Error> {
    let (nexus, rates) = store::load(ctx).await?;
    Ok(TaxFacts {
        origin: ctx.store().country,
        nexus,
        own_rates: rates.into_iter().map(|own| own.rate).collect(),
        day: ctx.now().date_naive(),
    })
}

/// The store's own rates, by place and name.
pub async fn list_own_rates(ctx: &mut Ctx) -> Result<Vec<OwnRate>, Error> {
    Ok(store::load(ctx).await?.1)
}
