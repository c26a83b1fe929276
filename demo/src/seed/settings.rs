//! What a merchant decides once: where tax is due, where parcels go, what coupons give.

use std::collections::HashMap;

use database::Ctx;
use kernel::{CollectionId, Currency, Money};
use pricing::{CouponCode, CouponKind, CouponTerms, CreateCoupon};
use rust_decimal::Decimal;
use shipping::{MethodTerms, RateKind, Region, Step, ZoneTerms};
use tax::{Nexus, Place};

use super::SeedError;
use crate::content::{Content, ContentError, CouponEntry, MethodEntry};

/// Says where the store collects tax.
pub(super) async fn collect_tax(ctx: &mut Ctx, content: &Content) -> Result<(), SeedError> {
    let places = content
        .store
        .nexus
        .iter()
        .map(|place| Place::parse(place))
        .collect::<Result<Vec<_>, _>>();
    let places = places.map_err(|error| ContentError::value(&content.store.slug, error))?;
    tax::replace_nexus(ctx, &Nexus(places))
        .await
        .map_err(SeedError::refused)
}

/// Makes the zones with their methods.
pub(super) async fn ship(ctx: &mut Ctx, content: &Content) -> Result<(), SeedError> {
    let currency = ctx.currency();
    for zone in &content.store.zones {
        let regions = zone
            .regions
            .iter()
            .map(|region| Region::parse(region))
            .collect::<Result<Vec<_>, _>>();
        let regions = regions.map_err(|error| ContentError::value(&zone.name, error))?;
        let new = ZoneTerms {
            name: zone.name.clone(),
            regions,
        };
        let zone_id = shipping::create_zone(ctx, &new).await.map_err(SeedError::refused)?;
        for method in &zone.methods {
            let new = MethodTerms {
                free_from: method
                    .free_from
                    .as_deref()
                    .map(|text| money(&method.code, text, currency))
                    .transpose()?,
                days_min: method.days.0,
                days_max: method.days.1,
                ..MethodTerms::new(&method.code, &method.name, rates(method, currency)?)
            };
            shipping::create_method(ctx, zone_id, &new)
                .await
                .map_err(SeedError::refused)?;
        }
    }
    Ok(())
}

/// Makes the coupons; collections must be there already.
pub(super) async fn give_coupons(
    ctx: &mut Ctx,
    content: &Content,
    collections: &HashMap<String, CollectionId>,
) -> Result<(), SeedError> {
    for entry in &content.store.coupons {
        let code = CouponCode::parse(&entry.code).map_err(|error| ContentError::value(&entry.code, error))?;
        let terms = terms(entry, ctx.currency(), collections)?;
        pricing::create_coupon(ctx, &CreateCoupon { code, terms })
            .await
            .map_err(SeedError::refused)?;
    }
    Ok(())
}

fn terms(
    entry: &CouponEntry,
    currency: Currency,
    collections: &HashMap<String, CollectionId>,
) -> Result<CouponTerms, ContentError> {
    let amount = |text: &String| money(&entry.code, text, currency);
    let kind = match (&entry.percent, &entry.amount) {
        (Some(percent), _) => CouponKind::Percentage(Decimal::new(*percent, 2)),
        (None, Some(text)) => CouponKind::FixedAmount(amount(text)?),
        (None, None) => CouponKind::FreeShipping,
    };
    Ok(CouponTerms {
        minimum: entry.minimum.as_ref().map(amount).transpose()?,
        cap: entry.cap.as_ref().map(amount).transpose()?,
        collections: entry
            .collections
            .iter()
            .filter_map(|slug| collections.get(slug))
            .copied()
            .collect(),
        customer_limit: entry.customer_limit,
        ..CouponTerms::of(kind)
    })
}

fn rates(method: &MethodEntry, currency: Currency) -> Result<RateKind, ContentError> {
    let price = |text: &str| money(&method.code, text, currency);
    if let Some(steps) = &method.by_weight {
        let steps = steps.iter().map(|(from, text)| {
            Ok(Step {
                from: *from,
                price: price(text)?,
            })
        });
        return Ok(RateKind::ByWeight(steps.collect::<Result<_, ContentError>>()?));
    }
    if let Some(steps) = &method.by_price {
        let steps = steps.iter().map(|(from, text)| {
            Ok(Step {
                from: price(from)?.minor(),
                price: price(text)?,
            })
        });
        return Ok(RateKind::ByPrice(steps.collect::<Result<_, ContentError>>()?));
    }
    Ok(RateKind::Flat(price(method.flat.as_deref().unwrap_or("0"))?))
}

fn money(owner: &str, text: &str, currency: Currency) -> Result<Money, ContentError> {
    Money::parse(text, currency).map_err(|error| ContentError::value(owner, error))
}
