//! What is put aside for another time.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use cart::{CartError, SavedView, Saver};
use checkout::Step;
use kernel::CartLineId;
use serde::{Deserialize, Serialize};
use web::{Done, MoneyView, OnceForm, Path, Problem, Visitor};

use super::{LineForm, refuse, tell};
use crate::{Shop, queue::turn_away};

/// A line that is put aside, as the cart's page shows it.
#[derive(Serialize)]
pub(super) struct SavedLineView {
    id: String,
    slug: Option<String>,
    title: String,
    variant_title: String,
    image_url: String,
    quantity: i64,
    properties: BTreeMap<String, String>,
    price: Option<MoneyView>,
    /// The price when it was put aside, where it is another now.
    was: Option<MoneyView>,
    /// How many are left, when these are fewer than were put aside.
    left: Option<i64>,
    /// What keeps it from going into the cart, a part of a key of the texts.
    obstacle: Option<&'static str>,
}

impl From<&SavedView> for SavedLineView {
    fn from(saved: &SavedView) -> Self {
        let variant = saved.variant.as_ref();
        let line = &saved.line;
        let short = saved.availability.filter(|stock| !stock.can_sell(line.quantity.get()));
        Self {
            id: line.id.to_string(),
            slug: variant.map(|variant| variant.slug.to_string()),
            title: variant.map(|variant| variant.product_title.clone()).unwrap_or_default(),
            variant_title: variant.map(|variant| variant.variant_title.clone()).unwrap_or_default(),
            image_url: variant.map(|variant| variant.image_url.clone()).unwrap_or_default(),
            quantity: line.quantity.get(),
            properties: line.properties.as_map().clone(),
            price: saved.price.map(MoneyView::from),
            was: saved.was.map(MoneyView::from),
            left: short.map(|stock| stock.available).filter(|left| *left > 0),
            obstacle: saved.obstacle.map(cart::Obstacle::as_str),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SavedForm {
    /// `move` into the cart, or `remove`.
    action: String,
}

/// Puts a line of the cart aside.
pub(crate) async fn save(
    visitor: Visitor,
    Path(line): Path<CartLineId>,
    OnceForm { form: _, request }: OnceForm<LineForm>,
) -> Result<Response, Problem> {
    let Some(cart) = visitor.cart() else {
        return tell(&visitor, "cart-line-gone").await;
    };
    let saved = web::write_form(&visitor, &request, async |ctx| {
        cart::save_for_later(ctx, cart, line).await?;
        Ok::<Done, CartError>(Done::to("/cart").saying("cart-saved"))
    });
    match saved.await? {
        Ok(response) => Ok(response),
        Err(error) => refuse(&visitor, error, None).await,
    }
}

/// Takes up a line again, or forgets it.
pub(crate) async fn change(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(line): Path<CartLineId>,
    OnceForm { form, request }: OnceForm<SavedForm>,
) -> Result<Response, Problem> {
    let saver = match (visitor.customer(), visitor.cart()) {
        (Some(customer), _) => Saver::Customer(customer),
        (None, Some(cart)) => Saver::Cart(cart),
        (None, None) => return tell(&visitor, "cart-line-gone").await,
    };
    if form.action != "remove"
        && let Some(away) = turn_away(&visitor, &shop, Step::TakeUp(saver, line)).await?
    {
        return Ok(away);
    }
    let changed = web::write_form(&visitor, &request, async |ctx| {
        if form.action == "remove" {
            cart::remove_saved(ctx, saver, line).await?;
            return Ok(Done::to("/cart"));
        }
        let cart = cart::move_to_cart(ctx, saver, visitor.cart(), line).await?;
        Ok(Done::to("/cart").saying("cart-added").with_cart(cart))
    });
    match changed.await? {
        Ok(response) => Ok(response),
        Err(error) => refuse(&visitor, error, None).await,
    }
}
