//! Lists orders, newest first.

use database::{Ctx, Error};
use kernel::{CustomerId, EmailAddress, FieldError, Page, PageRequest, Permission, Time};
use uuid::Uuid;

use crate::{FulfilmentStatus, OrderStatus, OrderSummary, PaymentStatus, store::lists};

/// Which orders are wanted; the default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Only those that stand so as a whole.
    pub status: Option<OrderStatus>,
    /// Only those whose money stands so.
    pub payment_status: Option<PaymentStatus>,
    /// Only those whose parcels stand so.
    pub fulfilment_status: Option<FulfilmentStatus>,
    /// Only that customer's.
    pub customer_id: Option<CustomerId>,
    /// Also those that nobody's account has and that were bought with this address. Whoever asks has proved that the
    /// customer reads it.
    pub or_bought_with: Option<EmailAddress>,
    /// Without those that were given up because their payment failed. An order that stands although its money could not be
    /// taken stays.
    pub without_failed: bool,
    /// Only those with this in their number, e-mail address or name.
    pub q: String,
}

/// Why orders cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The actor may not see these orders.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// The cursor is not one of this list.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// A page of orders, newest first. Customers may list their own; everybody else needs the permission.
pub async fn list(ctx: &mut Ctx, filter: &OrderFilter, page: &PageRequest) -> Result<Page<OrderSummary>, ListError> {
    let own = filter.customer_id.is_some() && filter.customer_id == ctx.actor().customer();
    if !own {
        ctx.require(Permission::ReadOrders)?;
    }
    let after: Option<(Time, Uuid)> = page.cursor.as_ref().map(kernel::Cursor::decode).transpose()?;
    let rows = lists::list(ctx, filter, after, page).await?;
    let total = lists::count(ctx, filter).await?;
    Ok(Page::from_rows(rows, page, total, |row| {
        (row.placed_at, Uuid::from(row.id))
    }))
}
