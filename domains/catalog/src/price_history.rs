//! What a variant cost before: every change, and the lowest price of the month before a reduction.

use std::collections::HashMap;

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{Money, Permission, PriceListId, Time, VariantId};

use crate::{
    FindError, Sale, store,
    variant::{price_at, was_at},
};

/// How far back the law of the European Union looks before a reduction (directive 98/6/EC, article 6a).
const DAYS: i64 = 30;

/// What a variant cost from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceChange {
    /// From when.
    pub changed_at: Time,
    /// Who changed it, such as `staff acc_…`.
    pub actor: String,
    /// The regular price.
    pub price: Option<Money>,
    /// A higher price to compare with.
    pub compare_at: Option<Money>,
    /// A lower price for a while.
    pub sale: Option<Sale>,
}

/// What a price list asked for a variant from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPriceChange {
    /// From when.
    pub changed_at: Time,
    /// Who changed it, such as `staff acc_…`.
    pub actor: String,
    /// The list, which may be gone.
    pub list_id: PriceListId,
    /// What it was called then.
    pub list_name: String,
    /// From how many pieces on.
    pub min_quantity: i64,
    /// What each cost; `None`: the list asked nothing any more.
    pub price: Option<Money>,
}

/// What price lists asked for a variant, newest first, for the back office.
pub async fn list_list_price_changes(ctx: &mut Ctx, id: VariantId) -> Result<Vec<ListPriceChange>, FindError> {
    ctx.require(Permission::ReadCatalog)?;
    Ok(store::list_prices::list_changes(ctx, id).await?)
}

/// A variant's prices, oldest first, for the back office.
pub async fn list_price_changes(ctx: &mut Ctx, id: VariantId) -> Result<Vec<PriceChange>, FindError> {
    ctx.require(Permission::ReadCatalog)?;
    Ok(store::price_changes::list(ctx, id).await?)
}

/// The lowest price that each variant cost in the 30 days before its present reduction began, in one statement. A variant
/// that is not reduced, or was never sold at another price, has none.
pub async fn lowest_prices(ctx: &mut Ctx, ids: &[VariantId]) -> Result<HashMap<VariantId, Money>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let now = ctx.now();
    // What changes a price is told as a change of the product, which whoever asks has read.
    let changes = store::price_changes::list_of(ctx, ids).await?;
    let lowest = changes
        .into_iter()
        .filter_map(|(id, changes)| Some((id, lowest_before_reduction(&changes, now)?)));
    Ok(lowest.collect())
}

/// The lowest price that everybody paid for each variant in the 30 days up to now, in one statement: what is told beside a price
/// of a list. What everybody pays is struck out beside that, and since when somebody is in a group says no price of the store's, so
/// the days end now. Prices of lists are for few and count for nobody's.
pub async fn lowest_of_late(ctx: &mut Ctx, ids: &[VariantId]) -> Result<HashMap<VariantId, Money>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let now = ctx.now();
    let changes = store::price_changes::list_of(ctx, ids).await?;
    let lowest = changes
        .into_iter()
        .filter_map(|(id, changes)| Some((id, lowest_until(&changes, now)?)));
    Ok(lowest.collect())
}

/// What was to pay, and what was struck out beside it, from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shown {
    from: Time,
    price: Option<Money>,
    was: Option<Money>,
}

/// The oldest change comes first.
fn lowest_before_reduction(changes: &[PriceChange], now: Time) -> Option<Money> {
    let shown = shown_until(changes, now);
    let (present, before) = shown.split_last()?;
    present.was?;
    let since = present.from - TimeDelta::days(DAYS);
    let ends = shown.iter().skip(1).map(|next| next.from);
    before
        .iter()
        .zip(ends)
        .filter(|(_, end)| *end > since)
        .filter_map(|(shown, _)| shown.price)
        .min_by_key(|price| price.minor())
}

fn lowest_until(changes: &[PriceChange], now: Time) -> Option<Money> {
    let shown = shown_until(changes, now);
    let since = now - TimeDelta::days(DAYS);
    let ends = shown.iter().skip(1).map(|next| Some(next.from)).chain([None]);
    shown
        .iter()
        .zip(ends)
        .filter(|(_, end)| end.is_none_or(|end| end > since))
        .filter_map(|(shown, _)| shown.price)
        .min_by_key(|price| price.minor())
}

/// Every price shoppers saw, each only once however often it was saved.
fn shown_until(changes: &[PriceChange], now: Time) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    let nexts = changes.iter().skip(1).map(|next| next.changed_at).chain([now]);
    for (change, until) in changes.iter().zip(nexts) {
        let sale = change.sale.as_ref();
        let turns = [sale.and_then(|sale| sale.starts_at), sale.and_then(|sale| sale.ends_at)];
        let within = turns
            .into_iter()
            .flatten()
            .filter(|turn| change.changed_at < *turn && *turn <= until && *turn <= now);
        for from in [change.changed_at].into_iter().chain(within) {
            let next = Shown {
                from,
                price: price_at(change.price, sale, from),
                was: was_at(change.price, sale, change.compare_at, from),
            };
            if shown.last().is_some_and(|last| last.from == from) {
                shown.pop();
            }
            let same = |last: &Shown| (last.price, last.was) == (next.price, next.was);
            if !shown.last().is_some_and(same) {
                shown.push(next);
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use kernel::Currency;

    use super::*;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn day(number: i64) -> Time {
        Time::UNIX_EPOCH + TimeDelta::days(number)
    }

    fn from(number: i64, price: i64) -> PriceChange {
        PriceChange {
            changed_at: day(number),
            actor: String::new(),
            price: Some(usd(price)),
            compare_at: None,
            sale: None,
        }
    }

    fn on_sale(number: i64, price: i64, sale: i64, days: std::ops::Range<i64>) -> PriceChange {
        PriceChange {
            sale: Some(Sale {
                price: usd(sale),
                starts_at: Some(day(days.start)),
                ends_at: Some(day(days.end)),
            }),
            ..from(number, price)
        }
    }

    #[test]
    fn beside_a_price_of_a_list_the_thirty_days_end_now() {
        for (changes, now, lowest) in [
            (vec![], 0, None),
            (vec![from(0, 100)], 5, Some(100)),
            (vec![from(0, 100)], 500, Some(100)),
            (vec![from(0, 80), from(10, 100)], 39, Some(80)),
            (vec![from(0, 80), from(10, 100)], 40, Some(100)),
            (vec![on_sale(0, 100, 70, 10..20)], 15, Some(70)),
            (vec![on_sale(0, 100, 70, 10..20)], 49, Some(70)),
            (vec![on_sale(0, 100, 70, 10..20)], 50, Some(100)),
        ] {
            assert_eq!(
                lowest_until(&changes, day(now)),
                lowest.map(usd),
                "{changes:?} on day {now}"
            );
        }
    }

    #[test]
    fn the_thirty_days_end_where_the_reduction_began() {
        let compared = |number, price, compare_at| PriceChange {
            compare_at: Some(usd(compare_at)),
            ..from(number, price)
        };
        for (changes, now, lowest) in [
            (vec![], 0, None),
            (vec![from(0, 100)], 5, None),
            (vec![on_sale(0, 100, 80, 50..60)], 49, None),
            (vec![on_sale(0, 100, 80, 50..60)], 50, Some(100)),
            (vec![on_sale(0, 100, 80, 50..60)], 59, Some(100)),
            (vec![on_sale(0, 100, 80, 50..60)], 60, None),
            // Raised just before the sale: the price before the rise is told.
            (vec![from(0, 90), on_sale(30, 120, 95, 31..60)], 40, Some(90)),
            // The cheap days ended 30 days before: no longer told.
            (
                vec![from(0, 50), from(10, 100), on_sale(39, 100, 80, 40..50)],
                41,
                Some(100),
            ),
            (
                vec![from(0, 50), from(11, 100), on_sale(39, 100, 80, 40..50)],
                41,
                Some(50),
            ),
            // Two sales in a row: the first one's price is the lowest before the second.
            (
                vec![on_sale(0, 100, 70, 10..20), on_sale(25, 100, 80, 26..40)],
                30,
                Some(70),
            ),
            // Saved again without another price: the reduction is as old as it was.
            (
                vec![from(0, 100), on_sale(40, 100, 80, 40..90), on_sale(60, 100, 80, 40..95)],
                80,
                Some(100),
            ),
            (vec![compared(0, 80, 100)], 10, None),
            (vec![from(0, 80), compared(10, 80, 100)], 10, Some(80)),
        ] {
            assert_eq!(
                lowest_before_reduction(&changes, day(now)),
                lowest.map(usd),
                "{changes:?} on day {now}"
            );
        }
    }
}
