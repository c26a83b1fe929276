//! A person is forgotten, and their invoices stay as they were written: the law wants them kept for years.

use database::{Ctx, Error, erase};
use kernel::OrderId;

use crate::store;

/// Takes the buyer out of what the audit log says of these orders' documents, which are kept themselves.
pub async fn erase_traces(ctx: &mut Ctx, orders: &[OrderId]) -> Result<(), Error> {
    let keys = store::list_keys(ctx, orders).await?;
    erase::erase_audit(ctx, "invoices.documents", &keys).await
}
