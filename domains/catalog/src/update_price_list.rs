//! Staff change what a price list is for.

use database::Ctx;
use kernel::{Permission, PriceListId};

use crate::{PriceList, PriceListError, PriceListTerms, store};

/// A change of a price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatePriceList {
    /// The list.
    pub id: PriceListId,
    /// The version that the change was made to, if nobody else may have changed it since.
    pub expected_version: Option<i64>,
    /// All of its terms, changed or not.
    pub terms: PriceListTerms,
}

/// Changes the list. Its prices stay.
pub async fn update_price_list(ctx: &mut Ctx, change: UpdatePriceList) -> Result<PriceList, PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    let terms = change.terms.checked()?;
    let current = store::price_lists::lock(ctx, change.id)
        .await?
        .ok_or(PriceListError::NotFound)?;
    if change.expected_version.is_some_and(|version| version != current) {
        return Err(PriceListError::VersionConflict { current });
    }
    store::price_lists::update(ctx, change.id, &terms).await?;
    let changed = store::price_lists::find(ctx, change.id).await?;
    changed.ok_or(PriceListError::NotFound)
}
