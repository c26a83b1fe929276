//! What a cart's quote is made from. Pure: everything was loaded before.

use std::collections::HashMap;

use catalog::{SellableVariant, UnitPrice};
use chrono::NaiveDate;
use inventory::Availability;
use kernel::{Address, CustomerId, EmailAddress, Money, MoneyError, Store, Time, VariantId};
use pricing::{CouponFacts, LineFacts, Owing, Quote, QuoteError, QuoteFacts, ShippingFacts};
use shipping::{Destination, Goods, Offer, ShippingOption, Size};
use tax::{Exemption, Place, TaxCode, TaxFacts, exemption_for};

use crate::{
    Cart, CartLine,
    buyer::{buyer_of, unit_prices},
};

/// Facts that were loaded once and hold whatever codes and delivery the cart has.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    /// The customer who looks, whosesoever the cart is.
    pub(crate) signed_in: Option<CustomerId>,
    pub(crate) sellable: HashMap<VariantId, SellableVariant>,
    pub(crate) availability: HashMap<VariantId, Availability>,
    pub(crate) customer_key: Option<EmailAddress>,
    /// What the customer had before of variants of which one customer gets only so many.
    pub(crate) had: HashMap<VariantId, i64>,
    pub(crate) tax: TaxFacts,
    pub(crate) shipping: shipping::ShippingFacts,
}

/// A cart's quote with the deliveries on offer.
pub(crate) struct Priced {
    pub(crate) quote: Quote,
    pub(crate) offer: Offer,
    pub(crate) shipping: Option<ShippingOption>,
    /// Why there is no tax, when the buyer need not pay it.
    pub(crate) exemption: Option<Exemption>,
}

/// Prices a cart. The deliveries on offer depend on what the goods cost after coupons, so the goods are quoted first and
/// the delivery is added to the same facts.
pub(crate) fn price(
    cart: &Cart,
    lines: &[CartLine],
    loaded: &Loaded,
    coupons: Vec<CouponFacts>,
    store: &Store,
    now: Time,
) -> Result<Priced, QuoteError> {
    let taxed = taxed_destination(cart, store);
    let exemption = taxed.as_ref().and_then(|place| exemption_for(&loaded.tax, place));
    let owing = Owing {
        exempt: exemption.is_some(),
        included: store.prices_include_tax,
    };
    let exemption = exemption.cloned();
    let units = unit_prices(&buyer_of(cart, loaded.signed_in), lines, &loaded.sellable, now);
    let mut facts = QuoteFacts {
        currency: store.currency,
        prices_include_tax: store.prices_include_tax,
        tax_rounding: store.tax_rounding,
        now,
        lines: line_facts(lines, loaded, &units, (taxed.as_ref(), owing))?,
        shipping: None,
        coupons,
    };
    let goods = pricing::quote(&facts)?;
    let rates = match &taxed {
        // As the quote does: with goods that nobody owes tax for nobody owes any for the delivery.
        Some(place) if goods_are_taxed(lines, loaded, place, now) => tax::shipping_rates_for(&loaded.tax, place),
        Some(_) | None => Vec::new(),
    };
    let items = goods.items_total.minus(goods.discount_total)?;
    let today = store.time_zone.day(now);
    let offer = offer(cart, lines, loaded, (store, items, today), |price| {
        owing.price(price, &rates)
    })?;
    let chosen = offer
        .options
        .iter()
        .find(|option| Some(&option.code) == cart.shipping_option.as_ref());
    let shipping = chosen.cloned();
    let quote = match &shipping {
        Some(option) => {
            facts.shipping = Some(ShippingFacts {
                price: option.price,
                taxes: owing.taxes(rates),
            });
            pricing::quote(&facts)?
        }
        None => goods,
    };
    Ok(Priced {
        quote,
        offer,
        shipping,
        exemption,
    })
}

/// The deliveries on offer for what has to be delivered, at the prices that are owed for them.
fn offer(
    cart: &Cart,
    lines: &[CartLine],
    loaded: &Loaded,
    (store, items, today): (&Store, Money, NaiveDate),
    owed: impl Fn(Money) -> Result<Money, MoneyError>,
) -> Result<Offer, MoneyError> {
    let shipped = shipped_goods(lines, loaded);
    if shipped.is_empty() {
        return Ok(Offer::default());
    }
    let destination = shipped_to(cart.shipping_address.as_ref(), store);
    let mut offer = shipping::offer(&loaded.shipping, &destination, &shipped, items, today);
    for option in &mut offer.options {
        option.price = owed(option.price)?;
    }
    Ok(offer)
}

/// Where goods go; in the store's country as long as there is no address.
fn shipped_to(address: Option<&Address>, store: &Store) -> Destination {
    let home = || Destination {
        country: store.country,
        state: String::new(),
        postal_code: String::new(),
    };
    address.map_or_else(home, Destination::from)
}

/// Where tax is due: where the goods go, or where the bill goes for what is not sent anywhere. As long as there is no address,
/// prices with tax are those of the store's country, and prices without tax stay so.
pub(crate) fn taxed_destination(cart: &Cart, store: &Store) -> Option<tax::Destination> {
    match cart.shipping_address.as_ref().or(cart.billing_address.as_ref()) {
        Some(address) => Some(address.into()),
        None if store.prices_include_tax => Some(tax::Destination::of(Place::country(store.country))),
        None => None,
    }
}

/// The lines that can be priced, as the quote wants them. A line whose variant is no longer for sale has no facts.
fn line_facts(
    lines: &[CartLine],
    loaded: &Loaded,
    units: &HashMap<VariantId, UnitPrice>,
    (taxed, owing): (Option<&tax::Destination>, Owing),
) -> Result<Vec<LineFacts>, MoneyError> {
    lines
        .iter()
        .filter_map(|line| {
            let variant = loaded.sellable.get(&line.variant_id)?;
            let unit_price = units.get(&line.variant_id)?.price;
            let rates = taxed.map(|place| rates_of(variant, loaded, place)).unwrap_or_default();
            Some(owing.price(unit_price, &rates).map(|unit_price| LineFacts {
                variant_id: variant.variant_id,
                product_id: variant.product_id,
                collection_ids: variant.collection_ids.clone(),
                quantity: line.quantity.get(),
                unit_price,
                taxes: owing.taxes(rates),
            }))
        })
        .collect()
}

fn rates_of(variant: &SellableVariant, loaded: &Loaded, place: &tax::Destination) -> Vec<tax::Rate> {
    if variant.taxable {
        tax::rates_for(&loaded.tax, place, &TaxCode::of_goods(&variant.tax_category))
    } else {
        Vec::new()
    }
}

/// Whether it is taxed in some place.
pub(crate) fn may_be_taxed(variant: &SellableVariant, loaded: &Loaded) -> bool {
    variant.taxable && tax::may_be_taxed(&loaded.tax, &TaxCode::of_goods(&variant.tax_category))
}

/// Whether some of what can be priced is taxed at the place, whoever buys it.
fn goods_are_taxed(lines: &[CartLine], loaded: &Loaded, place: &tax::Destination, now: Time) -> bool {
    let priced = lines
        .iter()
        .filter_map(|line| loaded.sellable.get(&line.variant_id))
        .filter(|variant| variant.price_at(now).is_some());
    priced
        .into_iter()
        .any(|variant| !rates_of(variant, loaded, place).is_empty())
}

/// What has to be delivered.
fn shipped_goods(lines: &[CartLine], loaded: &Loaded) -> Vec<Goods> {
    let goods = |line: &CartLine| {
        let variant = loaded
            .sellable
            .get(&line.variant_id)
            .filter(|variant| variant.requires_shipping)?;
        Some(Goods {
            product_id: variant.product_id,
            variant_id: variant.variant_id,
            quantity: line.quantity.get(),
            weight_grams: variant.weight_grams,
            size: Size::new(
                variant.dimensions.length_mm,
                variant.dimensions.width_mm,
                variant.dimensions.height_mm,
            ),
        })
    };
    lines.iter().filter_map(goods).collect()
}
