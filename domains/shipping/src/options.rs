//! Which deliveries a shopper can choose from: a pure function over the store's zones, profiles, boxes and restrictions.

use std::{cmp::Reverse, collections::BTreeMap};

use chrono::NaiveDate;
use kernel::{LocationId, Money, ProductId, ProfileId, VariantId};

use crate::{
    Calendar, Destination, Method, ParcelBox, Piece, Restriction, Size, Zone,
    packing::{MOST_PIECES, pack},
    zone::Measured,
};

/// What decides the deliveries of some goods.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShippingFacts {
    /// The zones, oldest first.
    pub zones: Vec<Zone>,
    /// When the store works.
    pub calendar: Calendar,
    /// What it packs into.
    pub boxes: Vec<ParcelBox>,
    /// The profiles of the goods that are in one.
    pub profiles: BTreeMap<ProductId, ProfileId>,
    /// Where the goods may not go.
    pub restrictions: Vec<Restriction>,
}

/// Some pieces of a variant that go into a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goods {
    /// The product.
    pub product_id: ProductId,
    /// The variant.
    pub variant_id: VariantId,
    /// How many.
    pub quantity: i64,
    /// What one weighs.
    pub weight_grams: i64,
    /// How large one is, if that is known.
    pub size: Option<Size>,
}

/// A delivery that a shopper can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippingOption {
    /// What it is chosen by.
    pub code: String,
    /// What shoppers see.
    pub name: String,
    /// What it costs before any coupon, with tax when the store's prices are.
    pub price: Money,
    /// The fewest working days that delivery takes.
    pub days_min: i32,
    /// The most working days that delivery takes.
    pub days_max: i32,
    /// The first day on which it may come when it is ordered now.
    pub earliest: NaiveDate,
    /// The last such day.
    pub latest: NaiveDate,
    /// The days a shopper may choose from; empty when there is no choice.
    pub dates: Vec<NaiveDate>,
    /// Where the shopper fetches it.
    pub pickup: Option<LocationId>,
}

/// What a shopper can choose from, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offer {
    /// The deliveries, in the merchant's order; none when no zone reaches the destination.
    pub options: Vec<ShippingOption>,
    /// What may not be sent there; then there are no deliveries.
    pub refused: Vec<VariantId>,
}

/// The deliveries of goods to a destination, ordered on `today`. `items_total` is what all items of the cart cost after
/// coupons.
///
/// The zone that names the destination most closely decides alone: its state, or else its country, or else everywhere. Of
/// two that name it alike the older one decides. Goods of several profiles go by the method that was chosen where their
/// profile has one of that code, and else by its cheapest; the prices add up and the longest time counts. They are fetched
/// together or not at all.
pub fn offer(
    facts: &ShippingFacts,
    destination: &Destination,
    goods: &[Goods],
    items_total: Money,
    today: NaiveDate,
) -> Offer {
    let forbidden = |goods: &&Goods| {
        let mut rules = facts.restrictions.iter();
        rules.any(|rule| rule.terms.forbids(goods.product_id, goods.variant_id, destination))
    };
    let mut refused: Vec<VariantId> = goods.iter().filter(forbidden).map(|goods| goods.variant_id).collect();
    refused.dedup();
    let zone = closest(&facts.zones, destination);
    let (true, Some(zone)) = (refused.is_empty(), zone) else {
        return Offer {
            options: Vec::new(),
            refused,
        };
    };
    let mut groups: BTreeMap<Option<ProfileId>, Vec<Goods>> = BTreeMap::new();
    for one in goods {
        let profile = facts.profiles.get(&one.product_id).copied();
        groups.entry(profile).or_default().push(*one);
    }
    let groups: Vec<Vec<Priced<'_>>> = groups
        .iter()
        .map(|(profile, goods)| price_group(facts, zone, *profile, (goods, items_total, &destination.postal_code)))
        .collect();
    Offer {
        options: combine(&groups, &facts.calendar, today),
        refused,
    }
}

/// A method with its price for a group of goods.
type Priced<'f> = (&'f Method, Money);

fn closest<'f>(zones: &'f [Zone], destination: &Destination) -> Option<&'f Zone> {
    let closeness = |zone: &Zone| zone.regions.iter().filter_map(|region| region.fits(destination)).max();
    let reaching = zones.iter().filter_map(|zone| Some((closeness(zone)?, zone)));
    reaching
        .min_by_key(|(closeness, _)| Reverse(*closeness))
        .map(|(_, zone)| zone)
}

/// The methods of a profile that take the goods, in the merchant's order.
fn price_group<'f>(
    facts: &ShippingFacts,
    zone: &'f Zone,
    profile: Option<ProfileId>,
    (goods, items_total, postal_code): (&[Goods], Money, &str),
) -> Vec<Priced<'f>> {
    let parcels = parcels(goods, &facts.boxes);
    let measured = Measured {
        items_total,
        quantity: goods.iter().map(|goods| goods.quantity).fold(0, i64::saturating_add),
        parcels: &parcels,
        postal_code,
    };
    let methods = zone.methods.iter();
    methods
        .filter(|method| method.active && method.terms.profile_id == profile)
        .filter_map(|method| Some((method, method.terms.price(measured)?)))
        .collect()
}

/// The weight and volume of each parcel. Without boxes, and with more pieces than can be packed one by one, all of it
/// counts as one.
fn parcels(goods: &[Goods], boxes: &[ParcelBox]) -> Vec<(i64, i64)> {
    let count = goods.iter().map(|goods| goods.quantity).fold(0, i64::saturating_add);
    let few = usize::try_from(count).is_ok_and(|count| count <= MOST_PIECES);
    if few && !boxes.is_empty() {
        let pieces = goods.iter().flat_map(|goods| {
            let piece = Piece {
                weight_grams: goods.weight_grams,
                size: goods.size,
            };
            std::iter::repeat_n(piece, usize::try_from(goods.quantity).unwrap_or_default())
        });
        let packed = pack(&pieces.collect::<Vec<_>>(), boxes).into_iter();
        return packed.map(|parcel| (parcel.weight_grams, parcel.volume_mm3)).collect();
    }
    let sum = |of: fn(&Goods) -> i64| {
        let parts = goods.iter().map(|goods| of(goods).saturating_mul(goods.quantity));
        parts.fold(0, i64::saturating_add)
    };
    let volume = |goods: &Goods| goods.size.map(Size::volume_mm3).unwrap_or_default();
    vec![(sum(|goods| goods.weight_grams), sum(volume))]
}

/// One option for each way in which every group can go.
fn combine(groups: &[Vec<Priced<'_>>], calendar: &Calendar, today: NaiveDate) -> Vec<ShippingOption> {
    let mut seen: Vec<Vec<kernel::ShippingMethodId>> = Vec::new();
    let mut options = Vec::new();
    for (chosen, _) in groups.iter().flatten() {
        let code = &chosen.terms.code;
        let is_pickup = chosen.terms.kind.pickup().is_some();
        let parts = groups.iter().map(|group| part_of(group, code, is_pickup));
        let Some(parts) = parts.collect::<Option<Vec<_>>>() else {
            continue;
        };
        let ids: Vec<_> = parts.iter().map(|(method, _)| method.id).collect();
        if !seen.contains(&ids) {
            options.extend(option(code, &parts, calendar, today));
            seen.push(ids);
        }
    }
    options
}

/// How a group goes when a code is chosen.
fn part_of<'f>(group: &[Priced<'f>], code: &str, is_pickup: bool) -> Option<Priced<'f>> {
    let fetched = |method: &Method| method.terms.kind.pickup().is_some();
    let of_code = |(method, _): &&Priced<'f>| method.terms.code == code && fetched(method) == is_pickup;
    let sent = group.iter().filter(|(method, _)| !is_pickup && !fetched(method));
    let cheapest = sent.min_by_key(|(_, price)| price.minor());
    group.iter().find(of_code).or(cheapest).copied()
}

/// Nothing when the prices cannot be added up.
fn option(code: &str, parts: &[Priced<'_>], calendar: &Calendar, today: NaiveDate) -> Option<ShippingOption> {
    let terms = || parts.iter().map(|(method, _)| &method.terms);
    let mut names: Vec<&str> = terms().map(|terms| terms.name.as_str()).collect();
    names.dedup();
    let (first, others) = parts.split_first()?;
    let price = others
        .iter()
        .try_fold(first.1, |sum, (_, price)| sum.plus(*price))
        .ok()?;
    let (days_min, days_max) = (
        terms().map(|terms| terms.days_min).max()?,
        terms().map(|terms| terms.days_max).max()?,
    );
    let earliest = calendar.arrival(today, days_min);
    let choices = terms().map(|terms| terms.date_choices).min()?;
    Some(ShippingOption {
        code: code.to_owned(),
        name: names.join(" + "),
        price,
        days_min,
        days_max,
        earliest,
        latest: calendar.arrival(today, days_max),
        dates: calendar.days_from(earliest, choices),
        pickup: terms().find_map(|terms| terms.kind.pickup()),
    })
}

#[cfg(test)]
mod tests {
    use kernel::{CountryCode, SeededEntropy, TypedId as _};

    use super::*;
    use crate::Region;

    #[test]
    fn of_two_zones_that_name_a_place_alike_the_older_one_decides() {
        let zone = |name: &str| Zone {
            id: kernel::ZoneId::generate(chrono::DateTime::UNIX_EPOCH, &SeededEntropy::new(1)),
            name: name.to_owned(),
            regions: vec![Region::Country(CountryCode::US)],
            methods: Vec::new(),
            version: 1,
        };
        let zones = [zone("older"), zone("newer")];
        let destination = Destination {
            country: CountryCode::US,
            state: "CA".to_owned(),
            postal_code: String::new(),
        };
        assert_eq!(
            closest(&zones, &destination).map(|zone| zone.name.as_str()),
            Some("older")
        );
        assert_eq!(closest(&zones[..0], &destination), None);
    }
}
