//! What a cart's quote is made from. Pure: everything was loaded before.

use std::collections::HashMap;

use catalog::SellableVariant;
use kernel::{Address, Store, Time, VariantId};
use pricing::{CouponFacts, LineFacts, Quote, QuoteError, QuoteFacts, ShippingFacts};
use shipping::{Destination, ShippingOption};
use tax::{Place, TaxCategory, TaxFacts};

use crate::{Cart, CartLine};

/// Facts that were loaded once and hold whatever codes and delivery the cart has.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) sellable: HashMap<VariantId, SellableVariant>,
    pub(crate) tax: TaxFacts,
    pub(crate) shipping: shipping::ShippingFacts,
}

/// A cart's quote with the deliveries on offer.
pub(crate) struct Priced {
    pub(crate) quote: Quote,
    pub(crate) shipping_options: Vec<ShippingOption>,
    pub(crate) shipping: Option<ShippingOption>,
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
    let address = cart.shipping_address.as_ref();
    let place = taxed_place(address, store);
    let mut facts = QuoteFacts {
        currency: store.currency,
        prices_include_tax: store.prices_include_tax,
        tax_rounding: store.tax_rounding,
        now,
        lines: line_facts(lines, loaded, place.as_ref(), now),
        shipping: None,
        coupons,
    };
    let goods = pricing::quote(&facts)?;
    let Some(weight_grams) = shipped_weight_grams(lines, loaded) else {
        return Ok(Priced {
            quote: goods,
            shipping_options: Vec::new(),
            shipping: None,
        });
    };
    let destination = address.map_or_else(
        || Destination {
            country: store.country,
            state: String::new(),
        },
        Destination::from,
    );
    let items = goods.items_total.minus(goods.discount_total)?;
    let shipping_options = shipping::options(&loaded.shipping, &destination, items, weight_grams);
    let chosen = cart.shipping_option.as_ref();
    let shipping = shipping_options
        .iter()
        .find(|option| Some(&option.code) == chosen)
        .cloned();
    let Some(option) = &shipping else {
        return Ok(Priced {
            quote: goods,
            shipping_options,
            shipping: None,
        });
    };
    let taxes = place
        .as_ref()
        .map(|place| tax::shipping_rates_for(&loaded.tax, place))
        .unwrap_or_default();
    facts.shipping = Some(ShippingFacts {
        price: option.price,
        taxes,
    });
    Ok(Priced {
        quote: pricing::quote(&facts)?,
        shipping_options,
        shipping,
    })
}

/// Where tax is due: at the address. As long as there is none, prices with tax are those of the store's country, and
/// prices without tax stay so.
fn taxed_place(address: Option<&Address>, store: &Store) -> Option<Place> {
    match address {
        Some(address) => Some(Place::from(address)),
        None if store.prices_include_tax => Some(Place::country(store.country)),
        None => None,
    }
}

/// The lines that can be priced, as the quote wants them. A line whose variant is no longer for sale has no facts.
fn line_facts(lines: &[CartLine], loaded: &Loaded, place: Option<&Place>, now: Time) -> Vec<LineFacts> {
    lines
        .iter()
        .filter_map(|line| {
            let variant = loaded.sellable.get(&line.variant_id)?;
            let unit_price = variant.price_at(now)?;
            let taxes = match place {
                Some(place) if variant.taxable => {
                    let category = TaxCategory::parse(&variant.tax_category).unwrap_or_default();
                    tax::rates_for(&loaded.tax, place, category)
                }
                Some(_) | None => Vec::new(),
            };
            Some(LineFacts {
                variant_id: variant.variant_id,
                product_id: variant.product_id,
                collection_ids: variant.collection_ids.clone(),
                quantity: line.quantity.get(),
                unit_price,
                taxes,
            })
        })
        .collect()
}

/// The weight of what has to be delivered; `None` when nothing has to.
fn shipped_weight_grams(lines: &[CartLine], loaded: &Loaded) -> Option<i64> {
    lines
        .iter()
        .filter_map(|line| {
            let variant = loaded
                .sellable
                .get(&line.variant_id)
                .filter(|variant| variant.requires_shipping)?;
            Some(variant.weight_grams.saturating_mul(line.quantity.get()))
        })
        .reduce(i64::saturating_add)
}
