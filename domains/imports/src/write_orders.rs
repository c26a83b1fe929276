//! Writes orders of another shop, a batch in one transaction: they are matched with customers by verified e-mail address and
//! with variants by SKU, and their money is booked as taken elsewhere.

use std::collections::{HashMap, HashSet};

use catalog::VariantKey;
use database::{Ctx, Error, Work};
use kernel::{AccountId, CustomerId, EmailAddress};
use orders::{OrderDetails, TakeOverError, find_mismatch};
use payments::{ELSEWHERE, HistoricAttempt, HistoricRefund, RefundState};

use crate::{
    order_rows::OrderRows,
    read_order::{Complaint, ReadOrder},
    shopify_order, souk_order,
    write_records::RecordsError,
};

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OrderOutcome {
    /// It is taken over, with these changes.
    Taken(Vec<Complaint>),
    /// It was taken over before, and stays as it is.
    There,
    /// It is left out.
    Refused(Complaint),
}

impl From<TakeOverError> for RecordsError {
    fn from(error: TakeOverError) -> Self {
        match error {
            TakeOverError::Forbidden(error) => Self::Forbidden(error),
            TakeOverError::Internal(error) => Self::Internal(error),
            // Each was looked at before.
            TakeOverError::Mismatch { number, .. } => Self::Internal(Error::corrupt("an order", number)),
        }
    }
}

impl From<payments::ImportHistoryError> for RecordsError {
    fn from(error: payments::ImportHistoryError) -> Self {
        match error {
            payments::ImportHistoryError::Internal(error) => Self::Internal(error),
            payments::ImportHistoryError::Money(error) => {
                Self::Internal(Error::corrupt("a payment", error.to_string()))
            }
            payments::ImportHistoryError::Book(error) => Self::Internal(Error::corrupt("a payment", error.to_string())),
        }
    }
}

/// Writes orders and tells what became of each, in their order.
pub(crate) async fn write(work: &Work, orders: &[OrderRows], dry_run: bool) -> Result<Vec<OrderOutcome>, RecordsError> {
    let mut ctx = work.write();
    let mut read: Vec<Result<ReadOrder, Complaint>> = orders.iter().map(|rows| read_one(&ctx, rows)).collect();
    let numbers = read
        .iter()
        .flatten()
        .map(|one| one.details.order.external_number.as_str());
    let numbers: Vec<&str> = numbers.collect();
    let mut known: HashSet<String> = orders::taken_over(&mut ctx, &numbers).await?.into_iter().collect();
    let mut outcomes = Vec::with_capacity(read.len());
    let mut new = Vec::new();
    for one in read.drain(..) {
        outcomes.push(match one {
            Err(complaint) => OrderOutcome::Refused(complaint),
            Ok(mut one) if known.insert(one.details.order.external_number.clone()) => {
                let warnings = std::mem::take(&mut one.warnings);
                new.push(one);
                OrderOutcome::Taken(warnings)
            }
            Ok(_there) => OrderOutcome::There,
        });
    }
    match_variants(&mut ctx, &mut new).await?;
    match_customers(&mut ctx, &mut new).await?;
    let payments = new.iter().filter_map(|one| payment(&ctx, one)).collect();
    orders::take_over(&mut ctx, new.into_iter().map(|one| one.details).collect()).await?;
    payments::import_history(&mut ctx, payments).await?;
    if dry_run {
        ctx.rollback().await;
    } else {
        ctx.commit().await?;
    }
    Ok(outcomes)
}

/// An order whose amounts follow from each other, or what is wrong with it.
fn read_one(ctx: &Ctx, rows: &OrderRows) -> Result<ReadOrder, Complaint> {
    let read = match rows {
        OrderRows::Shopify(rows) => shopify_order::read(ctx, rows)?,
        OrderRows::Souk(line, text) => souk_order::read(ctx, *line, text)?,
    };
    match find_mismatch(&read.details) {
        None => Ok(read),
        Some(mismatch) => {
            let reason = format!("is {}, but {}", mismatch.stated, mismatch.due);
            Err(Complaint::new(rows.line(), mismatch.part, reason))
        }
    }
}

/// Lines whose SKU the catalogue has are of that variant; the others stay text.
async fn match_variants(ctx: &mut Ctx, orders: &mut [ReadOrder]) -> Result<(), RecordsError> {
    let lines = orders.iter().flat_map(|one| &one.details.lines);
    let skus: HashSet<String> = lines.filter_map(|line| line.sku.clone()).collect();
    let skus: Vec<String> = skus.into_iter().collect();
    let mut variants: HashMap<String, VariantKey> = HashMap::new();
    if !skus.is_empty() {
        for key in catalog::identify_variants(ctx, &skus, &[]).await? {
            variants.extend(key.sku.clone().map(|sku| (sku, key)));
        }
    }
    for line in orders.iter_mut().flat_map(|one| &mut one.details.lines) {
        match line.sku.as_ref().and_then(|sku| variants.get(sku)) {
            Some(key) => {
                line.variant_id = key.id;
                line.product_id = key.product_id;
                line.slug.clone_from(&key.slug);
            }
            None => line.slug.clear(),
        }
    }
    Ok(())
}

/// Orders are of the customer who has proved to read their address. Others stay orders of guests: they become a customer's as
/// soon as the address is verified.
async fn match_customers(ctx: &mut Ctx, orders: &mut [ReadOrder]) -> Result<(), RecordsError> {
    let emails: HashSet<EmailAddress> = orders.iter().map(|one| one.details.order.email.clone()).collect();
    let emails: Vec<EmailAddress> = emails.into_iter().collect();
    let customers = customers::list_by_emails(ctx, &emails).await?;
    let accounts: Vec<AccountId> = customers.iter().map(|customer| customer.account_id).collect();
    let verified: HashSet<AccountId> = identity::verified_among(ctx, &accounts).await?.into_iter().collect();
    let customers = customers
        .into_iter()
        .filter(|customer| verified.contains(&customer.account_id));
    let customers: HashMap<EmailAddress, CustomerId> =
        customers.map(|customer| (customer.email, customer.id)).collect();
    for one in orders {
        one.details.order.customer_id = customers.get(&one.details.order.email).copied();
    }
    Ok(())
}

/// What was paid for an order, as the books have it.
fn payment(ctx: &Ctx, read: &ReadOrder) -> Option<HistoricAttempt> {
    let OrderDetails { order, refunds, .. } = &read.details;
    let succeeded = refunds.iter().filter(|refund| refund.state == RefundState::Succeeded);
    let refunds = succeeded.map(|refund| HistoricRefund {
        id: refund.id,
        amount: refund.amount,
        at: refund.created_at,
        reference: order.external_number.clone(),
    });
    // The references of another shop may be there twice, or not at all; its numbers are neither.
    let reference = [order.external_number.as_str(), read.payment_reference.as_str()];
    let reference = reference.join(" ").trim().to_owned();
    order.paid_total.is_positive().then(|| HistoricAttempt {
        id: ctx.new_id(),
        order_id: order.id,
        gateway: ELSEWHERE.to_owned(),
        amount: order.paid_total,
        at: read.paid_at,
        outcome: Ok(reference),
        refunds: refunds.collect(),
    })
}
