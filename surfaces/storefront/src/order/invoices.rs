//! An order's invoice and credit notes, for whoever may see the order.

use axum::{extract::State, response::Response};
use database::Ctx;
use invoices::Document;
use kernel::{DocumentId, OrderId};
use serde::Serialize;
use web::{Path, Problem, Query, Visitor};

use super::TokenQuery;
use crate::Shop;

/// Where a document is.
#[derive(Serialize)]
pub(super) struct InvoiceLink {
    kind: &'static str,
    number: String,
    url: String,
}

/// The documents of an order, as whoever holds its token, or none, reaches them.
pub(super) async fn links(ctx: &mut Ctx, id: OrderId, token: &str) -> Result<Vec<InvoiceLink>, Problem> {
    let link = |document: Document| InvoiceLink {
        kind: document.kind.as_str(),
        number: document.number,
        url: with_token(format!("/orders/{id}/invoices/{}", document.id), token),
    };
    Ok(invoices::list_of_order(ctx, id).await?.into_iter().map(link).collect())
}

fn with_token(path: String, token: &str) -> String {
    if token.is_empty() {
        path
    } else {
        format!("{path}?token={token}")
    }
}

#[derive(Serialize)]
struct SheetPage<'a> {
    sheet: invoices::Sheet<'a>,
    back: String,
    back_text: String,
}

/// The document, for printing, in the order's language.
pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path((id, document)): Path<(OrderId, DocumentId)>,
    Query(query): Query<TokenQuery>,
) -> Result<Response, Problem> {
    let by_link = orders::verify_access_token(&shop.link_key, id, &query.token);
    let mut ctx = visitor.work.read();
    let order = orders::find(&mut ctx, id).await?.ok_or_else(Problem::not_found)?;
    let is_own = order.customer_id.is_some() && order.customer_id == visitor.customer();
    if !by_link && !is_own {
        return Err(Problem::not_found());
    }
    let found = invoices::find(&mut ctx, document).await?;
    ctx.rollback().await;
    let document = found
        .filter(|found| found.order_id == id)
        .ok_or_else(Problem::not_found)?;
    let token = if by_link { query.token.as_str() } else { "" };
    let view = SheetPage {
        sheet: document.sheet(),
        back: with_token(format!("/orders/{id}"), token),
        back_text: visitor.translate("order-title", &[("number", &order.number)]),
    };
    visitor.page_in(document.locale, "shared/invoice.html", &view)
}
