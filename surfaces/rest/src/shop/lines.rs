//! `POST /carts/{id}/lines`, `PATCH` and `DELETE /carts/{id}/lines/{line}`.

use axum::http::StatusCode;
use cart::CartError;
use kernel::{CartId, FieldError, Invalid, Quantity};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Idempotent, IfMatch, Path, Problem, Visitor};

use super::{
    cart_view::{self, Cart},
    carts::{LinePath, expect_version},
    create_cart::NewLine,
};
use crate::{endpoint::Endpoint, wire::ids};

/// Another quantity for a line.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateLine {
    #[schema(minimum = 1, maximum = 9999)]
    quantity: i64,
}

const CONFLICTS: &str = "`not_for_sale` (with `variant_id`), `insufficient_stock` (with `variant_id` and `available`), \
                         `cart_closed`, `unpriceable`, or `idempotency_key_in_flight`.";

pub(crate) fn add_endpoint() -> Endpoint {
    Endpoint::post("add_line", "/carts/{id}/lines", add)
        .says(
            "Carts",
            "Add a line",
            "Adds a variant; one already there with the same properties gets more of it. The properties are those that the \
             product's `personal_fields` ask for.",
        )
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .idempotent()
        .if_match(false)
        .body::<NewLine>()
        .answers::<Cart>(201, "The cart, priced.")
        .tagged(201)
        .problem(409, CONFLICTS)
}

async fn add(
    visitor: Visitor,
    Path(id): Path<CartId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<NewLine>,
) -> Answer {
    let line = body.parse()?;
    let IfMatch(version) = version?;
    web::write_idempotently(&visitor.work, &request, async |ctx| {
        expect_version(ctx, id, version).await?;
        cart::add_lines(ctx, id, vec![line]).await.map_err(of_one_line)?;
        let view = cart::show(ctx, id).await.map_err(cart_view::problem)?;
        Ok(cart_view::answer(StatusCode::CREATED, view))
    })
    .await
}

/// The fields of the only line are those of the request.
fn of_one_line(error: CartError) -> Problem {
    let CartError::Properties(invalid) = error else {
        return cart_view::problem(error);
    };
    let in_its_place = |error: FieldError| {
        let field = error.field.strip_prefix("lines[0].").unwrap_or(&error.field).to_owned();
        FieldError { field, ..error }
    };
    Invalid(invalid.0.into_iter().map(in_its_place).collect()).into()
}

pub(crate) fn change_endpoint() -> Endpoint {
    Endpoint::patch("update_line", "/carts/{id}/lines/{line}", change)
        .says("Carts", "Change a line", "Gives a line another quantity.")
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .path_id::<ids::CartLineId>("line", "The line.")
        .idempotent()
        .if_match(false)
        .body::<UpdateLine>()
        .answers::<Cart>(200, "The cart, priced.")
        .tagged(200)
        .problem(409, CONFLICTS)
}

async fn change(
    visitor: Visitor,
    Path(path): Path<LinePath>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<UpdateLine>,
) -> Answer {
    let quantity = Quantity::new(body.quantity)?;
    let IfMatch(version) = version?;
    web::write_idempotently(&visitor.work, &request, async |ctx| {
        expect_version(ctx, path.id, version).await?;
        cart::update_line(ctx, path.id, path.line, quantity)
            .await
            .map_err(cart_view::problem)?;
        let view = cart::show(ctx, path.id).await.map_err(cart_view::problem)?;
        Ok(cart_view::answer(StatusCode::OK, view))
    })
    .await
}

pub(crate) fn remove_endpoint() -> Endpoint {
    Endpoint::delete("remove_line", "/carts/{id}/lines/{line}", remove)
        .says("Carts", "Remove a line", "Takes a line out of the cart.")
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .path_id::<ids::CartLineId>("line", "The line.")
        .idempotent()
        .if_match(false)
        .answers::<Cart>(200, "The cart, priced.")
        .tagged(200)
        .problem(409, CONFLICTS)
}

async fn remove(
    visitor: Visitor,
    Path(path): Path<LinePath>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&visitor.work, &request, async |ctx| {
        expect_version(ctx, path.id, version).await?;
        cart::remove_line(ctx, path.id, path.line)
            .await
            .map_err(cart_view::problem)?;
        let view = cart::show(ctx, path.id).await.map_err(cart_view::problem)?;
        Ok(cart_view::answer(StatusCode::OK, view))
    })
    .await
}
