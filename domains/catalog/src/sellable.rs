//! What carts, checkout and orders need to know of variants, and what price lists offer for them.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{CustomerId, Money, ProductId, VariantId};

use crate::{Buyer, ListOffer, SellableVariant, member_price, store, variant::price_at};

/// The variants of these ids that shoppers may buy: active ones of products published by now, in one statement and in no
/// particular order. Ids that are missing in the answer are not for sale.
pub async fn sellable(ctx: &mut Ctx, ids: &[VariantId]) -> Result<Vec<SellableVariant>, Error> {
    sellable_to_each(ctx, ids, &[]).await
}

/// The same with what price lists offer the customer, in the same statement.
pub async fn sellable_to(
    ctx: &mut Ctx,
    ids: &[VariantId],
    customer: Option<CustomerId>,
) -> Result<Vec<SellableVariant>, Error> {
    let wanted = |customer| ids.iter().map(move |id| (customer, *id)).collect();
    let wanted: Vec<_> = customer.map(wanted).unwrap_or_default();
    sellable_to_each(ctx, ids, &wanted).await
}

/// The same with what price lists offer several customers, each for what they want.
pub async fn sellable_to_each(
    ctx: &mut Ctx,
    ids: &[VariantId],
    wanted: &[(CustomerId, VariantId)],
) -> Result<Vec<SellableVariant>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    store::sellable::list(ctx, ids, wanted)
        .await?
        .into_iter()
        .map(SellableVariant::try_from)
        .collect()
}

/// What price lists offer a customer for variants, for a page that shows their prices: one statement, and none for anybody else.
pub async fn list_offers(
    ctx: &mut Ctx,
    ids: &[VariantId],
    customer: Option<CustomerId>,
) -> Result<HashMap<VariantId, Vec<ListOffer>>, Error> {
    match customer {
        Some(customer) if !ids.is_empty() => store::list_offers::list(ctx, ids, customer).await,
        Some(_) | None => Ok(HashMap::new()),
    }
}

/// The lowest and the highest price of one piece that these products have for a customer, where price lists say another than
/// everybody pays: one statement, and none for anybody else.
pub async fn member_ranges(
    ctx: &mut Ctx,
    ids: &[ProductId],
    customer: Option<CustomerId>,
) -> Result<HashMap<ProductId, (Money, Money)>, Error> {
    let Some(customer) = customer.filter(|_| !ids.is_empty()) else {
        return Ok(HashMap::new());
    };
    let (now, buyer) = (ctx.now(), Buyer::of(Some(customer)));
    let mut ranges: HashMap<ProductId, (Money, Money, bool)> = HashMap::new();
    for priced in store::list_offers::list_of_products(ctx, ids, customer).await? {
        let everybody = price_at(Some(priced.price), priced.sale.as_ref(), now).unwrap_or(priced.price);
        let unit = member_price::unit_price((everybody, priced.price), &priced.offers, &buyer, 1);
        let (price, is_of_list) = (unit.price, unit.list.is_some());
        let range = ranges.entry(priced.product_id).or_insert((price, price, false));
        if price.minor() < range.0.minor() {
            range.0 = price;
        }
        if price.minor() > range.1.minor() {
            range.1 = price;
        }
        range.2 |= is_of_list;
    }
    let of_lists = ranges.into_iter().filter(|(_, (_, _, is_of_list))| *is_of_list);
    Ok(of_lists.map(|(id, (least, most, _))| (id, (least, most))).collect())
}
