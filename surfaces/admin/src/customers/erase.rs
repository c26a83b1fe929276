//! Somebody who asked the store, rather than their account, to be forgotten. Whoever does it types the address once more.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use erasure::{BeginError, Whom};
use kernel::{CustomerId, EmailAddress, OrderId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Query, Staff, can};

use crate::forms::Errors;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EraseForm {
    /// A guest's address.
    email: String,
    /// The address once more.
    again: String,
}

#[derive(Default, Serialize)]
struct EraseView {
    /// The customer; none for a guest.
    customer: Option<CustomerView>,
    email: String,
    again: String,
    errors: Errors,
    refused: Option<String>,
    obstacles: Vec<Obstacle>,
    /// Whose address a guest's turned out to be.
    has_account: Option<String>,
}

#[derive(Serialize)]
struct CustomerView {
    id: String,
    name: String,
    verified: bool,
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

type Owner = Staff<can::ManageSettings>;

pub(crate) async fn ask(staff: Owner, Path(id): Path<CustomerId>) -> Answer {
    let view = view_of(&staff, id).await?;
    render(&staff, StatusCode::OK, &view)
}

pub(crate) async fn ask_of_guest(staff: Owner, Query(form): Query<EraseForm>) -> Answer {
    let view = EraseView {
        email: form.email,
        ..EraseView::default()
    };
    render(&staff, StatusCode::OK, &view)
}

/// The page about a customer.
async fn view_of(staff: &Owner, id: CustomerId) -> Result<EraseView, Problem> {
    let mut ctx = staff.work.read();
    let customer = customers::find(&mut ctx, id).await?.ok_or_else(Problem::not_found)?;
    let account = identity::find_account_by_id(&mut ctx, customer.account_id).await?;
    let obstacles = erasure::list_obstacles(&mut ctx, &Whom::Customer(id)).await;
    ctx.rollback().await;
    let name = customer.full_name();
    Ok(EraseView {
        customer: Some(CustomerView {
            id: id.to_string(),
            name: if name.is_empty() {
                customer.email.to_string()
            } else {
                name
            },
            verified: account.is_some_and(|account| account.verified_at.is_some()),
        }),
        email: customer.email.into_string(),
        obstacles: Obstacle::all(obstacles.map_err(problem)?),
        ..EraseView::default()
    })
}

fn render(staff: &Owner, status: StatusCode, view: &EraseView) -> Answer {
    staff.page_with_status(status, "admin/customers/erase.html", view)
}

pub(crate) async fn erase(staff: Owner, Path(id): Path<CustomerId>, Form(form): Form<EraseForm>) -> Answer {
    let mut view = view_of(&staff, id).await?;
    view.again = form.again;
    if !same(&view.email, &view.again) {
        view.errors = Errors::said("again", staff.translate("admin-erase-other-address", &[]));
        return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    begin(&staff, &Whom::Customer(id), view).await
}

pub(crate) async fn erase_guest(staff: Owner, Form(form): Form<EraseForm>) -> Answer {
    let mut view = EraseView {
        email: form.email,
        again: form.again,
        ..EraseView::default()
    };
    let email = match EmailAddress::parse(&view.email) {
        Ok(email) => email,
        Err(error) => {
            view.errors = Errors::one(&staff, "email", error.code, &error.message);
            return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    if !same(email.as_str(), &view.again) {
        view.errors = Errors::said("again", staff.translate("admin-erase-other-address", &[]));
        return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    begin(&staff, &Whom::Guest(email), view).await
}

fn same(email: &str, typed: &str) -> bool {
    EmailAddress::parse(typed).is_ok_and(|typed| typed.as_str() == email)
}

async fn begin(staff: &Owner, whom: &Whom, mut view: EraseView) -> Answer {
    let mut ctx = staff.work.write();
    let locale = ctx.store().locale;
    let error = match erasure::begin(&mut ctx, whom, locale).await {
        Ok(_request) => {
            ctx.commit().await?;
            staff.flash("admin-flash-erasing");
            return Ok(Redirect::to("/admin/customers").into_response());
        }
        Err(error) => error,
    };
    ctx.rollback().await;
    match error {
        BeginError::Unfinished { orders } => view.obstacles = Obstacle::all(orders),
        BeginError::HasAccount { customer } => view.has_account = Some(customer.to_string()),
        BeginError::WorksHere => view.refused = Some(staff.translate("admin-erase-works-here", &[])),
        error @ (BeginError::NotFound | BeginError::Forbidden(_) | BeginError::Internal(_)) => {
            return Err(problem(error));
        }
    }
    render(staff, StatusCode::CONFLICT, &view)
}

fn problem(error: BeginError) -> Problem {
    match error {
        BeginError::Forbidden(error) => error.into(),
        BeginError::NotFound => Problem::not_found(),
        BeginError::WorksHere | BeginError::HasAccount { .. } | BeginError::Unfinished { .. } => {
            Problem::conflict("not_erasable", error.to_string())
        }
        BeginError::Internal(error) => error.into(),
    }
}
