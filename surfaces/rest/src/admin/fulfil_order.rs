//! `POST /admin/orders/{id}/fulfilments`: a parcel leaves.

use axum::http::StatusCode;
use kernel::{FieldError, LocationId, OrderId, OrderLineId};
use orders::{Fulfil, Tracking};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, can};

use super::{
    fulfilments::FulfilmentState,
    orders::{self as view, AdminOrder, CONFLICTS, TAG},
};
use crate::{
    endpoint::Endpoint,
    wire::{ids, present},
};

/// A parcel that leaves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FulfilOrder {
    /// What is in it; everything that is left to ship without it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<LinePieces>, required = false, min_items = 1, max_items = 200)]
    lines: Option<Vec<LinePieces>>,
    /// `picking`, `ready_to_ship` and `label_created` wait to leave; without it the parcel leaves at once, as `in_transit`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = FulfilmentState, required = false)]
    state: Option<FulfilmentState>,
    /// Where it is picked.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ids::LocationId, required = false)]
    location_id: Option<LocationId>,
    /// Who carries it.
    #[serde(default)]
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    carrier: String,
    /// The carrier's number for it.
    #[serde(default)]
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    tracking_number: String,
    /// Where it can be followed.
    #[serde(default)]
    #[schema(max_length = 2000, pattern = r"^(https?://[^\x00-\x1f\x7f-\x9f]*)?$")]
    tracking_url: String,
}

/// Some pieces of a line.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinePieces {
    #[schema(value_type = ids::OrderLineId)]
    line_id: OrderLineId,
    #[schema(minimum = 1, maximum = 9999)]
    quantity: i64,
}

/// The pieces, with quantities in bounds and each line once.
pub(super) fn pieces(lines: Vec<LinePieces>) -> Result<Vec<(OrderLineId, i64)>, Problem> {
    if lines.is_empty() || lines.len() > 200 {
        return Err(FieldError::new("lines", "out_of_range", "must have 1 to 200 entries").into());
    }
    let mut pieces = Vec::with_capacity(lines.len());
    for (index, line) in lines.into_iter().enumerate() {
        if !(1..=9_999).contains(&line.quantity) {
            let field = format!("lines.{index}.quantity");
            return Err(FieldError::new(field, "out_of_range", "must be between 1 and 9999").into());
        }
        if pieces.iter().any(|(there, _)| *there == line.line_id) {
            let field = format!("lines.{index}.line_id");
            return Err(FieldError::new(field, "duplicate_line", "is there twice").into());
        }
        pieces.push((line.line_id, line.quantity));
    }
    Ok(pieces)
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::post("fulfil_order", "/admin/orders/{id}/fulfilments", handler)
        .says(
            TAG,
            "Make a parcel",
            "Puts pieces into a parcel. `{}` is a whole answer: everything that is left to ship leaves at once, and the shopper \
             is mailed. With `lines` only those pieces are in it; with `state` it waits to be moved on.",
        )
        .guarded::<can::FulfilOrders>()
        .path_id::<ids::OrderId>("id", "The order.")
        .schema::<ids::LocationId>()
        .idempotent()
        .if_match(false)
        .body::<FulfilOrder>()
        .answers::<AdminOrder>(201, "The order.")
        .tagged(201)
        .problem(409, CONFLICTS)
}

async fn handler(
    api: Api<can::FulfilOrders>,
    Path(order_id): Path<OrderId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<FulfilOrder>,
) -> Answer {
    let IfMatch(expected_version) = version?;
    let parcel = Fulfil {
        order_id,
        lines: body.lines.map(pieces).transpose()?,
        state: body.state.map_or(orders::FulfilmentState::InTransit, Into::into),
        location_id: body.location_id,
        tracking: Tracking {
            carrier: body.carrier,
            number: body.tracking_number,
            url: body.tracking_url,
        },
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        view::expect_version(ctx, order_id, expected_version).await?;
        orders::fulfil(ctx, parcel).await.map_err(view::problem)?;
        view::answer(ctx, StatusCode::CREATED, order_id).await
    })
    .await
}
