//! Lines that are saved for later: out of the cart, back into it, and away.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode};
use cart::{SavedView, Saver};
use checkout::Step;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Idempotent, IfMatch, Path, Problem, Visitor};

use super::{
    cart_view::{self, Cart},
    carts::{LinePath, expect_version},
    queue,
};
use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{Money, ids},
};

const CONFLICTS: &str = "`not_for_sale` (with `variant_id`), `insufficient_stock` (with `variant_id` and `available`), \
                         `cart_closed`, `unpriceable`, or `idempotency_key_in_flight`.";

/// Something that is saved for later. What is null cannot be told because the variant is no longer for sale.
#[derive(Serialize, ToSchema)]
pub(super) struct SavedLine {
    #[schema(value_type = ids::CartLineId)]
    id: kernel::CartLineId,
    #[schema(value_type = ids::VariantId)]
    variant_id: kernel::VariantId,
    #[schema(value_type = Option<ids::ProductId>)]
    product_id: Option<kernel::ProductId>,
    /// The product's title.
    title: Option<String>,
    /// The option values in words.
    variant_title: Option<String>,
    sku: Option<String>,
    /// The last part of the product's address.
    slug: Option<String>,
    image_url: Option<String>,
    quantity: i64,
    properties: BTreeMap<String, String>,
    /// What one costs now.
    unit_price: Option<Money>,
    /// How many could be bought; null when the variant is not counted.
    available: Option<i64>,
    /// What keeps it from going into the cart: `unavailable`, `sold_out` or `properties_changed`; null when nothing does.
    obstacle: Option<&'static str>,
}

impl From<SavedView> for SavedLine {
    fn from(view: SavedView) -> Self {
        let variant = view.variant;
        Self {
            id: view.line.id,
            variant_id: view.line.variant_id,
            product_id: variant.as_ref().map(|variant| variant.product_id),
            title: variant.as_ref().map(|variant| variant.product_title.clone()),
            variant_title: variant.as_ref().map(|variant| variant.variant_title.clone()),
            sku: variant.as_ref().and_then(|variant| variant.sku.clone()),
            slug: variant.as_ref().map(|variant| variant.slug.to_string()),
            image_url: variant.map(|variant| variant.image_url),
            quantity: view.line.quantity.get(),
            properties: view.line.properties.as_map().clone(),
            unit_price: view.price.map(Money::from),
            available: view
                .availability
                .filter(|stock| stock.tracked)
                .map(|stock| stock.available),
            obstacle: view.obstacle.map(cart::Obstacle::as_str),
        }
    }
}

pub(crate) fn save_endpoint() -> Endpoint {
    Endpoint::post("save_line", "/carts/{id}/lines/{line}/save", save)
        .says(
            "Carts",
            "Save a line for later",
            "Takes a line out of the cart and keeps it in `saved_lines`. What is saved there already with the same properties \
             becomes more; what would then be more than 9,999 is refused and stays in the cart.",
        )
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .path_id::<ids::CartLineId>("line", "The line.")
        .idempotent()
        .if_match(false)
        .answers::<Cart>(200, "The cart, priced.")
        .tagged(200)
        .problem(409, "`cart_closed`, `unpriceable`, or `idempotency_key_in_flight`.")
}

async fn save(
    visitor: Visitor,
    Path(path): Path<LinePath>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&visitor.work, &request, async |ctx| {
        expect_version(ctx, path.id, version).await?;
        cart::save_for_later(ctx, path.id, path.line)
            .await
            .map_err(cart_view::problem)?;
        let view = cart::show(ctx, path.id).await.map_err(cart_view::problem)?;
        Ok(cart_view::answer(StatusCode::OK, view))
    })
    .await
}

pub(crate) fn move_endpoint() -> Endpoint {
    Endpoint::post("move_saved_line", "/carts/{id}/saved-lines/{line}/move", move_to_cart)
        .says(
            "Carts",
            "Move a saved line to the cart",
            "Puts what is saved back into the cart, as many as there are left. What the cart has already with the same properties \
             becomes more; what would then be more than 9,999 is refused and stays saved.",
        )
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .path_id::<ids::CartLineId>("line", "The saved line.")
        .idempotent()
        .if_match(false)
        .queue_ticket()
        .answers::<Cart>(200, "The cart, priced.")
        .tagged(200)
        .problem(409, CONFLICTS)
        .problem(429, queue::WAITS)
}

async fn move_to_cart(
    visitor: Visitor,
    State(rest): State<Rest>,
    Path(path): Path<LinePath>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    let step = Step::TakeUp(Saver::Cart(path.id), path.line);
    if let Some(again) = queue::admit_or_repeat(&visitor, &rest, step, &request).await? {
        return Ok(again);
    }
    web::write_idempotently(&visitor.work, &request, async |ctx| {
        expect_open(ctx, path.id, version).await?;
        cart::move_to_cart(ctx, Saver::Cart(path.id), Some(path.id), path.line)
            .await
            .map_err(cart_view::problem)?;
        let view = cart::show(ctx, path.id).await.map_err(cart_view::problem)?;
        Ok(cart_view::answer(StatusCode::OK, view))
    })
    .await
}

/// A program asks for this cart and gets no other in its place.
async fn expect_open(ctx: &mut database::Ctx, id: kernel::CartId, version: Option<i64>) -> Result<(), Problem> {
    expect_version(ctx, id, version).await?;
    let found = cart::find(ctx, id).await.map_err(cart_view::problem)?;
    match found {
        Some(found) if found.state == cart::CartState::Open => Ok(()),
        Some(_) => Err(cart_view::problem(cart::CartError::Closed)),
        None => Err(Problem::not_found()),
    }
}

pub(crate) fn remove_endpoint() -> Endpoint {
    Endpoint::delete("remove_saved_line", "/carts/{id}/saved-lines/{line}", remove)
        .says("Carts", "Remove a saved line", "Forgets what was saved for later.")
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .path_id::<ids::CartLineId>("line", "The saved line.")
        .idempotent()
        .if_match(false)
        .answers::<Cart>(200, "The cart, priced.")
        .tagged(200)
        .problem(
            409,
            "With If-Match `cart_closed`; `unpriceable` or `idempotency_key_in_flight`.",
        )
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
        cart::remove_saved(ctx, Saver::Cart(path.id), path.line)
            .await
            .map_err(cart_view::problem)?;
        let view = cart::show(ctx, path.id).await.map_err(cart_view::problem)?;
        Ok(cart_view::answer(StatusCode::OK, view))
    })
    .await
}
