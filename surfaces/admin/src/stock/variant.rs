//! The stock of one variant: its levels, how they are looked after, and its ledger.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use inventory::{Book, BookLine, Booking, Level, LevelPlan, Location, Movement, PlanLevelError};
use kernel::{FieldError, Invalid, LocationId, VariantId};
use serde::{Deserialize, Serialize};
use web::{Answer, Done, Form, OnceForm, Path, Problem, Staff, Visitor, can};

use super::{
    book::{Refused, booked},
    list::location_choice,
};
use crate::forms::{Choice, Errors, actor, choices, read_number, tick, word};

#[derive(Serialize)]
struct VariantStockView {
    id: String,
    product: String,
    variant: String,
    sku: String,
    levels: Vec<LevelView>,
    locations: Vec<Choice>,
    kinds: Vec<Choice>,
    movements: Vec<MovementView>,
    /// How many want to hear when it is back.
    waiting: i64,
    form: BookForm,
    errors: Errors,
}

#[derive(Serialize)]
struct LevelView {
    name: String,
    open: bool,
    on_hand: i64,
    reserved: i64,
    free: i64,
    low: bool,
    form: PlanForm,
    errors: Errors,
}

#[derive(Serialize)]
struct MovementView {
    at: String,
    kind: String,
    location: String,
    on_hand_change: i64,
    reserved_change: i64,
    reason: String,
    reference: String,
    actor: String,
}

/// How a level is looked after, as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct PlanForm {
    location: String,
    safety_stock: String,
    reorder_point: String,
    reorder_quantity: String,
    incoming: String,
    backorder: String,
}

/// A booking of one variant, as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct BookForm {
    at: String,
    kind: String,
    quantity: String,
    reason: String,
    reference: String,
}

impl PlanForm {
    fn of(level: &Level) -> Self {
        Self {
            location: level.location_id.to_string(),
            safety_stock: level.safety_stock.to_string(),
            reorder_point: level.reorder_point.map(|point| point.to_string()).unwrap_or_default(),
            reorder_quantity: level.reorder_quantity.to_string(),
            incoming: level.incoming.to_string(),
            backorder: tick(level.backorder),
        }
    }

    fn read(&self) -> Result<LevelPlan, Invalid> {
        let mut invalid = Invalid::default();
        let mut number = |field, text| read_number(&mut invalid, field, text);
        let plan = LevelPlan {
            safety_stock: number("safety_stock", &self.safety_stock).unwrap_or_default(),
            reorder_point: number("reorder_point", &self.reorder_point),
            reorder_quantity: number("reorder_quantity", &self.reorder_quantity).unwrap_or_default(),
            incoming: number("incoming", &self.incoming).unwrap_or_default(),
            backorder: !self.backorder.is_empty(),
        };
        invalid.into_result()?;
        Ok(plan)
    }
}

/// The forms of the page as they were typed, and what is wrong with them.
#[derive(Default)]
struct Forms {
    plan: Option<(PlanForm, Errors)>,
    book: BookForm,
    errors: Errors,
}

pub(crate) async fn show(staff: Staff<can::ReadCatalog>, Path(id): Path<VariantId>) -> Answer {
    render(&staff, StatusCode::OK, id, Forms::default()).await
}

async fn render(visitor: &Visitor, status: StatusCode, id: VariantId, forms: Forms) -> Answer {
    let mut ctx = visitor.work.read();
    let names = catalog::variant_names(&mut ctx, &[id]).await?;
    let name = names.into_iter().next().ok_or_else(Problem::not_found)?;
    let levels = inventory::levels(&mut ctx, &[id]).await?;
    let locations = inventory::list_locations(&mut ctx).await?;
    let movements = inventory::movements(&mut ctx, id).await?;
    let waiting = notifications::count_waiting(&mut ctx, &[id]).await?;
    ctx.rollback().await;
    let mut plan = forms.plan;
    let view = VariantStockView {
        id: id.to_string(),
        product: name.product_title,
        variant: name.variant_title,
        sku: name.sku.unwrap_or_default(),
        levels: levels.iter().map(|level| level_view(level, &mut plan)).collect(),
        kinds: choices(
            visitor,
            "admin-booking",
            Booking::ALL.iter().map(|booking| booking.as_str()),
        ),
        movements: movements
            .into_iter()
            .map(|row| movement_view(visitor, row, &locations))
            .collect(),
        locations: locations.iter().map(location_choice).collect(),
        waiting: waiting.get(&id).copied().unwrap_or_default(),
        form: forms.book,
        errors: forms.errors,
    };
    visitor.page_with_status(status, "admin/stock/variant.html", &view)
}

/// A level with its form, which is the typed one where that was refused.
fn level_view(level: &Level, typed: &mut Option<(PlanForm, Errors)>) -> LevelView {
    let here = level.location_id.to_string();
    let (form, errors) = typed
        .take_if(|(form, _)| form.location == here)
        .unwrap_or_else(|| (PlanForm::of(level), Errors::default()));
    LevelView {
        name: level.location_name.clone(),
        open: level.active,
        on_hand: level.on_hand,
        reserved: level.reserved,
        free: level.free(),
        low: level.is_low(),
        form,
        errors,
    }
}

fn movement_view(visitor: &Visitor, row: Movement, locations: &[Location]) -> MovementView {
    let location = locations.iter().find(|location| location.id == row.location_id);
    MovementView {
        at: row.occurred_at.to_rfc3339(),
        kind: word(visitor, "admin-movement", row.kind.as_str()),
        location: location.map(|location| location.terms.name.clone()).unwrap_or_default(),
        on_hand_change: row.on_hand_change,
        reserved_change: row.reserved_change,
        reason: row.reason,
        reference: row.reference,
        actor: actor(visitor, &row.actor),
    }
}

pub(crate) async fn plan(
    staff: Staff<can::AdjustStock>,
    Path(id): Path<VariantId>,
    Form(form): Form<PlanForm>,
) -> Answer {
    let location: LocationId = form.location.parse().map_err(|_error| Problem::not_found())?;
    let errors = match form.read() {
        Err(invalid) => Errors::of(&staff, invalid),
        Ok(plan) => {
            let mut ctx = staff.work.write();
            match inventory::plan_level(&mut ctx, id, location, &plan).await {
                Ok(_level) => {
                    ctx.commit().await?;
                    staff.flash("admin-flash-saved");
                    return Ok(Redirect::to(&format!("/admin/stock/{id}")).into_response());
                }
                Err(PlanLevelError::Oversold) => Errors::one(
                    &staff,
                    "backorder",
                    "oversold",
                    "cannot end while more is promised than lies there",
                ),
                Err(PlanLevelError::Invalid(invalid)) => Errors::of(&staff, invalid),
                Err(PlanLevelError::NotFound) => return Err(Problem::not_found()),
                Err(PlanLevelError::Forbidden(error)) => return Err(error.into()),
                Err(PlanLevelError::Internal(error)) => return Err(error.into()),
            }
        }
    };
    let forms = Forms {
        plan: Some((form, errors)),
        ..Forms::default()
    };
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, id, forms).await
}

pub(crate) async fn book(
    staff: Staff<can::AdjustStock>,
    Path(id): Path<VariantId>,
    OnceForm { form, request }: OnceForm<BookForm>,
) -> Answer {
    let done = web::write_form(&staff, &request, async |ctx| {
        let book = read(id, &form).map_err(Refused::Form)?;
        let written = booked(inventory::book(ctx, &book).await).map_err(Refused::Page)?;
        written.map_err(Refused::Form)?;
        Ok(Done::to(format!("/admin/stock/{id}")).saying("admin-flash-stock"))
    });
    let invalid = match done.await? {
        Ok(response) => return Ok(response),
        Err(Refused::Page(problem)) => return Err(problem),
        Err(Refused::Form(invalid)) => invalid,
    };
    let forms = Forms {
        errors: Errors::of(&staff, of_one_line(invalid)),
        book: form,
        plan: None,
    };
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, id, forms).await
}

fn read(variant_id: VariantId, form: &BookForm) -> Result<Book, Invalid> {
    let mut invalid = Invalid::default();
    let quantity = read_number(&mut invalid, "quantity", form.quantity.trim().trim_start_matches('+'));
    if form.quantity.trim().is_empty() {
        invalid.push(FieldError::required("quantity"));
    }
    let location_id = form.at.parse::<LocationId>();
    let location_id = location_id.map_err(|_error| FieldError::new("at", "required", "is required"));
    let location_id = invalid.check("at", location_id);
    let booking = Booking::parse(&form.kind).ok_or_else(|| FieldError::new("kind", "required", "is required"));
    let booking = invalid.check("kind", booking);
    let (Some(quantity), Some(location_id), Some(booking)) = (quantity, location_id, booking) else {
        return Err(invalid);
    };
    let line = BookLine {
        variant_id,
        location_id,
        quantity,
    };
    Ok(Book {
        booking,
        lines: vec![line],
        reason: form.reason.clone(),
        reference: form.reference.clone(),
    })
}

/// The only line's quantity is the form's.
fn of_one_line(mut invalid: Invalid) -> Invalid {
    for error in &mut invalid.0 {
        if let Some(field) = error.field.strip_prefix("lines.0.") {
            error.field = field.to_owned();
        }
    }
    invalid
}
