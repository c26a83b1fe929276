//! Who buys a cart, as far as price lists ask, and the prices they were shown.

use std::collections::{BTreeMap, HashMap};

use catalog::{Buyer, SellableVariant, UnitPrice};
use kernel::{CartId, CountryCode, CustomerId, Time, VariantId};

use crate::{Cart, CartLine, store};

/// Whose cart it is, and where it goes, or where the bill does.
pub(crate) fn buyer_of(cart: &Cart) -> Buyer {
    let address = cart.shipping_address.as_ref().or(cart.billing_address.as_ref());
    Buyer {
        customer: cart.customer_id,
        country: address.map(|address| address.country),
    }
}

/// A customer, with the country of the cart's address as it is stored.
pub(crate) fn buyer_to(customer: Option<CustomerId>, country: Option<&str>) -> Buyer {
    Buyer {
        customer,
        country: country.and_then(|country| CountryCode::parse(country).ok()),
    }
}

/// Those to whom price lists may offer something, once each.
pub(crate) fn customers_of<'a>(carts: impl IntoIterator<Item = &'a Cart>) -> Vec<CustomerId> {
    let mut customers: Vec<CustomerId> = carts.into_iter().filter_map(|cart| cart.customer_id).collect();
    customers.sort_unstable();
    customers.dedup();
    customers
}

/// How many of each variant are in all lines together: prices go by that.
pub(crate) fn quantities_of(lines: &[CartLine]) -> BTreeMap<VariantId, i64> {
    let mut quantities = BTreeMap::new();
    for line in lines {
        *quantities.entry(line.variant_id).or_default() += line.quantity.get();
    }
    quantities
}

/// What one of each variant costs in a cart with these lines, as long as it is for sale.
pub(crate) fn unit_prices(
    buyer: &Buyer,
    lines: &[CartLine],
    sellable: &HashMap<VariantId, SellableVariant>,
    now: Time,
) -> HashMap<VariantId, UnitPrice> {
    let priced = |(variant, quantity)| Some((variant, sellable.get(&variant)?.price_for(buyer, quantity, now)?));
    quantities_of(lines).into_iter().filter_map(priced).collect()
}

/// Notes what one of each variant costs now that the cart has so many of it, in all of its lines. Only a quantity of what a list
/// prices can have changed that, so nothing is written for anybody else.
pub(crate) async fn note_prices(
    ctx: &mut database::Ctx,
    cart: CartId,
    buyer: &Buyer,
    sellable: &HashMap<VariantId, SellableVariant>,
    quantities: &BTreeMap<VariantId, i64>,
) -> Result<(), database::Error> {
    let now = ctx.now();
    let shown = quantities.iter().filter_map(|(variant, quantity)| {
        let found = sellable.get(variant).filter(|found| !found.offers.is_empty())?;
        Some((*variant, found.price_for(buyer, *quantity, now)?.price))
    });
    let shown: Vec<_> = shown.collect();
    if shown.is_empty() {
        return Ok(());
    }
    store::update_prices_seen(ctx, cart, &shown).await
}
