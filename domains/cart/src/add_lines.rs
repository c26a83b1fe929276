//! Adds variants to a cart: three statements, however many lines.

use std::collections::{BTreeMap, HashMap};

use catalog::{Buyer, QuantityRefusal, QuantityRule, SellableVariant};
use inventory::Holder;
use kernel::{CartId, CartLineId, CustomerId, FieldError, Invalid, Quantity, VariantId};

use crate::{
    CartError, Properties, Saver, Shopper,
    buyer::steps_for,
    hold, quota,
    store::{
        self, PricedLine,
        adding::{self, Told},
        steps::Step,
    },
};

/// The most lines a cart can have.
pub(crate) const MAX_LINES: usize = 200;

/// A variant to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddLine {
    /// What.
    pub variant_id: VariantId,
    /// How many more.
    pub quantity: Quantity,
    /// Engraving, gift note and the like.
    pub properties: Properties,
}

/// Adds lines; a variant already there with the same properties gets more of it. Refused as a whole when a variant is not
/// for sale or not in this quantity, when its properties are not those of its product, or when less is in stock than the
/// cart would then hold.
pub async fn add_lines(
    ctx: &mut database::Ctx,
    cart: CartId,
    lines: Vec<AddLine>,
) -> Result<Vec<CartLineId>, CartError> {
    let signed_in = ctx.actor().customer();
    add_lines_for(ctx, cart, lines, signed_in).await
}

/// The same where the transaction does not say who is signed in.
pub(crate) async fn add_lines_for(
    ctx: &mut database::Ctx,
    cart: CartId,
    lines: Vec<AddLine>,
    signed_in: Option<CustomerId>,
) -> Result<Vec<CartLineId>, CartError> {
    let prepared = prepare(ctx, lines, signed_in).await?;
    match adding::add_lines(ctx, cart, &prepared).await? {
        Some(added) => settle(ctx, added, &prepared.sellable).await,
        None => Err(not_open(ctx, cart).await?),
    }
}

/// Adds lines to the cart that a shopper has, and answers with it. Whoever has none, or one that was closed meanwhile, gets
/// another; a customer the one that is open on another device. What a guest had saved for later comes along.
pub async fn add_to(ctx: &mut database::Ctx, cart: Option<CartId>, lines: Vec<AddLine>) -> Result<CartId, CartError> {
    let signed_in = ctx.actor().customer();
    let prepared = prepare(ctx, lines, signed_in).await?;
    let there = match cart {
        Some(cart) => adding::add_lines(ctx, cart, &prepared).await?,
        None => None,
    };
    let added = match there {
        Some(added) => added,
        None => {
            let id = ctx.new_secret_id();
            let (shopper, told) = (Shopper::acting(ctx), Told::default());
            let added = adding::add_to_new(ctx, id, shopper, &told, &prepared)
                .await?
                .ok_or(CartError::Closed)?;
            if let Some(closed) = cart {
                let saver = Saver::of(added.cart_id, added.customer_id);
                store::saved::carry(ctx, closed, saver).await?;
            }
            added
        }
    };
    let id = added.cart_id;
    settle(ctx, added, &prepared.sellable).await?;
    Ok(id)
}

/// What can be bought, by variant.
pub(crate) type Sellable = HashMap<VariantId, SellableVariant>;

/// Lines that can be written.
pub(crate) struct Prepared {
    pub(crate) sellable: Sellable,
    /// The lines at the prices that everybody pays.
    pub(crate) lines: Vec<PricedLine>,
    /// What lists ask of whoever is signed in.
    pub(crate) steps: Vec<Step>,
}

/// Reads what can be bought of these lines, and refuses what cannot.
pub(crate) async fn prepare(
    ctx: &mut database::Ctx,
    lines: Vec<AddLine>,
    signed_in: Option<CustomerId>,
) -> Result<Prepared, CartError> {
    let variants: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let sellable = by_id(catalog::sellable_to(ctx, &variants, signed_in).await?);
    Ok(Prepared {
        lines: priced(ctx, lines, &sellable, &Buyer::default())?,
        steps: steps_for(signed_in, &sellable, ctx.now()),
        sellable,
    })
}

pub(crate) fn by_id(sellable: Vec<SellableVariant>) -> Sellable {
    let by_id = sellable.into_iter().map(|variant| (variant.variant_id, variant));
    by_id.collect()
}

/// The lines with ids and prices, equal ones together. What one costs goes by how many of its variant are added.
pub(crate) fn priced(
    ctx: &database::Ctx,
    mut lines: Vec<AddLine>,
    sellable: &HashMap<VariantId, SellableVariant>,
    buyer: &Buyer,
) -> Result<Vec<PricedLine>, CartError> {
    let now = ctx.now();
    let mut quantities: HashMap<VariantId, i64> = HashMap::new();
    let mut invalid = Invalid::default();
    for (index, line) in lines.iter_mut().enumerate() {
        let variant = line.variant_id;
        let found = sellable.get(&variant).filter(|found| found.price_at(now).is_some());
        let found = found.ok_or(CartError::NotForSale { variant })?;
        *quantities.entry(variant).or_default() += line.quantity.get();
        match catalog::fill_in(&found.personal_fields, line.properties.as_map()) {
            Ok(filled) => line.properties = Properties::filled_in(filled),
            Err(wrong) => {
                let at = |error: FieldError| error.under(&format!("lines.{index}"));
                invalid.0.extend(wrong.0.into_iter().map(at));
            }
        }
    }
    invalid.into_result().map_err(CartError::Properties)?;
    let priced = |line: AddLine| {
        let variant = line.variant_id;
        let quantity = quantities.get(&variant).copied().unwrap_or_default();
        let unit = sellable
            .get(&variant)
            .and_then(|found| found.price_for(buyer, quantity, now));
        Ok(PricedLine {
            id: ctx.new_id(),
            line,
            price: unit.ok_or(CartError::NotForSale { variant })?.price,
            quantity_seen: quantity,
        })
    };
    together(lines)?.into_iter().map(priced).collect()
}

/// Refuses what the cart then holds too many of.
pub(crate) async fn settle(
    ctx: &mut database::Ctx,
    added: adding::Added,
    sellable: &Sellable,
) -> Result<Vec<CartLineId>, CartError> {
    if let Some(variant) = added.too_many {
        return Err(above_a_line(variant));
    }
    require_line_count(added.line_count)?;
    let rule = |variant: VariantId| -> QuantityRule {
        let found = sellable.get(&variant);
        found.map(|found| found.quantity_rule).unwrap_or_default()
    };
    let limited = added
        .quantities
        .keys()
        .copied()
        .filter(|variant| rule(*variant).customer_maximum.is_some());
    let limited: Vec<VariantId> = limited.collect();
    let had = quota::had(ctx, added.customer_id, added.email.as_ref(), &limited).await?;
    for line in &added.lines {
        let in_cart = added.quantities.get(&line.variant_id).copied().unwrap_or(line.quantity);
        quota::require(rule(line.variant_id), line.variant_id, (line.quantity, in_cart), &had)?;
    }
    hold::cover(ctx, added.cart_id, &added.quantities).await?;
    metrics::counter!("cart_operations_total", "operation" => "add").increment(1);
    Ok(added.lines.into_iter().map(|line| line.id).collect())
}

/// More than one line can hold.
pub(crate) fn above_a_line(variant: VariantId) -> CartError {
    CartError::Quantity {
        variant,
        refusal: QuantityRefusal::AboveMaximum(Quantity::MAX),
    }
}

pub(crate) fn require_line_count(count: usize) -> Result<(), FieldError> {
    if count <= MAX_LINES {
        return Ok(());
    }
    let message = format!("a cart can have at most {MAX_LINES} lines");
    Err(FieldError::new("lines", "too_many", message))
}

/// One entry for each variant with equal properties, in the order of first appearance.
fn together(lines: Vec<AddLine>) -> Result<Vec<AddLine>, FieldError> {
    let mut together: Vec<AddLine> = Vec::with_capacity(lines.len());
    let mut places: HashMap<(VariantId, Vec<u8>), usize> = HashMap::new();
    for (index, line) in lines.into_iter().enumerate() {
        let place = *places
            .entry((line.variant_id, line.properties.hash()))
            .or_insert(together.len());
        match together.get_mut(place) {
            Some(first) => {
                let sum = Quantity::new(first.quantity.get() + line.quantity.get());
                first.quantity = sum.map_err(|error| error.under(&format!("lines.{index}")))?;
            }
            None => together.push(line),
        }
    }
    Ok(together)
}

/// Refuses when the stock does not cover what the cart holds of any of these variants.
pub(crate) async fn require_stock(
    ctx: &mut database::Ctx,
    cart: CartId,
    quantities: &BTreeMap<VariantId, i64>,
) -> Result<(), CartError> {
    let variants: Vec<VariantId> = quantities.keys().copied().collect();
    let availability = inventory::availability_for(ctx, &variants, Holder::Cart(cart)).await?;
    for (variant, quantity) in quantities {
        if let Some(availability) = availability.get(variant)
            && !availability.can_sell(*quantity)
        {
            return Err(CartError::InsufficientStock {
                variant: *variant,
                available: availability.available,
            });
        }
    }
    Ok(())
}

/// Whether the cart is unknown or closed.
pub(crate) async fn not_open(ctx: &mut database::Ctx, cart: CartId) -> Result<CartError, database::Error> {
    Ok(match store::find_cart(ctx, cart).await? {
        Some(_) => CartError::Closed,
        None => CartError::NotFound,
    })
}

#[cfg(test)]
mod tests {
    use kernel::{SeededEntropy, TypedId as _};

    use super::*;

    #[test]
    fn equal_lines_come_together() {
        let entropy = SeededEntropy::new(1);
        let [a, b] = [(); 2].map(|()| VariantId::generate(chrono::DateTime::UNIX_EPOCH, &entropy));
        let line = |variant_id, quantity, note: &str| AddLine {
            variant_id,
            quantity: Quantity::new(quantity).unwrap(),
            properties: Properties::new([("note".to_owned(), note.to_owned())].into()).unwrap(),
        };
        let lines = together(vec![line(a, 1, "x"), line(b, 2, "x"), line(a, 3, "x"), line(a, 4, "y")]).unwrap();
        assert_eq!(lines, [line(a, 4, "x"), line(b, 2, "x"), line(a, 4, "y")]);
        let too_many = together(vec![line(b, 1, "x"), line(a, 9_999, "x"), line(a, 1, "x")]).unwrap_err();
        assert_eq!(too_many.field, "lines.2.quantity");
    }
}
