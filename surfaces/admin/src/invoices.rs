//! Invoices and credit notes: written for an order, and shown for printing.

use axum::{
    Router,
    routing::{get, post},
};
use database::Ctx;
use invoices::{Document, WriteError};
use kernel::{DocumentId, OrderId};
use serde::Serialize;
use web::{Answer, Done, OnceForm, Path, Problem, Staff, can};

use crate::{
    Desk,
    orders::{self, Nothing},
};

/// The routes of this room.
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/invoices/{id}", get(show))
        .route("/admin/orders/{id}/invoices", post(write))
}

/// A document in the list of its order.
#[derive(Serialize)]
pub(crate) struct InvoiceRow {
    id: String,
    kind: &'static str,
    number: String,
    issued_at: String,
}

pub(crate) async fn of_order(ctx: &mut Ctx, id: OrderId) -> Result<Vec<InvoiceRow>, Problem> {
    let row = |document: Document| InvoiceRow {
        id: document.id.to_string(),
        kind: document.kind.as_str(),
        number: document.number,
        issued_at: document.issued_at.to_rfc3339(),
    };
    Ok(invoices::list_of_order(ctx, id).await?.into_iter().map(row).collect())
}

#[derive(Serialize)]
struct SheetPage<'a> {
    sheet: invoices::Sheet<'a>,
    back: String,
    back_text: String,
}

/// The document, for printing, in the order's language.
async fn show(staff: Staff<can::ReadOrders>, Path(id): Path<DocumentId>) -> Answer {
    let mut ctx = staff.work.read();
    let document = invoices::find(&mut ctx, id).await?.ok_or_else(Problem::not_found)?;
    ctx.rollback().await;
    let view = SheetPage {
        sheet: document.sheet(),
        back: format!("/admin/orders/{}", document.order_id),
        back_text: staff.translate("admin-invoice-back", &[("number", &document.content.order_number)]),
    };
    staff.page_in(document.locale, "shared/invoice.html", &view)
}

/// Writes what the order lacks.
async fn write(
    staff: Staff<can::FulfilOrders>,
    Path(id): Path<OrderId>,
    OnceForm {
        form: Nothing {},
        request,
    }: OnceForm<Nothing>,
) -> Answer {
    let written = web::write_form(&staff, &request, async |ctx| {
        invoices::write(ctx, id).await?;
        Ok::<_, WriteError>(Done::to(format!("/admin/orders/{id}")).saying("admin-flash-invoice"))
    });
    match written.await? {
        Ok(response) => Ok(response),
        Err(WriteError::NotSold) => {
            let refused = staff.translate("admin-invoice-not-sold", &[]);
            orders::refuse(&staff, id, refused).await
        }
        Err(WriteError::PartlyPaid) => {
            let refused = staff.translate("admin-invoice-partly-paid", &[]);
            orders::refuse(&staff, id, refused).await
        }
        Err(WriteError::NotFound) => Err(Problem::not_found()),
        Err(WriteError::Forbidden(error)) => Err(error.into()),
        Err(WriteError::Amount(error)) => Err(Problem::internal(&error)),
        Err(WriteError::Internal(error)) => Err(error.into()),
    }
}
