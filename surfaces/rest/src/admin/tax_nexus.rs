//! `/admin/tax-nexus`: where the merchant collects tax.

use axum::response::IntoResponse as _;
use database::Ctx;
use kernel::FieldError;
use serde::Serialize;
use tax::{ListNexusError, Place, PutNexusError, RemoveNexusError};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, Path, Problem, Query, can};

use crate::{
    endpoint::Endpoint,
    wire::{List, PageQuery, Paging},
};

const TAG: &str = "Admin: settings";
const PATH: &str = "/admin/tax-nexus/{place}";
const PLACE: &str = "A country or a state, such as `DE` or `US-CA`; `EU` is a registration with the One Stop Shop.";

/// A place where tax is collected.
#[derive(Serialize, ToSchema)]
struct NexusPlace {
    /// A country or a state; `EU` is a registration with the One Stop Shop of the European Union.
    #[schema(pattern = "^[A-Z]{2}(-[0-9A-Z]{1,10})?$", example = "US-CA")]
    place: String,
}

impl From<Place> for NexusPlace {
    fn from(place: Place) -> Self {
        Self {
            place: place.to_string(),
        }
    }
}

/// Every endpoint of these places.
pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("list_tax_nexus", "/admin/tax-nexus", list)
            .says(
                TAG,
                "List where tax is collected",
                "The countries and states where the merchant collects tax, by their codes.",
            )
            .guarded::<can::ManageSettings>()
            .query::<PageQuery>()
            .lists::<NexusPlace>("A page of places."),
        Endpoint::put("put_tax_nexus", PATH, put)
            .says(
                TAG,
                "Collect tax in a place",
                "From now on tax is collected there; a place that is there already stays.",
            )
            .guarded::<can::ManageSettings>()
            .path_place("place", PLACE)
            .idempotent()
            .answer_list::<NexusPlace>(200, "Every place."),
        Endpoint::delete("delete_tax_nexus", PATH, delete)
            .says(
                TAG,
                "Collect no tax in a place",
                "From now on no tax is collected there, unless another place that stays covers it.",
            )
            .guarded::<can::ManageSettings>()
            .path_place("place", PLACE)
            .idempotent()
            .answer_list::<NexusPlace>(200, "The places that are left."),
    ]
}

async fn list(api: Api<can::ManageSettings>, paging: Paging, Query(query): Query<PageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let places = tax::page_nexus(&mut api.work.read(), &page)
        .await
        .map_err(|error| match error {
            ListNexusError::Cursor(error) => Problem::from(error),
            ListNexusError::Internal(error) => error.into(),
        })?;
    Ok(paging.list(places.map(NexusPlace::from)).into_response())
}

async fn every(ctx: &mut Ctx) -> Result<List<NexusPlace>, database::Error> {
    let places = tax::load_nexus(ctx).await?.0;
    Ok(List::whole(places.into_iter().map(NexusPlace::from).collect()))
}

fn read(place: &str) -> Result<Place, FieldError> {
    let read = Some(place).filter(|text| !text.ends_with('-'));
    let read = read.and_then(|text| Place::parse(&text.to_uppercase()).ok());
    read.ok_or_else(|| {
        let message = "must be a country or one of its states, such as US or US-CA";
        FieldError::new("place", "invalid_place", message)
    })
}

async fn put(
    api: Api<can::ManageSettings>,
    Path(place): Path<String>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let place = read(&place)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        tax::put_nexus(ctx, &place).await.map_err(|error| match error {
            PutNexusError::Forbidden(error) => Problem::from(error),
            PutNexusError::Invalid(invalid) => invalid.into(),
            PutNexusError::Internal(error) => error.into(),
        })?;
        Ok(every(ctx).await?.into_response())
    })
    .await
}

async fn delete(
    api: Api<can::ManageSettings>,
    Path(place): Path<String>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let place = read(&place)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        tax::remove_nexus(ctx, &place).await.map_err(|error| match error {
            RemoveNexusError::Forbidden(error) => Problem::from(error),
            RemoveNexusError::NotFound => Problem::not_found(),
            RemoveNexusError::Internal(error) => error.into(),
        })?;
        Ok(every(ctx).await?.into_response())
    })
    .await
}
