//! The orders of the last ninety days: priced by the same quote as live ones, then written with what happened to them.

use std::collections::{BTreeMap, HashMap};

use catalog::SellableVariant;
use chrono::Duration;
use database::Ctx;
use kernel::{AttemptId, CustomerId, Money, OrderId, Time, VariantId};
use orders::{
    DeliveryDates, HistoricOrder, HistoricParcel, HistoricPayment, HistoricRefund, Imported, PlaceOrder, PlacedLine,
    Source,
};
use payments::HistoricAttempt;
use pricing::{CouponFacts, LineFacts, Quote, QuoteFacts, ShippingFacts};
use shipping::{Destination, Goods, ShippingOption};
use tax::{TaxCode, TaxFacts};

use super::SeedError;
use crate::{
    Shopper,
    content::Content,
    dice::Dice,
    plan::{Fate, Good, PlannedOrder, plan},
};

/// The gateway that took the money.
pub(super) const GATEWAY: &str = "sandbox";

/// What quotes are made from, loaded once.
struct Facts {
    variants: HashMap<VariantId, SellableVariant>,
    taxes: TaxFacts,
    shipping: shipping::ShippingFacts,
    coupons: Vec<CouponFacts>,
}

/// A planned order with its price.
struct Priced<'a> {
    id: OrderId,
    planned: &'a PlannedOrder,
    shopper: &'a Shopper,
    lines: Vec<(SellableVariant, i64)>,
    delivery: Option<ShippingOption>,
    quote: Quote,
}

/// Makes up the history and writes it: orders, then what was paid for them. Tells what the gateway took, so that it can
/// give it back when a merchant tries a refund.
pub(super) async fn write(
    ctx: &mut Ctx,
    content: &Content,
    products: &[Vec<VariantId>],
    customer: CustomerId,
) -> Result<Vec<(AttemptId, Money)>, SeedError> {
    let shoppers = content.shoppers()?;
    let goods = goods(content, products);
    let facts = load(ctx, content, products).await?;
    let planned = plan(
        ctx.now(),
        content.store.orders,
        &goods,
        shoppers.len(),
        facts.coupons.len(),
    );
    let mut priced = Vec::with_capacity(planned.len());
    for order in &planned {
        if let Some(shopper) = shoppers.get(order.shopper) {
            priced.extend(price(ctx, &facts, order, shopper, products)?);
        }
    }
    let history: Vec<HistoricOrder> = priced.iter().map(|order| historic(ctx, order, customer)).collect();
    let refunded_at: Vec<Option<Time>> = history
        .iter()
        .map(|one| one.refund.as_ref().map(|refund| refund.at))
        .collect();
    let written = orders::import_history(ctx, history).await.map_err(SeedError::refused)?;
    for order in priced.iter().filter(|order| order.planned.fate == Fate::Packing) {
        orders::start_processing(ctx, order.id)
            .await
            .map_err(SeedError::refused)?;
    }
    for order in priced.iter().filter(|order| order.planned.fate != Fate::Declined) {
        let redeem = pricing::Redeem {
            order_id: order.id,
            coupon_ids: &order.quote.applied_coupons(),
            customer_key: &order.shopper.email,
        };
        pricing::redeem(ctx, redeem).await.map_err(SeedError::refused)?;
    }
    let attempts: Vec<HistoricAttempt> = priced
        .iter()
        .zip(written.iter().zip(refunded_at))
        .filter_map(|(order, (imported, refunded_at))| attempt(ctx, order, imported, refunded_at))
        .collect();
    let taken = attempts
        .iter()
        .filter(|one| one.outcome.is_ok())
        .map(|one| (one.id, one.amount))
        .collect();
    payments::import_history(ctx, attempts)
        .await
        .map_err(SeedError::refused)?;
    Ok(taken)
}

/// Cheap things and the ones on the home page sell more often; the sample product most of all.
fn goods(content: &Content, products: &[Vec<VariantId>]) -> Vec<Good> {
    content
        .products()
        .zip(products)
        .map(|((_, product), variants)| Good {
            popularity: match product.slug.as_str() {
                "sample-product" => 40,
                _ if product.featured => 14,
                _ if product
                    .collections
                    .iter()
                    .any(|slug| slug == "under-30" || slug == "oleh-oleh") =>
                {
                    9
                }
                _ => 4,
            },
            variants: variants.len(),
            shipped: !product.digital,
        })
        .collect()
}

async fn load(ctx: &mut Ctx, content: &Content, products: &[Vec<VariantId>]) -> Result<Facts, SeedError> {
    let ids: Vec<VariantId> = products.iter().flatten().copied().collect();
    let variants = catalog::sellable(ctx, &ids).await?;
    let codes: Vec<String> = content
        .store
        .coupons
        .iter()
        .filter(|coupon| coupon.customer_limit.is_none())
        .map(|coupon| coupon.code.clone())
        .collect();
    Ok(Facts {
        variants: variants
            .into_iter()
            .map(|variant| (variant.variant_id, variant))
            .collect(),
        taxes: tax::load(ctx, None, None).await?,
        shipping: shipping::load(ctx, &[]).await?,
        coupons: pricing::load_coupons(ctx, &codes, None).await?,
    })
}

/// What goes into a parcel.
fn shipped_goods(lines: &[(SellableVariant, i64)]) -> Vec<Goods> {
    let parcelled = lines.iter().filter(|(variant, _)| variant.requires_shipping);
    let goods = parcelled.map(|(variant, quantity)| Goods {
        product_id: variant.product_id,
        variant_id: variant.variant_id,
        quantity: *quantity,
        weight_grams: variant.weight_grams,
        size: None,
    });
    goods.collect()
}

/// The order with its price; `None` when no method ships it to the shopper.
fn price<'a>(
    ctx: &Ctx,
    facts: &Facts,
    planned: &'a PlannedOrder,
    shopper: &'a Shopper,
    products: &[Vec<VariantId>],
) -> Result<Option<Priced<'a>>, SeedError> {
    let lines: Vec<(SellableVariant, i64)> = planned
        .lines
        .iter()
        .filter_map(|(good, variant, quantity)| {
            let id = products.get(*good)?.get(*variant)?;
            Some((facts.variants.get(id)?.clone(), *quantity))
        })
        .collect();
    let place = tax::Destination::from(&shopper.address);
    let store = ctx.store();
    let coupon = planned.coupon.and_then(|index| facts.coupons.get(index)).cloned();
    let mut quote_facts = QuoteFacts {
        currency: store.currency,
        prices_include_tax: store.prices_include_tax,
        tax_rounding: store.tax_rounding,
        now: planned.placed_at,
        lines: lines
            .iter()
            .filter_map(|line| line_facts(line, &facts.taxes, &place, planned.placed_at))
            .collect(),
        shipping: None,
        coupons: coupon.into_iter().collect(),
    };
    let goods = pricing::quote(&quote_facts).map_err(SeedError::refused)?;
    let shipped = shipped_goods(&lines);
    let mut delivery = None;
    if !shipped.is_empty() {
        let items = goods
            .items_total
            .minus(goods.discount_total)
            .map_err(SeedError::refused)?;
        let destination = Destination::from(&shopper.address);
        let today = planned.placed_at.date_naive();
        let mut offered = shipping::offer(&facts.shipping, &destination, &shipped, items, today).options;
        let wanted = if planned.express { "express" } else { "standard" };
        let at = offered
            .iter()
            .position(|option| option.code == wanted)
            .unwrap_or_default();
        if offered.is_empty() {
            return Ok(None);
        }
        let option = offered.swap_remove(at);
        let taxes = tax::shipping_rates_for(&facts.taxes, &place);
        quote_facts.shipping = Some(ShippingFacts {
            price: option.price,
            taxes,
        });
        delivery = Some(option);
    }
    let quote = pricing::quote(&quote_facts).map_err(SeedError::refused)?;
    Ok(Some(Priced {
        id: ctx.new_id(),
        planned,
        shopper,
        lines,
        delivery,
        quote,
    }))
}

fn line_facts(
    line: &(SellableVariant, i64),
    taxes: &TaxFacts,
    place: &tax::Destination,
    at: Time,
) -> Option<LineFacts> {
    let (variant, quantity) = line;
    Some(LineFacts {
        variant_id: variant.variant_id,
        product_id: variant.product_id,
        collection_ids: variant.collection_ids.clone(),
        quantity: *quantity,
        unit_price: variant.price_at(at)?,
        taxes: if variant.taxable {
            tax::rates_for(taxes, place, &TaxCode::of_goods(&variant.tax_category))
        } else {
            Vec::new()
        },
    })
}

/// The order with what happened to it since.
fn historic(ctx: &Ctx, order: &Priced<'_>, customer: CustomerId) -> HistoricOrder {
    let Priced {
        id,
        planned,
        shopper,
        lines,
        delivery,
        quote,
    } = order;
    let (placed_at, fate) = (planned.placed_at, planned.fate);
    let mut dice = Dice::new(placed_at.timestamp().unsigned_abs().try_into().unwrap_or(7));
    let placed_lines = lines.iter().map(|(sellable, quantity)| PlacedLine {
        sellable: sellable.clone(),
        quantity: *quantity,
        properties: BTreeMap::new(),
        price_list: None,
    });
    let placed = PlaceOrder {
        id: *id,
        cart_id: None,
        customer_id: (planned.shopper == 0).then_some(customer),
        email: shopper.email.clone(),
        lines: placed_lines.collect(),
        quote: quote.clone(),
        shipping_address: delivery.is_some().then(|| shopper.address.clone()),
        billing_address: Some(shopper.address.clone()),
        shipping_code: delivery.as_ref().map(|option| option.code.clone()).unwrap_or_default(),
        shipping_name: delivery.as_ref().map(|option| option.name.clone()).unwrap_or_default(),
        delivery: delivery.as_ref().map(|option| DeliveryDates {
            earliest: option.earliest,
            latest: option.latest,
            chosen: None,
        }),
        coupon_codes: quote.applied_codes(),
        exemption: None,
        source: if dice.within(0, 8) == 0 {
            Source::Mobile
        } else {
            Source::Web
        },
        customer_note: String::new(),
    };
    let paid_at = placed_at + Duration::seconds(i64::from(dice.within(9, 50)));
    HistoricOrder {
        order: placed,
        placed_at,
        payment: match fate {
            Fate::Pending => HistoricPayment::Pending,
            Fate::Declined => HistoricPayment::Failed(paid_at, "card_declined".to_owned()),
            _ => HistoricPayment::Captured(paid_at),
        },
        shipped: parcel(ctx.now(), order, &mut dice),
        cancelled: (fate == Fate::Cancelled).then(|| {
            (
                placed_at + Duration::minutes(i64::from(dice.within(15, 55))),
                "Changed their mind".to_owned(),
            )
        }),
        refund: refund(ctx, order, &mut dice),
    }
}

/// Everything that was shipped went out in one parcel, between half a day and two days later.
fn parcel(now: Time, order: &Priced<'_>, dice: &mut Dice) -> Option<HistoricParcel> {
    let arrived = matches!(
        order.planned.fate,
        Fate::Delivered | Fate::PartlyRefunded | Fate::Refunded
    );
    if order.delivery.is_none() || !(arrived || order.planned.fate == Fate::Shipped) {
        return None;
    }
    let at = order.planned.placed_at + Duration::minutes(i64::from(dice.within(12 * 60, 40 * 60)));
    let at = at
        .min(now - Duration::hours(2))
        .max(order.planned.placed_at + Duration::minutes(30));
    let arrives = at + Duration::minutes(i64::from(dice.within(30 * 60, 90 * 60)));
    let home = order.shopper.address.country.as_str();
    let carrier = match (home, order.planned.express) {
        ("ID", _) => "JNE",
        ("US", false) => "USPS",
        ("US", true) => "UPS",
        _ => "DHL",
    };
    Some(HistoricParcel {
        at,
        carrier: carrier.to_owned(),
        tracking_number: format!(
            "{}{:05}{:05}",
            carrier.to_uppercase(),
            dice.within(0, 32_000),
            dice.within(0, 32_000)
        ),
        tracking_url: String::new(),
        delivered_at: arrived.then(|| arrives.min(now - Duration::minutes(50))),
    })
}

fn refund(ctx: &Ctx, order: &Priced<'_>, dice: &mut Dice) -> Option<HistoricRefund> {
    let placed_at = order.planned.placed_at;
    let days = |count: i32| (placed_at + Duration::days(i64::from(count))).min(ctx.now() - Duration::minutes(30));
    let (at, pieces, reason, restock) = match order.planned.fate {
        Fate::Cancelled => (placed_at + Duration::hours(1), Vec::new(), "Cancelled", false),
        Fate::Refunded => (days(dice.within(6, 12)), Vec::new(), "Did not suit", true),
        Fate::PartlyRefunded => (days(dice.within(7, 14)), vec![(1, 1)], "Arrived damaged", false),
        _ => return None,
    };
    let free = order.quote.total.is_zero() || order.quote.lines.first().is_some_and(|line| line.total.is_zero());
    (!free).then(|| HistoricRefund {
        id: ctx.new_id(),
        at,
        pieces,
        reason: reason.to_owned(),
        restock,
    })
}

/// The payment's side of an order; none while nothing was tried.
fn attempt(ctx: &Ctx, order: &Priced<'_>, imported: &Imported, refunded_at: Option<Time>) -> Option<HistoricAttempt> {
    let id: AttemptId = ctx.new_id();
    let at = order.planned.placed_at + Duration::seconds(5);
    let outcome = match order.planned.fate {
        Fate::Pending => return None,
        Fate::Declined => Err("card_declined".to_owned()),
        _ => Ok(format!("demo_{id}")),
    };
    let refund = imported
        .refund
        .zip(refunded_at)
        .map(|((id, amount), at)| payments::HistoricRefund {
            id,
            amount,
            at,
            reference: format!("demo_{id}"),
        });
    Some(HistoricAttempt {
        id,
        order_id: order.id,
        gateway: GATEWAY.to_owned(),
        amount: order.quote.total,
        at,
        outcome,
        refunds: refund.into_iter().collect(),
    })
}
