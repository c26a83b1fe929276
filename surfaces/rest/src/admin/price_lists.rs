//! `/admin/price-lists`: list, get, create, change, delete.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use catalog::{PriceListError, PriceListSort};
use kernel::PriceListId;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{
    price_list_body::{CreatePriceList, PriceList, UpdatePriceList, on_the_wire},
    require_version, tagged,
};
use crate::{
    endpoint::Endpoint,
    wire::{PageQuery, Paging, ids},
};

pub(super) const TAG: &str = "Admin: price lists";

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        list_endpoint(),
        get_endpoint(),
        create_endpoint(),
        patch_endpoint(),
        delete_endpoint(),
    ]
}

pub(super) fn problem(error: PriceListError) -> Problem {
    match error {
        PriceListError::Forbidden(error) => error.into(),
        PriceListError::NotFound => Problem::not_found(),
        PriceListError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        PriceListError::NameTaken => Problem::conflict("name_taken", "Another price list has the name."),
        PriceListError::Invalid(invalid) => on_the_wire(invalid).into(),
        PriceListError::Internal(error) => error.into(),
    }
}

fn list_endpoint() -> Endpoint {
    Endpoint::get("list_price_lists", "/admin/price-lists", list)
        .says(TAG, "List price lists", "Price lists, newest first.")
        .guarded::<can::WriteCoupons>()
        .query::<PageQuery>()
        .lists::<PriceList>("A page of price lists.")
}

async fn list(api: Api<can::WriteCoupons>, paging: Paging, Query(query): Query<PageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let mut ctx = api.work.read();
    let lists = catalog::list_price_lists(&mut ctx, None, PriceListSort::Newest, &page).await;
    Ok(paging
        .list(lists.map_err(problem)?.map(PriceList::from))
        .into_response())
}

fn get_endpoint() -> Endpoint {
    Endpoint::get("get_price_list", "/admin/price-lists/{id}", get)
        .says(TAG, "Get a price list", "A price list without its prices.")
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::PriceListId>("id", "The price list.")
        .answers::<PriceList>(200, "The price list.")
        .tagged(200)
}

async fn get(api: Api<can::WriteCoupons>, Path(id): Path<PriceListId>) -> Answer {
    let mut ctx = api.work.read();
    let list = catalog::find_price_list(&mut ctx, id).await.map_err(problem)?;
    let list = list.ok_or_else(Problem::not_found)?;
    Ok(tagged(StatusCode::OK, list.version, PriceList::from(list)))
}

fn create_endpoint() -> Endpoint {
    Endpoint::post("create_price_list", "/admin/price-lists", create)
        .says(
            TAG,
            "Create a price list",
            "Makes a list without prices. Its customers pay by it wherever that is less than everybody pays.",
        )
        .guarded::<can::WriteCoupons>()
        .idempotent()
        .body::<CreatePriceList>()
        .answers::<PriceList>(201, "The price list.")
        .tagged(201)
        .problem(
            409,
            "`name_taken`: another price list has the name; or `idempotency_key_in_flight`.",
        )
}

async fn create(api: Api<can::WriteCoupons>, Idempotent { body, request }: Idempotent<CreatePriceList>) -> Answer {
    let terms = body.parse()?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let list = catalog::create_price_list(ctx, terms.clone()).await.map_err(problem)?;
        let location = [(header::LOCATION, format!("/api/v1/admin/price-lists/{}", list.id))];
        let answer = tagged(StatusCode::CREATED, list.version, PriceList::from(list));
        Ok((location, answer).into_response())
    })
    .await
}

fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_price_list", "/admin/price-lists/{id}", patch)
        .says(
            TAG,
            "Change a price list",
            "Changes the given terms of a list; its prices stay.",
        )
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::PriceListId>("id", "The price list.")
        .idempotent()
        .if_match(true)
        .body::<UpdatePriceList>()
        .answers::<PriceList>(200, "The price list.")
        .tagged(200)
        .problem(
            409,
            "`name_taken`: another price list has the name; or `idempotency_key_in_flight`.",
        )
}

async fn patch(
    api: Api<can::WriteCoupons>,
    Path(id): Path<PriceListId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdatePriceList>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let before = catalog::find_price_list(ctx, id).await.map_err(problem)?;
        let before = before.ok_or_else(Problem::not_found)?;
        let change = catalog::UpdatePriceList {
            id,
            expected_version: expected.or(Some(before.version)),
            terms: body.apply(before.terms)?,
        };
        let list = catalog::update_price_list(ctx, change).await.map_err(problem)?;
        Ok(tagged(StatusCode::OK, list.version, PriceList::from(list)))
    })
    .await
}

fn delete_endpoint() -> Endpoint {
    Endpoint::delete("delete_price_list", "/admin/price-lists/{id}", delete)
        .says(TAG, "Delete a price list", "Takes a list away with all its prices.")
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::PriceListId>("id", "The price list.")
        .idempotent()
        .if_match(false)
        .answers_nothing(204, "It is gone.")
}

async fn delete(
    api: Api<can::WriteCoupons>,
    Path(id): Path<PriceListId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        catalog::delete_price_list(ctx, id, version).await.map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}
