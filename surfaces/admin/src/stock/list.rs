//! Every level, and a form that books or moves many of them at once.

use std::collections::HashMap;

use axum::http::StatusCode;
use catalog::VariantName;
use inventory::{
    Book, BookError, BookLine, Booking, Level, LevelFilter, ListLevelsError, Location, StockState, Transfer,
    TransferError,
};
use kernel::{FieldError, Invalid, LocationId, Page, VariantId};
use serde::{Deserialize, Serialize};
use web::{Answer, Done, OnceForm, Problem, Query, Staff, Visitor, can};

use crate::{
    forms::{Choice, Errors, choices, read_number},
    lists::{self, Rows},
    products::find_problem,
};

/// The choice of the form that moves goods instead of booking them.
const TRANSFER: &str = "transfer";

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct StockQuery {
    q: String,
    location: String,
    state: String,
    cursor: String,
}

/// What is typed beside the rows, and into them: as many levels as quantities.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct StockForm {
    q: String,
    location: String,
    state: String,
    cursor: String,
    /// A variant and a location, parted by a blank.
    level: Vec<String>,
    quantity: Vec<String>,
    kind: String,
    to: String,
    reason: String,
    reference: String,
}

#[derive(Serialize)]
struct StockView {
    query: StockQuery,
    rows: Rows<LevelRow>,
    locations: Vec<Choice>,
    states: Vec<Choice>,
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

async fn render(visitor: &Visitor, status: StatusCode, query: StockQuery, form: StockForm, invalid: Invalid) -> Answer {
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
struct Typed {
    index: usize,
    variant_id: VariantId,
    location_id: LocationId,
    quantity: i64,
}

impl StockForm {
    fn query(&self) -> StockQuery {
        StockQuery {
            q: self.q.clone(),
            location: self.location.clone(),
            state: self.state.clone(),
            cursor: self.cursor.clone(),
        }
    }

    /// The rows that have a quantity. What is wrong with one is named `row.` and its place in the form.
    fn typed(&self) -> Result<Vec<Typed>, Invalid> {
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

/// Why nothing is booked.
pub(super) enum Refused {
    /// The form says why.
    Form(Invalid),
    /// There is no form to say it.
    Page(Problem),
}

pub(crate) async fn book(staff: Staff<can::AdjustStock>, OnceForm { form, request }: OnceForm<StockForm>) -> Answer {
    let booked = web::write_form(&staff, &request, async |ctx| {
        let written = write(ctx, &form).await.map_err(Refused::Page)?;
        written.map_err(Refused::Form)?;
        let query = form.query();
        let parts = [
            ("q", query.q),
            ("location", query.location),
            ("state", query.state),
            ("cursor", query.cursor),
        ];
        Ok(Done::to(lists::address("/admin/stock", &parts)).saying("admin-flash-stock"))
    });
    match booked.await? {
        Ok(response) => Ok(response),
        Err(Refused::Page(problem)) => Err(problem),
        Err(Refused::Form(invalid)) => {
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form.query(), form, invalid).await
        }
    }
}

/// Books or moves what is typed; the inner error is for the form.
async fn write(ctx: &mut database::Ctx, form: &StockForm) -> Result<Result<(), Invalid>, Problem> {
    let typed = match form.typed() {
        Ok(typed) => typed,
        Err(invalid) => return Ok(Err(invalid)),
    };
    let done = if form.kind == TRANSFER {
        transfer(ctx, form, &typed).await?
    } else {
        let booking = Booking::parse(&form.kind)
            .ok_or_else(|| FieldError::new("kind", "invalid_value", "is not something that can be booked"))?;
        let lines = typed.iter().map(|row| BookLine {
            variant_id: row.variant_id,
            location_id: row.location_id,
            quantity: row.quantity,
        });
        let book = Book {
            booking,
            lines: lines.collect(),
            reason: form.reason.clone(),
            reference: form.reference.clone(),
        };
        booked(inventory::book(ctx, &book).await)?
    };
    Ok(done.map_err(|invalid| on_rows(invalid, &typed)))
}

/// What a booking's error is to a form; the outer error is for the page.
pub(super) fn booked(done: Result<(), BookError>) -> Result<Result<(), Invalid>, Problem> {
    match done {
        Ok(()) => Ok(Ok(())),
        Err(BookError::Invalid(invalid)) => Ok(Err(invalid)),
        Err(BookError::BelowReserved { line }) => Ok(Err(too_few(line, "below_reserved"))),
        Err(BookError::BelowZero { line, .. }) => Ok(Err(too_few(line, "below_zero"))),
        Err(BookError::NotFound) => Err(Problem::not_found()),
        Err(BookError::Forbidden(error)) => Err(error.into()),
        Err(BookError::Internal(error)) => Err(error.into()),
    }
}

fn too_few(line: usize, code: &'static str) -> Invalid {
    FieldError::new(format!("lines.{line}.quantity"), code, "would leave too few").into()
}

/// Moves the rows, which must all be of one location.
async fn transfer(ctx: &mut database::Ctx, form: &StockForm, typed: &[Typed]) -> Result<Result<(), Invalid>, Problem> {
    let Some(from) = typed.first().map(|row| row.location_id) else {
        return Ok(Ok(()));
    };
    let Ok(to) = form.to.parse::<LocationId>() else {
        return Ok(Err(FieldError::required("to").into()));
    };
    if let Some(line) = typed.iter().position(|row| row.location_id != from) {
        let message = "lies at another location than the first row";
        return Ok(Err(FieldError::new(
            format!("lines.{line}.quantity"),
            "other_location",
            message,
        )
        .into()));
    }
    let moved = Transfer {
        from,
        to,
        lines: typed.iter().map(|row| (row.variant_id, row.quantity)).collect(),
        reason: form.reason.clone(),
        reference: form.reference.clone(),
    };
    match inventory::transfer(ctx, &moved).await {
        Ok(()) => Ok(Ok(())),
        Err(TransferError::Invalid(invalid)) => Ok(Err(invalid)),
        Err(TransferError::TooFew { line, free }) => {
            let message = format!("only {free} can move");
            Ok(Err(FieldError::new(
                format!("lines.{line}.quantity"),
                "too_few",
                message,
            )
            .into()))
        }
        Err(TransferError::NotFound) => Err(Problem::not_found()),
        Err(TransferError::Forbidden(error)) => Err(error.into()),
        Err(TransferError::Internal(error)) => Err(error.into()),
    }
}

/// Lines of a booking are rows of the form.
fn on_rows(mut invalid: Invalid, typed: &[Typed]) -> Invalid {
    for error in &mut invalid.0 {
        let line = error
            .field
            .strip_prefix("lines.")
            .and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
        if let Some(row) = line.and_then(|line| typed.get(line)) {
            error.field = format!("row.{}", row.index);
        }
    }
    invalid
}

fn problem(error: ListLevelsError) -> Problem {
    match error {
        ListLevelsError::Forbidden(error) => error.into(),
        ListLevelsError::InvalidCursor(error) => error.into(),
        ListLevelsError::Internal(error) => error.into(),
    }
}
