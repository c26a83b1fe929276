//! Who buys a cart, as far as price lists ask, and the prices they were shown.

use std::collections::{BTreeMap, HashMap};

use catalog::{Buyer, SellableVariant, UnitPrice};
use kernel::{CartId, CountryCode, CustomerId, Time, VariantId};

use crate::{Cart, CartLine, Notice, store};

/// Who is signed in, as long as the cart is theirs, and where it goes, or where the bill does. Whoever merely has the cart, such as
/// a shopper who signed out, pays what everybody pays.
pub(crate) fn buyer_of(cart: &Cart, signed_in: Option<CustomerId>) -> Buyer {
    let address = cart.shipping_address.as_ref().or(cart.billing_address.as_ref());
    Buyer {
        customer: signed_in.filter(|customer| cart.customer_id == Some(*customer)),
        country: address.map(|address| address.country),
    }
}

/// The same of a cart as it is stored: whose it is, and the country of its address.
pub(crate) fn buyer_to((owner, country): (Option<CustomerId>, Option<&str>), signed_in: Option<CustomerId>) -> Buyer {
    Buyer {
        customer: signed_in.filter(|customer| owner == Some(*customer)),
        country: country.and_then(|country| CountryCode::parse(country).ok()),
    }
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

/// That one costs another price than the shopper saw, unless only because the cart has another quantity of it.
pub(crate) fn price_change(
    line: &CartLine,
    variant: &SellableVariant,
    unit: &UnitPrice,
    (buyer, now): (&Buyer, Time),
) -> Option<Notice> {
    let is_known = unit.price == line.price_seen || variant.costs_in_some_quantity(line.price_seen, buyer, now);
    (!is_known).then_some(Notice::PriceChanged {
        from: line.price_seen,
        to: unit.price,
    })
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
