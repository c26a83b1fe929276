//! Writes documents when money came or went back.

use std::{slice, sync::Arc};

use async_trait::async_trait;
use database::{
    Ctx, Event,
    outbox::StoredEvent,
    worker::{Failure, Reaction, Subscription},
};
use kernel::OrderId;
use orders::{OrderPaid, OrderRefunded};

use crate::{WriteError, list_of_order, write::write_all};

struct WriteDocuments;

#[async_trait]
impl Reaction for WriteDocuments {
    async fn react(&self, ctx: &mut Ctx, event: &StoredEvent) -> Result<(), Failure> {
        self.react_all(ctx, slice::from_ref(event)).await
    }

    fn at_once(&self, _event: &str) -> usize {
        100
    }

    async fn react_all(&self, ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
        let mut ids: Vec<OrderId> = Vec::new();
        for event in events {
            if event.kind == OrderPaid::KIND {
                ids.push(event.read::<OrderPaid>()?.order.order_id);
                continue;
            }
            let order_id = event.read::<OrderRefunded>()?.order.order_id;
            // Money that came for an order that could not stand goes back without an invoice.
            if !list_of_order(ctx, order_id).await?.is_empty() {
                ids.push(order_id);
            }
        }
        write_all(ctx, &ids).await.map_err(|error| match error {
            WriteError::Internal(error) => error.into(),
            other => Failure::Fail(other.to_string()),
        })
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
