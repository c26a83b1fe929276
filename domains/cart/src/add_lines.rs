//! Adds variants to a cart: three statements, however many lines.

use std::collections::{BTreeMap, HashMap};

use inventory::Holder;
use kernel::{CartId, CartLineId, FieldError, Quantity, VariantId};

use crate::{CartError, Properties, hold, store};

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
/// for sale or less is in stock than the cart would then hold.
pub async fn add_lines(
    ctx: &mut database::Ctx,
    cart: CartId,
    lines: Vec<AddLine>,
) -> Result<Vec<CartLineId>, CartError> {
    let lines = together(lines)?;
    let variants: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let sellable: HashMap<VariantId, _> = catalog::sellable(ctx, &variants)
        .await?
        .into_iter()
        .map(|variant| (variant.variant_id, variant))
        .collect();
    let now = ctx.now();
    let mut priced = Vec::with_capacity(lines.len());
    for line in lines {
        let price = sellable
            .get(&line.variant_id)
            .and_then(|variant| variant.price_at(now))
            .ok_or(CartError::NotForSale {
                variant: line.variant_id,
            })?;
        priced.push(store::PricedLine {
            id: ctx.new_id(),
            line,
            price,
        });
    }
    let added = store::add_lines(ctx, cart, &priced).await?;
    let Some(added) = added else {
        return Err(not_open(ctx, cart).await?);
    };
    if added.line_count > MAX_LINES {
        return Err(FieldError::new(
            "lines",
            "too_many",
            format!("a cart can have at most {MAX_LINES} lines"),
        )
        .into());
    }
    hold::cover(ctx, cart, &added.quantities).await?;
    metrics::counter!("cart_operations_total", "operation" => "add").increment(1);
    Ok(added.lines)
}

/// One entry for each variant with equal properties, in the order of first appearance.
fn together(lines: Vec<AddLine>) -> Result<Vec<AddLine>, FieldError> {
    let mut together: Vec<AddLine> = Vec::with_capacity(lines.len());
    let mut places: HashMap<(VariantId, Vec<u8>), usize> = HashMap::new();
    for line in lines {
        let place = *places
            .entry((line.variant_id, line.properties.hash()))
            .or_insert(together.len());
        match together.get_mut(place) {
            Some(first) => first.quantity = Quantity::new(first.quantity.get() + line.quantity.get())?,
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
        assert!(together(vec![line(a, 9_999, "x"), line(a, 1, "x")]).is_err());
    }
}
