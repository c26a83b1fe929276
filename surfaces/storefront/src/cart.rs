//! The cart's page and its forms.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use cart::{AddLine, CartError, CouponRefused, NewCart, Properties};
use kernel::{CartId, CartLineId, Quantity, VariantId};
use serde::{Deserialize, Serialize};
use web::{Done, Form, OnceForm, Path, Problem, Visitor};

use crate::{layout, views::CartPage};

#[derive(Serialize)]
struct CartPageView {
    cart: Option<CartPage>,
    /// Whether the cart became an order whose payment this browser has not come back from.
    ordered: bool,
    coupon: CouponForm,
    /// What to tell at the top of the page: a key of the texts, with what it may need.
    message: Option<Message>,
}

#[derive(Default, Serialize)]
struct CouponForm {
    code: String,
    applied: bool,
    /// The reason a code was refused, a key of the texts.
    refused: Option<&'static str>,
}

/// Something that was not done, told on the page it was asked from.
#[derive(Serialize)]
pub(crate) struct Message {
    key: &'static str,
    available: i64,
    /// The quantity that was typed for a line, which stays in its field.
    typed: Option<Typed>,
}

#[derive(Serialize)]
struct Typed {
    line: String,
    quantity: String,
}

impl Message {
    fn new(key: &'static str) -> Self {
        Self {
            key,
            available: 0,
            typed: None,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct AddForm {
    #[serde(default)]
    variant: String,
    #[serde(default = "one")]
    quantity: String,
    /// The page to go back to.
    #[serde(default)]
    back: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct LineForm {
    #[serde(default)]
    quantity: String,
    /// The cart's version that the form was shown with; a form without one changes whatever is there.
    #[serde(default)]
    version: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CodeForm {
    #[serde(default)]
    code: String,
}

fn one() -> String {
    "1".to_owned()
}

pub(crate) async fn show(visitor: Visitor) -> Result<Response, Problem> {
    render(&visitor, StatusCode::OK, CouponForm::default(), None).await
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    coupon: CouponForm,
    message: Option<Message>,
) -> Result<Response, Problem> {
    let mut ordered = false;
    let cart = match visitor.cart() {
        None => None,
        Some(id) => {
            let mut ctx = visitor.work.read();
            let view = cart::view(&mut ctx, id).await;
            ctx.rollback().await;
            match view {
                Ok(view) if view.cart.state == cart::CartState::Open => Some(CartPage::from(&view)),
                Ok(view) => {
                    ordered = view.cart.state == cart::CartState::Completed;
                    None
                }
                Err(CartError::NotFound) => None,
                Err(error) => return Err(problem(error)),
            }
        }
    };
    let view = CartPageView {
        cart,
        ordered,
        coupon,
        message,
    };
    layout::page_with_status(visitor, status, "storefront/cart.html", &view).await
}

/// Adds to the cart, and makes one for a visitor who has none.
pub(crate) async fn add(visitor: Visitor, OnceForm { form, request }: OnceForm<AddForm>) -> Result<Response, Problem> {
    let Ok(variant_id) = form.variant.parse::<VariantId>() else {
        return tell(&visitor, "cart-not-for-sale").await;
    };
    let Some(quantity) = quantity(&form.quantity) else {
        return tell(&visitor, "cart-quantity-wrong").await;
    };
    let line = AddLine {
        variant_id,
        quantity,
        properties: Properties::default(),
    };
    let added = web::write_form(&visitor, &request, async |ctx| {
        let lines = vec![line];
        let cart = match open_cart(ctx, visitor.cart()).await? {
            Some(cart) => cart::add_lines(ctx, cart, lines).await.map(|_lines| cart)?,
            None => {
                let new = NewCart {
                    lines,
                    ..NewCart::default()
                };
                cart::create(ctx, new).await?
            }
        };
        let done = Done::to(local_path(&form.back, "/cart")).saying("cart-added");
        Ok(done.with_cart(cart))
    });
    match added.await? {
        Ok(response) => Ok(response),
        Err(error) => refuse(&visitor, error, None).await,
    }
}

pub(crate) async fn change_line(
    visitor: Visitor,
    Path(line): Path<CartLineId>,
    OnceForm { form, request }: OnceForm<LineForm>,
) -> Result<Response, Problem> {
    let typed = Some(Typed {
        line: line.to_string(),
        quantity: form.quantity.clone(),
    });
    let Some(cart) = visitor.cart() else {
        return tell(&visitor, "cart-line-gone").await;
    };
    let wanted = quantity(&form.quantity);
    if wanted.is_none() && form.quantity.trim() != "0" {
        let message = Message {
            typed,
            ..Message::new("cart-quantity-wrong")
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return render(&visitor, status, CouponForm::default(), Some(message)).await;
    }
    let changed = web::write_form(&visitor, &request, async |ctx| {
        if let Ok(version) = form.version.parse() {
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

pub(crate) async fn apply_coupon(visitor: Visitor, Form(form): Form<CodeForm>) -> Result<Response, Problem> {
    let Some(cart) = visitor.cart() else {
        return Ok(Redirect::to("/cart").into_response());
    };
    let mut ctx = visitor.work.write();
    match cart::apply_coupon(&mut ctx, cart, &form.code).await {
        Ok(()) => {
            ctx.commit().await?;
            let coupon = CouponForm {
                applied: true,
                ..CouponForm::default()
            };
            render(&visitor, StatusCode::OK, coupon, None).await
        }
        Err(CouponRefused::Refused(reason)) => {
            ctx.rollback().await;
            let coupon = CouponForm {
                code: form.code,
                refused: Some(reason.as_str()),
                applied: false,
            };
            render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, coupon, None).await
        }
        Err(CouponRefused::Cart(CartError::Invalid(_))) => {
            ctx.rollback().await;
            let coupon = CouponForm {
                code: form.code,
                refused: Some("not_found"),
                applied: false,
            };
            render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, coupon, None).await
        }
        Err(CouponRefused::Cart(error)) => {
            ctx.rollback().await;
            refuse(&visitor, error, None).await
        }
    }
}

pub(crate) async fn remove_coupon(visitor: Visitor, Form(form): Form<CodeForm>) -> Result<Response, Problem> {
    let Some(cart) = visitor.cart() else {
        return Ok(Redirect::to("/cart").into_response());
    };
    let mut ctx = visitor.work.write();
    match cart::remove_coupon(&mut ctx, cart, &form.code).await {
        Ok(()) => ctx.commit().await?,
        Err(error) => {
            ctx.rollback().await;
            return refuse(&visitor, error, None).await;
        }
    }
    Ok(Redirect::to("/cart").into_response())
}

/// A visitor's cart, as long as it is open.
pub(crate) async fn open_cart(ctx: &mut database::Ctx, cart: Option<CartId>) -> Result<Option<CartId>, CartError> {
    let Some(id) = cart else {
        return Ok(None);
    };
    let cart = cart::find(ctx, id).await?;
    Ok(cart
        .filter(|cart| cart.state == cart::CartState::Open)
        .map(|cart| cart.id))
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
async fn tell(visitor: &Visitor, key: &'static str) -> Result<Response, Problem> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    render(visitor, status, CouponForm::default(), Some(Message::new(key))).await
}

/// Tells on the cart's page what could not be done.
async fn refuse(visitor: &Visitor, error: CartError, typed: Option<Typed>) -> Result<Response, Problem> {
    let message = match &error {
        CartError::InsufficientStock { available, .. } if *available > 0 => Message {
            available: *available,
            ..Message::new("cart-only-left")
        },
        CartError::InsufficientStock { .. } => Message::new("cart-sold-out"),
        CartError::NotForSale { .. } => Message::new("cart-not-for-sale"),
        CartError::LineNotFound | CartError::NotFound => Message::new("cart-line-gone"),
        CartError::Closed => Message::new("cart-closed"),
        CartError::VersionConflict { .. } => Message::new("cart-changed-elsewhere"),
        CartError::Invalid(_) | CartError::Unpriceable(_) | CartError::Internal(_) => return Err(problem(error)),
    };
    let message = Message { typed, ..message };
    render(visitor, StatusCode::CONFLICT, CouponForm::default(), Some(message)).await
}

/// What a cart's error is where no page can tell it better.
pub(crate) fn problem(error: CartError) -> Problem {
    match error {
        CartError::NotFound | CartError::LineNotFound => Problem::not_found(),
        CartError::Closed => Problem::conflict("cart_closed", "The cart was ordered or merged and cannot be changed."),
        CartError::VersionConflict { .. } => Problem::version_conflict(),
        CartError::NotForSale { .. } => Problem::conflict("not_for_sale", "This cannot be bought."),
        CartError::InsufficientStock { .. } => Problem::conflict("out_of_stock", "Not that many are in stock."),
        CartError::Invalid(invalid) => invalid.into(),
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
