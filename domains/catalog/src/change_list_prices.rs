//! Staff change what a price list asks for a variant, as they saw it.

use database::Ctx;
use kernel::{Permission, PriceListId, VariantId};

use crate::{PriceBreak, PriceListError, set_list_prices, store};

/// A change of what a list asks for a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeListPrices {
    /// The list.
    pub list: PriceListId,
    /// The variant.
    pub variant: VariantId,
    /// What the list asked when whoever changes it looked, by quantity.
    pub seen: Vec<PriceBreak>,
    /// All that it asks from now on.
    pub breaks: Vec<PriceBreak>,
}

/// Lets the list ask exactly these prices, unless somebody else changed them since they were seen. Prices have no version of their
/// own, so that they themselves are compared.
pub async fn change_list_prices(ctx: &mut Ctx, change: ChangeListPrices) -> Result<(), PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    let current = store::price_lists::lock(ctx, change.list)
        .await?
        .ok_or(PriceListError::NotFound)?;
    let described = store::list_prices::describe(ctx, change.list, &[change.variant]).await?;
    let now = described.into_iter().next().ok_or(PriceListError::NotFound)?;
    if now.breaks != change.seen {
        return Err(PriceListError::VersionConflict { current });
    }
    set_list_prices(ctx, change.list, change.variant, change.breaks).await
}
