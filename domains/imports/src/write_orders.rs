//! Writes orders of another shop, a batch in one transaction: they are matched with customers by verified e-mail address and
//! with variants by SKU, and their money is booked as taken elsewhere.

use std::collections::{HashMap, HashSet};

use catalog::VariantKey;
use database::{Ctx, Work};
use kernel::{AccountId, CustomerId, EmailAddress};
use orders::{OrderDetails, find_mismatch};
use payments::{ELSEWHERE, HistoricAttempt, HistoricRefund, RefundState};

use crate::{
    halving::{Halving, in_transaction},
    order_columns::COLUMNS,
    order_rows::OrderRows,
    read_order::{Complaint, ReadOrder},
    shopify_order, souk_order,
    write_error::WriteError,
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

/// Writes orders and tells what became of each, in their order.
pub(crate) async fn write(work: &Work, orders: &[OrderRows], dry_run: bool) -> Result<Vec<OrderOutcome>, WriteError> {
    let mut halving = Halving::of(orders.len());
    while let Some(part) = halving.next() {
        let rows = orders.get(part.clone()).unwrap_or_default();
        let line = rows.first().map_or(0, OrderRows::line);
        let written = in_transaction(work, dry_run, rows, |ctx, rows| Box::pin(take_over(ctx, rows)));
        halving.settle(part, written.await, |error| {
            let reason = format!("it cannot be written: {}", error.reason());
            OrderOutcome::Refused(Complaint::new(line, error.column(COLUMNS), reason))
        })?;
    }
    Ok(halving.outcomes())
}

async fn take_over(ctx: &mut Ctx, orders: &[OrderRows]) -> Result<Vec<OrderOutcome>, WriteError> {
    let mut read: Vec<Result<ReadOrder, Complaint>> = orders.iter().map(|rows| read_one(ctx, rows)).collect();
    let numbers = read
        .iter()
        .flatten()
        .map(|one| one.details.order.external_number.as_str());
    let numbers: Vec<&str> = numbers.collect();
    let mut known: HashSet<String> = orders::taken_over(ctx, &numbers).await?.into_iter().collect();
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
    match_variants(ctx, &mut new).await?;
    match_customers(ctx, &mut new).await?;
    let payments = new.iter().filter_map(|one| payment(ctx, one)).collect();
    orders::take_over(ctx, new.into_iter().map(|one| one.details).collect()).await?;
    payments::import_history(ctx, payments).await?;
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
async fn match_variants(ctx: &mut Ctx, orders: &mut [ReadOrder]) -> Result<(), WriteError> {
    let lines = orders.iter().flat_map(|one| &one.details.lines);
    let skus: HashSet<String> = lines.filter_map(|line| line.sku.clone()).collect();
    let skus: Vec<String> = skus.into_iter().collect();
    let mut variants: HashMap<String, VariantKey> = HashMap::new();
    if !skus.is_empty() {
        for key in catalog::identify_variants(ctx, &skus, &[]).await? {
            variants.extend(key.sku.clone().map(|sku| (sku, key)));
        }
    }
    for OrderDetails { order, lines, .. } in orders.iter_mut().map(|one| &mut one.details) {
        for line in lines {
            match line.sku.as_ref().and_then(|sku| variants.get(sku)) {
                Some(key) => {
                    let lists = order.explanation.price_lists.iter_mut();
                    for used in lists.filter(|used| used.variant_id == line.variant_id) {
                        used.variant_id = key.id;
                    }
                    line.variant_id = key.id;
                    line.product_id = key.product_id;
                    line.slug.clone_from(&key.slug);
                }
                None => line.slug.clear(),
            }
        }
    }
    Ok(())
}

/// Orders are of the customer who has proved to read their address. Others stay orders of guests: they become a customer's as
/// soon as the address is verified.
async fn match_customers(ctx: &mut Ctx, orders: &mut [ReadOrder]) -> Result<(), WriteError> {
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
