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
    applied: bool,
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
            let coupon = CouponForm {
                applied: true,
                ..CouponForm::default()
            };
            return answer(&visitor, StatusCode::OK, coupon).await;
        }
        Err(CouponRefused::Refused(reason)) => reason.as_str(),
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
        applied: false,
    };
    answer(&visitor, StatusCode::UNPROCESSABLE_ENTITY, coupon).await
}

async fn answer(visitor: &Visitor, status: StatusCode, coupon: CouponForm) -> Result<Response, Problem> {
    let extras = Extras {
        coupon,
        ..Extras::default()
    };
    render(visitor, status, extras).await
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
