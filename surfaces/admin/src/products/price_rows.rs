//! What a variant cost, and what price lists asked for it, from a moment on each.

use catalog::{ListName, ListPriceChange, PriceChange};
use serde::Serialize;
use web::{MoneyView, Visitor};

use crate::forms::actor;

/// A price list by name.
#[derive(Serialize)]
pub(super) struct ListRow {
    id: String,
    name: String,
}

/// What a price list asked from a moment on.
#[derive(Serialize)]
pub(super) struct ListPriceRow {
    at: String,
    list: String,
    from: i64,
    price: Option<MoneyView>,
    actor: String,
}

/// What the variant cost from a moment on.
#[derive(Serialize)]
pub(super) struct PriceRow {
    at: String,
    price: Option<MoneyView>,
    compare_at: Option<MoneyView>,
    sale: Option<MoneyView>,
    actor: String,
}

impl From<ListName> for ListRow {
    fn from(list: ListName) -> Self {
        Self {
            id: list.id.to_string(),
            name: list.name,
        }
    }
}

impl ListPriceRow {
    pub(super) fn new(visitor: &Visitor, change: ListPriceChange) -> Self {
        Self {
            at: change.changed_at.to_rfc3339(),
            list: change.list_name,
            from: change.min_quantity,
            price: change.price.map(MoneyView::from),
            actor: actor(visitor, &change.actor),
        }
    }
}

impl PriceRow {
    pub(super) fn new(visitor: &Visitor, change: PriceChange) -> Self {
        Self {
            at: change.changed_at.to_rfc3339(),
            price: change.price.map(MoneyView::from),
            compare_at: change.compare_at.map(MoneyView::from),
            sale: change.sale.map(|sale| sale.price.into()),
            actor: actor(visitor, &change.actor),
        }
    }
}
