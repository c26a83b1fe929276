//! Staff change what a price list asks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use database::Ctx;
use kernel::{FieldError, Invalid, Money, Permission, PriceListId, Quantity, VariantId};

use crate::{
    MOST_BREAKS, PriceBreak, PriceListError,
    input::check_amount,
    store::{
        self,
        list_prices::{Changed, describe},
    },
};

/// The most prices that can be put at once.
pub const MOST_PUT: usize = 10_000;

/// How whoever puts a price knows the variant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PricedVariant {
    /// By its id.
    Id(VariantId),
    /// By the merchant's own number.
    Sku(String),
}

/// A price to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutPrice {
    /// For which variant.
    pub variant: PricedVariant,
    /// From how many pieces on.
    pub min_quantity: i64,
    /// What each then costs.
    pub price: Money,
}

/// Puts prices into a list, all or none; a price for a quantity that is there already is another from now on, and all others stay.
/// What is wrong is named by the place of its price, such as `prices.3.sku`. Answers how many there are more or are others.
pub async fn put_list_prices(ctx: &mut Ctx, list: PriceListId, prices: Vec<PutPrice>) -> Result<u64, PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    if prices.len() > MOST_PUT {
        let message = format!("may be at most {MOST_PUT}");
        return Err(Invalid::from(FieldError::new("prices", "too_many", message)).into());
    }
    lock(ctx, list).await?;
    let known = identify(ctx, &prices).await?;
    let put = read(ctx, &prices, &known)?;
    let touched: BTreeSet<VariantId> = put.iter().map(|(variant, _)| *variant).collect();
    let changes = store::list_prices::change(ctx, list, &Changed { put, gone: Vec::new() }).await?;
    let touched: Vec<VariantId> = touched.into_iter().collect();
    if let Some(crowded) = store::list_prices::find_crowded(ctx, list, &touched).await? {
        let place = prices
            .iter()
            .position(|price| known.get(&price.variant) == Some(&crowded));
        let field = format!("prices.{}.min_quantity", place.unwrap_or_default());
        let message = format!("a variant has at most {MOST_BREAKS} prices in a list");
        return Err(Invalid::from(FieldError::new(field, "too_many_breaks", message)).into());
    }
    Ok(changes)
}

/// Lets a list ask exactly these prices for a variant; none at all, and the list says nothing of it any more.
pub async fn set_list_prices(
    ctx: &mut Ctx,
    list: PriceListId,
    variant: VariantId,
    breaks: Vec<PriceBreak>,
) -> Result<(), PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    lock(ctx, list).await?;
    let before = describe(ctx, list, &[variant]).await?.pop();
    let before = before.ok_or(PriceListError::NotFound)?.breaks;
    let prices = breaks.iter().map(|step| PutPrice {
        variant: PricedVariant::Id(variant),
        min_quantity: step.min_quantity,
        price: step.price,
    });
    let prices: Vec<PutPrice> = prices.collect();
    let put = read(ctx, &prices, &[(PricedVariant::Id(variant), variant)].into())?;
    if put.len() > MOST_BREAKS {
        let message = format!("a variant has at most {MOST_BREAKS} prices in a list");
        return Err(Invalid::from(FieldError::new("prices", "too_many_breaks", message)).into());
    }
    let stays = |quantity: i64| breaks.iter().any(|step| step.min_quantity == quantity);
    let gone = before.into_iter().filter(|step| !stays(step.min_quantity));
    let gone = gone.map(|step| (variant, step.min_quantity)).collect();
    store::list_prices::change(ctx, list, &Changed { put, gone }).await?;
    Ok(())
}

/// Takes one price out of a list.
pub async fn remove_list_price(
    ctx: &mut Ctx,
    list: PriceListId,
    variant: VariantId,
    min_quantity: i64,
) -> Result<(), PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    lock(ctx, list).await?;
    let change = Changed {
        put: Vec::new(),
        gone: vec![(variant, min_quantity)],
    };
    match store::list_prices::change(ctx, list, &change).await? {
        0 => Err(PriceListError::NotFound),
        _gone => Ok(()),
    }
}

/// Changes of one list follow each other.
async fn lock(ctx: &mut Ctx, list: PriceListId) -> Result<(), PriceListError> {
    let found = store::price_lists::lock(ctx, list).await?;
    found.map(|_version| ()).ok_or(PriceListError::NotFound)
}

type Known = HashMap<PricedVariant, VariantId>;

async fn identify(ctx: &mut Ctx, prices: &[PutPrice]) -> Result<Known, PriceListError> {
    let (mut ids, mut skus) = (BTreeSet::new(), BTreeSet::new());
    for price in prices {
        match &price.variant {
            PricedVariant::Id(id) => {
                ids.insert(*id);
            }
            PricedVariant::Sku(sku) => {
                skus.insert(sku.clone());
            }
        }
    }
    let (ids, skus): (Vec<VariantId>, Vec<String>) = (ids.into_iter().collect(), skus.into_iter().collect());
    let found = store::list_prices::identify(ctx, &ids, &skus).await?;
    let mut known = Known::new();
    for (id, sku) in found {
        known.insert(PricedVariant::Id(id), id);
        if let Some(sku) = sku {
            known.insert(PricedVariant::Sku(sku), id);
        }
    }
    Ok(known)
}

/// The prices in the order of their variants, in which whoever writes several holds them, or everything that is wrong with them.
fn read(ctx: &Ctx, prices: &[PutPrice], known: &Known) -> Result<Vec<(VariantId, PriceBreak)>, Invalid> {
    let mut invalid = Invalid::default();
    let mut places: BTreeMap<(VariantId, i64), usize> = BTreeMap::new();
    let mut put = Vec::with_capacity(prices.len());
    for (index, price) in prices.iter().enumerate() {
        let at = |name: &str| format!("prices.{index}.{name}");
        if Quantity::new(price.min_quantity).is_err() {
            let message = "must be between 1 and 9999";
            invalid.push(FieldError::new(at("min_quantity"), "out_of_range", message));
        }
        check_amount(&mut invalid, &at("price"), Some(price.price), ctx.currency());
        match (known.get(&price.variant), &price.variant) {
            (Some(id), _) => {
                if let Some(first) = places.insert((*id, price.min_quantity), index) {
                    let message = format!("the quantity has a price already, in place {}", first + 1);
                    invalid.push(FieldError::new(at("min_quantity"), "twice", message));
                }
                let (min_quantity, price) = (price.min_quantity, price.price);
                put.push((*id, PriceBreak { min_quantity, price }));
            }
            (None, PricedVariant::Sku(sku)) => {
                let message = format!("there is no variant with the SKU {sku}");
                invalid.push(FieldError::new(at("sku"), "no_such_variant", message));
            }
            (None, PricedVariant::Id(id)) => {
                let message = format!("there is no variant {id}");
                invalid.push(FieldError::new(at("variant_id"), "no_such_variant", message));
            }
        }
    }
    invalid.into_result()?;
    put.sort_unstable_by_key(|(variant, step)| (*variant, step.min_quantity));
    Ok(put)
}
