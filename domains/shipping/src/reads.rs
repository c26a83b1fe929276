//! Loads what decides deliveries, and lists the settings.

use std::{collections::BTreeSet, sync::Arc};

use database::{Ctx, Error, cache::Needs};
use kernel::{Cursor, FieldError, Page, PageRequest, ProductId};

use crate::{Calendar, ParcelBox, Profile, Region, Restriction, ShippingFacts, Zone, events::ShippingChanged, store};

/// Why a page of the zones cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ListZonesError {
    /// The cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// About how much memory a method, box or restriction takes.
const RULE_BYTES: usize = 256;

/// What decides the deliveries of these products, in two statements, and in none when it is only to be shown and known
/// already.
pub async fn load(ctx: &mut Ctx, products: &[ProductId]) -> Result<ShippingFacts, Error> {
    let zones = zones(ctx).await?;
    let names: BTreeSet<String> = products.iter().map(ToString::to_string).collect();
    let name = names.into_iter().collect::<Vec<_>>().join(" ");
    let rules = match ctx.kept::<ShippingFacts>("shipping.rules", &name) {
        Ok(rules) => rules,
        Err(making) => {
            let rules = store::rules::load(ctx, products, Vec::new()).await?;
            let count = 1 + rules.boxes.len() + rules.profiles.len() + rules.restrictions.len();
            ctx.keep(making, rules, &needs(ctx), count * RULE_BYTES)
        }
    };
    Ok(ShippingFacts {
        zones: zones.as_ref().clone(),
        ..rules.as_ref().clone()
    })
}

async fn zones(ctx: &mut Ctx) -> Result<Arc<Vec<Zone>>, Error> {
    let making = match ctx.kept::<Vec<Zone>>("shipping.zones", "") {
        Ok(zones) => return Ok(zones),
        Err(making) => making,
    };
    let zones = store::zones::list(ctx).await?;
    let rates: usize = zones.iter().map(|zone| 1 + zone.methods.len()).sum();
    Ok(ctx.keep(making, zones, &needs(ctx), rates * RULE_BYTES))
}

/// Where the store ships to in some way that it offers.
pub async fn list_reached(ctx: &mut Ctx) -> Result<Vec<Region>, Error> {
    let zones = zones(ctx).await?;
    let reached = zones
        .iter()
        .filter(|zone| zone.methods.iter().any(|method| method.active));
    Ok(reached.flat_map(|zone| zone.regions.iter().cloned()).collect())
}

/// Whether a delivery of the store has that code, wherever it goes. One that is not known here is looked up.
pub async fn has_method(ctx: &mut Ctx, code: &str) -> Result<bool, Error> {
    let has = |zones: &[Zone]| {
        zones
            .iter()
            .flat_map(|zone| &zone.methods)
            .any(|method| method.terms.code == code)
    };
    if let Ok(zones) = ctx.kept::<Vec<Zone>>("shipping.zones", "")
        && has(&zones)
    {
        return Ok(true);
    }
    Ok(has(&store::zones::list(ctx).await?))
}

fn needs(ctx: &Ctx) -> Needs {
    Needs::default().any::<ShippingChanged>(ctx.store_id())
}

/// The zones with all of their methods, oldest zone first.
pub async fn list_zones(ctx: &mut Ctx) -> Result<Vec<Zone>, Error> {
    store::zones::list(ctx).await
}

/// A page of them, in two statements.
pub async fn page_zones(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<Zone>, ListZonesError> {
    let after = page.cursor.as_ref().map(Cursor::decode).transpose()?;
    let found = store::zones::list_after(ctx, after, page.limit_plus_one()).await?;
    let total = store::zones::count(ctx).await?;
    Ok(Page::from_rows(found, page, total, |zone| zone.id))
}

/// The profiles with their products, by name.
pub async fn list_profiles(ctx: &mut Ctx) -> Result<Vec<Profile>, Error> {
    store::profiles::list(ctx).await
}

/// The boxes, smallest first.
pub async fn list_boxes(ctx: &mut Ctx) -> Result<Vec<ParcelBox>, Error> {
    let mut boxes = store::boxes::list(ctx).await?;
    boxes.sort_by_key(|one| one.size.volume_mm3());
    Ok(boxes)
}

/// The restrictions, oldest first.
pub async fn list_restrictions(ctx: &mut Ctx) -> Result<Vec<Restriction>, Error> {
    store::restrictions::list(ctx).await
}

/// When the store works.
pub async fn calendar(ctx: &mut Ctx) -> Result<Calendar, Error> {
    Ok(store::rules::load(ctx, &[], Vec::new()).await?.calendar)
}
