//! Zones and the methods that ship into them.

use kernel::{Money, ShippingMethodId, ZoneId};

use crate::Region;

/// Parts of the world with the same methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// What the merchant calls it.
    pub name: String,
    /// Where it reaches.
    pub regions: Vec<Region>,
    /// How parcels get there, in the merchant's order.
    pub methods: Vec<Method>,
}

/// A way to ship into a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// Its id.
    pub id: ShippingMethodId,
    /// What it is chosen by, such as `standard`; once in a zone.
    pub code: String,
    /// What shoppers see.
    pub name: String,
    /// What it costs.
    pub kind: RateKind,
    /// What the items must cost together for it to be free.
    pub free_from: Option<Money>,
    /// The fewest days that delivery takes.
    pub days_min: i32,
    /// The most days that delivery takes.
    pub days_max: i32,
    /// Where it stands among the zone's methods, lowest first.
    pub position: i32,
    /// Whether it is offered.
    pub active: bool,
}

/// What a method costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RateKind {
    /// The same for every order.
    Flat(Money),
    /// By weight: `from` is in grams.
    ByWeight(Vec<Step>),
    /// By what the items cost: `from` is in minor units.
    ByPrice(Vec<Step>),
}

/// A price that holds from a weight or price on, until the next step. Below the first step a method is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Grams or minor units.
    pub from: i64,
    /// The price from there on.
    pub price: Money,
}

impl Method {
    /// What it costs for items of that price and weight; `None` when it is not offered for them.
    pub fn price(&self, items_total: Money, weight_grams: i64) -> Option<Money> {
        let price = match &self.kind {
            RateKind::Flat(price) => *price,
            RateKind::ByWeight(steps) => last_step(steps, weight_grams)?,
            RateKind::ByPrice(steps) => last_step(steps, items_total.minor())?,
        };
        let free = self
            .free_from
            .is_some_and(|free_from| items_total.minor() >= free_from.minor());
        Some(if free { Money::zero(price.currency()) } else { price })
    }
}

fn last_step(steps: &[Step], reached: i64) -> Option<Money> {
    steps
        .iter()
        .filter(|step| step.from <= reached)
        .max_by_key(|step| step.from)
        .map(|step| step.price)
}
