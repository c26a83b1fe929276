//! `/admin/coupons`: list, get, create, change.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use kernel::CouponId;
use pricing::{CouponSort, CreateCouponError, ListCouponsError, UpdateCouponError};
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{
    coupon_body::{CreateCoupon, UpdateCoupon},
    coupon_view::Coupon,
    require_version, tagged,
};
use crate::{
    endpoint::Endpoint,
    wire::{PageQuery, Paging, ids},
};

const TAG: &str = "Admin: coupons";

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_coupons", "/admin/coupons", list)
        .says(TAG, "List coupons", "Coupons, newest first.")
        .guarded::<can::WriteCoupons>()
        .query::<PageQuery>()
        .lists::<Coupon>("A page of coupons.")
}

async fn list(api: Api<can::WriteCoupons>, paging: Paging, Query(query): Query<PageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let mut ctx = api.work.read();
    let coupons = pricing::list_coupons(&mut ctx, CouponSort::Newest, &page)
        .await
        .map_err(|error| match error {
            ListCouponsError::Forbidden(error) => Problem::from(error),
            ListCouponsError::InvalidCursor(error) => error.into(),
            ListCouponsError::Internal(error) => error.into(),
        })?;
    Ok(paging.list(coupons.map(Coupon::from)).into_response())
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_coupon", "/admin/coupons/{id}", get)
        .says(TAG, "Get a coupon", "A coupon and how often it was used.")
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::CouponId>("id", "The coupon.")
        .answers::<Coupon>(200, "The coupon.")
        .tagged(200)
}

async fn get(api: Api<can::WriteCoupons>, Path(id): Path<CouponId>) -> Answer {
    let coupon = pricing::find_coupon(&mut api.work.read(), id)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(tagged(StatusCode::OK, coupon.version, Coupon::from(coupon)))
}

pub(crate) fn create_endpoint() -> Endpoint {
    Endpoint::post("create_coupon", "/admin/coupons", create)
        .says(
            TAG,
            "Create a coupon",
            "Makes a coupon that applies from now on, or from its start.",
        )
        .guarded::<can::WriteCoupons>()
        .idempotent()
        .body::<CreateCoupon>()
        .by_kind::<CreateCoupon>(CreateCoupon::kinds())
        .answers::<Coupon>(201, "The coupon.")
        .tagged(201)
        .problem(
            409,
            "`code_taken`: another coupon has the code; or `idempotency_key_in_flight`.",
        )
}

async fn create(api: Api<can::WriteCoupons>, Idempotent { body, request }: Idempotent<CreateCoupon>) -> Answer {
    let new = body.parse(api.store().currency)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let coupon = pricing::create_coupon(ctx, &new).await.map_err(|error| match error {
            CreateCouponError::Forbidden(error) => error.into(),
            CreateCouponError::CodeTaken => Problem::conflict("code_taken", "Another coupon has the code."),
            CreateCouponError::Invalid(invalid) => invalid.into(),
            CreateCouponError::Internal(error) => error.into(),
        })?;
        let location = [(header::LOCATION, format!("/api/v1/admin/coupons/{}", coupon.id))];
        Ok((
            location,
            tagged(StatusCode::CREATED, coupon.version, Coupon::from(coupon)),
        )
            .into_response())
    })
    .await
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_coupon", "/admin/coupons/{id}", patch)
        .says(
            TAG,
            "Change a coupon",
            "Changes the given terms of a coupon. Its code stays: shoppers have it in their mails.",
        )
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::CouponId>("id", "The coupon.")
        .idempotent()
        .if_match(true)
        .body::<UpdateCoupon>()
        .by_kind::<UpdateCoupon>(UpdateCoupon::kinds())
        .answers::<Coupon>(200, "The coupon.")
        .tagged(200)
        .problem(
            409,
            "`limit_below_uses`: more orders have used it than the new limit allows; or `idempotency_key_in_flight`.",
        )
}

async fn patch(
    api: Api<can::WriteCoupons>,
    Path(id): Path<CouponId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateCoupon>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    let currency = api.store().currency;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let before = pricing::find_coupon(ctx, id).await?.ok_or_else(Problem::not_found)?;
        let terms = body.apply(before.terms, currency)?;
        let update = pricing::UpdateCoupon {
            id,
            version: expected.unwrap_or(before.version),
            terms,
        };
        let coupon = pricing::update_coupon(ctx, &update)
            .await
            .map_err(|error| match error {
                UpdateCouponError::Forbidden(error) => error.into(),
                UpdateCouponError::NotFound => Problem::not_found(),
                UpdateCouponError::VersionConflict => Problem::version_conflict(),
                UpdateCouponError::LimitBelowUses => {
                    Problem::conflict("limit_below_uses", "More orders have used it than the limit allows.")
                }
                UpdateCouponError::Invalid(invalid) => invalid.into(),
                UpdateCouponError::Internal(error) => error.into(),
            })?;
        Ok(tagged(StatusCode::OK, coupon.version, Coupon::from(coupon)))
    })
    .await
}
