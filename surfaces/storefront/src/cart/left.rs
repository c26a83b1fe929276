//! The link in the mail about a cart that was left behind. It shows what was in the cart and a button, because mail scanners open
//! links; the button puts that into the cart of the browser it is followed in, so it works on any device.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use cart::{AddLine, Cart, CartState, CartView, Properties};
use checkout::Step;
use database::Ctx;
use kernel::{CartReminderId, VariantId};
use notifications::LeftCartLink;
use serde::{Deserialize, Serialize};
use web::{Done, OnceForm, Path, Problem, Query, Visitor};

use super::{problem, refuse};
use crate::{
    Shop, layout,
    order::TokenQuery,
    queue::{Way, way},
};

#[derive(Serialize)]
struct LeftView {
    lines: Vec<LeftLineView>,
    /// Whether the cart became an order.
    ordered: bool,
    /// Where the button leads.
    action: String,
}

#[derive(Serialize)]
struct LeftLineView {
    title: String,
    variant_title: String,
    quantity: i64,
}

/// The form holds nothing but its key.
#[derive(Debug, Deserialize)]
pub(crate) struct LeftForm {}

/// Whether it is the cart of this browser already, or of whoever is signed in.
fn is_own(visitor: &Visitor, cart: &Cart) -> bool {
    let is_customers = cart.customer_id.is_some() && cart.customer_id == visitor.customer();
    cart.state == CartState::Open && (is_customers || visitor.cart() == Some(cart.id))
}

/// The cart that the link is about, and what is in it as long as it is open and as the mail told.
async fn load(
    ctx: &mut Ctx,
    shop: &Shop,
    (id, query): (CartReminderId, &TokenQuery),
) -> Result<(Cart, Option<CartView>), Problem> {
    let link = LeftCartLink {
        key: &shop.link_key,
        reminder_id: id,
        token: &query.token,
    };
    let left = notifications::find_left_cart(ctx, link).await?;
    let left = left.ok_or_else(Problem::not_found)?;
    let view = match left.cart.state {
        CartState::Open if left.is_as_told => Some(cart::view(ctx, left.cart.id).await.map_err(problem)?),
        // What was put into it since is for nobody but whoever did so.
        CartState::Open | CartState::Completed | CartState::Merged => None,
    };
    Ok((left.cart, view))
}

pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<CartReminderId>,
    Query(query): Query<TokenQuery>,
) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let (left, view) = load(&mut ctx, &shop, (id, &query)).await?;
    ctx.rollback().await;
    if is_own(&visitor, &left) {
        return Ok(Redirect::to("/cart").into_response());
    }
    let sold = view.into_iter().flat_map(|view| view.lines).filter_map(|line| {
        let variant = line.variant?;
        Some(LeftLineView {
            title: variant.product_title,
            variant_title: variant.variant_title,
            quantity: line.line.quantity.get(),
        })
    });
    let view = LeftView {
        lines: sold.collect(),
        ordered: left.state == CartState::Completed,
        action: notifications::left_cart_path(&shop.link_key, id),
    };
    layout::page(&visitor, "storefront/cart_left.html", &view).await
}

/// Puts what is still sold into the cart of this browser. What is there already counts.
pub(crate) async fn take_up(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<CartReminderId>,
    Query(query): Query<TokenQuery>,
    OnceForm { form: _, request }: OnceForm<LeftForm>,
) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let (left, view) = load(&mut ctx, &shop, (id, &query)).await?;
    ctx.rollback().await;
    if is_own(&visitor, &left) {
        return Ok(Redirect::to("/cart").into_response());
    }
    let back = notifications::left_cart_path(&shop.link_key, id);
    let Some(view) = view else {
        return Ok(Redirect::to(&back).into_response());
    };
    let lines = view.lines.into_iter().map(|line| AddLine {
        variant_id: line.line.variant_id,
        quantity: line.line.quantity,
        // What was typed for it is for nobody else.
        properties: Properties::default(),
    });
    let lines: Vec<AddLine> = lines.collect();
    let variants: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    if let Way::Away(away) = way(&visitor, &shop, Step::Add(&variants), Some(back)).await? {
        return Ok(away);
    }
    let added = web::write_form(&visitor, &request, async |ctx| {
        let cart = cart::take_up(ctx, visitor.cart(), lines).await?;
        let done = Done::to("/cart");
        Ok(match cart {
            Some(cart) => done.saying("cart-left-taken").with_cart(cart),
            None => done,
        })
    });
    match added.await? {
        Ok(response) => Ok(response),
        Err(error) => refuse(&visitor, error, None).await,
    }
}
