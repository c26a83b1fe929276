//! Where the goods of an order lie, for whoever picks them.

use kernel::{LocationId, OrderId, VariantId};
use web::Problem;

use crate::forms::Choice;

/// The locations of the store, and what of the order lies at which.
pub(crate) struct Places {
    locations: Vec<(LocationId, String)>,
    pieces: Vec<(VariantId, LocationId, i64)>,
}

impl Places {
    pub(crate) async fn of(ctx: &mut database::Ctx, order: OrderId) -> Result<Self, Problem> {
        let locations = inventory::list_locations(ctx).await?.into_iter();
        Ok(Self {
            locations: locations
                .filter(|location| location.terms.active)
                .map(|location| (location.id, location.terms.name))
                .collect(),
            pieces: inventory::places_of(ctx, order.into()).await?,
        })
    }

    pub(crate) fn choices(&self) -> Vec<Choice> {
        let choice = |(id, name): &(LocationId, String)| Choice {
            value: id.to_string(),
            label: name.clone(),
        };
        self.locations.iter().map(choice).collect()
    }

    /// Where most of the order lies, or else the location that is emptied first.
    pub(crate) fn best(&self) -> Option<String> {
        let pieces_at = |id: LocationId| {
            let there = self.pieces.iter().filter(|(_, location, _)| *location == id);
            there.map(|(.., quantity)| quantity).sum::<i64>()
        };
        // Of those that hold as much the last one wins, and the first ones are emptied first.
        let best = self.locations.iter().rev().max_by_key(|(id, _)| pieces_at(*id));
        best.map(|(id, _)| id.to_string())
    }

    /// Where the pieces of a variant lie, such as `Warehouse: 2, Shop: 1`; empty where there is one location only.
    pub(crate) fn words(&self, variant: VariantId) -> String {
        if self.locations.len() < 2 {
            return String::new();
        }
        let own = self.pieces.iter().filter(|(of, ..)| *of == variant);
        let words = own.filter_map(|(_, id, quantity)| {
            let (_, name) = self.locations.iter().find(|(known, _)| known == id)?;
            Some(format!("{name}: {quantity}"))
        });
        words.collect::<Vec<_>>().join(", ")
    }
}
