//! Zones and the methods that ship into them.

use kernel::{LocationId, Money, ProfileId, ShippingMethodId, ZoneId};

use crate::{PostcodeRange, Region};

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
    /// Rises with every change of its name and regions; its methods have versions of their own.
    pub version: i64,
}

/// A way to ship into a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// Its id.
    pub id: ShippingMethodId,
    /// What the merchant says of it.
    pub terms: MethodTerms,
    /// Whether it is offered.
    pub active: bool,
    /// Rises with every change of it.
    pub version: i64,
}

/// What a merchant says of a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodTerms {
    /// What it is chosen by, such as `standard`; once in a zone and profile.
    pub code: String,
    /// What shoppers see.
    pub name: String,
    /// The products it ships; without one those of the general profile.
    pub profile_id: Option<ProfileId>,
    /// What it costs.
    pub kind: RateKind,
    /// What the items must cost together for it to be free.
    pub free_from: Option<Money>,
    /// The fewest working days that delivery takes.
    pub days_min: i32,
    /// The most working days that delivery takes.
    pub days_max: i32,
    /// Cubic millimetres that count as a gram, which is cubic centimetres to the kilogram: large parcels cost as if they
    /// weighed so much. Without one only the scales count.
    pub volumetric_divisor: Option<i64>,
    /// How many working days a shopper may choose from for the delivery; none is no choice.
    pub date_choices: i32,
}

impl MethodTerms {
    /// A method of the general profile that takes one to five days.
    pub fn new(code: impl Into<String>, name: impl Into<String>, kind: RateKind) -> Self {
        Self {
            code: code.into(),
            name: name.into(),
            profile_id: None,
            kind,
            free_from: None,
            days_min: 1,
            days_max: 5,
            volumetric_divisor: None,
            date_choices: 0,
        }
    }
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
    /// By how many pieces there are.
    ByQuantity(Vec<Step>),
    /// By postcode and weight: `from` is in grams.
    TableByWeight(Vec<TableRow>),
    /// By postcode and what the items cost: `from` is in minor units.
    TableByPrice(Vec<TableRow>),
    /// The shopper fetches it from a location.
    Pickup {
        /// Where.
        location_id: LocationId,
        /// What that costs, if anything.
        price: Money,
    },
}

/// A price that holds from a weight, price or quantity on, until the next step. Below the first step a method is not
/// offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Grams, minor units or pieces.
    pub from: i64,
    /// The price from there on.
    pub price: Money,
}

/// A step of a table. Of the rows that hold a postcode those of the closest range count, and of these the last step that is
/// reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The postcodes; without them every one.
    pub postcodes: Option<PostcodeRange>,
    /// Grams or minor units.
    pub from: i64,
    /// The price from there on.
    pub price: Money,
}

/// What decides the price of a method for some goods.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured<'m> {
    pub(crate) items_total: Money,
    pub(crate) quantity: i64,
    /// The weight and volume of each parcel, in grams and cubic millimetres.
    pub(crate) parcels: &'m [(i64, i64)],
    pub(crate) postal_code: &'m str,
}

impl RateKind {
    /// The name in the database and in APIs.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Flat(_) => "flat",
            Self::ByWeight(_) => "by_weight",
            Self::ByPrice(_) => "by_price",
            Self::ByQuantity(_) => "by_quantity",
            Self::TableByWeight(_) => "table_by_weight",
            Self::TableByPrice(_) => "table_by_price",
            Self::Pickup { .. } => "pickup",
        }
    }

    /// The names of all kinds.
    pub const NAMES: [&'static str; 7] = [
        "flat",
        "by_weight",
        "by_price",
        "by_quantity",
        "table_by_weight",
        "table_by_price",
        "pickup",
    ];

    /// Where the shopper fetches it.
    pub fn pickup(&self) -> Option<LocationId> {
        if let Self::Pickup { location_id, .. } = self {
            Some(*location_id)
        } else {
            None
        }
    }

    /// Every price it can come to.
    pub fn prices(&self) -> Vec<Money> {
        match self {
            Self::Flat(price) | Self::Pickup { price, .. } => vec![*price],
            Self::ByWeight(steps) | Self::ByPrice(steps) | Self::ByQuantity(steps) => {
                steps.iter().map(|step| step.price).collect()
            }
            Self::TableByWeight(rows) | Self::TableByPrice(rows) => rows.iter().map(|row| row.price).collect(),
        }
    }
}

impl MethodTerms {
    /// What it costs for these goods; `None` when it is not offered for them.
    pub(crate) fn price(&self, measured: Measured<'_>) -> Option<Money> {
        let items = measured.items_total.minor();
        let price = match &self.kind {
            RateKind::Flat(price) | RateKind::Pickup { price, .. } => *price,
            RateKind::ByWeight(steps) => last_step(steps, self.charged_grams(measured.parcels))?,
            RateKind::ByPrice(steps) => last_step(steps, items)?,
            RateKind::ByQuantity(steps) => last_step(steps, measured.quantity)?,
            RateKind::TableByWeight(rows) => {
                last_row(rows, measured.postal_code, self.charged_grams(measured.parcels))?
            }
            RateKind::TableByPrice(rows) => last_row(rows, measured.postal_code, items)?,
        };
        let free = self.free_from.is_some_and(|free_from| items >= free_from.minor());
        Some(if free { Money::zero(price.currency()) } else { price })
    }

    /// What parcels weigh, or what their volume counts as where that is more.
    fn charged_grams(&self, parcels: &[(i64, i64)]) -> i64 {
        let charged = |(weight, volume): &(i64, i64)| match self.volumetric_divisor {
            Some(divisor) if divisor > 0 => (*weight).max(volume.saturating_add(divisor - 1) / divisor),
            Some(_) | None => *weight,
        };
        parcels.iter().map(charged).fold(0, i64::saturating_add)
    }
}

fn last_step(steps: &[Step], reached: i64) -> Option<Money> {
    let reached = steps.iter().filter(|step| step.from <= reached);
    reached.max_by_key(|step| step.from).map(|step| step.price)
}

fn last_row(rows: &[TableRow], postal_code: &str, reached: i64) -> Option<Money> {
    let closeness = |row: &TableRow| match &row.postcodes {
        None => Some(0),
        Some(range) => range.contains(postal_code).then(|| range.closeness()),
    };
    let closest = rows.iter().filter_map(closeness).max()?;
    let reached = rows
        .iter()
        .filter(|row| closeness(row) == Some(closest) && row.from <= reached);
    reached.max_by_key(|row| row.from).map(|row| row.price)
}

#[cfg(test)]
mod tests {
    use kernel::Currency;

    use super::*;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn price(terms: &MethodTerms, items: i64, quantity: i64, parcels: &[(i64, i64)], postal_code: &str) -> Option<i64> {
        let measured = Measured {
            items_total: usd(items),
            quantity,
            parcels,
            postal_code,
        };
        terms.price(measured).map(Money::minor)
    }

    fn steps(steps: &[(i64, i64)]) -> Vec<Step> {
        let step = |(from, price): &(i64, i64)| Step {
            from: *from,
            price: usd(*price),
        };
        steps.iter().map(step).collect()
    }

    #[test]
    fn prices_go_by_steps_and_are_free_from_a_sum() {
        let two = [(0, 300), (1_000, 700)];
        for (kind, items, quantity, grams, expected) in [
            (RateKind::Flat(usd(500)), 0, 1, 0, Some(500)),
            (RateKind::Flat(usd(500)), 9_000, 1, 0, Some(0)),
            (RateKind::ByWeight(steps(&two)), 0, 1, 999, Some(300)),
            (RateKind::ByWeight(steps(&two)), 0, 1, 1_000, Some(700)),
            (RateKind::ByPrice(steps(&[(2_000, 400)])), 1_999, 1, 0, None),
            (RateKind::ByPrice(steps(&[(2_000, 400)])), 2_000, 1, 0, Some(400)),
            (RateKind::ByQuantity(steps(&[(1, 400), (3, 250)])), 0, 2, 0, Some(400)),
            (RateKind::ByQuantity(steps(&[(1, 400), (3, 250)])), 0, 3, 0, Some(250)),
        ] {
            let terms = MethodTerms {
                free_from: Some(usd(9_000)),
                ..MethodTerms::new("x", "X", kind)
            };
            assert_eq!(price(&terms, items, quantity, &[(grams, 0)], ""), expected, "{terms:?}");
        }
    }

    #[test]
    fn a_table_goes_by_the_closest_postcodes() {
        let row = |postcodes: &str, from, price| TableRow {
            postcodes: Some(postcodes)
                .filter(|text| !text.is_empty())
                .map(|text| PostcodeRange::parse(text).unwrap()),
            from,
            price: usd(price),
        };
        let rows = vec![
            row("", 0, 900),
            row("10-19", 0, 500),
            row("10-19", 1_000, 800),
            row("101", 1_000, 300),
        ];
        let terms = MethodTerms::new("table", "Table", RateKind::TableByWeight(rows));
        for (postal_code, grams, expected) in [
            ("20000", 5, Some(900)),
            ("", 5, Some(900)),
            ("11000", 5, Some(500)),
            ("11000", 1_000, Some(800)),
            ("10100", 1_000, Some(300)),
            ("10100", 999, None),
        ] {
            assert_eq!(
                price(&terms, 0, 1, &[(grams, 0)], postal_code),
                expected,
                "{postal_code} {grams}"
            );
        }
    }

    #[test]
    fn a_large_parcel_counts_by_its_volume() {
        let mut terms = MethodTerms::new("air", "Air", RateKind::ByWeight(steps(&[(0, 100), (5_000, 900)])));
        let parcels = [(300, 24_000_000), (400, 0)];
        assert_eq!(price(&terms, 0, 1, &parcels, ""), Some(100));
        terms.volumetric_divisor = Some(5_000);
        // 24 litres count as 4.8 kg, with the other parcel 5.2 kg.
        assert_eq!(price(&terms, 0, 1, &parcels, ""), Some(900));
    }
}
