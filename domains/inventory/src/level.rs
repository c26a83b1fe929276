//! Levels of stock, availability, and the pure choice of where stock is taken from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{LocationId, VariantId};

/// From so few on that can be sold, shoppers are told how many.
pub const FEW: i64 = 10;

/// How much of a variant lies at one location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The variant.
    pub variant_id: VariantId,
    /// The location.
    pub location_id: LocationId,
    /// The location's name.
    pub location_name: String,
    /// Whether the location ships.
    pub active: bool,
    /// Locations with a lower number are emptied first.
    pub priority: i32,
    /// What lies there.
    pub on_hand: i64,
    /// What of it is promised to orders.
    pub reserved: i64,
    /// What of it is kept back from sale.
    pub safety_stock: i64,
    /// What is on its way there.
    pub incoming: i64,
    /// Whether more may be sold than lies there.
    pub backorder: bool,
    /// At or below that many that can be sold it is low; `None` when nobody watches.
    pub reorder_point: Option<i64>,
    /// How many to order then.
    pub reorder_quantity: i64,
}

impl Level {
    /// Whether it is time to order more.
    pub fn is_low(&self) -> bool {
        self.reorder_point.is_some_and(|point| self.free() <= point)
    }

    /// What can still be promised from here, never below zero.
    pub fn free(&self) -> i64 {
        if self.active {
            self.on_hand
                .saturating_sub(self.reserved)
                .saturating_sub(self.safety_stock)
                .max(0)
        } else {
            0
        }
    }
}

/// How much of a variant can be sold, over all locations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Availability {
    /// What lies at active locations.
    pub on_hand: i64,
    /// What of it is promised, expired reservations left out.
    pub reserved: i64,
    /// What can still be promised.
    pub available: i64,
    /// Whether more may be sold than is available.
    pub backorder: bool,
    /// Whether the variant is counted at all; one that is not is always available.
    pub tracked: bool,
}

impl Availability {
    /// A variant that is not counted.
    pub const UNTRACKED: Self = Self {
        on_hand: 0,
        reserved: 0,
        available: 0,
        backorder: false,
        tracked: false,
    };

    /// Whether that many can be sold.
    pub fn can_sell(&self, quantity: i64) -> bool {
        !self.tracked || self.backorder || quantity <= self.available
    }

    /// Sums the levels of one variant.
    pub(crate) fn of<'a>(levels: impl Iterator<Item = &'a Level>) -> Self {
        let mut sum = Self::UNTRACKED;
        for level in levels {
            sum.tracked = true;
            if level.active {
                sum.on_hand = sum.on_hand.saturating_add(level.on_hand);
                sum.reserved = sum.reserved.saturating_add(level.reserved);
                sum.available = sum.available.saturating_add(level.free());
                sum.backorder |= level.backorder;
            }
        }
        sum
    }
}

/// So many of a variant are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// The variant.
    pub variant_id: VariantId,
    /// How many, above zero.
    pub quantity: i64,
}

/// More of a variant is wanted than there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// The variant.
    pub variant_id: VariantId,
    /// How many were wanted, over all lines.
    pub wanted: i64,
    /// How many could have been had.
    pub available: i64,
}

/// So many of a variant come from one location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Take {
    pub(crate) variant_id: VariantId,
    pub(crate) location_id: LocationId,
    pub(crate) quantity: i64,
}

/// What is wanted of each variant, in variant order.
pub(crate) fn summed(demands: &[Demand]) -> BTreeMap<VariantId, i64> {
    let mut wanted = BTreeMap::new();
    for demand in demands.iter().filter(|demand| demand.quantity > 0) {
        let sum: &mut i64 = wanted.entry(demand.variant_id).or_default();
        *sum = sum.saturating_add(demand.quantity);
    }
    wanted
}

/// Chooses the locations stock comes from: by priority, split where one does not have enough, the rest on back-order where
/// that is allowed. Variants without a level are not counted and need nothing.
pub(crate) fn allocate(levels: &[Level], wanted: &BTreeMap<VariantId, i64>) -> Result<Vec<Take>, Vec<Shortage>> {
    let mut by_variant: HashMap<VariantId, Vec<&Level>> = HashMap::new();
    for level in levels {
        by_variant.entry(level.variant_id).or_default().push(level);
    }
    let (mut takes, mut shortages) = (Vec::new(), Vec::new());
    for (&variant_id, &wanted) in wanted {
        let Some(places) = by_variant.get_mut(&variant_id) else {
            continue;
        };
        places.sort_by_key(|level| (level.priority, level.location_id));
        match take_from(places, wanted) {
            Ok(taken) => takes.extend(taken),
            Err(available) => shortages.push(Shortage {
                variant_id,
                wanted,
                available,
            }),
        }
    }
    if shortages.is_empty() {
        Ok(takes)
    } else {
        Err(shortages)
    }
}

/// Takes from the places in turn; the error is how many there are.
fn take_from(places: &[&Level], wanted: i64) -> Result<Vec<Take>, i64> {
    let mut left = wanted;
    let mut takes: Vec<(&Level, i64)> = Vec::new();
    for &level in places {
        let quantity = level.free().min(left);
        let on_back_order = level.active && level.backorder;
        if quantity > 0 || on_back_order {
            takes.push((level, quantity));
        }
        left -= quantity;
    }
    if left > 0 {
        match takes.iter_mut().find(|(level, _)| level.backorder) {
            Some((_, quantity)) => *quantity = quantity.saturating_add(left),
            None => return Err(wanted - left),
        }
    }
    let taken = takes.into_iter().filter(|(_, quantity)| *quantity > 0);
    Ok(taken
        .map(|(level, quantity)| Take {
            variant_id: level.variant_id,
            location_id: level.location_id,
            quantity,
        })
        .collect())
}

/// The variants that can be bought after a change and could not before, or the other way round, in variant order.
pub(crate) fn crossings(before: &[Level], after: &[Level]) -> Vec<(VariantId, bool)> {
    let can_sell = |levels: &[Level]| {
        let mut grouped: BTreeMap<VariantId, Vec<Level>> = BTreeMap::new();
        for level in levels {
            grouped.entry(level.variant_id).or_default().push(level.clone());
        }
        let sellable = grouped
            .into_iter()
            .map(|(id, levels)| (id, Availability::of(levels.iter()).can_sell(1)));
        sellable.collect::<BTreeMap<_, _>>()
    };
    let before = can_sell(before);
    // A variant without a level before was not counted, thus always for sale.
    let changed = can_sell(after)
        .into_iter()
        .filter(|(id, now)| before.get(id).copied().unwrap_or(true) != *now);
    changed.collect()
}

/// The variants of which few are left, or were, whose levels are others than in one of the states before, in variant order.
pub(crate) fn few_left_of(before: &[&[Level]], after: &[Level]) -> Vec<VariantId> {
    let of = |levels: &[Level], id: VariantId| -> Vec<Level> {
        levels.iter().filter(|level| level.variant_id == id).cloned().collect()
    };
    let is_scarce = |levels: &[Level]| !levels.is_empty() && Availability::of(levels.iter()).available <= FEW;
    let ids: BTreeSet<VariantId> = after.iter().map(|level| level.variant_id).collect();
    let changed = ids.into_iter().filter(|id| {
        let now = of(after, *id);
        before
            .iter()
            .map(|levels| of(levels, *id))
            .any(|then| then != now && (is_scarce(&then) || is_scarce(&now)))
    });
    changed.collect()
}

#[cfg(test)]
mod tests {
    use kernel::{SeededEntropy, Time, TypedId as _};
    use proptest::prelude::*;

    use super::*;

    fn ids() -> (VariantId, [LocationId; 3]) {
        let entropy = SeededEntropy::new(3);
        let location = |()| LocationId::generate(Time::UNIX_EPOCH, &entropy);
        (VariantId::generate(Time::UNIX_EPOCH, &entropy), [(); 3].map(location))
    }

    fn level(variant_id: VariantId, location_id: LocationId, stock: (i64, i64), priority: i32) -> Level {
        Level {
            variant_id,
            location_id,
            location_name: String::new(),
            active: true,
            priority,
            on_hand: stock.0,
            reserved: stock.1,
            safety_stock: 0,
            incoming: 0,
            backorder: false,
            reorder_point: None,
            reorder_quantity: 0,
        }
    }

    #[test]
    fn stock_comes_by_priority_and_may_be_split() {
        let (variant, [a, b, c]) = ids();
        let mut closed = level(variant, a, (50, 0), 0);
        closed.active = false;
        let levels = [closed, level(variant, b, (3, 1), 2), level(variant, c, (4, 0), 1)];
        let take = |location_id, quantity| Take {
            variant_id: variant,
            location_id,
            quantity,
        };
        for (wanted, expected) in [
            (4, Ok(vec![take(c, 4)])),
            (6, Ok(vec![take(c, 4), take(b, 2)])),
            (
                7,
                Err(vec![Shortage {
                    variant_id: variant,
                    wanted: 7,
                    available: 6,
                }]),
            ),
        ] {
            assert_eq!(allocate(&levels, &BTreeMap::from([(variant, wanted)])), expected);
        }
        let mut endless = levels.clone();
        endless[1].backorder = true;
        assert_eq!(
            allocate(&endless, &BTreeMap::from([(variant, 10)])),
            Ok(vec![take(c, 4), take(b, 6)]),
            "what is missing goes on back-order where that is allowed"
        );
        assert_eq!(
            allocate(&[], &BTreeMap::from([(variant, 10)])),
            Ok(vec![]),
            "not counted"
        );
    }

    #[test]
    fn safety_stock_is_not_sold() {
        let (variant, [a, ..]) = ids();
        let kept = Level {
            safety_stock: 2,
            ..level(variant, a, (5, 1), 0)
        };
        assert_eq!(kept.free(), 2);
        assert!(!Availability::of([&kept].into_iter()).can_sell(3));
    }

    #[test]
    fn of_what_is_left_only_few_are_news() {
        let (variant, [a, b, _]) = ids();
        let other = level(variant, b, (3, 3), 1);
        let there = |on_hand, reserved| [level(variant, a, (on_hand, reserved), 0), other.clone()];
        for (before, seen, after, is_news) in [
            (there(50, 0), there(50, 0), there(50, 2), false),
            (there(12, 0), there(12, 0), there(12, 1), false),
            (there(12, 1), there(12, 1), there(12, 2), true),
            (there(12, 2), there(12, 2), there(12, 1), true),
            (there(5, 1), there(5, 1), there(5, 1), false),
            // What had run out was freed and taken again: as many as before, but fewer than shoppers saw.
            (there(5, 2), there(5, 0), there(5, 2), true),
        ] {
            let news = few_left_of(&[&before, &seen], &after);
            assert_eq!(!news.is_empty(), is_news, "{before:?} {seen:?} {after:?}");
        }
        assert_eq!(few_left_of(&[&[]], &there(4, 0)), [variant], "it was not counted");
        assert!(few_left_of(&[&[]], &there(40, 0)).is_empty());
    }

    #[test]
    fn demand_for_one_variant_on_several_lines_is_summed() {
        let (variant_id, _) = ids();
        let demands = [
            Demand {
                variant_id,
                quantity: 2,
            },
            Demand {
                variant_id,
                quantity: 3,
            },
        ];
        assert_eq!(summed(&demands), BTreeMap::from([(variant_id, 5)]));
    }

    proptest! {
        #[test]
        fn never_more_is_taken_than_is_free(stock in prop::collection::vec((0_i64..20, 0_i64..20), 3), wanted in 1_i64..60) {
            let (variant, places) = ids();
            let levels: Vec<Level> = places.iter().zip(&stock).zip(0..)
                .map(|((place, &(on_hand, reserved)), priority)| level(variant, *place, (on_hand, reserved.min(on_hand)), priority))
                .collect();
            let free: i64 = levels.iter().map(Level::free).sum();
            match allocate(&levels, &BTreeMap::from([(variant, wanted)])) {
                Ok(takes) => {
                    prop_assert_eq!(takes.iter().map(|take| take.quantity).sum::<i64>(), wanted);
                    for take in takes {
                        let place = levels.iter().find(|level| level.location_id == take.location_id).unwrap();
                        prop_assert!(take.quantity > 0 && take.quantity <= place.free());
                    }
                }
                Err(shortages) => {
                    prop_assert!(wanted > free);
                    prop_assert_eq!(shortages[0].available, free);
                }
            }
        }
    }
}
