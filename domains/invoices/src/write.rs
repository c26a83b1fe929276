//! Writes what an order lacks: its invoice, and the credit notes of its refunds.

use std::collections::{HashMap, HashSet};

use database::{Ctx, Error};
use kernel::{Forbidden, MoneyError, OrderId, Permission, RefundId, Store};
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
    let details = papers.orders.get(&order_id).ok_or(WriteError::NotFound)?;
    if !papers.documents.contains_key(&order_id) {
        check_sold(&details.order)?;
    }
    papers.complete(ctx, &[order_id]).await?;
    Ok(papers.documents.remove(&order_id).unwrap_or_default())
}

/// The same for those of several orders that were sold, in the order they are given.
pub(crate) async fn write_all(ctx: &mut Ctx, order_ids: &[OrderId]) -> Result<(), WriteError> {
    let mut papers = Papers::lock(ctx, order_ids).await?;
    let mut seen = HashSet::new();
    // Some were cancelled before anybody came to write.
    let is_sold = |id: &&OrderId| {
        let is_invoiced = papers.documents.contains_key(*id);
        let details = papers.orders.get(*id);
        seen.insert(**id) && details.is_some_and(|details| is_invoiced || is_sold(&details.order))
    };
    let sold: Vec<OrderId> = order_ids.iter().filter(is_sold).copied().collect();
    papers.complete(ctx, &sold).await
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
        let locked = orders::lock_all(ctx, order_ids).await?;
        let whole = orders::get_rest(ctx, locked.into_values().collect()).await?;
        let orders = whole.into_iter().map(|one| (one.order.id, one)).collect();
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

    /// Writes what these orders lack, with three statements however many they are.
    async fn complete(&mut self, ctx: &mut Ctx, order_ids: &[OrderId]) -> Result<(), WriteError> {
        let mut new = self.invoices(ctx, order_ids).await?;
        new.extend(self.credit_notes(ctx, order_ids).await?);
        if !new.is_empty() {
            store::insert_all(ctx, &new).await?;
        }
        Ok(())
    }

    async fn invoices(&mut self, ctx: &mut Ctx, order_ids: &[OrderId]) -> Result<Vec<Document>, WriteError> {
        let lacking: Vec<OrderId> = order_ids
            .iter()
            .copied()
            .filter(|id| !self.documents.contains_key(id))
            .collect();
        let numbers = next_numbers(ctx, "invoices", &self.terms.invoice_prefix, lacking.len()).await?;
        let (mut new, store) = (Vec::with_capacity(lacking.len()), ctx.store().clone());
        for (order_id, number) in lacking.into_iter().zip(numbers) {
            let Some(details) = self.orders.get(&order_id) else {
                continue;
            };
            let occasion = occasion(&store, &self.terms, details);
            let content = occasion.invoice()?;
            let document = document(ctx, occasion, (DocumentKind::Invoice, number, None), content);
            self.documents.insert(order_id, vec![document.clone()]);
            new.push(document);
        }
        Ok(new)
    }

    async fn credit_notes(&mut self, ctx: &mut Ctx, order_ids: &[OrderId]) -> Result<Vec<Document>, WriteError> {
        let lacking: Vec<(OrderId, RefundId)> = order_ids.iter().flat_map(|id| self.uncredited(*id)).collect();
        let numbers = next_numbers(ctx, "credit_notes", &self.terms.credit_note_prefix, lacking.len()).await?;
        let (mut new, store) = (Vec::with_capacity(lacking.len()), ctx.store().clone());
        for ((order_id, refund_id), number) in lacking.into_iter().zip(numbers) {
            let (Some(details), Some(documents)) = (self.orders.get(&order_id), self.documents.get_mut(&order_id))
            else {
                continue;
            };
            let Some(invoice) = documents.first().map(|invoice| invoice.number.clone()) else {
                continue;
            };
            let written = |id: RefundId| documents.iter().any(|document| document.refund_id == Some(id));
            let succeeded = details
                .refunds
                .iter()
                .filter(|refund| refund.state == RefundState::Succeeded);
            let credited: Vec<&OrderRefund> = succeeded.filter(|refund| written(refund.id)).collect();
            let Some(refund) = details.refunds.iter().find(|refund| refund.id == refund_id) else {
                continue;
            };
            let occasion = occasion(&store, &self.terms, details);
            let content = occasion.credit_note(&invoice, refund, &credited)?;
            let what = (DocumentKind::CreditNote, number, Some(refund_id));
            let document = document(ctx, occasion, what, content);
            documents.push(document.clone());
            new.push(document);
        }
        Ok(new)
    }

    /// Refunds of an order that succeeded and have no credit note.
    fn uncredited(&self, order_id: OrderId) -> Vec<(OrderId, RefundId)> {
        let (Some(documents), Some(details)) = (self.documents.get(&order_id), self.orders.get(&order_id)) else {
            return Vec::new();
        };
        let written: HashSet<RefundId> = documents.iter().filter_map(|document| document.refund_id).collect();
        let is_open = |refund: &&OrderRefund| refund.state == RefundState::Succeeded && !written.contains(&refund.id);
        let open = details.refunds.iter().filter(is_open);
        open.map(|refund| (order_id, refund.id)).collect()
    }
}

fn occasion<'a>(store: &'a Store, terms: &'a Terms, details: &'a OrderDetails) -> Occasion<'a> {
    Occasion { store, terms, details }
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

/// The next numbers of a row. Nobody else gets one until this transaction ends, so there are no gaps.
async fn next_numbers(ctx: &mut Ctx, sequence: &str, prefix: &str, count: usize) -> Result<Vec<String>, Error> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = ctx.next_numbers(sequence, 1, count).await?;
    Ok((first..)
        .take_while(|number| number - first < count)
        .map(|number| format!("{prefix}{number}"))
        .collect())
}

fn document(
    ctx: &Ctx,
    occasion: Occasion<'_>,
    (kind, number, refund_id): (DocumentKind, String, Option<RefundId>),
    content: Content,
) -> Document {
    let order = &occasion.details.order;
    Document {
        id: ctx.new_id(),
        kind,
        number,
        order_id: order.id,
        refund_id,
        locale: order.locale,
        issued_at: ctx.now(),
        buyer: occasion.buyer(),
        content,
    }
}
