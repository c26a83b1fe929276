//! What shoppers think of a product, as far as products keep it: how many published reviews have how many stars.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::ProductId;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{events::RatingsChanged, store};

/// How many published reviews of a product have one star, two, and so on up to five.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rating {
    counts: [i64; 5],
}

impl Rating {
    /// Of so many reviews with one star, two, and so on.
    pub fn of(counts: [i64; 5]) -> Self {
        Self { counts }
    }

    /// The reviews with one star, two, and so on.
    pub fn counts(&self) -> [i64; 5] {
        self.counts
    }

    /// How many reviews there are.
    pub fn count(&self) -> i64 {
        self.counts.iter().sum()
    }

    /// The stars of all reviews together.
    pub fn sum(&self) -> i64 {
        (1..)
            .zip(self.counts)
            .map(|(stars, count): (i64, i64)| stars * count)
            .sum()
    }

    /// The stars on average in tenths, halves up, as shoppers read them; 0 without reviews.
    pub fn tenths(&self) -> i64 {
        let count = self.count();
        (20 * self.sum() + count).checked_div(2 * count).unwrap_or_default()
    }

    /// The place among rated products, the best highest: the stars on average in hundredths, with five reviews of three and a
    /// half stars added, so that a single review does not stand above hundreds (a Bayesian average); 0 without reviews.
    pub fn score(&self) -> i64 {
        match self.count() {
            0 => 0,
            count => (100 * self.sum() + 1_750) / (count + 5),
        }
    }

    /// The stars of the reviews on average, to one place; none without reviews.
    pub fn average(&self) -> Option<Decimal> {
        let average = Decimal::from(self.sum()).checked_div(Decimal::from(self.count()))?;
        let mut average = average.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
        average.rescale(1);
        Some(average)
    }
}

/// The ratings of products, held until the end of the transaction: whoever changes reviews of one of them waits. In the order
/// of their ids, so that two who hold several never wait for each other in a circle. Unknown ids are left out.
pub async fn lock_ratings(ctx: &mut Ctx, ids: &[ProductId]) -> Result<BTreeMap<ProductId, Rating>, Error> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    store::ratings::lock(ctx, ids).await
}

/// Counts reviews of products in, or out where a number is negative: by product those with one star, two, and so on.
pub async fn change_ratings(ctx: &mut Ctx, changes: &BTreeMap<ProductId, [i64; 5]>) -> Result<(), Error> {
    if changes.values().flatten().all(|change| *change == 0) {
        return Ok(());
    }
    store::ratings::change(ctx, changes).await?;
    let product_ids = changes.keys().copied().collect();
    ctx.publish(&RatingsChanged { product_ids }).await?;
    Ok(())
}

/// The ratings of all products that have reviews, for whoever counts them again.
pub async fn list_ratings(ctx: &mut Ctx) -> Result<BTreeMap<ProductId, Rating>, Error> {
    store::ratings::list(ctx).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_has_one_place() {
        for (counts, count, sum, average) in [
            ([0, 0, 0, 0, 0], 0, 0, None),
            ([0, 0, 0, 0, 3], 3, 15, Some("5.0")),
            ([1, 0, 0, 1, 1], 3, 10, Some("3.3")),
            ([0, 0, 1, 1, 2], 4, 17, Some("4.3")),
        ] {
            let rating = Rating::of(counts);
            assert_eq!((rating.count(), rating.sum()), (count, sum));
            assert_eq!(
                rating.average().map(|is| is.to_string()).as_deref(),
                average,
                "{counts:?}"
            );
        }
    }
}
