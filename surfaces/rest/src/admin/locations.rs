//! `/admin/locations`: list, get, create, change.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use inventory::{CreateLocationError, ListLocationsError, LocationTerms, OpeningHours, UpdateLocationError};
use kernel::LocationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{require_version, tagged};
use crate::{
    endpoint::Endpoint,
    wire::{Address, KnownAddress, PageQuery, Paging, ids, words},
};

const TAG: &str = "Admin: stock";

/// Where stock lies.
#[derive(Serialize, ToSchema)]
struct Location {
    #[schema(value_type = ids::LocationId)]
    id: LocationId,
    name: String,
    address: Option<KnownAddress>,
    /// Whether stock is sold from it.
    active: bool,
    /// Locations with a lower number are emptied first.
    priority: i32,
    /// How many pieces fit; for planning, nothing is refused by it.
    capacity: Option<i64>,
    /// Whether shoppers may fetch orders there.
    pickup: bool,
    /// When it is open, a text for each day from Monday on, such as `09:00-12:00, 13:00-18:00`.
    #[schema(value_type = Vec<words::DayHours>, min_items = 7, max_items = 7)]
    hours: Vec<String>,
    version: i64,
}

impl From<inventory::Location> for Location {
    fn from(location: inventory::Location) -> Self {
        let terms = location.terms;
        Self {
            id: location.id,
            name: terms.name,
            address: terms.address.map(KnownAddress::from),
            active: terms.active,
            priority: terms.priority,
            capacity: terms.capacity,
            pickup: terms.pickup,
            hours: terms.hours.days().to_vec(),
            version: location.version,
        }
    }
}

/// All that is said of a location.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PutLocation {
    #[schema(min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    name: String,
    #[serde(default)]
    address: Option<Address>,
    /// Whether stock is sold from it.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
    /// Locations with a lower number are emptied first.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10_000)]
    priority: i32,
    /// How many pieces fit.
    #[serde(default)]
    #[schema(minimum = 1)]
    capacity: Option<i64>,
    /// Whether shoppers may fetch orders there; then it needs an address.
    #[serde(default)]
    pickup: bool,
    /// When it is open: seven texts from Monday on, or none.
    #[serde(default)]
    #[schema(value_type = Vec<words::DayHours>, required = false, max_items = 7)]
    hours: Vec<String>,
}

fn yes() -> bool {
    true
}

impl PutLocation {
    fn parse(self) -> Result<LocationTerms, Problem> {
        let days: Result<[String; 7], Vec<String>> = self.hours.try_into();
        let hours = match days {
            Ok(days) => OpeningHours::parse(&days)?,
            Err(days) if days.is_empty() => OpeningHours::default(),
            Err(_) => return Err(Problem::field("hours", "wrong_length", "must be seven texts, or none")),
        };
        let address = self.address.map(|address| address.read("address")).transpose()?;
        Ok(LocationTerms {
            name: self.name,
            address,
            active: self.active,
            priority: self.priority,
            capacity: self.capacity,
            pickup: self.pickup,
            hours,
        })
    }
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_locations", "/admin/locations", list)
        .says(TAG, "List locations", "Where stock lies; first what is emptied first.")
        .guarded::<can::ReadCatalog>()
        .query::<PageQuery>()
        .lists::<Location>("A page of locations.")
}

async fn list(api: Api<can::ReadCatalog>, paging: Paging, Query(query): Query<PageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let locations = inventory::page_locations(&mut api.work.read(), &page)
        .await
        .map_err(|error| match error {
            ListLocationsError::Cursor(error) => Problem::from(error),
            ListLocationsError::Internal(error) => error.into(),
        })?;
    Ok(paging.list(locations.map(Location::from)).into_response())
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_location", "/admin/locations/{id}", get)
        .says(TAG, "Get a location", "A location with its address and opening hours.")
        .guarded::<can::ReadCatalog>()
        .path_id::<ids::LocationId>("id", "The location.")
        .answers::<Location>(200, "The location.")
        .tagged(200)
}

async fn get(api: Api<can::ReadCatalog>, Path(id): Path<LocationId>) -> Answer {
    let location = inventory::find_location(&mut api.work.read(), id).await?;
    let location = location.ok_or_else(Problem::not_found)?;
    Ok(tagged(StatusCode::OK, location.version, Location::from(location)))
}

pub(crate) fn create_endpoint() -> Endpoint {
    Endpoint::post("create_location", "/admin/locations", create)
        .says(TAG, "Create a location", "Makes a location, empty.")
        .guarded::<can::ManageSettings>()
        .idempotent()
        .body::<PutLocation>()
        .answers::<Location>(201, "The location.")
        .tagged(201)
        .problem(
            409,
            "`name_taken`: another location has the name; or `idempotency_key_in_flight`.",
        )
}

async fn create(api: Api<can::ManageSettings>, Idempotent { body, request }: Idempotent<PutLocation>) -> Answer {
    let terms = body.parse()?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let location = inventory::create_location(ctx, terms)
            .await
            .map_err(|error| match error {
                CreateLocationError::Forbidden(error) => error.into(),
                CreateLocationError::NameTaken => name_taken(),
                CreateLocationError::Invalid(invalid) => invalid.into(),
                CreateLocationError::Internal(error) => error.into(),
            })?;
        let address = [(header::LOCATION, format!("/api/v1/admin/locations/{}", location.id))];
        let answer = tagged(StatusCode::CREATED, location.version, Location::from(location));
        Ok((address, answer).into_response())
    })
    .await
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_location", "/admin/locations/{id}", patch)
        .says(
            TAG,
            "Change a location",
            "Replaces all that is said of a location. Closing it takes its stock off sale.",
        )
        .guarded::<can::ManageSettings>()
        .path_id::<ids::LocationId>("id", "The location.")
        .idempotent()
        .if_match(true)
        .body::<PutLocation>()
        .answers::<Location>(200, "The location.")
        .tagged(200)
        .problem(
            409,
            "`name_taken`: another location has the name. `last_location`: it is the only one that is open. \
             `idempotency_key_in_flight`.",
        )
}

async fn patch(
    api: Api<can::ManageSettings>,
    Path(id): Path<LocationId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<PutLocation>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    let terms = body.parse()?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let before = inventory::find_location(ctx, id)
            .await?
            .ok_or_else(Problem::not_found)?;
        let change = inventory::UpdateLocation {
            id,
            version: expected.unwrap_or(before.version),
            terms,
        };
        let location = inventory::update_location(ctx, change)
            .await
            .map_err(|error| match error {
                UpdateLocationError::Forbidden(error) => error.into(),
                UpdateLocationError::NotFound => Problem::not_found(),
                UpdateLocationError::VersionConflict => Problem::version_conflict(),
                UpdateLocationError::NameTaken => name_taken(),
                UpdateLocationError::LastActive => {
                    Problem::conflict("last_location", "It is the only location that is open.")
                }
                UpdateLocationError::Invalid(invalid) => invalid.into(),
                UpdateLocationError::Internal(error) => error.into(),
            })?;
        Ok(tagged(StatusCode::OK, location.version, Location::from(location)))
    })
    .await
}

fn name_taken() -> Problem {
    Problem::conflict("name_taken", "Another location has the name.")
}
