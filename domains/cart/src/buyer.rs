//! Who buys a cart, as far as price lists ask, and the prices they were shown.

use std::collections::{BTreeMap, HashMap};

use catalog::{Buyer, SellableVariant, UnitPrice};
use database::{Ctx, Error};
use kernel::{CountryCode, CustomerId, Money, Time, VariantId};

use crate::{
    Cart, CartLine, Notice,
    store::{self, steps::Step},
};

/// Who is signed in, as long as the cart is theirs, and where it goes, or where the bill does. Whoever merely has the cart, such as
/// a shopper who signed out, pays what everybody pays.
pub(crate) fn buyer_of(cart: &Cart, signed_in: Option<CustomerId>) -> Buyer {
    let address = cart.shipping_address.as_ref().or(cart.billing_address.as_ref());
    Buyer {
        customer: signed_in.filter(|customer| cart.customer_id == Some(*customer)),
        country: address.map(|address| address.country),
    }
}

/// Whoever looks at pages, as their cart would be priced: the customer who is signed in, and where their open cart goes. One statement
/// for somebody who may be in a group, none for anybody else.
pub async fn buyer(ctx: &mut Ctx) -> Result<Buyer, Error> {
    let Some(customer) = ctx.member() else {
        return Ok(Buyer::default());
    };
    let country = store::find_country_of_customer(ctx, customer).await?;
    Ok(Buyer {
        customer: Some(customer),
        country: country.and_then(|country| CountryCode::parse(&country).ok()),
    })
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

/// The price that the shopper saw, where one costs another now, unless only because there is another quantity of it.
pub(crate) fn price_before(
    line: &CartLine,
    variant: &SellableVariant,
    unit: &UnitPrice,
    (buyer, now): (&Buyer, Time),
) -> Option<Money> {
    let then = || variant.price_for(buyer, line.quantity_seen, now);
    let is_known = unit.price == line.price_seen || then().is_some_and(|then| then.price == line.price_seen);
    (!is_known).then_some(line.price_seen)
}

/// That one costs another price than the shopper saw.
pub(crate) fn price_change(
    line: &CartLine,
    variant: &SellableVariant,
    unit: &UnitPrice,
    look: (&Buyer, Time),
) -> Option<Notice> {
    let from = price_before(line, variant, unit, look)?;
    Some(Notice::PriceChanged { from, to: unit.price })
}

/// What lists ask of the customer, for statements that write how many the cart has.
pub(crate) fn steps_for(
    signed_in: Option<CustomerId>,
    sellable: &HashMap<VariantId, SellableVariant>,
    now: Time,
) -> Vec<Step> {
    let Some(customer) = signed_in else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for variant in sellable.values() {
        let Some(home) = variant.offers.first().map(|offer| offer.home) else {
            continue;
        };
        for (country, steps) in variant.steps_by_country(customer, now) {
            rows.extend(steps.into_iter().map(|step| Step {
                customer_id: customer.into(),
                home,
                country,
                variant_id: variant.variant_id.into(),
                min_quantity: step.min_quantity,
                price: step.unit.price.minor(),
            }));
        }
    }
    rows
}
