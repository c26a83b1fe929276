//! The page of an order, with the forms that ship it and write on it.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::{Invalid, OrderId, OrderLineId};
use orders::{ChangeError, OrderDetails};
use payments::OpenRefundError;
use serde::{Deserialize, Serialize};
use web::{Answer, Done, Form, OnceForm, Path, Problem, Staff, Visitor, can};

use super::{
    capture::CaptureForm,
    fulfil::{ParcelForm, ParcelInputs},
    mails,
    places::Places,
    view::OrderView,
};
use crate::{
    forms::{Choice, Errors},
    invoices::{self, InvoiceRow},
    mail::MessageRow,
    texts::{self, TextRow},
};

/// The forms of the page as they were typed, and what is wrong with them.
#[derive(Default, Serialize)]
pub(crate) struct OrderForms {
    pub(crate) parcel: ParcelForm,
    pub(crate) capture: CaptureForm,
    pub(crate) note: String,
    pub(crate) tags: Option<String>,
    pub(crate) errors: Errors,
    /// The line whose quantity is wrong.
    pub(crate) wrong_line: Option<OrderLineId>,
    /// Why something could not be done, as a sentence.
    pub(crate) refused: Option<String>,
}

#[derive(Serialize)]
struct OrderPageView {
    order: OrderView,
    inputs: Vec<ParcelInputs>,
    locations: Vec<Choice>,
    /// Where the parcel is picked, unless somebody says otherwise.
    location: String,
    mails: Vec<MessageRow>,
    texts: Vec<TextRow>,
    invoices: Vec<InvoiceRow>,
    /// Whether staff may have its invoice written.
    invoice_lacks: bool,
    forms: OrderForms,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NoteForm {
    text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TagsForm {
    tags: String,
}

pub(crate) async fn show(staff: Staff<can::ReadOrders>, Path(id): Path<OrderId>) -> Answer {
    render(&staff, StatusCode::OK, id, OrderForms::default()).await
}

/// The page with its forms as they were typed.
pub(crate) async fn render(visitor: &Visitor, status: StatusCode, id: OrderId, forms: OrderForms) -> Answer {
    let (details, order) = load(visitor, id).await?;
    let mut ctx = visitor.work.read();
    let places = Places::of(&mut ctx, id).await?;
    let mails = mails::of(visitor, &mut ctx, id).await?;
    let texts = texts::of_order(visitor, &mut ctx, id).await?;
    let invoices = invoices::of_order(&mut ctx, id).await?;
    ctx.rollback().await;
    let chosen = Some(forms.parcel.location.clone()).filter(|location| !location.is_empty());
    let view = OrderPageView {
        order,
        inputs: ParcelInputs::of(&details, &places, &forms.parcel, forms.wrong_line),
        locations: places.choices(),
        location: chosen.or_else(|| places.best()).unwrap_or_default(),
        mails,
        texts,
        invoice_lacks: invoices.is_empty() && ::invoices::is_sold(&details.order),
        invoices,
        forms,
    };
    visitor.page_with_status(status, "admin/orders/order.html", &view)
}

/// The page with a sentence that says why something could not be done.
pub(crate) async fn refuse_with(visitor: &Visitor, id: OrderId, refused: String) -> Answer {
    let forms = OrderForms {
        refused: Some(refused),
        ..OrderForms::default()
    };
    render(visitor, StatusCode::CONFLICT, id, forms).await
}

/// The order with what its page shows.
pub(crate) async fn load(visitor: &Visitor, id: OrderId) -> Result<(OrderDetails, OrderView), Problem> {
    let mut ctx = visitor.work.read();
    let details = orders::get(&mut ctx, id).await.map_err(problem)?;
    let attempts = payments::attempts_of(&mut ctx, id).await?;
    let captures = payments::captures_of(&mut ctx, id).await?;
    ctx.rollback().await;
    let view = OrderView::new(visitor, &details, &attempts, &captures).map_err(|error| Problem::internal(&error))?;
    Ok((details, view))
}

pub(crate) async fn add_note(
    staff: Staff<can::FulfilOrders>,
    Path(id): Path<OrderId>,
    OnceForm { form, request }: OnceForm<NoteForm>,
) -> Answer {
    let added = web::write_form(&staff, &request, async |ctx| {
        orders::add_note(ctx, id, &form.text).await?;
        Ok(Done::to(format!("/admin/orders/{id}")).saying("admin-flash-note"))
    });
    match added.await? {
        Ok(response) => Ok(response),
        Err(error) => {
            refuse(
                &staff,
                id,
                OrderForms {
                    note: form.text,
                    ..OrderForms::default()
                },
                error,
            )
            .await
        }
    }
}

pub(crate) async fn tag(
    staff: Staff<can::FulfilOrders>,
    Path(id): Path<OrderId>,
    Form(form): Form<TagsForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    match orders::tag(&mut ctx, id, crate::forms::read_words(&form.tags)).await {
        Ok(_order) => {
            ctx.commit().await?;
            Ok(done(&staff, id, "admin-flash-saved"))
        }
        Err(error) => {
            ctx.rollback().await;
            refuse(
                &staff,
                id,
                OrderForms {
                    tags: Some(form.tags),
                    ..OrderForms::default()
                },
                error,
            )
            .await
        }
    }
}

pub(crate) async fn start_processing(staff: Staff<can::FulfilOrders>, Path(id): Path<OrderId>) -> Answer {
    let mut ctx = staff.work.write();
    match orders::start_processing(&mut ctx, id).await {
        Ok(_order) => {
            ctx.commit().await?;
            Ok(done(&staff, id, "admin-flash-processing"))
        }
        Err(error) => {
            ctx.rollback().await;
            refuse(&staff, id, OrderForms::default(), error).await
        }
    }
}

/// A form with nothing but its key.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Nothing {}

pub(crate) async fn mark_delivered(
    staff: Staff<can::FulfilOrders>,
    Path(id): Path<OrderId>,
    OnceForm {
        form: Nothing {},
        request,
    }: OnceForm<Nothing>,
) -> Answer {
    let marked = web::write_form(&staff, &request, async |ctx| {
        orders::mark_delivered(ctx, id).await?;
        Ok::<_, ChangeError>(Done::to(format!("/admin/orders/{id}")).saying("admin-flash-delivered"))
    });
    match marked.await? {
        Ok(response) => Ok(response),
        Err(error) => refuse(&staff, id, OrderForms::default(), error).await,
    }
}

/// Back to the order's page, with a message.
pub(crate) fn done(visitor: &Visitor, id: OrderId, flash: &str) -> Response {
    visitor.flash(flash);
    Redirect::to(&format!("/admin/orders/{id}")).into_response()
}

/// The page again, with what was typed and why it was not done.
pub(crate) async fn refuse(visitor: &Visitor, id: OrderId, mut forms: OrderForms, error: ChangeError) -> Answer {
    let status = match error {
        ChangeError::Invalid(error) => {
            forms.errors = Errors::of(visitor, Invalid::from(error));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        ChangeError::QuantityOutOfRange { line, left } if left > 0 => {
            forms.wrong_line = Some(line);
            forms.errors = Errors::said("quantity", said(visitor, &error).unwrap_or_default());
            StatusCode::UNPROCESSABLE_ENTITY
        }
        error => match said(visitor, &error) {
            Some(sentence) => {
                forms.refused = Some(sentence);
                StatusCode::CONFLICT
            }
            None => return Err(problem(error)),
        },
    };
    render(visitor, status, id, forms).await
}

/// What staff can do something about, as a sentence.
pub(crate) fn said(visitor: &Visitor, error: &ChangeError) -> Option<String> {
    let key = match error {
        ChangeError::IllegalTransition(_) => "admin-order-wrong-state",
        ChangeError::LineNotFound { .. } => "admin-order-no-line",
        // On a page that is older than another parcel or refund the line has no input any more.
        ChangeError::QuantityOutOfRange { left: ..=0, .. } => "admin-order-none-left",
        ChangeError::QuantityOutOfRange { left, .. } => {
            let left = left.to_string();
            return Some(visitor.translate("admin-order-quantity", &[("left", &left)]));
        }
        ChangeError::NothingToShip => "admin-order-nothing-to-ship",
        ChangeError::NothingToRefund => "admin-refund-nothing",
        ChangeError::ShippingExceeded { left } | ChangeError::ExceedsPaid { left } => {
            let left = left.format(visitor.locale);
            return Some(visitor.translate("admin-refund-too-much", &[("left", &left)]));
        }
        ChangeError::VersionConflict { .. } => "admin-order-changed",
        ChangeError::NotFound
        | ChangeError::Forbidden(_)
        | ChangeError::Invalid(_)
        | ChangeError::Money(_)
        | ChangeError::Internal(_) => return None,
    };
    Some(visitor.translate(key, &[]))
}

/// Why the money of an order cannot go back.
pub(crate) fn said_of_refund(visitor: &Visitor, error: OpenRefundError) -> Result<String, Problem> {
    match error {
        OpenRefundError::ExceedsCaptured { refundable } => {
            let left = refundable.format(visitor.locale);
            Ok(visitor.translate("admin-refund-too-much", &[("left", &left)]))
        }
        OpenRefundError::AttemptNotFound | OpenRefundError::NotCaptured { .. } => {
            Ok(visitor.translate("admin-refund-not-captured", &[]))
        }
        OpenRefundError::AlreadyOpen => Ok(visitor.translate("admin-order-changed", &[])),
        OpenRefundError::Internal(error) => Err(error.into()),
    }
}

/// What an order's error is where its page cannot tell it.
pub(crate) fn problem(error: ChangeError) -> Problem {
    match error {
        ChangeError::NotFound => Problem::not_found(),
        ChangeError::Forbidden(error) => error.into(),
        ChangeError::Invalid(error) => error.into(),
        ChangeError::Internal(error) => error.into(),
        ChangeError::VersionConflict { .. } => Problem::version_conflict(),
        ChangeError::Money(error) => Problem::internal(&error),
        ChangeError::IllegalTransition(_)
        | ChangeError::LineNotFound { .. }
        | ChangeError::QuantityOutOfRange { .. }
        | ChangeError::NothingToShip
        | ChangeError::NothingToRefund
        | ChangeError::ShippingExceeded { .. }
        | ChangeError::ExceedsPaid { .. } => Problem::conflict("order_refused", error.to_string()),
    }
}
