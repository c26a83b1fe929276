//! `POST /admin/orders/{id}/notes`: a note that only staff see.

use axum::http::StatusCode;
use kernel::OrderId;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, can};

use super::orders::{self as view, AdminOrder, TAG};
use crate::{endpoint::Endpoint, wire::ids};

/// A note.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoteBody {
    #[schema(min_length = 1, max_length = 5000)]
    text: String,
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::post("note_order", "/admin/orders/{id}/notes", handler)
        .says(
            TAG,
            "Add a note",
            "Adds a note to the order's timeline, for staff only.",
        )
        .guarded::<can::FulfilOrders>()
        .path_id::<ids::OrderId>("id", "The order.")
        .idempotent()
        .if_match(false)
        .body::<NoteBody>()
        .answers::<AdminOrder>(201, "The order.")
        .tagged(201)
}

async fn handler(
    api: Api<can::FulfilOrders>,
    Path(order_id): Path<OrderId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<NoteBody>,
) -> Answer {
    let IfMatch(expected_version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        view::expect_version(ctx, order_id, expected_version).await?;
        orders::add_note(ctx, order_id, &body.text)
            .await
            .map_err(view::problem)?;
        view::answer(ctx, StatusCode::CREATED, order_id).await
    })
    .await
}
