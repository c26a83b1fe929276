//! `POST /carts/{id}/lines`, `PATCH` and `DELETE /carts/{id}/lines/{line}`.

use axum::{extract::State, http::StatusCode, response::Response};
use cart::{Addition, CartError, CartView};
use checkout::Step;
use database::{Ctx, InTransaction};
use kernel::{CartId, FieldError, HoldStock, Invalid, Quantity};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Idempotent, IfMatch, Mutation, Path, Problem, Visitor};

use super::{
    cart_view::{self, Cart},
    carts::{LinePath, expect_version},
    create_cart::NewLine,
    queue,
};
use crate::{Rest, endpoint::Endpoint, wire::ids};

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
        .queue_ticket()
        .body::<NewLine>()
        .answers::<Cart>(201, "The cart, priced.")
        .tagged(201)
        .problem(409, CONFLICTS)
        .problem(429, queue::WAITS)
}

async fn add(
    visitor: Visitor,
    State(rest): State<Rest>,
    Path(id): Path<CartId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<NewLine>,
) -> Answer {
    let line = body.parse()?;
    let IfMatch(version) = version?;
    let step = Step::Add(&[line.variant_id]);
    if let Some(again) = queue::admit_or_repeat(&visitor, &rest, step, &request).await? {
        return Ok(again);
    }
    let addition = Addition {
        cart: id,
        signed_in: visitor.customer(),
        lines: vec![line],
        version,
    };
    // Where a cart holds stock, the ledger of stock says for whom: nobody shares a transaction.
    if visitor.store().hold_stock == HoldStock::InCart {
        let write = async |ctx: &mut Ctx| {
            let mut views = cart::add_all(ctx, std::slice::from_ref(&addition)).await?;
            let view = views
                .pop()
                .ok_or_else(|| database::Error::corrupt("carts", "an answer is missing"))?;
            view.map(added).map_err(of_one_line)
        };
        return web::write_idempotently(&visitor.work, &request, write).await;
    }
    web::write_together(&visitor.work, &request, Adding(addition)).await
}

/// A line that somebody adds, together with others who add to carts of theirs.
#[derive(Clone)]
struct Adding(Addition);

impl Mutation for Adding {
    type Error = Refused;

    const NAMES_ITS_SHOPPER: bool = true;

    fn subjects(&self) -> Vec<Uuid> {
        vec![self.0.cart.into()]
    }

    fn run<'a>(ctx: &'a mut Ctx, batch: &'a [&'a Self]) -> InTransaction<'a, Vec<Result<Response, Refused>>, Refused> {
        Box::pin(async move {
            let additions: Vec<Addition> = batch.iter().map(|one| one.0.clone()).collect();
            let views = cart::add_all(ctx, &additions).await?;
            Ok(views.into_iter().map(|view| Ok(added(view?))).collect())
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Refused(#[from] CartError);

impl From<database::Error> for Refused {
    fn from(error: database::Error) -> Self {
        Self(error.into())
    }
}

impl From<Refused> for Problem {
    fn from(Refused(error): Refused) -> Self {
        of_one_line(error)
    }
}

fn added(view: CartView) -> Response {
    cart_view::answer(StatusCode::CREATED, view)
}

/// The fields of the only line are those of the request.
fn of_one_line(error: CartError) -> Problem {
    let CartError::Properties(invalid) = error else {
        return cart_view::problem(error);
    };
    let in_its_place = |error: FieldError| {
        let field = error.field.strip_prefix("lines.0.").unwrap_or(&error.field).to_owned();
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
        .queue_ticket()
        .body::<UpdateLine>()
        .answers::<Cart>(200, "The cart, priced.")
        .tagged(200)
        .problem(409, CONFLICTS)
        .problem(429, queue::WAITS)
}

async fn change(
    visitor: Visitor,
    State(rest): State<Rest>,
    Path(path): Path<LinePath>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<UpdateLine>,
) -> Answer {
    let quantity = Quantity::new(body.quantity)?;
    let IfMatch(version) = version?;
    let step = Step::Change(path.id, path.line, quantity);
    if let Some(again) = queue::admit_or_repeat(&visitor, &rest, step, &request).await? {
        return Ok(again);
    }
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
