//! `/admin/collections`: list, get, create, change, choose products, delete.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use catalog::{AssignCollectionError, CollectionError};
use kernel::CollectionId;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, can};

use super::{
    collection_body::{AdminCollection, CollectionProducts, CreateCollection, UpdateCollection},
    done, require_version, tagged,
};
use crate::{
    endpoint::Endpoint,
    wire::{List, ids},
};

const TAG: &str = "Admin: products";
const SLUG_TAKEN: &str = "`slug_taken`: another collection has the slug; or `idempotency_key_in_flight`.";

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_admin_collections", "/admin/collections", list)
        .says(TAG, "List collections with their rules", "Every collection, by title.")
        .guarded::<can::ReadCatalog>()
        .lists::<AdminCollection>("Every collection.")
}

async fn list(api: Api<can::ReadCatalog>) -> Answer {
    let collections = catalog::list_collections(&mut api.work.read()).await?;
    Ok(List::whole(collections.into_iter().map(AdminCollection::from).collect()).into_response())
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_collection", "/admin/collections/{id}", get)
        .says(TAG, "Get a collection", "A collection with its rules.")
        .guarded::<can::ReadCatalog>()
        .path_id::<ids::CollectionId>("id", "The collection.")
        .answers::<AdminCollection>(200, "The collection.")
        .tagged(200)
}

async fn get(api: Api<can::ReadCatalog>, Path(id): Path<CollectionId>) -> Answer {
    let collection = catalog::find_collection_by_id(&mut api.work.read(), id)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(tagged(
        StatusCode::OK,
        collection.version,
        AdminCollection::from(collection),
    ))
}

pub(crate) fn create_endpoint() -> Endpoint {
    Endpoint::post("create_collection", "/admin/collections", create)
        .says(
            TAG,
            "Create a collection",
            "Makes a collection. One with rules is filled at once, and follows every change of a product.",
        )
        .guarded::<can::WriteCatalog>()
        .idempotent()
        .body::<CreateCollection>()
        .answers::<AdminCollection>(201, "The collection.")
        .tagged(201)
        .problem(409, SLUG_TAKEN)
}

async fn create(api: Api<can::WriteCatalog>, Idempotent { body, request }: Idempotent<CreateCollection>) -> Answer {
    let new = body.parse()?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let collection = catalog::create_collection(ctx, new).await.map_err(problem)?;
        let location = [(header::LOCATION, format!("/api/v1/admin/collections/{}", collection.id))];
        let answer = tagged(
            StatusCode::CREATED,
            collection.version,
            AdminCollection::from(collection),
        );
        Ok((location, answer).into_response())
    })
    .await
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_collection", "/admin/collections/{id}", patch)
        .says(
            TAG,
            "Change a collection",
            "Changes the given fields, and fills it anew when it has rules.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::CollectionId>("id", "The collection.")
        .idempotent()
        .if_match(true)
        .body::<UpdateCollection>()
        .answers::<AdminCollection>(200, "The collection.")
        .tagged(200)
        .problem(409, SLUG_TAKEN)
}

async fn patch(
    api: Api<can::WriteCatalog>,
    Path(id): Path<CollectionId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateCollection>,
) -> Answer {
    let changes = body.parse()?;
    let update = catalog::UpdateCollection {
        id,
        expected_version: require_version(version, &headers)?,
        changes,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        let collection = catalog::update_collection(ctx, update).await.map_err(problem)?;
        Ok(tagged(
            StatusCode::OK,
            collection.version,
            AdminCollection::from(collection),
        ))
    })
    .await
}

pub(crate) fn assign_endpoint() -> Endpoint {
    Endpoint::post("assign_collection", "/admin/collections/{id}/products", assign)
        .says(
            TAG,
            "Choose the products of a collection",
            "Makes these its products, in this order, in place of those it has.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::CollectionId>("id", "The collection.")
        .idempotent()
        .if_match(false)
        .body::<CollectionProducts>()
        .answers_nothing(204, "They are its products now.")
        .tagged(204)
        .problem(
            409,
            "`ruled`: its rules choose its products; `no_such_product`: one of them does not exist; or \
             `idempotency_key_in_flight`.",
        )
}

async fn assign(
    api: Api<can::WriteCatalog>,
    Path(id): Path<CollectionId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<CollectionProducts>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        if let Some(version) = version {
            catalog::require_collection_version(ctx, id, version)
                .await
                .map_err(problem)?;
        }
        catalog::assign_collection(ctx, id, &body.product_ids)
            .await
            .map_err(|error| match error {
                AssignCollectionError::Forbidden(error) => error.into(),
                AssignCollectionError::NotFound => Problem::not_found(),
                AssignCollectionError::NoSuchProduct => {
                    Problem::conflict("no_such_product", "One of the products does not exist.")
                }
                AssignCollectionError::Ruled => {
                    Problem::conflict("ruled", "The collection's rules choose its products.")
                }
                AssignCollectionError::TooMany => {
                    let message = "may have at most 5000 entries";
                    kernel::Invalid::from(kernel::FieldError::new("product_ids", "too_many", message)).into()
                }
                AssignCollectionError::Internal(error) => error.into(),
            })?;
        let collection = catalog::find_collection_by_id(ctx, id).await?;
        let collection = collection.ok_or_else(Problem::not_found)?;
        Ok(done(collection.version))
    })
    .await
}

pub(crate) fn delete_endpoint() -> Endpoint {
    Endpoint::delete("delete_collection", "/admin/collections/{id}", delete)
        .says(
            TAG,
            "Delete a collection",
            "Takes a collection away; its products stay.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::CollectionId>("id", "The collection.")
        .idempotent()
        .if_match(false)
        .answers_nothing(204, "It is gone.")
}

async fn delete(
    api: Api<can::WriteCatalog>,
    Path(id): Path<CollectionId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        catalog::delete_collection(ctx, id, version).await.map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

fn problem(error: CollectionError) -> Problem {
    match error {
        CollectionError::Forbidden(error) => error.into(),
        CollectionError::NotFound => Problem::not_found(),
        CollectionError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        CollectionError::SlugTaken => Problem::conflict("slug_taken", "Another collection has the slug."),
        CollectionError::Invalid(invalid) => invalid.into(),
        CollectionError::Internal(error) => error.into(),
    }
}
