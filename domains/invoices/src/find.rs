//! Reads documents. Whoever asks has proved that they may see the order.

use database::{Ctx, Error};
use kernel::{DocumentId, OrderId};

use crate::{Document, store};

/// The document of that id.
pub async fn find(ctx: &mut Ctx, id: DocumentId) -> Result<Option<Document>, Error> {
    store::find(ctx, id).await
}

/// Those of an order: the invoice first, then credit notes as they were written.
pub async fn list_of_order(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<Document>, Error> {
    store::list_of_orders(ctx, &[order_id]).await
}

/// Those of several orders, one order after the other.
pub async fn list_of_orders(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<Document>, Error> {
    store::list_of_orders(ctx, orders).await
}
