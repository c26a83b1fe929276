//! `/admin/shipping-zones`: parts of the world with the same deliveries.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use database::Ctx;
use kernel::{FieldError, Invalid, ZoneId};
use serde::{Deserialize, Serialize};
use shipping::{ListZonesError, Region, SetupError, Zone, ZoneTerms};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{shipping_method_view::ShippingMethod, tagged};
use crate::{
    endpoint::Endpoint,
    wire::{PageQuery, Paging, ids, present, words},
};

pub(super) const TAG: &str = "Admin: settings";
const NAME_TAKEN: &str = "`name_taken`: another zone has the name. `idempotency_key_in_flight`.";

/// A part of the world with the same deliveries.
#[derive(Serialize, ToSchema)]
struct ShippingZone {
    #[schema(value_type = ids::ZoneId)]
    id: ZoneId,
    /// What the merchant calls it.
    name: String,
    /// Where it reaches: countries such as `US`, states such as `US-CA`, or `*` for everywhere that no other zone names.
    regions: Vec<String>,
    /// How parcels get there, in the order that shoppers see.
    methods: Vec<ShippingMethod>,
    /// Rises with every change of its name and regions; its methods have versions of their own.
    version: i64,
}

impl From<Zone> for ShippingZone {
    fn from(zone: Zone) -> Self {
        let zone_id = zone.id;
        let method = |method| ShippingMethod::new(zone_id, method);
        Self {
            id: zone_id,
            name: zone.name,
            regions: zone.regions.iter().map(Region::to_string).collect(),
            methods: zone.methods.into_iter().map(method).collect(),
            version: zone.version,
        }
    }
}

/// A zone to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateShippingZone {
    /// No other zone has it.
    #[schema(min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    name: String,
    #[schema(value_type = Vec<words::RegionCode>, min_items = 1, max_items = 500)]
    regions: Vec<String>,
}

/// What to change; a field that is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateShippingZone {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    name: Option<String>,
    /// In the place of all there are.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<words::RegionCode>, required = false, min_items = 1, max_items = 500)]
    regions: Option<Vec<String>>,
}

/// Every endpoint of zones.
pub(super) fn endpoints() -> Vec<Endpoint> {
    let of = |endpoint: Endpoint| {
        endpoint
            .guarded::<can::ManageSettings>()
            .path_id::<ids::ZoneId>("id", "The zone.")
    };
    vec![
        Endpoint::get("list_shipping_zones", "/admin/shipping-zones", list)
            .says(
                TAG,
                "List shipping zones",
                "Where the store ships to and how, the oldest zone first, with the methods that are not offered at the moment.",
            )
            .guarded::<can::ManageSettings>()
            .query::<PageQuery>()
            .lists::<ShippingZone>("A page of zones."),
        Endpoint::post("create_shipping_zone", "/admin/shipping-zones", create)
            .says(TAG, "Create a shipping zone", "Makes a zone, without any method.")
            .guarded::<can::ManageSettings>()
            .idempotent()
            .body::<CreateShippingZone>()
            .answers::<ShippingZone>(201, "The zone.")
            .tagged(201)
            .problem(409, NAME_TAKEN),
        of(Endpoint::get("get_shipping_zone", "/admin/shipping-zones/{id}", get))
            .says(TAG, "Get a shipping zone", "A zone with its regions and methods.")
            .answers::<ShippingZone>(200, "The zone.")
            .tagged(200),
        of(Endpoint::patch(
            "update_shipping_zone",
            "/admin/shipping-zones/{id}",
            patch,
        ))
        .says(
            TAG,
            "Change a shipping zone",
            "Changes the name or the regions of a zone; its methods stay.",
        )
        .idempotent()
        .if_match(false)
        .body::<UpdateShippingZone>()
        .answers::<ShippingZone>(200, "The zone.")
        .tagged(200)
        .problem(409, NAME_TAKEN),
        of(Endpoint::delete(
            "delete_shipping_zone",
            "/admin/shipping-zones/{id}",
            delete,
        ))
        .says(
            TAG,
            "Delete a shipping zone",
            "Takes a zone and its methods away; orders keep what they were shipped with.",
        )
        .idempotent()
        .if_match(false)
        .answers_nothing(204, "The zone is gone."),
    ]
}

/// Where a zone reaches; each region that cannot be read is named by its place.
fn regions(texts: &[String]) -> Result<Vec<Region>, Invalid> {
    let mut invalid = Invalid::default();
    let mut regions = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        let wrong = || {
            let message = "must be like US, US-CA or *";
            FieldError::new(format!("regions.{index}"), "invalid_region", message)
        };
        let state = text.split_once('-').map_or("", |(_, state)| state);
        let is_code = state.len() <= 10 && state.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match Region::parse(&text.to_uppercase()) {
            Ok(region) if is_code => regions.push(region),
            Ok(_) | Err(_) => invalid.push(wrong()),
        }
    }
    invalid.into_result().map(|()| regions)
}

async fn list(api: Api<can::ManageSettings>, paging: Paging, Query(query): Query<PageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let zones = shipping::page_zones(&mut api.work.read(), &page)
        .await
        .map_err(|error| match error {
            ListZonesError::Cursor(error) => Problem::from(error),
            ListZonesError::Internal(error) => error.into(),
        })?;
    Ok(paging.list(zones.map(ShippingZone::from)).into_response())
}

/// The zone of that id.
pub(super) async fn find(ctx: &mut Ctx, id: ZoneId) -> Result<Zone, Problem> {
    let zones = shipping::list_zones(ctx).await?;
    zones
        .into_iter()
        .find(|zone| zone.id == id)
        .ok_or_else(Problem::not_found)
}

fn view(status: StatusCode, zone: Zone) -> Response {
    tagged(status, zone.version, ShippingZone::from(zone))
}

async fn get(api: Api<can::ManageSettings>, Path(id): Path<ZoneId>) -> Answer {
    let zone = find(&mut api.work.read(), id).await?;
    Ok(view(StatusCode::OK, zone))
}

async fn create(api: Api<can::ManageSettings>, Idempotent { body, request }: Idempotent<CreateShippingZone>) -> Answer {
    let terms = ZoneTerms {
        name: body.name,
        regions: regions(&body.regions)?,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        let id = shipping::create_zone(ctx, &terms).await.map_err(problem)?;
        let zone = view(StatusCode::CREATED, find(ctx, id).await?);
        let address = [(header::LOCATION, format!("/api/v1/admin/shipping-zones/{id}"))];
        Ok((address, zone).into_response())
    })
    .await
}

async fn patch(
    api: Api<can::ManageSettings>,
    Path(id): Path<ZoneId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<UpdateShippingZone>,
) -> Answer {
    let IfMatch(version) = version?;
    let wanted = body.regions.as_deref().map(regions).transpose()?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let before = find(ctx, id).await?;
        let version = version.unwrap_or(before.version);
        let terms = ZoneTerms {
            name: body.name.unwrap_or(before.name),
            regions: wanted.unwrap_or(before.regions),
        };
        let updated = shipping::update_zone(ctx, id, Some(version), &terms).await;
        updated.map_err(problem)?;
        Ok(view(StatusCode::OK, find(ctx, id).await?))
    })
    .await
}

async fn delete(
    api: Api<can::ManageSettings>,
    Path(id): Path<ZoneId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        shipping::remove_zone(ctx, id, version).await.map_err(problem)?;
        Ok::<Response, Problem>(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

/// Why a setting of shipping stays as it was. What names something that is not there is wrong in itself, what has the name of
/// another one does not fit what there is.
pub(super) fn problem(error: SetupError) -> Problem {
    match error {
        SetupError::Forbidden(error) => error.into(),
        SetupError::NotFound => Problem::not_found(),
        SetupError::Conflict(error) if error.code == "gone" => {
            let field = if error.field == "location" {
                "rate.location_id"
            } else {
                "profile_id"
            };
            Problem::field(field, "unknown", error.message)
        }
        SetupError::Conflict(error) => Problem::conflict(error.code, format!("The {} {}.", error.field, error.message)),
        SetupError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        SetupError::Invalid(invalid) => invalid.into(),
        SetupError::Internal(error) => error.into(),
    }
}
