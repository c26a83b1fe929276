//! Every level, with the form that books or moves many of them at once.

use std::collections::{BTreeMap, HashMap};

use axum::http::StatusCode;
use catalog::VariantName;
use inventory::{Booking, Level, LevelFilter, LevelSort, ListLevelsError, Location, StockState};
use kernel::{FieldError, Invalid, LocationId, Page, VariantId};
use serde::{Deserialize, Serialize};
use web::{Answer, Problem, Query, Staff, Visitor, can};

use crate::{
    forms::{Choice, Errors, choices, read_number},
    lists::{self, Rows},
    products::find_problem,
    sorting::{self, Column, Header},
};

/// The choice of the form that moves goods instead of booking them.
pub(super) const TRANSFER: &str = "transfer";

const COLUMNS: [Column; 4] = [
    Column {
        name: "title",
        first: "title",
        second: None,
        first_is_ascending: true,
    },
    Column {
        name: "sku",
        first: "sku",
        second: None,
        first_is_ascending: true,
    },
    Column {
        name: "on_hand",
        first: "on_hand",
        second: Some("on_hand_most"),
        first_is_ascending: true,
    },
    Column {
        name: "free",
        first: "free",
        second: Some("free_most"),
        first_is_ascending: true,
    },
];

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct StockQuery {
    pub(super) q: String,
    pub(super) location: String,
    pub(super) state: String,
    pub(super) sort: String,
    pub(super) cursor: String,
}

/// What is typed beside the rows, and into them: as many levels as quantities.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct StockForm {
    q: String,
    location: String,
    state: String,
    sort: String,
    cursor: String,
    /// A variant and a location, parted by a blank.
    level: Vec<String>,
    quantity: Vec<String>,
    pub(super) kind: String,
    pub(super) to: String,
    pub(super) reason: String,
    pub(super) reference: String,
}

#[derive(Serialize)]
struct StockView {
    query: StockQuery,
    rows: Rows<LevelRow>,
    locations: Vec<Choice>,
    states: Vec<Choice>,
    headers: BTreeMap<&'static str, Header>,
    kinds: Vec<Choice>,
    form: StockForm,
    errors: Errors,
    /// Whether whoever looks reads each morning what is low.
    by_mail: bool,
}

#[derive(Serialize)]
struct LevelRow {
    variant_id: String,
    /// What the form sends for this row.
    level: String,
    product: String,
    variant: String,
    sku: String,
    location: String,
    open: bool,
    on_hand: i64,
    reserved: i64,
    safety_stock: i64,
    free: i64,
    incoming: i64,
    reorder_point: Option<i64>,
    reorder_quantity: i64,
    /// How many want to hear when it is back.
    waiting: i64,
    low: bool,
    out: bool,
    typed: String,
    error: Option<String>,
}

pub(crate) async fn show(staff: Staff<can::ReadCatalog>, Query(query): Query<StockQuery>) -> Answer {
    let form = StockForm {
        kind: Booking::Receive.as_str().to_owned(),
        ..StockForm::default()
    };
    render(&staff, StatusCode::OK, query, form, Invalid::default()).await
}

pub(super) async fn render(
    visitor: &Visitor,
    status: StatusCode,
    query: StockQuery,
    form: StockForm,
    invalid: Invalid,
) -> Answer {
    let mut ctx = visitor.work.read();
    let filter = filter(&mut ctx, &query).await?;
    let page = inventory::list_levels(&mut ctx, &filter, &lists::request(&query.cursor)).await;
    let page = page.map_err(problem)?;
    let locations = inventory::list_locations(&mut ctx).await?;
    let ids: Vec<VariantId> = page.items.iter().map(|level| level.variant_id).collect();
    let names = catalog::variant_names(&mut ctx, &ids).await?;
    let waiting = notifications::count_waiting(&mut ctx, &ids).await?;
    let by_mail = notifications::reads_low_stock(&mut ctx).await?;
    ctx.rollback().await;
    let (invalid, wrong) = by_row(visitor, &form, invalid);
    let view = StockView {
        headers: query.headers(filter.sort),
        rows: rows(page, &query, (&names, &waiting), &form, &wrong),
        locations: locations.iter().map(location_choice).collect(),
        states: choices(
            visitor,
            "admin-stock-state",
            StockState::ALL.iter().map(|state| state.as_str()),
        ),
        kinds: choices(
            visitor,
            "admin-booking",
            Booking::ALL.iter().map(|booking| booking.as_str()).chain([TRANSFER]),
        ),
        errors: Errors::of(visitor, invalid),
        by_mail,
        query,
        form,
    };
    visitor.page_with_status(status, "admin/stock/list.html", &view)
}

/// A location as a choice.
pub(super) fn location_choice(location: &Location) -> Choice {
    Choice {
        value: location.id.to_string(),
        label: location.terms.name.clone(),
    }
}

async fn filter(ctx: &mut database::Ctx, query: &StockQuery) -> Result<LevelFilter, Problem> {
    let text = query.q.trim();
    let variants = if text.is_empty() {
        None
    } else {
        Some(catalog::find_variants(ctx, text).await.map_err(find_problem)?)
    };
    Ok(LevelFilter {
        location: query.location.parse().ok(),
        state: StockState::parse(&query.state),
        variants,
        sort: sorting::read(&query.sort, LevelSort::parse)?,
    })
}

fn rows(
    page: Page<Level>,
    query: &StockQuery,
    (names, waiting): (&[VariantName], &HashMap<VariantId, i64>),
    form: &StockForm,
    wrong: &HashMap<String, String>,
) -> Rows<LevelRow> {
    let names: HashMap<VariantId, &VariantName> = names.iter().map(|name| (name.id, name)).collect();
    Rows::new(page, &query.cursor, |level| {
        let name = names.get(&level.variant_id);
        let key = format!("{} {}", level.variant_id, level.location_id);
        let typed = form.level.iter().position(|one| *one == key);
        LevelRow {
            variant_id: level.variant_id.to_string(),
            product: name.map(|name| name.product_title.clone()).unwrap_or_default(),
            variant: name.map(|name| name.variant_title.clone()).unwrap_or_default(),
            sku: name.and_then(|name| name.sku.clone()).unwrap_or_default(),
            open: level.active,
            free: level.free(),
            low: level.is_low(),
            out: level.free() == 0 && !level.backorder,
            location: level.location_name,
            on_hand: level.on_hand,
            reserved: level.reserved,
            safety_stock: level.safety_stock,
            incoming: level.incoming,
            reorder_point: level.reorder_point,
            reorder_quantity: level.reorder_quantity,
            waiting: waiting.get(&level.variant_id).copied().unwrap_or_default(),
            typed: typed
                .and_then(|index| form.quantity.get(index))
                .cloned()
                .unwrap_or_default(),
            error: wrong.get(&key).cloned(),
            level: key,
        }
    })
}

/// The rows of the form that have a quantity: where each stands in the form, and what it says.
pub(super) struct Typed {
    pub(super) index: usize,
    pub(super) variant_id: VariantId,
    pub(super) location_id: LocationId,
    pub(super) quantity: i64,
}

impl StockQuery {
    fn headers(&self, sort: LevelSort) -> BTreeMap<&'static str, Header> {
        let parts = [("q", &self.q), ("location", &self.location), ("state", &self.state)];
        let narrowed = lists::address("", &parts.map(|(name, value)| (name, value.clone())));
        sorting::headers(
            "/admin/stock",
            narrowed.trim_start_matches('?'),
            sort.as_str(),
            &COLUMNS,
        )
    }
}

impl StockForm {
    pub(super) fn query(&self) -> StockQuery {
        StockQuery {
            q: self.q.clone(),
            location: self.location.clone(),
            state: self.state.clone(),
            sort: self.sort.clone(),
            cursor: self.cursor.clone(),
        }
    }

    /// The rows that have a quantity. What is wrong with one is named `row.` and its place in the form.
    pub(super) fn typed(&self) -> Result<Vec<Typed>, Invalid> {
        let mut invalid = Invalid::default();
        let mut typed = Vec::new();
        for (index, (level, text)) in self.level.iter().zip(&self.quantity).enumerate() {
            let field = format!("row.{index}");
            let Some(quantity) = read_number(&mut invalid, &field, text.trim().trim_start_matches('+')) else {
                continue;
            };
            let ids = level
                .split_once(' ')
                .and_then(|(variant, location)| Some((variant.parse().ok()?, location.parse().ok()?)));
            match ids {
                Some((variant_id, location_id)) => typed.push(Typed {
                    index,
                    variant_id,
                    location_id,
                    quantity,
                }),
                None => invalid.push(FieldError::new(&field, "gone", "is not a level")),
            }
        }
        if typed.is_empty() && invalid.0.is_empty() {
            invalid.push(FieldError::new("form", "nothing_typed", "no row has a quantity"));
        }
        invalid.into_result()?;
        Ok(typed)
    }
}

/// Errors of rows by the row's key, and the others.
fn by_row(visitor: &Visitor, form: &StockForm, invalid: Invalid) -> (Invalid, HashMap<String, String>) {
    let (mut others, mut rows) = (Invalid::default(), HashMap::new());
    for error in invalid.0 {
        let index = error
            .field
            .strip_prefix("row.")
            .and_then(|index| index.parse::<usize>().ok());
        match index.and_then(|index| form.level.get(index)) {
            Some(key) => {
                rows.insert(key.clone(), crate::forms::sentence(visitor, error.code, &error.message));
            }
            None => others.push(error),
        }
    }
    if !rows.is_empty() && others.0.is_empty() {
        others.push(FieldError::new("form", "some_rows", "some rows cannot be booked"));
    }
    (others, rows)
}

fn problem(error: ListLevelsError) -> Problem {
    match error {
        ListLevelsError::Forbidden(error) => error.into(),
        ListLevelsError::InvalidCursor(error) => error.into(),
        ListLevelsError::Internal(error) => error.into(),
    }
}
