//! `POST /admin/stock-bookings`, `POST /admin/stock-transfers` and `PATCH /admin/stock-plans`: what happens to stock.

use axum::{http::StatusCode, response::IntoResponse as _};
use chrono::{DateTime, Utc};
use inventory::{BookError, BookLine, Booking, LevelPlan, PlanLevelError, TransferError};
use kernel::{LocationId, MovementId, VariantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, Path, Problem, can};

use super::stock::{StockLevel, below_zero};
use crate::{
    endpoint::Endpoint,
    wire::{List, ids},
};

const TAG: &str = "Admin: stock";

/// Some of a variant at a location.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BookingLine {
    /// If it was not counted there yet, it is from now on.
    #[schema(value_type = ids::VariantId)]
    variant_id: VariantId,
    #[schema(value_type = ids::LocationId)]
    location_id: LocationId,
    /// How many came in, broke or lie there; for `adjust`, by how many the count changes.
    #[schema(minimum = -1_000_000_000, maximum = 1_000_000_000)]
    quantity: i64,
}

/// What happened to stock: all of its lines or none.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateBooking {
    /// `receive`: goods came in. `adjust`: a difference. `damage`: goods broke or went missing. `count`: somebody counted.
    #[schema(pattern = "^(receive|adjust|damage|count)$")]
    kind: String,
    /// No variant twice at one location.
    #[schema(min_items = 1, max_items = 500)]
    lines: Vec<BookingLine>,
    /// Why, in words of yours.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
    /// The delivery note or other paper it belongs to.
    #[serde(default)]
    #[schema(max_length = 200)]
    reference: String,
}

pub(crate) fn book_endpoint() -> Endpoint {
    Endpoint::post("book_stock", "/admin/stock-bookings", book)
        .says(TAG, "Book stock", "Receives, adjusts, writes off or counts many levels at once, or none of them.")
        .guarded::<can::AdjustStock>()
        .idempotent()
        .body::<CreateBooking>()
        .schema::<ids::VariantId>()
        .schema::<ids::LocationId>()
        .answer_list::<StockLevel>(201, "Every level of these variants after it.")
        .problem(
            409,
            "`below_zero` (with `on_hand`): less than nothing would lie there. `below_reserved`: less would lie there than is \
             promised to orders. `no_such_variant`: there is no such variant or location. `idempotency_key_in_flight`.",
        )
}

async fn book(api: Api<can::AdjustStock>, Idempotent { body, request }: Idempotent<CreateBooking>) -> Answer {
    let booking = Booking::parse(&body.kind)
        .ok_or_else(|| Problem::field("kind", "invalid_value", "must be receive, adjust, damage or count"))?;
    let lines = body.lines.into_iter().map(|line| BookLine {
        variant_id: line.variant_id,
        location_id: line.location_id,
        quantity: line.quantity,
    });
    let book = inventory::Book {
        booking,
        lines: lines.collect(),
        reason: body.reason,
        reference: body.reference,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        inventory::book(ctx, &book).await.map_err(|error| match error {
            BookError::Forbidden(error) => error.into(),
            BookError::Invalid(invalid) => invalid.into(),
            BookError::BelowReserved { line } => Problem::conflict(
                "below_reserved",
                format!("Line {line} would leave less than is promised to orders."),
            ),
            BookError::BelowZero { line, on_hand } => below_zero(
                format!("Line {line} takes more than the {on_hand} that lie there."),
                on_hand,
            ),
            BookError::NotFound => no_such_variant(),
            BookError::Internal(error) => error.into(),
        })?;
        let ids: Vec<VariantId> = book.lines.iter().map(|line| line.variant_id).collect();
        answer(ctx, &ids).await
    })
    .await
}

async fn answer(ctx: &mut database::Ctx, ids: &[VariantId]) -> Answer {
    let levels = inventory::levels(ctx, ids).await?;
    let levels = List::whole(levels.into_iter().map(StockLevel::from).collect());
    Ok((StatusCode::CREATED, levels).into_response())
}

fn no_such_variant() -> Problem {
    Problem::conflict("no_such_variant", "There is no such variant or location.")
}

/// Some of a variant that moves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TransferLine {
    #[schema(value_type = ids::VariantId)]
    variant_id: VariantId,
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    quantity: i64,
}

/// Goods that move from one location to another: all of them or none.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateTransfer {
    /// Where they were.
    #[schema(value_type = ids::LocationId)]
    from: LocationId,
    /// Where they are now.
    #[schema(value_type = ids::LocationId)]
    to: LocationId,
    /// No variant twice.
    #[schema(min_items = 1, max_items = 500)]
    lines: Vec<TransferLine>,
    /// Why, in words of yours.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
    /// The paper it belongs to.
    #[serde(default)]
    #[schema(max_length = 200)]
    reference: String,
}

pub(crate) fn transfer_endpoint() -> Endpoint {
    Endpoint::post("transfer_stock", "/admin/stock-transfers", transfer)
        .says(
            TAG,
            "Transfer stock",
            "Moves goods between locations, with a movement out and one in for each line. Goods promised to orders stay.",
        )
        .guarded::<can::AdjustStock>()
        .idempotent()
        .body::<CreateTransfer>()
        .schema::<ids::VariantId>()
        .schema::<ids::LocationId>()
        .answer_list::<StockLevel>(201, "Every level of these variants after it.")
        .problem(
            409,
            "`too_few`: there are not so many to move. `no_such_variant`: there is no such variant or location. \
             `idempotency_key_in_flight`.",
        )
}

async fn transfer(api: Api<can::AdjustStock>, Idempotent { body, request }: Idempotent<CreateTransfer>) -> Answer {
    let transfer = inventory::Transfer {
        from: body.from,
        to: body.to,
        lines: body.lines.iter().map(|line| (line.variant_id, line.quantity)).collect(),
        reason: body.reason,
        reference: body.reference,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        inventory::transfer(ctx, &transfer).await.map_err(|error| match error {
            TransferError::Forbidden(error) => error.into(),
            TransferError::Invalid(invalid) => invalid.into(),
            TransferError::TooFew { line, free } => {
                Problem::conflict("too_few", format!("Of line {line} only {free} can move."))
            }
            TransferError::NotFound => no_such_variant(),
            TransferError::Internal(error) => error.into(),
        })?;
        let ids: Vec<VariantId> = transfer.lines.iter().map(|(variant, _)| *variant).collect();
        answer(ctx, &ids).await
    })
    .await
}

/// How a level is looked after.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PutPlan {
    #[schema(value_type = ids::VariantId)]
    variant_id: VariantId,
    #[schema(value_type = ids::LocationId)]
    location_id: LocationId,
    /// What is kept back from sale.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    safety_stock: i64,
    /// At or below that many for sale it is low; null when nobody watches.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    reorder_point: Option<i64>,
    /// How many to order then.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    reorder_quantity: i64,
    /// What is on its way there.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    incoming: i64,
    /// Whether more may be sold than lies there.
    #[serde(default)]
    backorder: bool,
}

pub(crate) fn plan_endpoint() -> Endpoint {
    Endpoint::post("plan_stock", "/admin/stock-plans", plan)
        .says(TAG, "Plan a level", "Replaces how a level is looked after: what is kept back, when to order more.")
        .guarded::<can::AdjustStock>()
        .idempotent()
        .body::<PutPlan>()
        .schema::<ids::VariantId>()
        .schema::<ids::LocationId>()
        .answers::<StockLevel>(201, "The level after it.")
        .problem(
            409,
            "`oversold`: more is promised than lies there, so that back-orders cannot end. `no_such_variant`: there is no such \
             variant or location. `idempotency_key_in_flight`.",
        )
}

async fn plan(api: Api<can::AdjustStock>, Idempotent { body, request }: Idempotent<PutPlan>) -> Answer {
    let plan = LevelPlan {
        safety_stock: body.safety_stock,
        reorder_point: body.reorder_point,
        reorder_quantity: body.reorder_quantity,
        incoming: body.incoming,
        backorder: body.backorder,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        let level = inventory::plan_level(ctx, body.variant_id, body.location_id, &plan).await;
        let level = level.map_err(|error| match error {
            PlanLevelError::Forbidden(error) => error.into(),
            PlanLevelError::Invalid(invalid) => invalid.into(),
            PlanLevelError::Oversold => Problem::conflict("oversold", "More is promised to orders than lies there."),
            PlanLevelError::NotFound => no_such_variant(),
            PlanLevelError::Internal(error) => error.into(),
        })?;
        Ok((StatusCode::CREATED, web::Json(StockLevel::from(level))).into_response())
    })
    .await
}

/// A row of the stock ledger.
#[derive(Serialize, ToSchema)]
struct Movement {
    /// Names the row.
    #[schema(value_type = String)]
    id: MovementId,
    #[schema(value_type = ids::LocationId)]
    location_id: LocationId,
    /// `receive`, `reserve`, `release`, `sale`, `adjust`, `return`, `damage`, `correction`, `transfer_out` or `transfer_in`.
    kind: &'static str,
    /// By how much what lies there changed.
    on_hand_change: i64,
    /// By how much what is promised changed.
    reserved_change: i64,
    /// The order or paper it belongs to, or empty.
    reference: String,
    /// Why, or empty.
    reason: String,
    /// Who did it.
    actor: String,
    occurred_at: DateTime<Utc>,
}

pub(crate) fn movements_endpoint() -> Endpoint {
    Endpoint::get(
        "list_stock_movements",
        "/admin/variants/{id}/stock-movements",
        movements,
    )
    .says(
        TAG,
        "List stock movements",
        "The newest 200 rows of a variant's stock ledger, newest first.",
    )
    .guarded::<can::ReadCatalog>()
    .path_id::<ids::VariantId>("id", "The variant.")
    .schema::<ids::LocationId>()
    .lists::<Movement>("The rows.")
}

async fn movements(api: Api<can::ReadCatalog>, Path(id): Path<VariantId>) -> Answer {
    let mut ctx = api.work.read();
    if catalog::variant_names(&mut ctx, &[id]).await?.is_empty() {
        return Err(Problem::not_found());
    }
    let rows = inventory::movements(&mut ctx, id).await?;
    let row = |row: inventory::Movement| Movement {
        id: row.id,
        location_id: row.location_id,
        kind: row.kind.as_str(),
        on_hand_change: row.on_hand_change,
        reserved_change: row.reserved_change,
        reference: row.reference,
        reason: row.reason,
        actor: row.actor,
        occurred_at: row.occurred_at,
    };
    Ok(List::whole(rows.into_iter().map(row).collect()).into_response())
}
