//! Writes what an order lacks: its invoice, and the credit notes of its refunds.

use std::collections::{HashMap, HashSet};

use database::{Ctx, Error};
use kernel::{Forbidden, MoneyError, OrderId, Permission, RefundId};
use orders::{Order, OrderDetails, OrderRefund, OrderStatus};
use payments::RefundState;

use crate::{Content, Document, DocumentKind, Terms, compose::Occasion, load_terms, store};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The actor may not write invoices.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such order.
    #[error("there is no such order")]
    NotFound,
    /// The order waits for its payment, or was cancelled before anything was paid.
    #[error("nothing was sold")]
    NotSold,
    /// Part of the money came. What comes of the rest is open, and an invoice says all of it.
    #[error("the order is paid in part")]
    PartlyPaid,
    /// An amount is larger than can be.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Writes the invoice of an order, if there is none, and a credit note for each refund that succeeded and has none. The
/// answer is all there are; asking again writes nothing.
pub async fn write(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<Document>, WriteError> {
    let mut papers = Papers::lock(ctx, &[order_id]).await?;
    match papers.orders.remove(&order_id) {
        Some(details) => papers.complete(ctx, &details).await,
        None => Err(WriteError::NotFound),
    }
}

/// The same for those of several orders that were sold, in the order they are given.
pub(crate) async fn write_all(ctx: &mut Ctx, order_ids: &[OrderId]) -> Result<(), WriteError> {
    let mut papers = Papers::lock(ctx, order_ids).await?;
    for order_id in order_ids {
        let Some(details) = papers.orders.remove(order_id) else {
            continue;
        };
        match papers.complete(ctx, &details).await {
            // It was cancelled before anybody came to write.
            Ok(_) | Err(WriteError::NotSold | WriteError::PartlyPaid) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Orders and what was written about them.
struct Papers {
    terms: Terms,
    orders: HashMap<OrderId, OrderDetails>,
    documents: HashMap<OrderId, Vec<Document>>,
}

impl Papers {
    /// Reads them. Whoever else writes documents of these orders waits here.
    async fn lock(ctx: &mut Ctx, order_ids: &[OrderId]) -> Result<Self, WriteError> {
        ctx.require(Permission::FulfilOrders)?;
        orders::lock_all(ctx, order_ids).await?;
        let orders = orders::get_all(ctx, order_ids).await?;
        let mut documents: HashMap<OrderId, Vec<Document>> = HashMap::new();
        for document in store::list_of_orders(ctx, order_ids).await? {
            documents.entry(document.order_id).or_default().push(document);
        }
        let terms = load_terms(ctx).await?;
        Ok(Self {
            terms,
            orders,
            documents,
        })
    }

    /// Writes what an order lacks.
    async fn complete(&mut self, ctx: &mut Ctx, details: &OrderDetails) -> Result<Vec<Document>, WriteError> {
        let documents = self.documents.remove(&details.order.id).unwrap_or_default();
        let occasion = Occasion {
            store: &ctx.store().clone(),
            terms: &self.terms,
            details,
        };
        complete(ctx, occasion, documents).await
    }
}

async fn complete(
    ctx: &mut Ctx,
    occasion: Occasion<'_>,
    mut documents: Vec<Document>,
) -> Result<Vec<Document>, WriteError> {
    let (details, terms) = (occasion.details, occasion.terms);
    if documents.is_empty() {
        check_sold(&details.order)?;
        let content = occasion.invoice()?;
        let number = next_number(ctx, "invoices", &terms.invoice_prefix).await?;
        documents.push(put(ctx, occasion, (DocumentKind::Invoice, number, None), content).await?);
    }
    let Some(invoice) = documents.first().map(|invoice| invoice.number.clone()) else {
        return Ok(documents);
    };
    let written: HashSet<RefundId> = documents.iter().filter_map(|document| document.refund_id).collect();
    let (mut credited, open): (Vec<&OrderRefund>, Vec<&OrderRefund>) = details
        .refunds
        .iter()
        .filter(|refund| refund.state == RefundState::Succeeded)
        .partition(|refund| written.contains(&refund.id));
    for refund in open {
        let content = occasion.credit_note(&invoice, refund, &credited)?;
        let number = next_number(ctx, "credit_notes", &terms.credit_note_prefix).await?;
        let what = (DocumentKind::CreditNote, number, Some(refund.id));
        documents.push(put(ctx, occasion, what, content).await?);
        credited.push(refund);
    }
    Ok(documents)
}

/// Whether an order without an invoice gets one from `write`.
pub fn is_sold(order: &Order) -> bool {
    check_sold(order).is_ok()
}

fn check_sold(order: &Order) -> Result<(), WriteError> {
    let has_money = order.paid_total.is_positive();
    match order.status {
        OrderStatus::Pending => Err(WriteError::NotSold),
        OrderStatus::Cancelled if !has_money => Err(WriteError::NotSold),
        _ if has_money && order.paid_total.minor() < order.total.minor() => Err(WriteError::PartlyPaid),
        _ => Ok(()),
    }
}

/// The next number of a row. Nobody else gets one until this transaction ends, so there are no gaps.
async fn next_number(ctx: &mut Ctx, sequence: &str, prefix: &str) -> Result<String, Error> {
    let number = ctx.next_number(sequence, 1).await?;
    Ok(format!("{prefix}{number}"))
}

async fn put(
    ctx: &mut Ctx,
    occasion: Occasion<'_>,
    (kind, number, refund_id): (DocumentKind, String, Option<RefundId>),
    content: Content,
) -> Result<Document, Error> {
    let order = &occasion.details.order;
    let document = Document {
        id: ctx.new_id(),
        kind,
        number,
        order_id: order.id,
        refund_id,
        locale: order.locale,
        issued_at: ctx.now(),
        buyer: occasion.buyer(),
        content,
    };
    store::insert(ctx, &document).await?;
    Ok(document)
}
