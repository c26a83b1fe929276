//! Loads what decides a store's rates.

use database::{Ctx, Error};
use kernel::TaxRateId;

use crate::{Destination, Nexus, TableRate, TaxFacts, store};

/// A rate that a store added to the table or put in place of a row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRate {
    /// Its id.
    pub id: TaxRateId,
    /// The rate.
    pub rate: TableRate,
}

/// Some of a store's own rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRates {
    /// At most a hundred of them.
    pub rates: Vec<OwnRate>,
    /// How many there are.
    pub total: i64,
}

/// One of the store's own rates.
pub async fn find_own_rate(ctx: &mut Ctx, id: TaxRateId) -> Result<Option<TableRate>, Error> {
    store::find_rate(ctx, id).await
}

/// What decides the store's rates now for goods that go there, in one statement however many rates there are. Without a
/// destination the rates of cities and postcodes are left out.
pub async fn load(ctx: &mut Ctx, destination: Option<&Destination>) -> Result<TaxFacts, Error> {
    let (nexus, own_rates) = store::load(ctx, destination).await?;
    Ok(TaxFacts {
        origin: ctx.store().country,
        nexus,
        own_rates,
        day: ctx.now().date_naive(),
    })
}

/// Where the merchant collects tax.
pub async fn load_nexus(ctx: &mut Ctx) -> Result<Nexus, Error> {
    store::load_nexus(ctx).await
}

/// The first hundred of the store's own rates by place and postcode; with a text those whose state, city, county, name or
/// postcode begins with it.
pub async fn list_own_rates(ctx: &mut Ctx, text: Option<&str>) -> Result<OwnRates, Error> {
    store::list_rates(ctx, text).await
}
