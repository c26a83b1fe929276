//! Lists orders.

use database::{Ctx, Error};
use kernel::{CustomerId, EmailAddress, FieldError, Page, PageRequest, Permission, Time};
use uuid::Uuid;

use crate::{FulfilmentStatus, OrderStatus, OrderSummary, PaymentStatus, store::lists};

/// The order of a list of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderSort {
    /// Who bought last first.
    #[default]
    Newest,
    /// Who bought first first.
    Oldest,
    /// The highest total first.
    Largest,
    /// The lowest total first.
    Smallest,
}

impl OrderSort {
    /// Every order, as choices are listed.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Largest, Self::Smallest];

    /// The name in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Largest => "largest",
            Self::Smallest => "smallest",
        }
    }

    /// The order of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }
}

/// The last row of a page by what the list is sorted by. Ids tell rows apart that are alike in it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum After {
    Placed(Time, Uuid),
    Total(i64, Uuid),
}

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
    /// The order.
    pub sort: OrderSort,
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

/// A page of orders. Customers may list their own; everybody else needs the permission.
pub async fn list(ctx: &mut Ctx, filter: &OrderFilter, page: &PageRequest) -> Result<Page<OrderSummary>, ListError> {
    let own = filter.customer_id.is_some() && filter.customer_id == ctx.actor().customer();
    if !own {
        ctx.require(Permission::ReadOrders)?;
    }
    let is_by_total = matches!(filter.sort, OrderSort::Largest | OrderSort::Smallest);
    let after = match &page.cursor {
        None => None,
        Some(cursor) if is_by_total => {
            let (total, id) = cursor.decode()?;
            Some(After::Total(total, id))
        }
        Some(cursor) => {
            let (placed_at, id) = cursor.decode()?;
            Some(After::Placed(placed_at, id))
        }
    };
    let rows = lists::list(ctx, filter, after, page).await?;
    let total = lists::count(ctx, filter).await?;
    Ok(if is_by_total {
        Page::from_rows(rows, page, total, |row| (row.total.minor(), Uuid::from(row.id)))
    } else {
        Page::from_rows(rows, page, total, |row| (row.placed_at, Uuid::from(row.id)))
    })
}
