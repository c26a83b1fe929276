//! Lists parcels over all orders, oldest first: what waits to be picked, packed or handed over.

use database::Ctx;
use kernel::{FulfilmentId, LocationId, OrderId, Page, PageRequest, Permission, Time};
use uuid::Uuid;

use crate::{FulfilmentState, ListError, store::parcels};

/// Which parcels are wanted; the default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParcelFilter {
    /// Only those that are so far; none is every one.
    pub states: Vec<FulfilmentState>,
    /// Only those that are picked there.
    pub location_id: Option<LocationId>,
}

impl ParcelFilter {
    pub(crate) fn state_names(&self) -> Vec<&'static str> {
        self.states.iter().map(|state| state.as_str()).collect()
    }
}

/// A parcel in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Its id.
    pub id: FulfilmentId,
    /// The order.
    pub order_id: OrderId,
    /// The order's number.
    pub order_number: String,
    /// How far it is.
    pub state: FulfilmentState,
    /// Where it is picked.
    pub location_id: Option<LocationId>,
    /// Who carries it.
    pub carrier: String,
    /// The carrier's number for it.
    pub tracking_number: String,
    /// Whom it goes to.
    pub recipient: String,
    /// How it goes, as the shopper chose.
    pub shipping_name: String,
    /// What is in it, by the order's lines.
    pub pieces: Vec<Piece>,
    /// When it was made.
    pub created_at: Time,
}

/// Pieces of one variant in a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The product's name.
    pub title: String,
    /// The option values in words.
    pub variant_title: String,
    /// The merchant's own number.
    pub sku: String,
    /// How many.
    pub quantity: i64,
}

/// A page of parcels, oldest first.
pub async fn list_parcels(ctx: &mut Ctx, filter: &ParcelFilter, page: &PageRequest) -> Result<Page<Parcel>, ListError> {
    ctx.require(Permission::ReadOrders)
        .or_else(|_| ctx.require(Permission::FulfilOrders))?;
    let after: Option<(Time, Uuid)> = page.cursor.as_ref().map(kernel::Cursor::decode).transpose()?;
    let rows = parcels::list_page(ctx, filter, after, page).await?;
    let total = parcels::count(ctx, filter).await?;
    Ok(Page::from_rows(rows, page, total, |row| {
        (row.created_at, Uuid::from(row.id))
    }))
}
