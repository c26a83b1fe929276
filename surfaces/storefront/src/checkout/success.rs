//! What was bought, right after it was; and for a guest the offer to keep it in an account.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode, response::Response};
use identity::NewPassword;
use kernel::{Invalid, OrderId};
use orders::OrderDetails;
use serde::{Deserialize, Serialize};
use web::{Form, Problem, Query, Visitor};

use super::{OrderQuery, ordered::nothing_to_buy};
use crate::{
    Shop, layout,
    order::{self, OrderView},
    register,
};

#[derive(Serialize)]
struct SuccessView {
    #[serde(flatten)]
    order: OrderView,
    paid: bool,
    cancelled: bool,
    status_url: String,
    /// For a guest.
    keep: Option<KeepView>,
}

/// What the form needs that keeps the order in an account.
#[derive(Serialize)]
struct KeepView {
    token: String,
    errors: BTreeMap<String, &'static str>,
}

/// A guest's password for an account with the order's address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KeepForm {
    order: String,
    token: String,
    password: String,
}

pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Query(query): Query<OrderQuery>,
) -> Result<Response, Problem> {
    if query.names_nothing() {
        return nothing_to_buy(&visitor, &shop).await;
    }
    let details = load(&visitor, &shop, query.order_id()?, &query.token).await?;
    render(&visitor, StatusCode::OK, (details, query.token), Invalid::default()).await
}

/// The order, for whoever has its link.
async fn load(visitor: &Visitor, shop: &Shop, id: OrderId, token: &str) -> Result<OrderDetails, Problem> {
    if !orders::verify_access_token(&shop.link_key, id, token) {
        return Err(Problem::not_found());
    }
    let mut ctx = visitor.work.read();
    let details = orders::get(&mut ctx, id).await.map_err(order::problem)?;
    ctx.rollback().await;
    Ok(details)
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    (details, token): (OrderDetails, String),
    invalid: Invalid,
) -> Result<Response, Problem> {
    let order = &details.order;
    let own = order.customer_id.is_some() && order.customer_id == visitor.customer();
    let mut ctx = visitor.work.read();
    let shown = order::shown(&mut ctx, details.clone(), token.clone(), own).await?;
    ctx.rollback().await;
    let is_guests = order.customer_id.is_none() && visitor.session.is_none();
    let view = SuccessView {
        paid: matches!(
            order.payment_status,
            orders::PaymentStatus::Paid | orders::PaymentStatus::Authorized
        ),
        cancelled: order.status == orders::OrderStatus::Cancelled,
        status_url: format!("/orders/{}?token={token}", order.id),
        keep: is_guests.then(|| KeepView {
            token: token.clone(),
            errors: invalid.0.into_iter().map(|error| (error.field, error.code)).collect(),
        }),
        order: shown,
    };
    layout::page_with_status(visitor, status, "storefront/success.html", &view).await
}

/// Makes an account with the address of the order, which becomes the account's once the address is confirmed. What follows is the
/// same whether the address had an account or not.
pub(crate) async fn keep(
    visitor: Visitor,
    State(shop): State<Shop>,
    Form(form): Form<KeepForm>,
) -> Result<Response, Problem> {
    let id = form.order.parse().map_err(|_not_an_id| Problem::not_found())?;
    let details = load(&visitor, &shop, id, &form.token).await?;
    let order = &details.order;
    let email = order.email.clone();
    visitor.count_auth_attempt(email.as_str()).await?;
    let address = order.shipping_address.as_ref().or(order.billing_address.as_ref());
    let name = address.map(|address| (address.first_name.clone(), address.last_name.clone()));
    let opened = match NewPassword::parse(&form.password, &email) {
        Ok(password) => register::open(&visitor, &email, password, name.unwrap_or_default()).await?,
        Err(error) => Err(error.into()),
    };
    match opened {
        Ok(()) => register::check_mail(&visitor, email).await,
        Err(invalid) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            render(&visitor, status, (details, form.token), invalid).await
        }
    }
}
