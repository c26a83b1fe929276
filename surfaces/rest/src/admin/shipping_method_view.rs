//! What answers say of a way to ship.

use kernel::{LocationId, ProfileId, ShippingMethodId, ZoneId};
use serde::Serialize;
use shipping::{Method, RateKind, Step, TableRow};
use utoipa::ToSchema;

use crate::wire::{Money, ids};

/// A way to ship into a zone.
#[derive(Serialize, ToSchema)]
pub(super) struct ShippingMethod {
    #[schema(value_type = ids::ShippingMethodId)]
    id: ShippingMethodId,
    #[schema(value_type = ids::ZoneId)]
    zone_id: ZoneId,
    /// What it is chosen by, such as `standard`.
    code: String,
    /// What shoppers see.
    name: String,
    /// The products it ships; null is those of no profile.
    #[schema(value_type = Option<ids::ProfileId>)]
    profile_id: Option<ProfileId>,
    /// What it costs.
    rate: ShippingRate,
    /// What the items must cost together for it to be free.
    free_from: Option<Money>,
    /// The fewest working days that delivery takes.
    days_min: i32,
    /// The most working days that delivery takes.
    days_max: i32,
    /// Cubic centimetres that count as a kilogram; null is that only the scales count.
    volumetric_divisor: Option<i64>,
    /// How many working days a shopper may choose from for the delivery; 0 is no choice.
    date_choices: i32,
    /// Whether it is offered.
    active: bool,
    version: i64,
}

/// What a way to ship costs, by its kind.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum ShippingRate {
    /// The same for every order.
    Flat { price: Money },
    /// By weight: `from` is in grams.
    ByWeight { steps: Vec<RateStep> },
    /// By what the items cost: `from` is in minor units.
    ByPrice { steps: Vec<RateStep> },
    /// By how many pieces there are.
    ByQuantity { steps: Vec<RateStep> },
    /// By postcode and weight: `from` is in grams.
    TableByWeight { rows: Vec<RateRow> },
    /// By postcode and what the items cost: `from` is in minor units.
    TableByPrice { rows: Vec<RateRow> },
    /// The shopper fetches it from a location.
    Pickup {
        #[schema(value_type = ids::LocationId)]
        location_id: LocationId,
        price: Money,
    },
}

/// A price that holds from a weight, price or quantity on.
#[derive(Serialize, ToSchema)]
struct RateStep {
    from: i64,
    price: Money,
}

/// A step for some postcodes.
#[derive(Serialize, ToSchema)]
struct RateRow {
    /// Such as `10000-19999` or `SW1`; null is every one.
    postcodes: Option<String>,
    from: i64,
    price: Money,
}

impl ShippingMethod {
    pub(super) fn new(zone_id: ZoneId, method: Method) -> Self {
        let terms = method.terms;
        Self {
            id: method.id,
            zone_id,
            code: terms.code,
            name: terms.name,
            profile_id: terms.profile_id,
            rate: terms.kind.into(),
            free_from: terms.free_from.map(Money::from),
            days_min: terms.days_min,
            days_max: terms.days_max,
            volumetric_divisor: terms.volumetric_divisor,
            date_choices: terms.date_choices,
            active: method.active,
            version: method.version,
        }
    }
}

impl From<RateKind> for ShippingRate {
    fn from(kind: RateKind) -> Self {
        let steps = |steps: Vec<Step>| steps.into_iter().map(RateStep::from).collect();
        let rows = |rows: Vec<TableRow>| rows.into_iter().map(RateRow::from).collect();
        match kind {
            RateKind::Flat(price) => Self::Flat { price: price.into() },
            RateKind::ByWeight(list) => Self::ByWeight { steps: steps(list) },
            RateKind::ByPrice(list) => Self::ByPrice { steps: steps(list) },
            RateKind::ByQuantity(list) => Self::ByQuantity { steps: steps(list) },
            RateKind::TableByWeight(list) => Self::TableByWeight { rows: rows(list) },
            RateKind::TableByPrice(list) => Self::TableByPrice { rows: rows(list) },
            RateKind::Pickup { location_id, price } => Self::Pickup {
                location_id,
                price: price.into(),
            },
        }
    }
}

impl From<Step> for RateStep {
    fn from(step: Step) -> Self {
        Self {
            from: step.from,
            price: step.price.into(),
        }
    }
}

impl From<TableRow> for RateRow {
    fn from(row: TableRow) -> Self {
        Self {
            postcodes: row.postcodes.map(|range| range.to_string()),
            from: row.from,
            price: row.price.into(),
        }
    }
}
