//! Cancels an order, after asking.

use axum::{extract::State, http::StatusCode};
use checkout::{CancelOrder, CancelOrderError};
use kernel::OrderId;
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, can};

use super::{page, view::OrderView};
use crate::{Desk, forms::Errors};

/// The most characters a reason may have.
pub(crate) const REASON: usize = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CancelForm {
    reason: String,
}

#[derive(Serialize)]
struct CancelView {
    order: OrderView,
    reason: String,
    errors: Errors,
    refused: Option<String>,
}

pub(crate) async fn ask(staff: Staff<can::CancelOrders>, Path(id): Path<OrderId>) -> Answer {
    render(
        &staff,
        StatusCode::OK,
        id,
        CancelForm::default(),
        Errors::default(),
        None,
    )
    .await
}

async fn render(
    staff: &Staff<can::CancelOrders>,
    status: StatusCode,
    id: OrderId,
    form: CancelForm,
    errors: Errors,
    refused: Option<String>,
) -> Answer {
    let (_, order) = page::load(staff, id).await?;
    let view = CancelView {
        order,
        reason: form.reason,
        errors,
        refused,
    };
    staff.page_with_status(status, "admin/orders/cancel.html", &view)
}

pub(crate) async fn cancel(
    staff: Staff<can::CancelOrders>,
    State(desk): State<Desk>,
    Path(id): Path<OrderId>,
    Form(form): Form<CancelForm>,
) -> Answer {
    let reason = form.reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > REASON {
        let code = if reason.is_empty() { "required" } else { "too_long" };
        let errors = Errors::one(&staff, "reason", code, "must have 1 to 500 characters");
        return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, id, form, errors, None).await;
    }
    let command = CancelOrder {
        order_id: id,
        expected_version: None,
        reason,
    };
    let refused = match checkout::cancel_flow(&staff.work, &desk.gateways, command).await {
        Ok(()) => return Ok(page::done(&staff, id, "admin-flash-cancelled")),
        Err(CancelOrderError::PaymentUnderWay) => staff.translate("admin-order-payment-under-way", &[]),
        Err(CancelOrderError::OpenRefund(error)) => page::said_of_refund(&staff, error)?,
        Err(CancelOrderError::Orders(error)) => match page::said(&staff, &error) {
            Some(sentence) => sentence,
            None => return Err(page::problem(error)),
        },
        Err(CancelOrderError::Forbidden(error)) => return Err(error.into()),
        Err(CancelOrderError::Settle(error)) => return Err(Problem::internal(&error)),
        Err(CancelOrderError::Internal(error)) => return Err(error.into()),
    };
    render(&staff, StatusCode::CONFLICT, id, form, Errors::default(), Some(refused)).await
}
