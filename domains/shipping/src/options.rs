//! Which deliveries a shopper can choose from: a pure function over the store's zones.

use std::cmp::Reverse;

use kernel::Money;

use crate::{Destination, Zone};

/// A store's zones with their methods.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShippingFacts {
    /// The zones, oldest first.
    pub zones: Vec<Zone>,
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
    /// The fewest days that delivery takes.
    pub days_min: i32,
    /// The most days that delivery takes.
    pub days_max: i32,
}

/// The deliveries to a destination, in the merchant's order; none when no zone reaches it. `items_total` is what the
/// items cost after coupons, `weight_grams` what they weigh together. Ask only for orders with something to ship.
///
/// The zone that names the destination most closely decides alone: its state, or else its country, or else everywhere.
/// Of two that name it alike the older one decides.
pub fn options(
    facts: &ShippingFacts,
    destination: &Destination,
    items_total: Money,
    weight_grams: i64,
) -> Vec<ShippingOption> {
    let closeness = |zone: &Zone| zone.regions.iter().filter_map(|region| region.fits(destination)).max();
    let zones = facts.zones.iter().filter_map(|zone| Some((closeness(zone)?, zone)));
    let Some((_, zone)) = zones.min_by_key(|(closeness, _)| Reverse(*closeness)) else {
        return Vec::new();
    };
    let mut offered: Vec<_> = zone
        .methods
        .iter()
        .filter(|method| method.active)
        .filter_map(|method| Some((method, method.price(items_total, weight_grams)?)))
        .collect();
    offered.sort_by_key(|(method, _)| method.position);
    let option = |(method, price): (&crate::Method, Money)| ShippingOption {
        code: method.code.clone(),
        name: method.name.clone(),
        price,
        days_min: method.days_min,
        days_max: method.days_max,
    };
    offered.into_iter().map(option).collect()
}

#[cfg(test)]
mod tests {
    use kernel::{CountryCode, Currency, SeededEntropy, TypedId as _};

    use super::*;
    use crate::{Method, RateKind, Region, Step};

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn zone(regions: &[&str], methods: Vec<Method>) -> Zone {
        Zone {
            id: kernel::ZoneId::generate(chrono::DateTime::UNIX_EPOCH, &SeededEntropy::new(1)),
            name: regions.join(" "),
            regions: regions.iter().map(|region| Region::parse(region).unwrap()).collect(),
            methods,
        }
    }

    fn method(code: &str, kind: RateKind) -> Method {
        Method {
            id: kernel::ShippingMethodId::generate(chrono::DateTime::UNIX_EPOCH, &SeededEntropy::new(1)),
            code: code.to_owned(),
            name: code.to_owned(),
            kind,
            free_from: None,
            days_min: 2,
            days_max: 5,
            position: 0,
            active: true,
        }
    }

    fn shown(zones: Vec<Zone>, destination: (&str, &str), items_total: i64, weight_grams: i64) -> String {
        let destination = Destination {
            country: CountryCode::parse(destination.0).unwrap(),
            state: destination.1.to_owned(),
        };
        let options = options(&ShippingFacts { zones }, &destination, usd(items_total), weight_grams);
        let options = options
            .iter()
            .map(|option| format!("{} {}", option.code, option.price.minor()));
        options.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_closest_zone_decides_alone() {
        let zone = |region: &str, code: &str| zone(&[region], vec![method(code, RateKind::Flat(usd(1)))]);
        let zones = || {
            vec![
                zone("*", "world"),
                zone("US", "us"),
                zone("US-HI", "hawaii"),
                zone("US", "later"),
                zone("ID", "id"),
            ]
        };
        for (destination, code) in [
            (("US", "HI"), "hawaii 1"),
            (("US", "CA"), "us 1"),
            (("US", ""), "us 1"),
            (("ID", "JB"), "id 1"),
            (("FR", ""), "world 1"),
        ] {
            assert_eq!(shown(zones(), destination, 0, 0), code, "{destination:?}");
        }
        assert_eq!(shown(vec![zone("US", "us")], ("FR", ""), 0, 0), "");
    }

    #[test]
    fn prices_go_by_weight_and_by_price_and_are_free_from_a_sum() {
        let steps = |steps: &[(i64, i64)]| {
            steps
                .iter()
                .map(|(from, price)| Step {
                    from: *from,
                    price: usd(*price),
                })
                .collect()
        };
        let methods = || {
            vec![
                Method {
                    position: 3,
                    free_from: Some(usd(5_000)),
                    ..method("flat", RateKind::Flat(usd(500)))
                },
                Method {
                    position: 1,
                    ..method(
                        "weight",
                        RateKind::ByWeight(steps(&[(0, 300), (1_000, 700), (5_000, 2_000)])),
                    )
                },
                Method {
                    position: 2,
                    ..method("price", RateKind::ByPrice(steps(&[(2_000, 400), (10_000, 0)])))
                },
                Method {
                    active: false,
                    ..method("retired", RateKind::Flat(usd(1)))
                },
            ]
        };
        for (items_total, weight_grams, options) in [
            (1_999, 0, "weight 300, flat 500"),
            (2_000, 999, "weight 300, price 400, flat 500"),
            (4_999, 1_000, "weight 700, price 400, flat 500"),
            (5_000, 4_999, "weight 700, price 400, flat 0"),
            (10_000, 50_000, "weight 2000, price 0, flat 0"),
        ] {
            let zones = vec![zone(&["US"], methods())];
            assert_eq!(
                shown(zones, ("US", "CA"), items_total, weight_grams),
                options,
                "{items_total} {weight_grams}"
            );
        }
    }
}
