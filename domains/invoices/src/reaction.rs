//! Writes documents when money came or went back.

use std::sync::Arc;

use async_trait::async_trait;
use database::{
    Ctx, Event,
    outbox::StoredEvent,
    worker::{Failure, Reaction, Subscription},
};
use orders::{OrderPaid, OrderRefunded};

use crate::{WriteError, list_of_order, write};

struct WriteDocuments;

#[async_trait]
impl Reaction for WriteDocuments {
    async fn react(&self, ctx: &mut Ctx, event: &StoredEvent) -> Result<(), Failure> {
        let order_id = if event.kind == OrderPaid::KIND {
            event.read::<OrderPaid>()?.order.order_id
        } else {
            let order_id = event.read::<OrderRefunded>()?.order.order_id;
            // Money that came for an order that could not stand goes back without an invoice.
            if list_of_order(ctx, order_id).await?.is_empty() {
                return Ok(());
            }
            order_id
        };
        match write(ctx, order_id).await {
            // It was cancelled before anybody came to write.
            Ok(_) | Err(WriteError::NotSold | WriteError::PartlyPaid) => Ok(()),
            Err(WriteError::Internal(error)) => Err(error.into()),
            Err(error) => Err(Failure::Fail(error.to_string())),
        }
    }
}

/// Which events documents are written after.
pub fn subscriptions() -> Vec<Subscription> {
    let reaction: Arc<dyn Reaction> = Arc::new(WriteDocuments);
    [OrderPaid::KIND, OrderRefunded::KIND]
        .into_iter()
        .map(|event| Subscription {
            event,
            consumer: "invoices::write",
            reaction: Arc::clone(&reaction),
        })
        .collect()
}
