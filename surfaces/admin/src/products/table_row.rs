//! A row of the table of variants: what it showed, what was typed, and what is wrong with that.

use std::collections::HashMap;

use catalog::{Variant, VariantChanges};
use inventory::Level;
use kernel::{Currency, FieldError, Invalid, VariantId};
use serde::{Deserialize, Serialize};
use web::{Problem, Visitor};

use crate::forms::{Errors, amount_text, read_amount, read_number, tick};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TableQuery {
    /// Which page, from 1.
    pub(super) page: String,
}

/// The rows as they are typed; the lists belong together, except that `active` holds the ids that are ticked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TableForm {
    pub(super) id: Vec<String>,
    /// What the row showed.
    seen: Vec<String>,
    sku: Vec<String>,
    price: Vec<String>,
    compare_at: Vec<String>,
    stock: Vec<String>,
    active: Vec<String>,
    pub(super) page: String,
    /// A price for every row of the page.
    pub(super) all_price: String,
}

impl TableForm {
    /// The rows; `with_all` gives each the price for all of them, where there is one.
    pub(super) fn rows(&self, with_all: bool) -> Vec<Row> {
        let all = Some(self.all_price.trim()).filter(|price| with_all && !price.is_empty());
        let at = |list: &[String], index: usize| list.get(index).map(|text| text.trim().to_owned()).unwrap_or_default();
        let row = |(index, id): (usize, &String)| Row {
            id: id.clone(),
            seen: at(&self.seen, index),
            cells: Cells {
                sku: at(&self.sku, index),
                price: all.map_or_else(|| at(&self.price, index), str::to_owned),
                compare_at: at(&self.compare_at, index),
                active: tick(self.active.contains(id)),
                stock: at(&self.stock, index),
            },
            ..Row::default()
        };
        self.id.iter().enumerate().map(row).collect()
    }
}

/// What can be typed into a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cells {
    pub(super) sku: String,
    price: String,
    compare_at: String,
    active: String,
    /// Pieces on hand; empty when they are not counted.
    stock: String,
}

impl Cells {
    fn fields(&self) -> [(&'static str, &String); 5] {
        [
            ("sku", &self.sku),
            ("price", &self.price),
            ("compare_at", &self.compare_at),
            ("active", &self.active),
            ("stock", &self.stock),
        ]
    }
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    /// What the row showed, as JSON.
    seen: String,
    #[serde(flatten)]
    pub(super) cells: Cells,
    #[serde(skip)]
    before: Cells,
    errors: Errors,
}

impl Row {
    pub(super) fn shown(variant: &Variant, cells: Cells) -> Self {
        Self {
            id: variant.id.to_string(),
            title: variant.title.clone(),
            seen: serde_json::to_string(&cells).unwrap_or_default(),
            cells,
            ..Self::default()
        }
    }

    /// Whether something is said at one of its cells.
    pub(super) fn is_wrong(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Compares what was shown with what is saved now. What was typed into a cell that somebody else changed is not taken: the
    /// cell says what is saved, and saving once more keeps what was typed.
    pub(super) fn compare(&mut self, visitor: &Visitor, now: &Cells) {
        self.before = serde_json::from_str(&self.seen).unwrap_or_else(|_tampered| now.clone());
        let (typed, before, now_fields) = (self.cells.fields(), self.before.fields(), now.fields());
        for (((field, typed), (_, before)), (_, now)) in typed.into_iter().zip(before).zip(now_fields) {
            if typed != before && now != before && now != typed {
                let key = match (field, now.as_str()) {
                    ("active", "") => "admin-table-changed-off",
                    ("active", _) => "admin-table-changed-on",
                    (_, "") => "admin-table-changed-empty",
                    (_, _) => "admin-table-changed",
                };
                self.errors.say(field, visitor.translate(key, &[("value", now)]));
            }
        }
        let untouched = |typed: &mut String, before: &String, now: &String| {
            if typed == before {
                typed.clone_from(now);
            }
        };
        untouched(&mut self.cells.sku, &self.before.sku, &now.sku);
        untouched(&mut self.cells.price, &self.before.price, &now.price);
        untouched(&mut self.cells.compare_at, &self.before.compare_at, &now.compare_at);
        untouched(&mut self.cells.active, &self.before.active, &now.active);
        untouched(&mut self.cells.stock, &self.before.stock, &now.stock);
        self.before.clone_from(now);
        self.seen = serde_json::to_string(now).unwrap_or_default();
    }

    /// The cells that were typed over, without stock.
    pub(super) fn changes(&self, currency: Currency, invalid: &mut Invalid) -> VariantChanges {
        let (typed, before) = (&self.cells, &self.before);
        VariantChanges {
            sku: (typed.sku != before.sku).then(|| Some(typed.sku.clone())),
            price: (typed.price != before.price).then(|| read_amount(invalid, "price", &typed.price, currency)),
            compare_at: (typed.compare_at != before.compare_at)
                .then(|| read_amount(invalid, "compare_at", &typed.compare_at, currency)),
            active: (typed.active != before.active).then_some(!typed.active.is_empty()),
            ..VariantChanges::default()
        }
    }

    /// The count that was typed over.
    pub(super) fn count(&self, level: Option<&Level>, invalid: &mut Invalid) -> Option<i64> {
        if self.cells.stock == self.before.stock {
            return None;
        }
        if self.cells.stock.is_empty() {
            invalid.push(FieldError::required("stock"));
            return None;
        }
        let on_hand = read_number(invalid, "stock", &self.cells.stock)?;
        let promised = level.filter(|level| !level.backorder).map_or(0, |level| level.reserved);
        if on_hand < 0 {
            invalid.push(FieldError::new("stock", "negative", "must not be below zero"));
        } else if on_hand < promised {
            let message = format!("must not be below the {promised} that are promised to orders");
            invalid.push(FieldError::new("stock", "below_reserved", message));
        } else {
            return Some(on_hand);
        }
        None
    }

    /// Says at the cells what is wrong, after what is said there already.
    pub(super) fn tell(&mut self, visitor: &Visitor, invalid: Invalid) {
        self.errors.add_all(visitor, invalid);
    }
}

/// What lies at the default location.
pub(super) struct Levels {
    /// Its name, when there are several.
    pub(super) location: String,
    by_variant: HashMap<VariantId, Level>,
}

impl Levels {
    pub(super) async fn load(visitor: &Visitor, ids: &[VariantId]) -> Result<Self, Problem> {
        let mut ctx = visitor.work.read();
        let locations = inventory::list_locations(&mut ctx).await?;
        let default = inventory::find_default_location(&mut ctx).await?;
        let levels = inventory::levels(&mut ctx, ids).await?;
        ctx.rollback().await;
        let several = locations.len() > 1;
        let default = locations.into_iter().find(|location| Some(location.id) == default);
        let here = default.as_ref().map(|location| location.id);
        Ok(Self {
            location: default
                .filter(|_| several)
                .map(|location| location.terms.name)
                .unwrap_or_default(),
            by_variant: levels
                .into_iter()
                .filter(|level| Some(level.location_id) == here)
                .map(|level| (level.variant_id, level))
                .collect(),
        })
    }

    pub(super) fn level(&self, id: VariantId) -> Option<&Level> {
        self.by_variant.get(&id)
    }

    /// The variant's cells as they are saved.
    pub(super) fn cells(&self, variant: &Variant) -> Cells {
        let level = self.level(variant.id);
        Cells {
            sku: variant.sku.as_ref().map(ToString::to_string).unwrap_or_default(),
            price: amount_text(variant.price),
            compare_at: amount_text(variant.compare_at),
            active: tick(variant.active),
            stock: level.map(|level| level.on_hand.to_string()).unwrap_or_default(),
        }
    }
}
