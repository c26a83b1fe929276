//! What carts, checkout and orders need to know of variants, and what price lists offer for them.

use std::collections::{HashMap, HashSet};

use database::{Ctx, Error};
use kernel::{CustomerId, Money, ProductId, VariantId};

use crate::{Buyer, ListOffer, Measure, SellableVariant, member_price, store, variant::price_at};

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

/// What price lists offer whoever looks for variants, for a page that shows their prices: one statement, and none without a
/// customer.
pub async fn list_offers(
    ctx: &mut Ctx,
    ids: &[VariantId],
    buyer: &Buyer,
) -> Result<HashMap<VariantId, Vec<ListOffer>>, Error> {
    match buyer.customer {
        Some(customer) if !ids.is_empty() => store::list_offers::list(ctx, ids, customer).await,
        Some(_) | None => Ok(HashMap::new()),
    }
}

/// What the variants of a product cost one whose price lists say another price than everybody pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberRange {
    /// The lowest price of one piece.
    pub least: Money,
    /// The highest.
    pub most: Money,
    /// What everybody pays for the variant that costs them least, where it is more.
    pub was: Option<Money>,
    /// How much is in that variant, for its base price.
    pub measure: Option<Measure>,
}

/// What one piece of these products costs whoever looks, where price lists say another price than everybody pays: one statement, and
/// none without a customer.
pub async fn member_ranges(
    ctx: &mut Ctx,
    ids: &[ProductId],
    buyer: &Buyer,
) -> Result<HashMap<ProductId, MemberRange>, Error> {
    let Some(customer) = buyer.customer.filter(|_| !ids.is_empty()) else {
        return Ok(HashMap::new());
    };
    let now = ctx.now();
    let mut ranges: HashMap<ProductId, MemberRange> = HashMap::new();
    let mut by_list: HashSet<ProductId> = HashSet::new();
    for priced in store::list_offers::list_of_products(ctx, ids, customer).await? {
        let everybody = price_at(Some(priced.price), priced.sale.as_ref(), now).unwrap_or(priced.price);
        let unit = member_price::unit_price((everybody, priced.price), &priced.offers, buyer, 1);
        if unit.list.is_some() {
            by_list.insert(priced.product_id);
        }
        let own = MemberRange {
            least: unit.price,
            most: unit.price,
            was: unit.list.map(|_list| everybody),
            measure: priced.measure,
        };
        let range = ranges.entry(priced.product_id).or_insert(own);
        let most = if own.most.minor() > range.most.minor() {
            own.most
        } else {
            range.most
        };
        if own.least.minor() < range.least.minor() {
            *range = own;
        }
        range.most = most;
    }
    ranges.retain(|id, _| by_list.contains(id));
    Ok(ranges)
}
