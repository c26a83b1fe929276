//! Looks at carts that are about to become orders: locked, and many at once.

use std::collections::{BTreeSet, HashMap};

use kernel::{CartId, VariantId};

use crate::{
    Cart, CartError, CartView,
    add_lines::by_id,
    store,
    view_all::{Goods, view_all},
};

/// The carts, priced and locked until the end of the transaction, with six statements however many they are; carts with coupons
/// or with variants of which one customer gets only so many take some more. The views tell neither what is saved for later nor
/// what is in stock: whoever buys locks the stock and sees then. The answers are in the order of the ids, none of which is given
/// twice. Prices are those of whoever asks, for all carts. A single cart is waited for. Of several those that somebody else holds are answered with [`database::Error::apart`],
/// so that nobody waits for two, and so are those that are unknown.
pub async fn lock_views(
    ctx: &mut database::Ctx,
    ids: &[CartId],
) -> Result<Vec<Result<CartView, CartError>>, database::Error> {
    let found = match ids {
        [only] => Vec::from_iter(store::lock_cart(ctx, *only).await?),
        several => store::lock_free_carts(ctx, several).await?,
    };
    let mut views = load(ctx, found).await?;
    let missing = || match ids {
        [_only] => CartError::NotFound,
        _several => database::Error::apart().into(),
    };
    let view_of = |id: &CartId| views.remove(id).unwrap_or_else(|| Err(missing()));
    Ok(ids.iter().map(view_of).collect())
}

async fn load(
    ctx: &mut database::Ctx,
    carts: Vec<Cart>,
) -> Result<HashMap<CartId, Result<CartView, CartError>>, database::Error> {
    if carts.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<CartId> = carts.iter().map(|cart| cart.id).collect();
    let mut lines = store::list_lines_of(ctx, &ids).await?;
    let variants: BTreeSet<VariantId> = lines.values().flatten().map(|line| line.variant_id).collect();
    let variants: Vec<VariantId> = variants.into_iter().collect();
    let signed_in = ctx.actor().customer();
    let goods = Goods {
        sellable: by_id(catalog::sellable_to(ctx, &variants, signed_in).await?),
        availability: HashMap::new(),
    };
    let with_lines = |cart: Cart| {
        let lines = lines.remove(&cart.id).unwrap_or_default();
        (cart, lines, signed_in)
    };
    let views = view_all(ctx, carts.into_iter().map(with_lines).collect(), &goods).await?;
    Ok(ids.into_iter().zip(views).collect())
}
