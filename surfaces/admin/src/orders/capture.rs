//! Takes the money that a gateway holds for an order, all or part of it, and gives up what is left of it.

use axum::{extract::State, http::StatusCode};
use checkout::{CaptureOrder, CaptureOrderError, ReleaseOrderError};
use kernel::{Invalid, Money, OrderId};
use serde::{Deserialize, Serialize};
use web::{Answer, OnceForm, Path, Problem, Staff, can};

use super::page::{self, Nothing, OrderForms};
use crate::{
    Desk,
    forms::{Errors, read_amount},
};

/// The form as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct CaptureForm {
    /// How much; nothing before the form was sent.
    amount: Option<String>,
    /// Whether the rest is given up.
    last: String,
    /// What could be taken when the page was made, in minor units.
    seen: String,
}

pub(crate) async fn capture(
    staff: Staff<can::RefundOrders>,
    State(desk): State<Desk>,
    Path(id): Path<OrderId>,
    OnceForm { form, request }: OnceForm<CaptureForm>,
) -> Answer {
    let currency = staff.store().currency;
    let mut invalid = Invalid::default();
    let text = form.amount.as_deref().unwrap_or_default();
    let amount = read_amount(&mut invalid, "amount", text, currency);
    let errors = match (invalid.into_result(), amount) {
        (Ok(()), Some(amount)) => {
            let command = CaptureOrder {
                id: request.id(&staff.work),
                order_id: id,
                expected_version: None,
                amount: Some(amount),
                last: !form.last.is_empty(),
                seen: form.seen.parse().ok().map(|minor| Money::new(minor, currency)),
            };
            match checkout::capture_flow(&staff.work, &desk.gateways, command).await {
                Ok(()) => return Ok(page::done(&staff, id, "admin-flash-capture-asked")),
                Err(CaptureOrderError::OutOfRange { held }) => {
                    let held = held.format(staff.locale);
                    Errors::said("amount", staff.translate("admin-capture-range", &[("held", &held)]))
                }
                Err(error) => return refuse(&staff, id, form, error).await,
            }
        }
        (Ok(()), None) => Errors::one(&staff, "amount", "required", "is required"),
        (Err(invalid), _) => Errors::of(&staff, invalid),
    };
    let forms = OrderForms {
        capture: form,
        errors,
        ..OrderForms::default()
    };
    page::render(&staff, StatusCode::UNPROCESSABLE_ENTITY, id, forms).await
}

async fn refuse(staff: &Staff<can::RefundOrders>, id: OrderId, form: CaptureForm, error: CaptureOrderError) -> Answer {
    let key = match error {
        CaptureOrderError::NothingHeld | CaptureOrderError::OutOfRange { .. } => "admin-capture-nothing",
        CaptureOrderError::BeingVoided => "admin-capture-voided",
        CaptureOrderError::UnderWay => "admin-capture-under-way",
        CaptureOrderError::HeldChanged { .. } => "admin-capture-changed",
        CaptureOrderError::Forbidden(error) => return Err(error.into()),
        CaptureOrderError::Orders(error) => return Err(page::problem(error)),
        CaptureOrderError::Settle(error) => return Err(Problem::internal(&error)),
        CaptureOrderError::Internal(error) => return Err(error.into()),
    };
    let forms = OrderForms {
        capture: form,
        refused: Some(staff.translate(key, &[])),
        ..OrderForms::default()
    };
    page::render(staff, StatusCode::CONFLICT, id, forms).await
}

pub(crate) async fn release(
    staff: Staff<can::RefundOrders>,
    State(desk): State<Desk>,
    Path(id): Path<OrderId>,
    OnceForm {
        form: Nothing {},
        request: _,
    }: OnceForm<Nothing>,
) -> Answer {
    let key = match checkout::release_flow(&staff.work, &desk.gateways, id).await {
        Ok(()) => return Ok(page::done(&staff, id, "admin-flash-released")),
        Err(ReleaseOrderError::NothingHeld) => "admin-capture-nothing",
        Err(ReleaseOrderError::NothingTaken) => "admin-release-nothing-taken",
        Err(ReleaseOrderError::UnderWay) => "admin-capture-under-way",
        Err(ReleaseOrderError::Forbidden(error)) => return Err(error.into()),
        Err(ReleaseOrderError::Orders(error)) => return Err(page::problem(error)),
        Err(ReleaseOrderError::Settle(error)) => return Err(Problem::internal(&error)),
        Err(ReleaseOrderError::Internal(error)) => return Err(error.into()),
    };
    let forms = OrderForms {
        refused: Some(staff.translate(key, &[])),
        ..OrderForms::default()
    };
    page::render(&staff, StatusCode::CONFLICT, id, forms).await
}
