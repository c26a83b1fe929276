//! Loads what decides deliveries, and lists the settings.

use database::{Ctx, Error};
use kernel::ProductId;

use crate::{Calendar, ParcelBox, Profile, Restriction, ShippingFacts, Zone, store};

/// What decides the deliveries of these products, in two statements.
pub async fn load(ctx: &mut Ctx, products: &[ProductId]) -> Result<ShippingFacts, Error> {
    let zones = store::zones::list(ctx).await?;
    store::rules::load(ctx, products, zones).await
}

/// The zones with all of their methods, oldest zone first.
pub async fn list_zones(ctx: &mut Ctx) -> Result<Vec<Zone>, Error> {
    store::zones::list(ctx).await
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
