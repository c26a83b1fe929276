//! Looks at carts that are about to become orders: locked, and many at once.

use std::collections::{BTreeSet, HashMap};

use catalog::SellableVariant;
use kernel::{CartId, ProductId, VariantId};

use crate::{Cart, CartError, CartLine, CartView, price, quota, store, view};

/// The carts, priced and locked until the end of the transaction, with six statements however many they are; carts with coupons
/// or with variants of which one customer gets only so many take some more. The views tell neither what is saved for later nor
/// what is in stock: whoever buys locks the stock and sees then. The answers are in the order of the ids, none of which is given
/// twice. A single cart is waited for. Of several those that somebody else holds are answered with [`database::Error::apart`],
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
    let sellable = catalog::sellable(ctx, &variants).await?;
    let sellable: HashMap<VariantId, SellableVariant> = sellable
        .into_iter()
        .map(|variant| (variant.variant_id, variant))
        .collect();
    let products: BTreeSet<ProductId> = sellable.values().map(|variant| variant.product_id).collect();
    let shipping = shipping::load(ctx, &products.into_iter().collect::<Vec<_>>()).await?;
    let buyers: Vec<_> = carts
        .iter()
        .map(|cart| {
            let to = price::taxed_destination(cart.shipping_address.as_ref(), ctx.store());
            (to, cart.customer_id)
        })
        .collect();
    let taxes = tax::load_all(ctx, &buyers).await?;
    let mut views = HashMap::with_capacity(carts.len());
    for (cart, tax) in carts.into_iter().zip(taxes) {
        let lines = lines.remove(&cart.id).unwrap_or_default();
        let own = |line: &CartLine| Some((line.variant_id, sellable.get(&line.variant_id)?.clone()));
        let sellable: HashMap<VariantId, SellableVariant> = lines.iter().filter_map(own).collect();
        let (customer_key, had) = quota::known(ctx, &cart, &sellable).await?;
        let coupons = pricing::load_coupons(ctx, &cart.coupon_codes, cart.email.as_ref()).await?;
        let loaded = price::Loaded {
            sellable,
            availability: HashMap::new(),
            customer_key,
            had,
            tax,
            shipping: shipping.clone(),
        };
        views.insert(cart.id, view::priced(ctx, cart, lines, loaded, coupons));
    }
    Ok(views)
}
