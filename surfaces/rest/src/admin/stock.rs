//! `GET /admin/stock-levels` and `POST /admin/stock-adjustments`.

use axum::{http::StatusCode, response::IntoResponse as _};
use inventory::{Adjust, AdjustError, Level, LevelFilter, LevelSort, ListLevelsError, StockState};
use kernel::{FieldError, LocationId, VariantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Api, Idempotent, Problem, Query, can};

use crate::{
    endpoint::Endpoint,
    wire::{List, Paging, ids, present, words},
};

const TAG: &str = "Admin: stock";
/// The most variants that can be asked for at once.
const MOST: usize = 100;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct LevelQuery {
    /// Only of these variants, one parameter each, at most 100.
    #[param(value_type = Vec<ids::VariantId>, max_items = 100)]
    #[serde(default)]
    variant_id: Vec<VariantId>,
    /// Only at this location.
    #[param(value_type = Option<ids::LocationId>)]
    #[serde(default, deserialize_with = "present")]
    location_id: Option<LocationId>,
    /// `low`: at or below the reorder point. `out`: nothing can be sold.
    #[param(pattern = "^(low|out)$")]
    #[serde(default, deserialize_with = "present")]
    state: Option<String>,
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// How much of a variant lies at one location. A variant without a level is not counted and can always be sold.
#[derive(Serialize, ToSchema)]
pub(super) struct StockLevel {
    #[schema(value_type = ids::VariantId)]
    variant_id: VariantId,
    #[schema(value_type = ids::LocationId)]
    location_id: LocationId,
    location_name: String,
    /// What lies there.
    on_hand: i64,
    /// What of it is promised to orders.
    reserved: i64,
    /// What can still be promised from here.
    available: i64,
    /// What of it is kept back from sale.
    safety_stock: i64,
    /// What is on its way there.
    incoming: i64,
    /// Whether more may be sold than lies there.
    backorder: bool,
    /// At or below that many for sale it is low; null when nobody watches.
    reorder_point: Option<i64>,
    /// How many to order then.
    reorder_quantity: i64,
}

impl From<Level> for StockLevel {
    fn from(level: Level) -> Self {
        Self {
            available: level.free(),
            variant_id: level.variant_id,
            location_id: level.location_id,
            location_name: level.location_name,
            on_hand: level.on_hand,
            reserved: level.reserved,
            safety_stock: level.safety_stock,
            incoming: level.incoming,
            backorder: level.backorder,
            reorder_point: level.reorder_point,
            reorder_quantity: level.reorder_quantity,
        }
    }
}

pub(crate) fn levels_endpoint() -> Endpoint {
    Endpoint::get("list_stock_levels", "/admin/stock-levels", levels)
        .says(TAG, "List stock levels", "What lies where, the newest variants first.")
        .guarded::<can::ReadCatalog>()
        .query::<LevelQuery>()
        .schema::<ids::VariantId>()
        .schema::<ids::LocationId>()
        .lists::<StockLevel>("A page of levels.")
}

async fn levels(api: Api<can::ReadCatalog>, paging: Paging, Query(query): Query<LevelQuery>) -> Answer {
    if query.variant_id.len() > MOST {
        return Err(Problem::field(
            "variant_id",
            "out_of_range",
            format!("must be given at most {MOST} times"),
        ));
    }
    let state = query.state.map(|name| {
        StockState::parse(&name).ok_or_else(|| FieldError::new("state", "invalid_value", "must be low or out"))
    });
    let filter = LevelFilter {
        location: query.location_id,
        state: state.transpose()?,
        variants: (!query.variant_id.is_empty()).then_some(query.variant_id),
        sort: LevelSort::Newest,
    };
    let page = paging.request(query.limit, query.cursor)?;
    let levels = inventory::list_levels(&mut api.work.read(), &filter, &page).await;
    let levels = levels.map_err(|error| match error {
        ListLevelsError::Forbidden(error) => Problem::from(error),
        ListLevelsError::InvalidCursor(error) => error.into(),
        ListLevelsError::Internal(error) => error.into(),
    })?;
    Ok(paging.list(levels.map(StockLevel::from)).into_response())
}

/// A correction of a count by a difference.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateAdjustment {
    /// If it was not counted yet, it is from now on.
    #[schema(value_type = ids::VariantId)]
    variant_id: VariantId,
    /// Where; the default location without it.
    #[schema(value_type = Option<ids::LocationId>)]
    location_id: Option<LocationId>,
    /// By how much; zero is no change and is refused.
    #[schema(value_type = words::StockChange)]
    change: i64,
    /// Why, in words of yours.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

pub(crate) fn adjust_endpoint() -> Endpoint {
    Endpoint::post("adjust_stock", "/admin/stock-adjustments", adjust)
        .says(TAG, "Adjust stock", "Corrects the count of a variant by a difference.")
        .guarded::<can::AdjustStock>()
        .idempotent()
        .body::<CreateAdjustment>()
        .answer_list::<StockLevel>(201, "Every level of the variant after it.")
        .problem(
            409,
            "`no_such_variant`: there is no such variant or location. `below_zero` (with `on_hand`): less than nothing would lie \
             there. `below_reserved`: less would lie there than is promised to orders. `idempotency_key_in_flight`.",
        )
}

/// Less than nothing would lie there.
pub(super) fn below_zero(detail: String, on_hand: i64) -> Problem {
    Problem::conflict("below_zero", detail).with("on_hand", &on_hand)
}

async fn adjust(api: Api<can::AdjustStock>, Idempotent { body, request }: Idempotent<CreateAdjustment>) -> Answer {
    if body.reason.chars().count() > 500 {
        return Err(FieldError::new("reason", "too_long", "may have at most 500 characters").into());
    }
    let adjust = Adjust {
        variant_id: body.variant_id,
        location_id: body.location_id,
        change: body.change,
        reason: body.reason,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        let levels = inventory::adjust(ctx, adjust).await.map_err(|error| match error {
            AdjustError::Forbidden(error) => error.into(),
            AdjustError::BelowReserved => {
                Problem::conflict("below_reserved", "Less would lie there than is promised to orders.")
            }
            AdjustError::BelowZero { on_hand } => below_zero(format!("Only {on_hand} lie there."), on_hand),
            AdjustError::NotFound => Problem::conflict("no_such_variant", "There is no such variant or location."),
            AdjustError::Invalid(error) => error.into(),
            AdjustError::Internal(error) => error.into(),
        })?;
        let levels = List::whole(levels.into_iter().map(StockLevel::from).collect());
        Ok((StatusCode::CREATED, levels).into_response())
    })
    .await
}
