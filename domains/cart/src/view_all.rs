//! Prices many carts at once, from what was loaded for all of them.

use std::collections::{BTreeSet, HashMap};

use catalog::SellableVariant;
use inventory::Availability;
use kernel::{CustomerId, ProductId, VariantId};

use crate::{Cart, CartError, CartLine, CartView, price, quota, view};

/// Of the variants in the carts, what can be bought and, where it matters, what is in stock.
#[derive(Default)]
pub(crate) struct Goods {
    pub(crate) sellable: HashMap<VariantId, SellableVariant>,
    pub(crate) availability: HashMap<VariantId, Availability>,
}

/// The carts as their shoppers see them, each with whoever of them is signed in, in their order, with three statements however many they are; carts with coupons or
/// with variants of which one customer gets only so many take some more. What is saved for another time is left out.
pub(crate) async fn view_all(
    ctx: &mut database::Ctx,
    carts: Vec<(Cart, Vec<CartLine>, Option<CustomerId>)>,
    goods: &Goods,
) -> Result<Vec<Result<CartView, CartError>>, database::Error> {
    let products: BTreeSet<ProductId> = goods.sellable.values().map(|variant| variant.product_id).collect();
    let shipping = shipping::load(ctx, &products.into_iter().collect::<Vec<_>>()).await?;
    let buyers: Vec<_> = carts
        .iter()
        .map(|(cart, _, _)| {
            let to = price::taxed_destination(cart, ctx.store());
            (to, cart.customer_id)
        })
        .collect();
    let taxes = match buyers.as_slice() {
        [(to, buyer)] => vec![tax::load(ctx, to.as_ref(), *buyer).await?],
        several => tax::load_all(ctx, several).await?,
    };
    let mut views = Vec::with_capacity(carts.len());
    for ((cart, lines, signed_in), tax) in carts.into_iter().zip(taxes) {
        let own = |line: &CartLine| Some((line.variant_id, goods.sellable.get(&line.variant_id)?.clone()));
        let sellable: HashMap<VariantId, SellableVariant> = lines.iter().filter_map(own).collect();
        let stock = |line: &CartLine| Some((line.variant_id, *goods.availability.get(&line.variant_id)?));
        let (customer_key, had) = quota::known(ctx, &cart, &sellable).await?;
        let coupons = pricing::load_coupons(ctx, &cart.coupon_codes, cart.email.as_ref()).await?;
        let loaded = price::Loaded {
            signed_in,
            sellable,
            availability: lines.iter().filter_map(stock).collect(),
            customer_key,
            had,
            tax,
            shipping: shipping.clone(),
        };
        views.push(view::priced(ctx, cart, lines, loaded, coupons));
    }
    Ok(views)
}
