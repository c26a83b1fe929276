//! `GET` and `PATCH /carts/{id}`.

use axum::http::StatusCode;
use cart::Changes;
use chrono::NaiveDate;
use kernel::{CartId, CartLineId, Invalid};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Idempotent, IfMatch, Path, Problem, Visitor};

use super::{
    cart_view::{self, Cart},
    create_cart,
};
use crate::{
    endpoint::Endpoint,
    wire::{Address, ids, present, words},
};

/// What to change; a field that is left out stays as it is, and null takes back what may be missing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateCart {
    /// Where the confirmation goes; null forgets it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    email: Option<Option<String>>,
    /// Where the goods go; null forgets it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Address>)]
    shipping_address: Option<Option<Address>>,
    /// Where the bill goes, when elsewhere; null is where the goods go.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Address>)]
    billing_address: Option<Option<Address>>,
    /// The codes the cart shall have; an empty list takes all out.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<words::EnteredCode>, required = false, max_items = 10)]
    coupon_codes: Option<Vec<String>>,
    /// The code of a delivery; null, or an empty text, chooses none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100)]
    shipping_option: Option<Option<String>>,
    /// The day of delivery: one of the option's `dates`; null is as soon as possible. Where the option is not on offer, because
    /// there is no address it goes to, the day counts once it is.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Date)]
    delivery_date: Option<Option<NaiveDate>>,
    /// What the shopper wants the merchant to know; an empty text takes it back.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    customer_note: Option<String>,
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_cart", "/carts/{id}", get)
        .says(
            "Carts",
            "Get a cart",
            "The cart with prices, stock, taxes, coupons and deliveries asked anew.",
        )
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .answers::<Cart>(200, "The cart, priced.")
        .tagged(200)
        .never_kept()
        .problem(409, "`unpriceable`: the total is too large to be computed.")
}

async fn get(visitor: Visitor, Path(id): Path<CartId>) -> Answer {
    let mut ctx = visitor.work.read();
    let view = cart::view(&mut ctx, id).await.map_err(cart_view::problem)?;
    Ok(cart_view::answer(StatusCode::OK, view))
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_cart", "/carts/{id}", patch)
        .says(
            "Carts",
            "Change a cart",
            "Changes e-mail, addresses, coupon codes, delivery or note of an open cart.",
        )
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .idempotent()
        .if_match(false)
        .body::<UpdateCart>()
        .answers::<Cart>(200, "The cart, priced.")
        .tagged(200)
        .problem(409, "`cart_closed`, `unpriceable` or `idempotency_key_in_flight`.")
}

async fn patch(
    visitor: Visitor,
    Path(id): Path<CartId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<UpdateCart>,
) -> Answer {
    let changes = create_cart::changes(body.email, body.shipping_address, body.billing_address);
    let mut wrong = Invalid::default();
    if let Some(codes) = &body.coupon_codes {
        wrong.check("coupon_codes", create_cart::check_codes(codes));
    }
    let changes = changes.unwrap_or_else(|invalid| {
        wrong.0.splice(0..0, invalid.0);
        Changes::default()
    });
    wrong.into_result()?;
    let changes = Changes {
        shipping_option: body.shipping_option,
        delivery_date: body.delivery_date,
        customer_note: body.customer_note,
        ..changes
    };
    let option = changes.shipping_option.as_ref().and_then(Option::as_deref);
    let day = changes.delivery_date.flatten();
    if let Some(again) = create_cart::check_or_repeat(&visitor, (option, day), &request).await? {
        return Ok(again);
    }
    let IfMatch(version) = version?;
    web::write_idempotently(&visitor.work, &request, async |ctx| {
        cart::change(ctx, id, changes, version)
            .await
            .map_err(cart_view::problem)?;
        if let Some(codes) = body.coupon_codes {
            cart::replace_coupons(ctx, id, codes)
                .await
                .map_err(cart_view::problem)?;
        }
        let view = cart::show(ctx, id).await.map_err(cart_view::problem)?;
        if day.is_some() {
            cart::require_offered_day(&view)?;
        }
        Ok(cart_view::answer(StatusCode::OK, view))
    })
    .await
}

/// The two ids of an address such as `/carts/{id}/lines/{line}`.
#[derive(Deserialize)]
pub(super) struct LinePath {
    pub(super) id: CartId,
    pub(super) line: CartLineId,
}

/// Refuses to go on with a cart that changed since the caller read it, when the caller says what it read.
pub(super) async fn expect_version(ctx: &mut database::Ctx, id: CartId, version: Option<i64>) -> Result<(), Problem> {
    match version {
        Some(version) => cart::require_version(ctx, id, version)
            .await
            .map_err(cart_view::problem),
        None => Ok(()),
    }
}
