//! Three months of trade, made up: who ordered what when, and how it ended. Pure: the same moment gives the same history.

use chrono::{Duration, Timelike as _};
use kernel::Time;

use crate::dice::Dice;

/// How long ago the first order may be.
const DAYS: i32 = 90;
/// The hours of the day in which people buy; evenings count more often.
const HOURS: [u32; 24] = [
    7, 8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 18, 19, 19, 19, 20, 20, 20, 21, 21, 22, 23,
];

/// Something that may be ordered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Good {
    /// How often, compared with others.
    pub(crate) popularity: i32,
    /// How many variants it has.
    pub(crate) variants: usize,
    /// Whether it goes into a parcel.
    pub(crate) shipped: bool,
}

/// An order to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedOrder {
    /// When it was placed.
    pub(crate) placed_at: Time,
    /// Who placed it: an index of the shoppers.
    pub(crate) shopper: usize,
    /// What of: good, variant of it, pieces.
    pub(crate) lines: Vec<(usize, usize, i64)>,
    /// Whether the shopper was in a hurry.
    pub(crate) express: bool,
    /// Which of the store's coupons was typed, if any.
    pub(crate) coupon: Option<usize>,
    /// How it ended, so far.
    pub(crate) fate: Fate,
}

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// Placed; no money yet.
    Pending,
    /// Placed; the card was refused.
    Declined,
    /// Paid.
    Paid,
    /// Given up by the shopper, the money given back.
    Cancelled,
    /// Paid and being packed.
    Packing,
    /// On its way.
    Shipped,
    /// Arrived.
    Delivered,
    /// Arrived; one line came back.
    PartlyRefunded,
    /// Arrived and all came back.
    Refunded,
}

/// What happens to orders up to an age, in hours: each fate with its weight.
type Outlook = (i64, &'static [(Fate, i32)]);

const OUTLOOKS: &[Outlook] = &[
    (3, &[(Fate::Paid, 1)]),
    (
        48,
        &[
            (Fate::Paid, 80),
            (Fate::Shipped, 10),
            (Fate::Cancelled, 6),
            (Fate::Declined, 4),
        ],
    ),
    (
        9 * 24,
        &[
            (Fate::Paid, 7),
            (Fate::Packing, 9),
            (Fate::Shipped, 62),
            (Fate::Delivered, 12),
            (Fate::Cancelled, 4),
            (Fate::Declined, 3),
            (Fate::Refunded, 3),
        ],
    ),
    (
        i64::MAX,
        &[
            (Fate::Delivered, 79),
            (Fate::Shipped, 4),
            (Fate::PartlyRefunded, 6),
            (Fate::Refunded, 4),
            (Fate::Cancelled, 4),
            (Fate::Declined, 3),
        ],
    ),
];

/// Makes up `count` orders before `now`, the oldest first.
pub(crate) fn plan(now: Time, count: usize, goods: &[Good], shoppers: usize, coupons: usize) -> Vec<PlannedOrder> {
    let mut dice = Dice::new(2026);
    let mut orders: Vec<PlannedOrder> = (0..count)
        .map(|index| one(now, index, goods, shoppers, coupons, &mut dice))
        .collect();
    orders.sort_by_key(|order| order.placed_at);
    orders
}

fn one(now: Time, index: usize, goods: &[Good], shoppers: usize, coupons: usize, dice: &mut Dice) -> PlannedOrder {
    let placed_at = moment(now, index, dice);
    let lines = lines(goods, dice);
    let shipped = lines
        .iter()
        .any(|(good, ..)| goods.get(*good).is_some_and(|good| good.shipped));
    let hours = (now - placed_at).num_hours();
    let outlook = OUTLOOKS
        .iter()
        .find(|(until, _)| hours < *until)
        .map_or(&[][..], |(_, fates)| fates);
    let fate = weighted(outlook.iter().map(|(_, weight)| *weight), dice);
    let fate = outlook.get(fate).map_or(Fate::Paid, |(fate, _)| *fate);
    let fate = if index < 2 { Fate::Pending } else { fate };
    PlannedOrder {
        placed_at,
        shopper: if index % 25 == 3 {
            0
        } else {
            index_below(shoppers, dice)
        },
        express: dice.within(0, 9) == 0,
        coupon: (coupons > 0 && dice.within(0, 7) == 0).then(|| index_below(coupons, dice)),
        fate: if shipped { fate } else { without_parcel(fate) },
        lines,
    }
}

/// The younger the day the more orders, because the shop is doing well. A few orders are from just now.
fn moment(now: Time, index: usize, dice: &mut Dice) -> Time {
    if index < 4 {
        return now - Duration::minutes(i64::from(dice.within(20, 150)));
    }
    let days_ago = dice.within(0, DAYS).min(dice.within(0, DAYS));
    let hour = HOURS.get(index_below(HOURS.len(), dice)).copied().unwrap_or(12);
    let day = now - Duration::days(i64::from(days_ago));
    let at = day
        .with_hour(hour)
        .and_then(|at| at.with_minute(dice.within(0, 60).unsigned_abs()))
        .and_then(|at| at.with_second(dice.within(0, 60).unsigned_abs()))
        .unwrap_or(day);
    if at < now - Duration::hours(1) {
        at
    } else {
        at - Duration::days(1)
    }
}

fn lines(goods: &[Good], dice: &mut Dice) -> Vec<(usize, usize, i64)> {
    let wanted = [1, 1, 1, 1, 2, 2, 2, 3, 3, 4]
        .get(index_below(10, dice))
        .copied()
        .unwrap_or(1);
    let mut lines: Vec<(usize, usize, i64)> = Vec::new();
    for _ in 0..wanted {
        let good = weighted(goods.iter().map(|good| good.popularity), dice);
        if lines.iter().any(|(taken, ..)| *taken == good) {
            continue;
        }
        let variants = goods.get(good).map_or(1, |good| good.variants);
        let quantity = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4]
            .get(index_below(10, dice))
            .copied()
            .unwrap_or(1);
        lines.push((good, index_below(variants, dice), quantity));
    }
    lines
}

/// What needs no parcel cannot be on its way.
fn without_parcel(fate: Fate) -> Fate {
    match fate {
        Fate::Packing | Fate::Shipped | Fate::Delivered | Fate::Cancelled | Fate::PartlyRefunded => Fate::Paid,
        Fate::Pending | Fate::Declined | Fate::Paid | Fate::Refunded => fate,
    }
}

fn weighted(weights: impl Iterator<Item = i32> + Clone, dice: &mut Dice) -> usize {
    let total: i32 = weights.clone().sum();
    let mut left = dice.within(0, total.max(1));
    for (index, weight) in weights.enumerate() {
        left -= weight;
        if left < 0 {
            return index;
        }
    }
    0
}

fn index_below(count: usize, dice: &mut Dice) -> usize {
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    usize::try_from(dice.within(0, count)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn history() -> (Time, Vec<PlannedOrder>) {
        let now = Time::UNIX_EPOCH + Duration::days(20_000) + Duration::hours(10);
        let goods: Vec<Good> = (0..60)
            .map(|index| Good {
                popularity: 1 + index % 9,
                variants: 1 + usize::try_from(index % 5).unwrap(),
                shipped: index % 15 != 0,
            })
            .collect();
        (now, plan(now, 300, &goods, 40, 3))
    }

    #[test]
    fn the_past_is_long_enough_and_in_order() {
        let (now, orders) = history();
        assert_eq!(orders.len(), 300);
        assert!(orders.is_sorted_by_key(|order| order.placed_at));
        assert!(
            orders
                .iter()
                .all(|order| order.placed_at < now && now - order.placed_at < Duration::days(92))
        );
        assert!(orders[0].placed_at < now - Duration::days(60));
        assert_eq!(orders, history().1);
    }

    #[test]
    fn every_fate_befalls_somebody() {
        let (_, orders) = history();
        let mut fates = BTreeMap::new();
        for order in &orders {
            *fates.entry(order.fate).or_insert(0) += 1;
            assert!(!order.lines.is_empty() && order.shopper < 40);
        }
        assert_eq!(fates.len(), 9, "{fates:?}");
        assert!(fates[&Fate::Delivered] > 120, "{fates:?}");
        assert!(orders.iter().filter(|order| order.shopper == 0).count() >= 10);
    }
}
