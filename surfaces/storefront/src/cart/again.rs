//! Puts what was ordered once into the cart again, as far as it is sold, and tells what is not there: for a customer any order of
//! theirs, for whoever has an order's link one whose payment failed.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use cart::{AddLine, Cart, CartState, CartView, Properties};
use checkout::Step;
use database::Ctx;
use kernel::{CartId, OrderId, Quantity, VariantId};
use orders::{OrderDetails, PaymentStatus};
use serde::{Deserialize, Serialize};
use web::{Done, IdempotentRequest, OnceForm, Path, Problem, SignedIn, Visitor};

use super::{LineForm, problem, refuse};
use crate::{
    Shop,
    queue::{Way, way},
};

/// Something of the order that is not in the cart, or not all of it.
#[derive(Serialize)]
pub(super) struct MissedView {
    title: String,
    variant_title: String,
    wanted: i64,
    /// How many of it the cart has.
    there: i64,
}

/// An order that was put into the cart again.
pub(crate) struct Again {
    order: OrderId,
    /// Whether it is known by its link, and not only to its customer.
    by_link: bool,
}

impl Again {
    pub(super) fn of(shop: &Shop, order: OrderId, token: &str) -> Self {
        Self {
            order,
            by_link: orders::verify_access_token(&shop.link_key, order, token),
        }
    }
}

pub(crate) async fn order_again(
    visitor: SignedIn,
    State(shop): State<Shop>,
    Path(id): Path<OrderId>,
    OnceForm { form: _, request }: OnceForm<LineForm>,
) -> Result<Response, Problem> {
    let own = Again {
        order: id,
        by_link: false,
    };
    let mut ctx = visitor.work.read();
    let details = find(&visitor, &mut ctx, &own).await?.ok_or_else(Problem::not_found)?;
    ctx.rollback().await;
    let (back, then) = (format!("/account/orders/{id}"), format!("/cart?again={id}"));
    put(&visitor, &shop, &request, (&details, back, then)).await
}

/// What opens an order without signing in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LinkForm {
    token: String,
}

/// `POST /orders/{id}/again`: goes on from an order whose payment failed, for whoever has its link. The cart that it was is there
/// again with everything that was typed, unless the browser has another by now or somebody else ordered it.
pub(crate) async fn again_by_link(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<OrderId>,
    OnceForm { form, request }: OnceForm<LinkForm>,
) -> Result<Response, Problem> {
    let details = crate::order::load(&visitor, &shop, id, &form.token).await?;
    let back = format!("/orders/{id}?token={}", form.token);
    if details.order.payment_status != PaymentStatus::Failed {
        return Ok(Redirect::to(&back).into_response());
    }
    if let Some(cart) = reopened(&visitor, &details).await? {
        visitor.remember_cart(cart);
        visitor.flash("cart-again");
        return Ok(Redirect::to("/cart").into_response());
    }
    let then = format!("/cart?again={id}&token={}", form.token);
    put(&visitor, &shop, &request, (&details, back, then)).await
}

/// The cart that an order was, if it is nobody else's and the browser has nothing in another.
async fn reopened(visitor: &Visitor, details: &OrderDetails) -> Result<Option<CartId>, Problem> {
    let mut ctx = visitor.work.read();
    let had = match visitor.cart() {
        Some(own) if Some(own) != details.order.cart_id => cart::count(&mut ctx, own).await?,
        Some(_) | None => 0,
    };
    let found = match details.order.cart_id.filter(|_| had == 0) {
        Some(id) => cart::find(&mut ctx, id).await.map_err(problem)?,
        None => None,
    };
    ctx.rollback().await;
    let is_free = |cart: &Cart| {
        cart.state == CartState::Open && (cart.customer_id.is_none() || cart.customer_id == visitor.customer())
    };
    Ok(found.filter(is_free).map(|cart| cart.id))
}

/// Adds what is still sold of an order; `back` is where a waiting room leads to afterwards, `then` where the cart is shown.
async fn put(
    visitor: &Visitor,
    shop: &Shop,
    request: &IdempotentRequest,
    (details, back, then): (&OrderDetails, String, String),
) -> Result<Response, Problem> {
    let line = |line: &orders::OrderLine| {
        Some(AddLine {
            variant_id: line.variant_id,
            quantity: Quantity::new(line.quantity).ok()?,
            properties: Properties::new(line.properties.clone()).ok()?,
        })
    };
    let lines: Vec<AddLine> = details.lines.iter().filter_map(line).collect();
    let variants: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    if let Way::Away(away) = way(visitor, shop, Step::Add(&variants), Some(back)).await? {
        return Ok(away);
    }
    let added = web::write_form(visitor, request, async |ctx| {
        let cart = cart::add_what_is_sold(ctx, visitor.cart(), lines).await?;
        let done = Done::to(then);
        Ok(match cart {
            Some(cart) => done.saying("cart-again").with_cart(cart),
            None => done,
        })
    });
    match added.await? {
        Ok(response) => Ok(response),
        Err(error) => refuse(visitor, error, None).await,
    }
}

/// What of the order the cart has not, or fewer of.
pub(super) async fn missed(
    visitor: &Visitor,
    ctx: &mut Ctx,
    order: &Again,
    cart: Option<&CartView>,
) -> Result<Vec<MissedView>, Problem> {
    let Some(details) = find(visitor, ctx, order).await? else {
        return Ok(Vec::new());
    };
    let mut there: BTreeMap<VariantId, i64> = BTreeMap::new();
    for line in cart.iter().flat_map(|view| &view.lines) {
        *there.entry(line.line.variant_id).or_default() += line.line.quantity.get();
    }
    let missed = details.lines.into_iter().filter_map(|line| {
        let left = there.entry(line.variant_id).or_default();
        let found = (*left).min(line.quantity);
        *left -= found;
        (found < line.quantity).then_some(MissedView {
            title: line.title,
            variant_title: line.variant_title,
            wanted: line.quantity,
            there: found,
        })
    });
    Ok(missed.collect())
}

/// The order, for its customer or whoever has its link.
async fn find(visitor: &Visitor, ctx: &mut Ctx, again: &Again) -> Result<Option<OrderDetails>, Problem> {
    let customer = visitor.customer();
    if customer.is_none() && !again.by_link {
        return Ok(None);
    }
    let may_see = |details: &OrderDetails| again.by_link || details.order.customer_id == customer;
    match orders::get(ctx, again.order).await {
        Ok(details) => Ok(Some(details).filter(may_see)),
        Err(orders::ChangeError::NotFound) => Ok(None),
        Err(error) => Err(crate::order::problem(error)),
    }
}
