//! When what a page shows would arrive, and what its delivery costs.

use catalog::Variant;
use chrono::NaiveDate;
use database::{Ctx, cache::Needs};
use kernel::{AddressFormat, Money, Store, Time};
use serde::Serialize;
use shipping::{Destination, Goods, Offer, ShippingOption, Size};
use web::{MoneyView, Problem, Visitor};

use super::variant::MemberPrices;

/// What is told beside the button that buys.
#[derive(Serialize)]
pub(super) struct ArrivalView {
    country: &'static str,
    /// Whether it may not be sent there.
    refused: bool,
    delivery: Option<DeliveryView>,
}

#[derive(Serialize)]
struct DeliveryView {
    name: String,
    /// Nothing when it is free.
    price: Option<MoneyView>,
    /// From the first day on which it may come to the last.
    days: String,
    /// Whether the shopper fetches it.
    fetched: bool,
}

/// For the default address of a customer who is signed in, and for everybody else in the store's country; some deliveries are free
/// from an amount on, which is asked of what the shopper pays. Nothing when the store sends nothing there.
pub(super) async fn load(
    visitor: &Visitor,
    ctx: &mut Ctx,
    variant: &Variant,
    member: &MemberPrices,
) -> Result<Option<ArrivalView>, Problem> {
    let Some(price) = member.price_of(variant, ctx.now()) else {
        return Ok(None);
    };
    let destination = destination(visitor, ctx).await?;
    let facts = shipping::load(ctx, &[variant.product_id]).await?;
    let (today, midnight) = day_of(visitor.store(), ctx.now());
    ctx.note(&Needs::default().until(Some(midnight)));
    let offer = shipping::offer(&facts, &destination, &[goods(variant)], price, today);
    if offer.options.is_empty() && offer.refused.is_empty() {
        return Ok(None);
    }
    Ok(Some(ArrivalView {
        country: AddressFormat::of(destination.country).name(visitor.locale),
        refused: !offer.refused.is_empty(),
        delivery: told(&offer).map(|option| DeliveryView {
            name: option.name.clone(),
            price: Some(option.price)
                .filter(|price| Money::is_positive(*price))
                .map(MoneyView::from),
            days: match option.pickup {
                Some(_) => visitor.locale.format_days(option.earliest, option.earliest),
                None => visitor.locale.format_days(option.earliest, option.latest),
            },
            fetched: option.pickup.is_some(),
        }),
    }))
}

async fn destination(visitor: &Visitor, ctx: &mut Ctx) -> Result<Destination, Problem> {
    let book = match visitor.customer() {
        Some(customer) => customers::list_addresses(ctx, customer).await?,
        None => Vec::new(),
    };
    let own = book.iter().find(|entry| entry.is_default);
    Ok(own.map_or_else(
        || Destination {
            country: visitor.store().country,
            state: String::new(),
            postal_code: String::new(),
        },
        |entry| Destination::from(&entry.address),
    ))
}

/// The store's day, and when the next one begins.
fn day_of(store: &Store, now: Time) -> (NaiveDate, Time) {
    let today = store.time_zone.day(now);
    let tomorrow = today.succ_opt().unwrap_or(today);
    (today, store.time_zone.midnight(tomorrow))
}

fn goods(variant: &Variant) -> Goods {
    let sides = variant.dimensions;
    Goods {
        product_id: variant.product_id,
        variant_id: variant.id,
        quantity: 1,
        weight_grams: variant.weight_grams,
        size: Size::new(sides.length_mm, sides.width_mm, sides.height_mm),
    }
}

/// The cheapest that brings it, of two that cost the same the quicker; where nothing is sent, the first place to fetch it.
fn told(offer: &Offer) -> Option<&ShippingOption> {
    let sent = offer.options.iter().filter(|option| option.pickup.is_none());
    sent.min_by_key(|option| (option.price.minor(), option.latest, option.earliest))
        .or(offer.options.first())
}
