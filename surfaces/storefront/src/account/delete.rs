//! A customer leaves for good, and everything about them goes.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use erasure::{BeginError, Whom};
use identity::ConfirmError;
use kernel::OrderId;
use serde::{Deserialize, Serialize};
use web::{Form, Problem, SignedIn, Visitor};

use crate::layout;

/// Where somebody without a password signs in once more.
const SIGN_IN_AGAIN: &str = "/login?next=%2Faccount%2Fdelete";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DeleteForm {
    password: String,
}

#[derive(Serialize)]
struct DeleteView {
    email: String,
    verified: bool,
    /// Orders that are to be finished first.
    obstacles: Vec<Obstacle>,
    /// Somebody on the staff is a customer too.
    works_here: bool,
    /// Whether a password is asked for.
    password: bool,
    /// What is wrong with it, the code of the error.
    error: Option<&'static str>,
}

#[derive(Serialize)]
struct Obstacle {
    id: String,
    number: String,
}

impl Obstacle {
    fn all(orders: Vec<(OrderId, String)>) -> Vec<Self> {
        let orders = orders.into_iter();
        let obstacle = |(id, number): (OrderId, String)| Self {
            id: id.to_string(),
            number,
        };
        orders.map(obstacle).collect()
    }
}

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    render(&visitor, StatusCode::OK, None).await
}

async fn render(visitor: &SignedIn, status: StatusCode, error: Option<&'static str>) -> Result<Response, Problem> {
    let session = visitor.session.as_ref().ok_or_else(Problem::unauthorized)?;
    let mut ctx = visitor.work.read();
    let obstacles = erasure::list_obstacles(&mut ctx, &Whom::Customer(visitor.customer))
        .await
        .map_err(problem)?;
    let works_here = identity::is_of_staff(&mut ctx, session.account).await?;
    let methods = identity::list_sign_in_methods(&mut ctx, session.account, false).await?;
    ctx.rollback().await;
    let view = DeleteView {
        email: session.email.to_string(),
        verified: session.verified,
        obstacles: Obstacle::all(obstacles),
        works_here,
        password: methods.password,
        error,
    };
    layout::page_with_status(visitor, status, "storefront/account/delete.html", &view).await
}

pub(crate) async fn delete(visitor: SignedIn, Form(form): Form<DeleteForm>) -> Result<Response, Problem> {
    let session = visitor.session.as_ref().ok_or_else(Problem::unauthorized)?;
    visitor.count_auth_attempt(session.email.as_str()).await?;
    let confirmed = identity::confirm_flow(&visitor.work, session.account, session.id, form.password).await;
    let code = match confirmed {
        Ok(()) => return begin(&visitor).await,
        Err(ConfirmError::WrongPassword) => "wrong_password",
        Err(ConfirmError::TooManyAttempts { .. }) => "too_many_attempts",
        Err(ConfirmError::SignInAgain) => {
            visitor.flash("sign-in-again");
            return Ok(Redirect::to(SIGN_IN_AGAIN).into_response());
        }
        Err(error @ ConfirmError::Hashing(_)) => return Err(Problem::internal(&error)),
        Err(ConfirmError::Internal(error)) => return Err(error.into()),
    };
    render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, Some(code)).await
}

async fn begin(visitor: &SignedIn) -> Result<Response, Problem> {
    let mut ctx = visitor.work.write();
    let locale = ctx.locale();
    match erasure::begin(&mut ctx, &Whom::Customer(visitor.customer), locale).await {
        Ok(_request) => {
            ctx.commit().await?;
            visitor.end_session();
            visitor.forget_cart();
            Ok(Redirect::to("/account/deleted").into_response())
        }
        // The page says which orders they are.
        Err(BeginError::Unfinished { .. } | BeginError::WorksHere) => {
            ctx.rollback().await;
            render(visitor, StatusCode::CONFLICT, None).await
        }
        Err(error) => Err(problem(error)),
    }
}

/// Says goodbye.
pub(crate) async fn deleted(visitor: Visitor) -> Result<Response, Problem> {
    layout::page(&visitor, "storefront/deleted.html", &()).await
}

fn problem(error: BeginError) -> Problem {
    match error {
        BeginError::Forbidden(error) => error.into(),
        BeginError::NotFound | BeginError::HasAccount { .. } => Problem::not_found(),
        BeginError::WorksHere | BeginError::Unfinished { .. } => {
            Problem::conflict("orders_unfinished", error.to_string())
        }
        BeginError::Internal(error) => error.into(),
    }
}
