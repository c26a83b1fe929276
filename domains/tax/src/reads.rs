//! Loads what decides a store's rates.

use database::{Ctx, Error, cache::Needs};
use kernel::{Cursor, CustomerId, FieldError, Page, PageRequest, TaxExemptionId, TaxRateId};

use crate::{
    Destination, Exemption, Nexus, OwnCode, Place, TableRate, TaxFacts,
    events::TaxChanged,
    store::{self, Found},
};

/// How many exemptions a list has.
const LISTED: i64 = 200;
/// About how much memory a rate takes.
const RATE_BYTES: usize = 256;

/// Why a page of the places where tax is collected cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ListNexusError {
    /// The cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

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

/// What decides the store's rates now for goods that go there, in one statement however many rates there are, and in none
/// when it is only to be shown and known already; and one more for a buyer who may be exempt. Without a destination the rates
/// of cities and postcodes are left out.
pub async fn load(
    ctx: &mut Ctx,
    destination: Option<&Destination>,
    buyer: Option<CustomerId>,
) -> Result<TaxFacts, Error> {
    let name = destination.map(|to| format!("{:?} {:?} {:?}", to.place, to.city, to.postcode));
    let found = match ctx.kept::<Found>("tax.rates", &name.unwrap_or_default()) {
        Ok(found) => found,
        Err(making) => {
            let found = store::load(ctx, &Vec::from_iter(destination)).await?;
            let bytes = (found.nexus.0.len() + found.codes.len() + found.rates.len()) * RATE_BYTES;
            let needs = Needs::default().any::<TaxChanged>(ctx.store_id());
            ctx.keep(making, found, &needs, bytes)
        }
    };
    let exemptions = match buyer {
        Some(buyer) => store::exemptions::list(ctx, Some(&[buyer]), LISTED).await?.0,
        None => Vec::new(),
    };
    Ok(facts(ctx, found.as_ref().clone(), exemptions))
}

/// The same for several buyers, each with where their goods go: one statement for all of them and one for each who may be
/// exempt. Nothing of it is taken from what is known already.
pub async fn load_all(
    ctx: &mut Ctx,
    buyers: &[(Option<Destination>, Option<CustomerId>)],
) -> Result<Vec<TaxFacts>, Error> {
    let destinations: Vec<&Destination> = buyers.iter().filter_map(|(to, _)| to.as_ref()).collect();
    let found = store::load(ctx, &destinations).await?;
    let mut all = Vec::with_capacity(buyers.len());
    for (_, buyer) in buyers {
        let exemptions = match buyer {
            Some(buyer) => store::exemptions::list(ctx, Some(&[*buyer]), LISTED).await?.0,
            None => Vec::new(),
        };
        all.push(facts(ctx, found.clone(), exemptions));
    }
    Ok(all)
}

fn facts(ctx: &Ctx, found: Found, exemptions: Vec<Exemption>) -> TaxFacts {
    TaxFacts {
        origin: ctx.store().country,
        nexus: found.nexus,
        own_rates: found.rates,
        codes: found.codes,
        exemptions,
        day: ctx.store().time_zone.day(ctx.now()),
    }
}

/// Where the merchant collects tax.
pub async fn load_nexus(ctx: &mut Ctx) -> Result<Nexus, Error> {
    store::load_nexus(ctx).await
}

/// A page of these places, by country and state, in two statements.
pub async fn page_nexus(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<Place>, ListNexusError> {
    let after = page.cursor.as_ref().map(Cursor::decode).transpose()?;
    let found = store::list_nexus_after(ctx, after, page.limit_plus_one()).await?;
    let total = store::count_nexus(ctx).await?;
    Ok(Page::from_rows(found, page, total, |place| {
        (place.country.as_str().to_owned(), place.state.clone())
    }))
}

/// The first hundred of the store's own rates by place and postcode; with a text those whose state, city, county, name or
/// postcode begins with it.
pub async fn list_own_rates(ctx: &mut Ctx, text: Option<&str>) -> Result<OwnRates, Error> {
    store::list_rates(ctx, text).await
}

/// The store's own codes, by name.
pub async fn list_codes(ctx: &mut Ctx) -> Result<Vec<OwnCode>, Error> {
    store::codes::list(ctx).await
}

/// The newest exemptions and how many there are; with customers only theirs.
pub async fn list_exemptions(ctx: &mut Ctx, customers: Option<&[CustomerId]>) -> Result<(Vec<Exemption>, i64), Error> {
    store::exemptions::list(ctx, customers, LISTED).await
}

/// One exemption.
pub async fn find_exemption(ctx: &mut Ctx, id: TaxExemptionId) -> Result<Option<Exemption>, Error> {
    store::exemptions::find(ctx, id).await
}
