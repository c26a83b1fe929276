//! The cart's page and its forms.

pub(crate) mod add;
pub(crate) mod again;
pub(crate) mod coupon;
mod estimate;
pub(crate) mod left;
pub(crate) mod note;
pub(crate) mod saved;

use axum::{extract::State, http::StatusCode, response::Response};
use cart::{CartError, CartView, Saver};
use checkout::Step;
use kernel::{CartLineId, Quantity};
use serde::{Deserialize, Serialize};
use web::{Done, OnceForm, Path, Problem, Query, Visitor};

use self::{
    again::{Again, MissedView},
    coupon::CouponForm,
    estimate::{EstimateForm, EstimateView},
    saved::SavedLineView,
};
use crate::{Shop, layout, queue::turn_away, views::CartPage};

#[derive(Serialize)]
struct CartPageView {
    cart: Option<CartPage>,
    /// What is put aside for another time.
    saved: Vec<SavedLineView>,
    /// The order that the cart became, when this browser has not come back from its payment.
    ordered: Option<OrderedView>,
    coupon: CouponForm,
    estimate: Option<EstimateView>,
    /// What of an order that was put into the cart again is not there.
    missed: Vec<MissedView>,
    note: String,
    /// What to tell at the top of the page: a key of the texts, with what it may need.
    message: Option<Message>,
}

/// An order whose payment is not confirmed yet.
#[derive(Serialize)]
struct OrderedView {
    id: String,
    /// Whether the payment waits for the shopper, who may give it up.
    waits: bool,
}

/// What of the page one request shows beside the cart.
#[derive(Default)]
pub(crate) struct Extras {
    coupon: CouponForm,
    estimate: EstimateForm,
    again: Option<Again>,
    /// A note that was refused, as it was typed.
    note: Option<String>,
    message: Option<Message>,
}

/// Something that was not done, told on the page it was asked from.
#[derive(Serialize)]
pub(crate) struct Message {
    key: String,
    available: i64,
    /// The number that a rule of quantities names.
    limit: i64,
    /// The quantity that was typed for a line, which stays in its field.
    typed: Option<TypedQuantity>,
}

#[derive(Serialize)]
struct TypedQuantity {
    line: String,
    quantity: String,
}

impl Message {
    fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            available: 0,
            limit: 0,
            typed: None,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CartQuery {
    country: String,
    postal_code: String,
    /// The order that was put into the cart again.
    again: String,
    /// What opens it without signing in.
    token: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct LineForm {
    #[serde(default)]
    quantity: String,
    /// Pressed instead of a quantity.
    #[serde(default)]
    remove: String,
    /// The cart's version that the form was shown with; a form without one changes whatever is there.
    #[serde(default)]
    version: String,
}

pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Query(query): Query<CartQuery>,
) -> Result<Response, Problem> {
    let again = query.again.parse().ok();
    let extras = Extras {
        estimate: EstimateForm::new(query.country, query.postal_code),
        again: again.map(|order| Again::of(&shop, order, &query.token)),
        ..Extras::default()
    };
    render(&visitor, StatusCode::OK, extras).await
}

async fn render(visitor: &Visitor, status: StatusCode, extras: Extras) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let found = match visitor.cart() {
        None => None,
        Some(id) => match cart::view(&mut ctx, id).await {
            Ok(view) => Some(view),
            Err(CartError::NotFound) => None,
            Err(error) => return Err(problem(error)),
        },
    };
    let (saved, found) = match found {
        Some(view) => (view.saved.clone(), Some(view)),
        None => match visitor.customer() {
            Some(customer) => {
                let saver = Saver::Customer(customer);
                (cart::list_saved(&mut ctx, saver).await.map_err(problem)?, None)
            }
            None => (Vec::new(), None),
        },
    };
    let completed = found
        .as_ref()
        .filter(|view| view.cart.state == cart::CartState::Completed);
    let ordered = match completed.and_then(|view| view.cart.order_id) {
        Some(order) => Some(OrderedView {
            waits: checkout::waits_for_shopper(&mut ctx, order).await?,
            id: order.to_string(),
        }),
        None => None,
    };
    let open = found.filter(|view| view.cart.state == cart::CartState::Open);
    let missed = match extras.again {
        Some(order) => again::missed(visitor, &mut ctx, &order, open.as_ref()).await?,
        None => Vec::new(),
    };
    let estimate = match open.as_ref().filter(|view| view.needs_shipping()) {
        Some(view) => Some(EstimateView::new(visitor, &mut ctx, view, extras.estimate).await?),
        None => None,
    };
    ctx.rollback().await;
    let kept_note = |view: &CartView| view.cart.customer_note.clone();
    let view = CartPageView {
        note: extras.note.or(open.as_ref().map(kept_note)).unwrap_or_default(),
        cart: open.as_ref().map(CartPage::from),
        saved: saved.iter().map(SavedLineView::from).collect(),
        ordered,
        coupon: extras.coupon,
        estimate,
        missed,
        message: extras.message,
    };
    layout::page_with_status(visitor, status, "storefront/cart.html", &view).await
}

pub(crate) async fn change_line(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(line): Path<CartLineId>,
    OnceForm { form, request }: OnceForm<LineForm>,
) -> Result<Response, Problem> {
    let typed = Some(TypedQuantity {
        line: line.to_string(),
        quantity: form.quantity.clone(),
    });
    let Some(cart) = visitor.cart() else {
        return tell(&visitor, "cart-line-gone").await;
    };
    let is_removed = !form.remove.is_empty() || form.quantity.trim() == "0";
    let wanted = quantity(&form.quantity).filter(|_| !is_removed);
    if wanted.is_none() && !is_removed {
        let message = Message {
            typed,
            ..Message::new("cart-quantity-wrong")
        };
        return say(&visitor, StatusCode::UNPROCESSABLE_ENTITY, message).await;
    }
    if let Some(quantity) = wanted
        && let Some(away) = turn_away(&visitor, &shop, Step::Change(cart, line, quantity)).await?
    {
        return Ok(away);
    }
    let changed = web::write_form(&visitor, &request, async |ctx| {
        // Whoever takes a line out means it whatever its quantity is by now.
        if let Ok(version) = form.version.parse()
            && !is_removed
        {
            cart::require_version(ctx, cart, version).await?;
        }
        match wanted {
            Some(quantity) => cart::update_line(ctx, cart, line, quantity).await?,
            None => cart::remove_line(ctx, cart, line).await?,
        }
        Ok(Done::to("/cart"))
    });
    match changed.await? {
        Ok(response) => Ok(response),
        Err(error) => refuse(&visitor, error, typed).await,
    }
}

fn quantity(text: &str) -> Option<Quantity> {
    Quantity::new(text.trim().parse().ok()?).ok()
}

/// A path of this shop, never another site's address; the other one when it would be the home page.
pub(crate) fn local_path<'a>(path: &'a str, otherwise: &'a str) -> &'a str {
    match web::local_path(path) {
        "/" => otherwise,
        local => local,
    }
}

/// Shows the cart with a sentence about what was asked wrongly.
async fn tell(visitor: &Visitor, key: &str) -> Result<Response, Problem> {
    say(visitor, StatusCode::UNPROCESSABLE_ENTITY, Message::new(key)).await
}

async fn say(visitor: &Visitor, status: StatusCode, message: Message) -> Result<Response, Problem> {
    let extras = Extras {
        message: Some(message),
        ..Extras::default()
    };
    render(visitor, status, extras).await
}

/// Tells on the cart's page what could not be done.
async fn refuse(visitor: &Visitor, error: CartError, typed: Option<TypedQuantity>) -> Result<Response, Problem> {
    let message = match &error {
        CartError::InsufficientStock { available, .. } if *available > 0 => Message {
            available: *available,
            ..Message::new("cart-only-left")
        },
        CartError::InsufficientStock { .. } => Message::new("cart-sold-out"),
        CartError::NotForSale { .. } => Message::new("cart-not-for-sale"),
        CartError::Quantity { refusal, .. } => Message {
            limit: refusal.limit(),
            ..Message::new(format!("quantity-{}", refusal.as_str().replace('_', "-")))
        },
        CartError::Properties(_) => Message::new("personal-changed"),
        CartError::LineNotFound | CartError::NotFound => Message::new("cart-line-gone"),
        CartError::Closed => Message::new("cart-closed"),
        CartError::VersionConflict { .. } => Message::new("cart-changed-elsewhere"),
        CartError::Invalid(invalid) if invalid.0.iter().any(|error| error.code == "too_many") => {
            Message::new("cart-full")
        }
        CartError::Invalid(_) | CartError::Unpriceable(_) | CartError::Internal(_) => return Err(problem(error)),
    };
    say(visitor, StatusCode::CONFLICT, Message { typed, ..message }).await
}

/// What a cart's error is where no page can tell it better.
pub(crate) fn problem(error: CartError) -> Problem {
    match error {
        CartError::NotFound | CartError::LineNotFound => Problem::not_found(),
        CartError::Closed => Problem::conflict("cart_closed", "The cart was ordered or merged and cannot be changed."),
        CartError::VersionConflict { .. } => Problem::version_conflict(),
        CartError::NotForSale { .. } => Problem::conflict("not_for_sale", "This cannot be bought."),
        CartError::InsufficientStock { .. } => Problem::conflict("out_of_stock", "Not that many are in stock."),
        CartError::Quantity { .. } => Problem::conflict("quantity_not_sold", "It is not sold in this quantity."),
        CartError::Invalid(invalid) | CartError::Properties(invalid) => invalid.into(),
        CartError::Unpriceable(error) => Problem::unprocessable("unpriceable", error.to_string()),
        CartError::Internal(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_shop_are_gone_back_to() {
        assert_eq!(
            local_path("/products/mug?variant=1", "/cart"),
            "/products/mug?variant=1"
        );
        for path in [
            "",
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/a\r\nb",
            "/\t/evil.example",
            "/\u{1}",
        ] {
            assert_eq!(local_path(path, "/cart"), "/cart", "{path}");
        }
    }
}
