//! The cart's coupon codes.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use cart::{CartError, CouponRefused};
use serde::{Deserialize, Serialize};
use web::{Form, Problem, Visitor};

use super::{Extras, refuse, render};

#[derive(Default, Serialize)]
pub(super) struct CouponForm {
    code: String,
    /// The reason a code was refused, a key of the texts.
    refused: Option<&'static str>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CodeForm {
    #[serde(default)]
    code: String,
}

pub(crate) async fn apply(visitor: Visitor, Form(form): Form<CodeForm>) -> Result<Response, Problem> {
    let Some(cart) = visitor.cart() else {
        return Ok(Redirect::to("/cart").into_response());
    };
    let mut ctx = visitor.work.write();
    let refused = match cart::apply_coupon(&mut ctx, cart, &form.code).await {
        Ok(()) => {
            ctx.commit().await?;
            visitor.flash("coupon-applied");
            return Ok(Redirect::to("/cart").into_response());
        }
        Err(CouponRefused::Refused(reason)) => reason.as_str(),
        Err(CouponRefused::Cart(CartError::Invalid(_))) if form.code.trim().is_empty() => "empty",
        Err(CouponRefused::Cart(CartError::Invalid(_))) => "not_found",
        Err(CouponRefused::Cart(error)) => {
            ctx.rollback().await;
            return refuse(&visitor, error, None).await;
        }
    };
    ctx.rollback().await;
    let coupon = CouponForm {
        code: form.code,
        refused: Some(refused),
    };
    let extras = Extras {
        coupon,
        ..Extras::default()
    };
    render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, extras).await
}

/// Where a shopper comes who loads the page of a refused code again.
pub(crate) async fn show() -> Redirect {
    Redirect::to("/cart")
}

pub(crate) async fn remove(visitor: Visitor, Form(form): Form<CodeForm>) -> Result<Response, Problem> {
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
