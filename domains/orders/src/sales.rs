//! Sums up what was sold, period by period.

use database::Ctx;
use kernel::{Currency, Money, Permission, Time};

use crate::{ListError, store::sales};

/// What was sold in a period. An order counts from the moment it stands, with the day it was placed on: neither what waits for
/// its payment nor what was cancelled is a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sales {
    /// How many orders.
    pub orders: i64,
    /// What they came to, with delivery and taxes, before refunds.
    pub total: Money,
    /// What was given back of it until today.
    pub refunded: Money,
}

impl Sales {
    /// Nothing sold.
    pub fn none(currency: Currency) -> Self {
        Self {
            orders: 0,
            total: Money::zero(currency),
            refunded: Money::zero(currency),
        }
    }

    /// What an order came to on average, before refunds, to the nearest minor unit, halves up; nothing without orders.
    pub fn average(&self) -> Option<Money> {
        let (total, orders) = (i128::from(self.total.minor()), i128::from(self.orders));
        if orders <= 0 {
            return None;
        }
        let minor = i64::try_from((2 * total + orders) / (2 * orders)).ok()?;
        Some(Money::new(minor, self.total.currency()))
    }
}

/// What was sold in the store's currency between each two neighbours of `boundaries`, the later one not included. The
/// boundaries rise; one answer for each gap between them.
pub async fn sales(ctx: &mut Ctx, boundaries: &[Time]) -> Result<Vec<Sales>, ListError> {
    ctx.require(Permission::ReadOrders)?;
    let currency = ctx.currency();
    let mut periods = vec![Sales::none(currency); boundaries.len().saturating_sub(1)];
    for row in sales::sum_up(ctx, boundaries).await? {
        let place = usize::try_from(row.period)
            .ok()
            .and_then(|period| period.checked_sub(1));
        if let Some(period) = place.and_then(|place| periods.get_mut(place)) {
            *period = row.sums.of(currency);
        }
    }
    Ok(periods)
}
