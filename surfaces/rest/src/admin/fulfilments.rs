//! `/admin/fulfilments`: what a system that picks, packs and hands over parcels needs. It lists what is `picking`, and moves
//! each parcel on.

use axum::{http::StatusCode, response::IntoResponse as _};
use chrono::{DateTime, Utc};
use database::Ctx;
use kernel::{FieldError, FulfilmentId, LocationId};
use orders::{ListError, MoveParcel, Parcel, ParcelFilter, Tracking};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::orders::{self as view, AdminOrder, CONFLICTS, TAG};
use crate::{
    endpoint::Endpoint,
    wire::{Paging, ids, present},
};

/// How far a parcel is.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FulfilmentState {
    Picking,
    ReadyToShip,
    LabelCreated,
    InTransit,
    OutForDelivery,
    Delivered,
    Failed,
    Returned,
}

impl From<FulfilmentState> for orders::FulfilmentState {
    fn from(state: FulfilmentState) -> Self {
        match state {
            FulfilmentState::Picking => Self::Picking,
            FulfilmentState::ReadyToShip => Self::ReadyToShip,
            FulfilmentState::LabelCreated => Self::LabelCreated,
            FulfilmentState::InTransit => Self::InTransit,
            FulfilmentState::OutForDelivery => Self::OutForDelivery,
            FulfilmentState::Delivered => Self::Delivered,
            FulfilmentState::Failed => Self::Failed,
            FulfilmentState::Returned => Self::Returned,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct FulfilmentListQuery {
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    state: Option<FulfilmentState>,
    /// Only those that are picked there.
    #[param(value_type = Option<ids::LocationId>)]
    #[serde(default, deserialize_with = "present")]
    location_id: Option<LocationId>,
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A parcel in a list.
#[derive(Serialize, ToSchema)]
struct ListedFulfilment {
    #[schema(value_type = ids::FulfilmentId)]
    id: FulfilmentId,
    #[schema(value_type = ids::OrderId)]
    order_id: kernel::OrderId,
    order_number: String,
    /// `picking`, `ready_to_ship`, `label_created`, `in_transit`, `out_for_delivery`, `delivered`, `failed` or `returned`.
    state: &'static str,
    /// Where it is picked.
    #[schema(value_type = Option<ids::LocationId>)]
    location_id: Option<LocationId>,
    carrier: String,
    tracking_number: String,
    /// Whom it goes to.
    recipient: String,
    /// How it goes, as the shopper chose.
    shipping_name: String,
    /// What is in it.
    pieces: Vec<Piece>,
    created_at: DateTime<Utc>,
}

/// Pieces of one variant in a parcel.
#[derive(Serialize, ToSchema)]
struct Piece {
    title: String,
    variant_title: String,
    /// The merchant's own number, or empty.
    sku: String,
    quantity: i64,
}

impl From<Parcel> for ListedFulfilment {
    fn from(parcel: Parcel) -> Self {
        let piece = |piece: orders::Piece| Piece {
            title: piece.title,
            variant_title: piece.variant_title,
            sku: piece.sku,
            quantity: piece.quantity,
        };
        Self {
            id: parcel.id,
            order_id: parcel.order_id,
            order_number: parcel.order_number,
            state: parcel.state.as_str(),
            location_id: parcel.location_id,
            carrier: parcel.carrier,
            tracking_number: parcel.tracking_number,
            recipient: parcel.recipient,
            shipping_name: parcel.shipping_name,
            pieces: parcel.pieces.into_iter().map(piece).collect(),
            created_at: parcel.created_at,
        }
    }
}

/// What changes about a parcel: where it is, how it is followed, or both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
struct ChangeFulfilment {
    /// Where it is now; without it that stays as it is.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = FulfilmentState, required = false)]
    state: Option<FulfilmentState>,
    /// How it is followed from now on; without it that stays as it is.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ParcelTracking, required = false)]
    tracking: Option<ParcelTracking>,
}

/// How a parcel is followed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ParcelTracking {
    /// Who carries it.
    #[serde(default)]
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    carrier: String,
    /// The carrier's number for it.
    #[serde(default)]
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    number: String,
    /// Where it can be followed.
    #[serde(default)]
    #[schema(max_length = 2000, pattern = r"^(https?://[^\x00-\x1f\x7f-\x9f]*)?$")]
    url: String,
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_fulfilments", "/admin/fulfilments", list)
        .says(
            TAG,
            "List parcels",
            "Parcels of all orders, oldest first: those that are `picking` at a location are its pick list.",
        )
        .guarded::<can::ReadOrders>()
        .query::<FulfilmentListQuery>()
        .schema::<ids::LocationId>()
        .lists::<ListedFulfilment>("A page of parcels.")
}

async fn list(api: Api<can::ReadOrders>, paging: Paging, Query(query): Query<FulfilmentListQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let filter = ParcelFilter {
        states: query.state.map(orders::FulfilmentState::from).into_iter().collect(),
        location_id: query.location_id,
    };
    let mut ctx = api.work.read();
    let parcels = orders::list_parcels(&mut ctx, &filter, &page)
        .await
        .map_err(|error| match error {
            ListError::Forbidden(error) => Problem::from(error),
            ListError::Invalid(error) => error.into(),
            ListError::Internal(error) => error.into(),
        })?;
    Ok(paging.list(parcels.map(ListedFulfilment::from)).into_response())
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("change_fulfilment", "/admin/fulfilments/{id}", patch)
        .says(
            TAG,
            "Change a parcel",
            "Says how far a parcel is, how it is followed, or both. The shopper is mailed when it leaves, is on the van, arrives or cannot be delivered. \
             From `picking` it goes to `ready_to_ship`, `label_created` or `in_transit`; from `in_transit` and \
             `out_for_delivery` to each other, `delivered`, `failed` or `returned`; from `failed` it may be tried again; from \
             `delivered` it may come back.",
        )
        .guarded::<can::FulfilOrders>()
        .path_id::<ids::FulfilmentId>("id", "The parcel.")
        .idempotent()
        .if_match(false)
        .body::<ChangeFulfilment>()
        .answers::<AdminOrder>(200, "The order.")
        .tagged(200)
        .problem(409, CONFLICTS)
}

async fn patch(
    api: Api<can::FulfilOrders>,
    Path(fulfilment_id): Path<FulfilmentId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<ChangeFulfilment>,
) -> Answer {
    let IfMatch(expected_version) = version?;
    let tracking = body.tracking.map(|tracking| Tracking {
        carrier: tracking.carrier,
        number: tracking.number,
        url: tracking.url,
    });
    web::write_idempotently(&api.work, &request, async |ctx| {
        expect_version(ctx, fulfilment_id, expected_version).await?;
        let changed = match (body.state, tracking) {
            (Some(state), tracking) => {
                let change = MoveParcel {
                    fulfilment_id,
                    state: state.into(),
                    tracking,
                };
                orders::move_parcel(ctx, change).await
            }
            (None, Some(tracking)) => orders::track(ctx, fulfilment_id, tracking).await,
            (None, None) => Err(FieldError::required("state").into()),
        };
        let order = changed.map_err(view::problem)?;
        view::answer(ctx, StatusCode::OK, order.id).await
    })
    .await
}

/// The same as for its order, whose version a parcel has.
async fn expect_version(ctx: &mut Ctx, id: FulfilmentId, version: Option<i64>) -> Result<(), Problem> {
    if version.is_some() {
        let order = orders::find_order_of_parcel(ctx, id).await.map_err(view::problem)?;
        view::expect_version(ctx, order, version).await?;
    }
    Ok(())
}

pub(crate) fn delete_endpoint() -> Endpoint {
    Endpoint::delete("unpack_fulfilment", "/admin/fulfilments/{id}", delete)
        .says(
            TAG,
            "Unpack a parcel",
            "Takes a parcel apart that has not left: its pieces can go into another one.",
        )
        .guarded::<can::FulfilOrders>()
        .path_id::<ids::FulfilmentId>("id", "The parcel.")
        .idempotent()
        .if_match(false)
        .answers_nothing(204, "The parcel is gone.")
        .problem(409, CONFLICTS)
}

async fn delete(
    api: Api<can::FulfilOrders>,
    Path(id): Path<FulfilmentId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(expected_version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        expect_version(ctx, id, expected_version).await?;
        orders::unpack(ctx, id).await.map_err(view::problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}
