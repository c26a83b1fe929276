//! Takes the money that a gateway holds for an order.

use axum::extract::State;
use checkout::CaptureOrderError;
use kernel::OrderId;
use web::{Answer, Path, Problem, Staff, can};

use super::page::{self, OrderForms};
use crate::Desk;

pub(crate) async fn capture(
    staff: Staff<can::RefundOrders>,
    State(desk): State<Desk>,
    Path(id): Path<OrderId>,
) -> Answer {
    let key = match checkout::capture_flow(&staff.work, &desk.gateways, id).await {
        Ok(()) => return Ok(page::done(&staff, id, "admin-flash-capture-asked")),
        Err(CaptureOrderError::NothingHeld) => "admin-capture-nothing",
        Err(CaptureOrderError::BeingVoided) => "admin-capture-voided",
        Err(CaptureOrderError::Forbidden(error)) => return Err(error.into()),
        Err(CaptureOrderError::Orders(error)) => return Err(page::problem(error)),
        Err(CaptureOrderError::Settle(error)) => return Err(Problem::internal(&error)),
        Err(CaptureOrderError::Internal(error)) => return Err(error.into()),
    };
    let forms = OrderForms {
        refused: Some(staff.translate(key, &[])),
        ..OrderForms::default()
    };
    page::render(&staff, axum::http::StatusCode::CONFLICT, id, forms).await
}
