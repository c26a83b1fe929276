//! Lists orders.

use database::{Ctx, Error};
use kernel::{CustomerId, EmailAddress, FieldError, Page, PageRequest, Permission, Time};
use uuid::Uuid;

use crate::{
    FulfilmentStatus, OrderStatus, OrderSummary, PaymentStatus,
    store::lists::{self, Search},
};

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
    /// Only those placed at this moment or later.
    pub placed_from: Option<Time>,
    /// Only those placed before this moment.
    pub placed_until: Option<Time>,
    /// Only those with this tag; empty for any.
    pub tag: String,
    /// Only those with words in their number, e-mail address or name that begin so.
    pub q: String,
    /// The order.
    pub sort: OrderSort,
}

impl OrderFilter {
    pub(crate) fn tag(&self) -> Option<&str> {
        Some(self.tag.trim()).filter(|tag| !tag.is_empty())
    }
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

/// As many orders are quickly put in order. Of more, the first ones are found sooner in the order of the list.
const FEW: i64 = 2_000;

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
    let (search, counted) = search(ctx, filter).await?;
    let rows = lists::list(ctx, filter, search, after, page).await?;
    let total = total(ctx, filter, counted, &rows, page).await?;
    Ok(if is_by_total {
        Page::from_rows(rows, page, total, |row| (row.total.minor(), Uuid::from(row.id)))
    } else {
        Page::from_rows(rows, page, total, |row| (row.placed_at, Uuid::from(row.id)))
    })
}

/// How what was typed is to be looked for, and how many orders are found so if that is known.
async fn search(ctx: &mut Ctx, filter: &OrderFilter) -> Result<(Search, Option<i64>), Error> {
    if filter.q.trim().is_empty() {
        return Ok((Search::Everything, None));
    }
    match lists::count(ctx, filter, Search::Beginnings).await? {
        found if found <= FEW => Ok((Search::Beginnings, Some(found))),
        found => Ok((Search::OfMany, Some(found))),
    }
}

/// How many orders the whole list has. A first page that holds them all says so itself.
async fn total(
    ctx: &mut Ctx,
    filter: &OrderFilter,
    counted: Option<i64>,
    rows: &[OrderSummary],
    page: &PageRequest,
) -> Result<i64, Error> {
    if let Some(counted) = counted {
        return Ok(counted);
    }
    let seen = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if page.cursor.is_none() && seen < page.limit_plus_one() {
        return Ok(seen);
    }
    lists::count(ctx, filter, Search::Everything).await
}
