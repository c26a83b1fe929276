//! Staff make a price list.

use database::Ctx;
use kernel::{Forbidden, Invalid, Permission};

use crate::{PriceList, PriceListTerms, store};

/// Why a price list is not made, changed or taken away, or its prices stay as they were.
#[derive(Debug, thiserror::Error)]
pub enum PriceListError {
    /// The actor may not see or change price lists.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such list.
    #[error("there is no such price list")]
    NotFound,
    /// Somebody else changed it since.
    #[error("the price list was changed since and has version {current} now")]
    VersionConflict {
        /// The version it has now.
        current: i64,
    },
    /// Another list is called so.
    #[error("another price list has this name")]
    NameTaken,
    /// Some terms or prices cannot be.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes the list, without prices.
pub async fn create_price_list(ctx: &mut Ctx, terms: PriceListTerms) -> Result<PriceList, PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    let terms = terms.checked()?;
    let id = store::price_lists::insert(ctx, &terms).await?;
    let made = store::price_lists::find(ctx, id).await?;
    made.ok_or(PriceListError::NotFound)
}
