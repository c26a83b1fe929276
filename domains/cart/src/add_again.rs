//! Adds what is still sold of a list of things, such as an order of long ago, and leaves the rest.

use std::collections::{BTreeMap, HashMap};

use catalog::SellableVariant;
use inventory::{Availability, Holder};
use kernel::{CartId, Quantity, Time, VariantId};

use crate::{AddLine, CartError, CartLine, add_lines, quota, store};

/// Adds as many of each line as are sold and left; nothing, and no cart, when that is nothing at all. What is in the cart
/// already counts: what was ordered once is not there twice.
pub async fn add_what_is_sold(
    ctx: &mut database::Ctx,
    cart: Option<CartId>,
    lines: Vec<AddLine>,
) -> Result<Option<CartId>, CartError> {
    let variants: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let sellable = catalog::sellable(ctx, &variants).await?;
    let sellable: HashMap<VariantId, SellableVariant> = sellable
        .into_iter()
        .map(|variant| (variant.variant_id, variant))
        .collect();
    let (stock, there, found) = match cart {
        Some(cart) => (
            inventory::availability_for(ctx, &variants, Holder::Cart(cart)).await?,
            store::list_lines(ctx, cart).await?,
            store::find_cart(ctx, cart).await?,
        ),
        None => (inventory::availability(ctx, &variants).await?, Vec::new(), None),
    };
    let open = found.filter(|cart| cart.state == crate::CartState::Open);
    let there: Vec<CartLine> = there.into_iter().filter(|_| open.is_some()).collect();
    let mut in_cart: BTreeMap<VariantId, i64> = BTreeMap::new();
    for line in &there {
        *in_cart.entry(line.variant_id).or_default() += line.quantity.get();
    }
    let limited = sellable
        .values()
        .filter(|variant| variant.quantity_rule.customer_maximum.is_some());
    let limited: Vec<VariantId> = limited.map(|variant| variant.variant_id).collect();
    let customer = ctx.actor().customer();
    let email = open.as_ref().and_then(|cart| cart.email.as_ref());
    let had = quota::had(ctx, customer, email, &limited).await?;
    let now = ctx.now();
    let wanted = lines.into_iter().filter_map(|line| {
        let variant = sellable.get(&line.variant_id)?;
        let left = stock.get(&line.variant_id).copied().unwrap_or(Availability::UNTRACKED);
        let in_cart = in_cart.entry(line.variant_id).or_default();
        let had = had.get(&line.variant_id).copied().unwrap_or_default();
        let same = there
            .iter()
            .find(|other| other.variant_id == line.variant_id && other.properties == line.properties);
        let missing = line.quantity.get() - same.map_or(0, |same| same.quantity.get());
        let quantity = as_many_as_sold(&line, variant, (missing, left, *in_cart, had), now)?;
        *in_cart += quantity.get();
        Some(AddLine { quantity, ..line })
    });
    let wanted: Vec<AddLine> = wanted.collect();
    if wanted.is_empty() {
        return Ok(None);
    }
    add_lines::add_to(ctx, cart, wanted).await.map(Some)
}

/// How many of the missing ones can be added, by what is left, what the cart has and what its customer had of the variant.
fn as_many_as_sold(
    line: &AddLine,
    variant: &SellableVariant,
    (missing, left, in_cart, had): (i64, Availability, i64, i64),
    now: Time,
) -> Option<Quantity> {
    variant.price_at(now)?;
    catalog::fill_in(&variant.personal_fields, line.properties.as_map()).ok()?;
    let rule = variant.quantity_rule;
    let stocked = if left.can_sell(in_cart + missing) {
        missing
    } else {
        left.available - in_cart
    };
    let mut most = missing.min(stocked);
    if let Some(maximum) = rule.maximum {
        most = most.min(maximum - in_cart);
    }
    if let Some(maximum) = rule.customer_maximum {
        most = most.min(maximum - in_cart - had);
    }
    let step = rule.step.unwrap_or(1);
    let in_packs = most - most.checked_rem(step)?;
    Quantity::new(in_packs)
        .ok()
        .filter(|quantity| quantity.get() >= rule.fewest())
}

#[cfg(test)]
mod tests {
    use catalog::QuantityRule;

    use super::*;

    #[test]
    fn as_many_as_are_left_and_sold_are_added() {
        let (line, variant) = crate::tests::sample_line();
        let counted = |available| Availability {
            available,
            tracked: true,
            ..Availability::UNTRACKED
        };
        let packs = QuantityRule {
            minimum: Some(6),
            maximum: Some(24),
            step: Some(6),
            customer_maximum: Some(30),
        };
        let free = QuantityRule::default();
        for (rule, left, in_cart, had, expected) in [
            (free, counted(99), 0, 0, Some(12)),
            (free, counted(7), 0, 0, Some(7)),
            (free, counted(7), 5, 0, Some(2)),
            (free, counted(0), 0, 0, None),
            (free, Availability::UNTRACKED, 0, 0, Some(12)),
            (free, counted(99), 12, 0, Some(12)),
            (packs, counted(11), 0, 0, Some(6)),
            (packs, counted(5), 0, 0, None),
            (packs, counted(99), 0, 20, Some(6)),
            (packs, counted(99), 0, 30, None),
        ] {
            let variant = SellableVariant {
                quantity_rule: rule,
                ..variant.clone()
            };
            let found = as_many_as_sold(&line, &variant, (12, left, in_cart, had), Time::UNIX_EPOCH);
            assert_eq!(found.map(Quantity::get), expected, "{left:?} {in_cart} {had}");
        }
        let none = as_many_as_sold(&line, &variant, (0, counted(9), 0, 0), Time::UNIX_EPOCH);
        assert_eq!(none, None, "nothing is missing");
        let unpriced = SellableVariant { price: None, ..variant };
        let none = as_many_as_sold(&line, &unpriced, (12, counted(9), 0, 0), Time::UNIX_EPOCH);
        assert_eq!(none, None, "it is not for sale");
    }
}
