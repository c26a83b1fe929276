//! `GET` and `PATCH /admin/queue`: the waiting room.

use axum::http::{HeaderMap, StatusCode};
use database::Ctx;
use kernel::{FieldError, Invalid, ProductId};
use queue::{Before, Room, RoomTerms, UpdateRoomError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Problem, can};

use super::{require_version, tagged};
use crate::{
    endpoint::Endpoint,
    wire::{ids, present},
};

const TAG: &str = "Admin: settings";

/// Where shoppers wait, and how fast they are admitted.
#[derive(Serialize, ToSchema)]
struct WaitingRoom {
    /// What it stands before: `nothing`, `products` or `checkout`.
    before: &'static str,
    /// The chosen products.
    #[schema(value_type = Vec<ids::ProductId>)]
    product_ids: Vec<ProductId>,
    /// How many are admitted a minute.
    per_minute: i32,
    /// How many minutes an admission lasts.
    admission_minutes: i32,
    /// What those who wait are told.
    message: String,
    /// How many wait.
    waiting: i64,
    version: i64,
}

/// What to change; a field that is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateWaitingRoom {
    /// Opens and closes it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, pattern = "^(nothing|products|checkout)$")]
    before: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<ids::ProductId>, required = false, max_items = 200)]
    product_ids: Option<Vec<ProductId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i32, required = false, minimum = 1, maximum = 100_000)]
    per_minute: Option<i32>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i32, required = false, minimum = 1, maximum = 240)]
    admission_minutes: Option<i32>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 500)]
    message: Option<String>,
}

impl UpdateWaitingRoom {
    fn apply(self, terms: RoomTerms) -> Result<RoomTerms, Invalid> {
        let unknown = || FieldError::new("before", "invalid_value", "is not one that is known");
        let before = match self.before {
            Some(before) => Before::parse(&before).ok_or_else(unknown)?,
            None => terms.before,
        };
        Ok(RoomTerms {
            before,
            product_ids: self.product_ids.unwrap_or(terms.product_ids),
            per_minute: self.per_minute.unwrap_or(terms.per_minute),
            admission_minutes: self.admission_minutes.unwrap_or(terms.admission_minutes),
            message: self.message.unwrap_or(terms.message),
        })
    }
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_waiting_room", "/admin/queue", get)
        .says(
            TAG,
            "Get the waiting room",
            "What it stands before, its pace, and how many wait.",
        )
        .guarded::<can::ManageSettings>()
        .answers::<WaitingRoom>(200, "The waiting room.")
        .tagged(200)
}

async fn get(api: Api<can::ManageSettings>) -> Answer {
    let mut ctx = api.work.read();
    let room = queue::load_room(&mut ctx).await?;
    Ok(tagged(StatusCode::OK, room.version, view(&mut ctx, room).await?))
}

async fn view(ctx: &mut Ctx, room: Room) -> Result<WaitingRoom, database::Error> {
    let waiting = queue::count_waiting(ctx, &room).await?;
    Ok(WaitingRoom {
        before: room.terms.before.as_str(),
        product_ids: room.terms.product_ids,
        per_minute: room.terms.per_minute,
        admission_minutes: room.terms.admission_minutes,
        message: room.terms.message,
        waiting,
        version: room.version,
    })
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_waiting_room", "/admin/queue", patch)
        .says(
            TAG,
            "Change the waiting room",
            "Those who wait keep their places and move on at the new pace. A room that is closed sends everybody on; opened again \
             it begins with an empty queue.",
        )
        .guarded::<can::ManageSettings>()
        .idempotent()
        .if_match(true)
        .body::<UpdateWaitingRoom>()
        .answers::<WaitingRoom>(200, "The waiting room from now on.")
        .tagged(200)
}

async fn patch(
    api: Api<can::ManageSettings>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateWaitingRoom>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    let answer = web::write_idempotently(&api.work, &request, async |ctx| {
        require_products(ctx, body.product_ids.as_deref().unwrap_or_default()).await?;
        let terms = body.apply(queue::load_room(ctx).await?.terms)?;
        let room = queue::update_room(ctx, terms, expected).await.map_err(problem)?;
        Ok(tagged(StatusCode::OK, room.version, view(ctx, room).await?))
    })
    .await?;
    api.state().stores().forget();
    Ok(answer)
}

/// Refuses the id of no product: a room before it would stand before nothing.
async fn require_products(ctx: &mut Ctx, wanted: &[ProductId]) -> Result<(), Problem> {
    match catalog::first_unknown(ctx, wanted).await? {
        Some(unknown) => {
            let message = format!("there is no product {unknown}");
            Err(Problem::field("product_ids", "unknown_product", message))
        }
        None => Ok(()),
    }
}

fn problem(error: UpdateRoomError) -> Problem {
    match error {
        UpdateRoomError::Forbidden(error) => error.into(),
        UpdateRoomError::Invalid(invalid) => invalid.into(),
        UpdateRoomError::VersionConflict(_) => Problem::version_conflict(),
        UpdateRoomError::Internal(error) => error.into(),
    }
}
