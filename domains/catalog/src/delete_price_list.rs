//! Staff take a price list away.

use database::Ctx;
use kernel::{Permission, PriceListId};

use crate::{PriceListError, store};

/// Takes the list away with all its prices; what they were stays on record.
pub async fn delete_price_list(
    ctx: &mut Ctx,
    id: PriceListId,
    expected_version: Option<i64>,
) -> Result<(), PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    let current = store::price_lists::lock(ctx, id)
        .await?
        .ok_or(PriceListError::NotFound)?;
    if expected_version.is_some_and(|version| version != current) {
        return Err(PriceListError::VersionConflict { current });
    }
    store::list_prices::delete_all(ctx, id).await?;
    store::price_lists::delete(ctx, id).await?;
    Ok(())
}
