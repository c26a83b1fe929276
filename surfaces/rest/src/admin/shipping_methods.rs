//! `/admin/shipping-zones/{id}/methods` and `/admin/shipping-methods`: how parcels get there, and what that costs.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use database::Ctx;
use kernel::{FieldError, Invalid, ShippingMethodId, ZoneId};
use shipping::{Method, SetupError};
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, can};

use super::{
    shipping_method_body::{CreateShippingMethod, NewShippingRate, UpdateShippingMethod},
    shipping_method_view::ShippingMethod,
    shipping_zones::{TAG, problem},
    tagged,
};
use crate::{endpoint::Endpoint, wire::ids};

const CODE_TAKEN: &str = "`code_taken`: another method of the zone has the code. `idempotency_key_in_flight`.";

/// Every endpoint of methods.
pub(super) fn endpoints() -> Vec<Endpoint> {
    const PATH: &str = "/admin/shipping-methods/{id}";
    let of = |endpoint: Endpoint| {
        endpoint
            .guarded::<can::ManageSettings>()
            .path_id::<ids::ShippingMethodId>("id", "The method.")
    };
    vec![
        Endpoint::post("create_shipping_method", "/admin/shipping-zones/{id}/methods", create)
            .says(
                TAG,
                "Create a shipping method",
                "Adds a method to a zone, after the others.",
            )
            .guarded::<can::ManageSettings>()
            .path_id::<ids::ZoneId>("id", "The zone.")
            .idempotent()
            .body::<CreateShippingMethod>()
            .closed::<NewShippingRate>()
            .answers::<ShippingMethod>(201, "The method.")
            .tagged(201)
            .problem(409, CODE_TAKEN),
        of(Endpoint::get("get_shipping_method", PATH, get))
            .says(
                TAG,
                "Get a shipping method",
                "A method with what it costs, offered or not.",
            )
            .answers::<ShippingMethod>(200, "The method.")
            .tagged(200),
        of(Endpoint::patch("update_shipping_method", PATH, patch))
            .says(
                TAG,
                "Change a shipping method",
                "Changes the given fields of a method; orders keep what they were shipped with.",
            )
            .idempotent()
            .if_match(false)
            .body::<UpdateShippingMethod>()
            .closed::<NewShippingRate>()
            .answers::<ShippingMethod>(200, "The method.")
            .tagged(200)
            .problem(409, CODE_TAKEN),
        of(Endpoint::delete("delete_shipping_method", PATH, delete))
            .says(
                TAG,
                "Delete a shipping method",
                "Takes a method away; orders keep what they were shipped with.",
            )
            .idempotent()
            .if_match(false)
            .answers_nothing(204, "The method is gone."),
    ]
}

/// The method of that id, and its zone.
async fn find(ctx: &mut Ctx, id: ShippingMethodId) -> Result<(ZoneId, Method), Problem> {
    let zones = shipping::list_zones(ctx).await?;
    let of_zone = |zone: shipping::Zone| {
        let method = zone.methods.into_iter().find(|method| method.id == id)?;
        Some((zone.id, method))
    };
    zones.into_iter().find_map(of_zone).ok_or_else(Problem::not_found)
}

async fn view(ctx: &mut Ctx, id: ShippingMethodId, status: StatusCode) -> Answer {
    let (zone, method) = find(ctx, id).await?;
    Ok(tagged(status, method.version, ShippingMethod::new(zone, method)))
}

async fn get(api: Api<can::ManageSettings>, Path(id): Path<ShippingMethodId>) -> Answer {
    view(&mut api.work.read(), id, StatusCode::OK).await
}

async fn create(
    api: Api<can::ManageSettings>,
    Path(zone): Path<ZoneId>,
    Idempotent { body, request }: Idempotent<CreateShippingMethod>,
) -> Answer {
    let (terms, active) = body.parse(api.store().currency)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let made = shipping::create_method(ctx, zone, &terms).await;
        let id = made.map_err(refused)?;
        if !active {
            shipping::switch_method(ctx, id, false).await.map_err(problem)?;
        }
        let address = [(header::LOCATION, format!("/api/v1/admin/shipping-methods/{id}"))];
        Ok((address, view(ctx, id, StatusCode::CREATED).await?).into_response())
    })
    .await
}

async fn patch(
    api: Api<can::ManageSettings>,
    Path(id): Path<ShippingMethodId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<UpdateShippingMethod>,
) -> Answer {
    let IfMatch(version) = version?;
    let currency = api.store().currency;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let (_, before) = find(ctx, id).await?;
        let (was_active, version) = (before.active, version.unwrap_or(before.version));
        let (terms, active) = body.apply(before, currency)?;
        let updated = shipping::update_method(ctx, id, Some(version), &terms).await;
        updated.map_err(refused)?;
        if active != was_active {
            shipping::switch_method(ctx, id, active).await.map_err(problem)?;
        }
        view(ctx, id, StatusCode::OK).await
    })
    .await
}

/// Why a method is not as it was to be: steps and prices are part of its rate.
fn refused(error: SetupError) -> Problem {
    let SetupError::Invalid(Invalid(errors)) = error else {
        return problem(error);
    };
    let placed = |error: FieldError| match error.field.as_str() {
        "steps" | "price" => error.under("rate"),
        _ => error,
    };
    Invalid(errors.into_iter().map(placed).collect()).into()
}

async fn delete(
    api: Api<can::ManageSettings>,
    Path(id): Path<ShippingMethodId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        shipping::remove_method(ctx, id, version).await.map_err(problem)?;
        Ok::<Response, Problem>(StatusCode::NO_CONTENT.into_response())
    })
    .await
}
