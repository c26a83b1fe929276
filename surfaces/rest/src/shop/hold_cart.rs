//! `POST /carts/{id}/hold`: checkout begins, and the stock is set aside.

use axum::{extract::State, http::StatusCode};
use checkout::Step;
use kernel::CartId;
use web::{Answer, Idempotent, IfMatch, Path, Problem, Visitor};

use super::{
    cart_view::{self, Cart},
    carts::expect_version,
    queue,
};
use crate::{Rest, endpoint::Endpoint, wire::ids};

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::post("hold_cart", "/carts/{id}/hold", handler)
        .says(
            "Carts",
            "Set the stock aside",
            "Sets what is in the cart aside while the shopper pays, until `held_until`; asked again, for as long again. Call it \
             when contact and address are known. Completing the cart needs no hold: it takes the stock as it finds it.",
        )
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .idempotent()
        .if_match(false)
        .queue_ticket()
        .answers::<Cart>(200, "The cart, priced.")
        .tagged(200)
        .problem(
            409,
            "`insufficient_stock` (with `variant_id` and `available`), `cart_closed`, `unpriceable`, or `idempotency_key_in_flight`.",
        )
        .problem(429, queue::WAITS)
}

async fn handler(
    visitor: Visitor,
    State(rest): State<Rest>,
    Path(id): Path<CartId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    if let Some(again) = queue::admit_or_repeat(&visitor, &rest, Step::Hold(id), &request).await? {
        return Ok(again);
    }
    web::write_idempotently(&visitor.work, &request, async |ctx| {
        expect_version(ctx, id, version).await?;
        cart::hold(ctx, id).await.map_err(cart_view::problem)?;
        let view = cart::show(ctx, id).await.map_err(cart_view::problem)?;
        Ok(cart_view::answer(StatusCode::OK, view))
    })
    .await
}
