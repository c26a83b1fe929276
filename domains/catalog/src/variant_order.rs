//! Variants in the order of their names or numbers, for lists of other domains that hold nothing but their ids.

use database::{Ctx, Error};
use kernel::VariantId;

use crate::store;

kernel::named! {
    /// In which order variants stand.
    VariantOrder {
        /// By the product's name.
        Title = "title",
        /// By the merchant's own number; those without one last.
        Sku = "sku",
    }
}

/// Variants in an order, behind one of them, so many at most: those among these, or else all that the store has. Behind one that is
/// gone there are none.
pub async fn list_variants_in_order(
    ctx: &mut Ctx,
    order: VariantOrder,
    among: Option<&[VariantId]>,
    after: Option<VariantId>,
    most: u16,
) -> Result<Vec<VariantId>, Error> {
    let place = match after {
        None => store::variant_order::Place::before_all(),
        Some(after) => match store::variant_order::find_place(ctx, after).await? {
            Some(place) => place,
            None => return Ok(Vec::new()),
        },
    };
    match order {
        VariantOrder::Title => store::variant_order::list_by_title(ctx, among, &place, most).await,
        VariantOrder::Sku => store::variant_order::list_by_sku(ctx, among, &place, most).await,
    }
}
