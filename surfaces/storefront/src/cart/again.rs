//! Puts what a customer ordered once into the cart again, as far as it is sold, and tells what is not there.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use cart::{AddLine, CartView, Properties};
use checkout::Step;
use database::Ctx;
use kernel::{OrderId, Quantity, VariantId};
use orders::OrderDetails;
use serde::Serialize;
use web::{Done, OnceForm, Path, Problem, SignedIn, Visitor};

use super::{LineForm, refuse};
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

pub(crate) async fn order_again(
    visitor: SignedIn,
    State(shop): State<Shop>,
    Path(id): Path<OrderId>,
    OnceForm { form: _, request }: OnceForm<LineForm>,
) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let details = own_order(&visitor, &mut ctx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    ctx.rollback().await;
    let line = |line: &orders::OrderLine| {
        Some(AddLine {
            variant_id: line.variant_id,
            quantity: Quantity::new(line.quantity).ok()?,
            properties: Properties::new(line.properties.clone()).ok()?,
        })
    };
    let lines: Vec<AddLine> = details.lines.iter().filter_map(line).collect();
    let variants: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let back = Some(format!("/account/orders/{id}"));
    if let Way::Away(away) = way(&visitor, &shop, Step::Add(&variants), back).await? {
        return Ok(away);
    }
    let added = web::write_form(&visitor, &request, async |ctx| {
        let cart = cart::add_what_is_sold(ctx, visitor.cart(), lines).await?;
        let done = Done::to(format!("/cart?again={id}"));
        Ok(match cart {
            Some(cart) => done.saying("cart-again").with_cart(cart),
            None => done,
        })
    });
    match added.await? {
        Ok(response) => Ok(response),
        Err(error) => refuse(&visitor, error, None).await,
    }
}

/// What of the visitor's own order the cart has not, or fewer of.
pub(super) async fn missed(
    visitor: &Visitor,
    ctx: &mut Ctx,
    order: OrderId,
    cart: Option<&CartView>,
) -> Result<Vec<MissedView>, Problem> {
    let Some(details) = own_order(visitor, ctx, order).await? else {
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

async fn own_order(visitor: &Visitor, ctx: &mut Ctx, id: OrderId) -> Result<Option<OrderDetails>, Problem> {
    let Some(customer) = visitor.customer() else {
        return Ok(None);
    };
    match orders::get(ctx, id).await {
        Ok(details) => Ok(Some(details).filter(|details| details.order.customer_id == Some(customer))),
        Err(orders::ChangeError::NotFound) => Ok(None),
        Err(error) => Err(crate::order::problem(error)),
    }
}
