//! Inventory tells which variants can be bought.

use database::{Ctx, Error};
use kernel::{ProductId, VariantId};

use crate::{events::ProductsInStockChanged, store};

/// Notes of each variant whether it can be bought, and answers with the products that came back or sold out by it: a
/// product can be bought while any of its active variants can.
pub async fn refresh_in_stock(ctx: &mut Ctx, told: &[(VariantId, bool)]) -> Result<Vec<ProductId>, Error> {
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let product_ids = store::refresh::in_stock(ctx, told).await?;
    if !product_ids.is_empty() {
        let event = ProductsInStockChanged {
            product_ids: product_ids.clone(),
        };
        ctx.publish(&event).await?;
    }
    Ok(product_ids)
}
