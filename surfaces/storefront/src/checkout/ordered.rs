//! Where a browser goes whose cart became an order, or whose cart is gone: to the order, on with its payment, or away from that.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use cart::{Cart, CartState};
use checkout::PaymentState;
use kernel::{CartId, OrderId};
use web::{Problem, Visitor};

use crate::Shop;

/// To what was bought. The browser forgets the cart, unless its guest put something aside, which is in another cart then; for a
/// while it still knows which one it ordered.
pub(crate) async fn to_success(visitor: &Visitor, shop: &Shop, order: OrderId) -> Result<Response, Problem> {
    let next = match (visitor.customer(), visitor.cart()) {
        (None, Some(cart)) => {
            let mut ctx = visitor.work.write();
            let next = cart::carry_on(&mut ctx, cart).await.map_err(crate::cart::problem)?;
            ctx.commit().await?;
            next
        }
        (_, _) => None,
    };
    if let Some(cart) = visitor.cart() {
        visitor.remember_ordered(cart);
    }
    match next {
        Some(next) => visitor.remember_cart(next),
        None => visitor.forget_cart(),
    }
    Ok(success(shop, order))
}

fn success(shop: &Shop, order: OrderId) -> Response {
    let token = orders::access_token(&shop.link_key, order);
    Redirect::to(&format!("/checkout/success?order={order}&token={token}")).into_response()
}

fn to_cart() -> Response {
    Redirect::to("/cart").into_response()
}

/// Where a shopper goes whose cart has nothing to buy: to the order it became, or to the cart, which says how to go on with a
/// payment that waits for them.
pub(crate) async fn after_ordering(visitor: &Visitor, shop: &Shop) -> Result<Response, Problem> {
    let Some((_, order)) = ordered(visitor, visitor.cart()).await? else {
        return nothing_to_buy(visitor, shop).await;
    };
    let state = checkout::check_order_flow(&visitor.work, &shop.gateways, order).await;
    lead_on(visitor, shop, order, state.map_err(|error| Problem::internal(&error))?).await
}

/// To the order that this browser has just placed, for whoever comes back to its form or sends it twice; otherwise to the cart.
/// Whoever signed in or out meanwhile is not shown what they ordered as somebody else.
pub(crate) async fn nothing_to_buy(visitor: &Visitor, shop: &Shop) -> Result<Response, Problem> {
    match ordered(visitor, visitor.ordered()).await? {
        Some((cart, order)) if cart.customer_id == visitor.customer() => {
            let mut response = success(shop, order);
            web::mark_replayed(&mut response);
            Ok(response)
        }
        Some(_) | None => Ok(to_cart()),
    }
}

/// `POST /checkout/give-up`: the shopper does not go on at the bank. Where the money came meanwhile the order stands, and is shown.
pub(crate) async fn give_up(visitor: Visitor, State(shop): State<Shop>) -> Result<Response, Problem> {
    let Some((_, order)) = ordered(&visitor, visitor.cart()).await? else {
        return match visitor.cart() {
            // The first of two clicks opened it again.
            Some(_) => Ok(to_cart()),
            None => nothing_to_buy(&visitor, &shop).await,
        };
    };
    let state = checkout::give_up_flow(&visitor.work, &shop.gateways, order).await;
    let state = state.map_err(|error| Problem::internal(&error))?;
    match &state {
        PaymentState::RequiresAction { .. } => visitor.flash("checkout-not-given-up"),
        PaymentState::Failed { .. } => visitor.flash("checkout-given-up"),
        PaymentState::Paid | PaymentState::Pending | PaymentState::Cancelled => {}
    }
    lead_on(&visitor, &shop, order, state).await
}

async fn lead_on(visitor: &Visitor, shop: &Shop, order: OrderId, state: PaymentState) -> Result<Response, Problem> {
    match state {
        PaymentState::Paid | PaymentState::Pending => to_success(visitor, shop, order).await,
        PaymentState::RequiresAction { .. } | PaymentState::Failed { .. } => Ok(to_cart()),
        PaymentState::Cancelled => {
            visitor.flash("checkout-cancelled");
            Ok(to_cart())
        }
    }
}

/// The cart that became an order, and the order.
async fn ordered(visitor: &Visitor, cart: Option<CartId>) -> Result<Option<(Cart, OrderId)>, Problem> {
    let Some(cart) = cart else { return Ok(None) };
    let mut ctx = visitor.work.read();
    let found = cart::find(&mut ctx, cart).await;
    ctx.rollback().await;
    let found = found.map_err(crate::cart::problem)?;
    Ok(found.and_then(|cart| {
        let order = cart.order_id.filter(|_| cart.state == CartState::Completed)?;
        Some((cart, order))
    }))
}
