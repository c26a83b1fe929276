//! `GET /carts/{id}/shipping-options`.

use axum::{http::header, response::IntoResponse as _};
use kernel::CartId;
use web::{Answer, Path, Visitor};

use super::cart_view::{self, ShippingOption};
use crate::{
    endpoint::Endpoint,
    wire::{List, ids},
};

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::get("list_shipping_options", "/carts/{id}/shipping-options", handler)
        .says(
            "Carts",
            "List shipping options",
            "The deliveries on offer at the cart's address, or in the store's country as long as there is none. A cart \
             without anything to ship has none.",
        )
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .lists::<ShippingOption>("Every delivery on offer.")
        .never_kept()
        .problem(409, "`unpriceable`: the total is too large to be computed.")
}

async fn handler(visitor: Visitor, Path(id): Path<CartId>) -> Answer {
    let mut ctx = visitor.work.read();
    let view = cart::view(&mut ctx, id).await.map_err(cart_view::problem)?;
    let options = view.shipping_options.into_iter().map(ShippingOption::from).collect();
    Ok(([(header::CACHE_CONTROL, cart_view::never_kept())], List::whole(options)).into_response())
}
