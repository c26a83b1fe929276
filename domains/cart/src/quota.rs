//! How many of a variant a shopper may still have.

use std::collections::HashMap;

use catalog::{QuantityRule, SellableVariant};
use kernel::{CustomerId, EmailAddress, VariantId};

use crate::{Cart, CartError};

/// What tells one customer from another: the address of the account, and of a guest the one the confirmation goes to.
pub(crate) async fn key(
    ctx: &mut database::Ctx,
    customer: Option<CustomerId>,
    email: Option<&EmailAddress>,
) -> Result<Option<EmailAddress>, database::Error> {
    let account = match customer {
        Some(customer) => customers::find(ctx, customer).await?.map(|found| found.email),
        None => None,
    };
    Ok(account.or_else(|| email.cloned()))
}

/// Who the shopper is and how many they had in orders before of the variants in their cart of which one customer gets only so
/// many; nothing is asked when there are none.
pub(crate) async fn known(
    ctx: &mut database::Ctx,
    cart: &Cart,
    sellable: &HashMap<VariantId, SellableVariant>,
) -> Result<(Option<EmailAddress>, HashMap<VariantId, i64>), database::Error> {
    let limited = sellable
        .values()
        .filter(|variant| variant.quantity_rule.customer_maximum.is_some());
    let limited: Vec<VariantId> = limited.map(|variant| variant.variant_id).collect();
    if limited.is_empty() {
        return Ok((None, HashMap::new()));
    }
    let Some(key) = key(ctx, cart.customer_id, cart.email.as_ref()).await? else {
        return Ok((None, HashMap::new()));
    };
    let had = inventory::quotas_taken(ctx, key.as_str(), &limited).await?;
    Ok((Some(key), had))
}

/// How many of these variants the shopper had in orders before, as far as it is known who it is.
pub(crate) async fn had(
    ctx: &mut database::Ctx,
    customer: Option<CustomerId>,
    email: Option<&EmailAddress>,
    limited: &[VariantId],
) -> Result<HashMap<VariantId, i64>, database::Error> {
    if limited.is_empty() {
        return Ok(HashMap::new());
    }
    match key(ctx, customer, email).await? {
        Some(key) => inventory::quotas_taken(ctx, key.as_str(), limited).await,
        None => Ok(HashMap::new()),
    }
}

/// Refuses a quantity that the variant is not sold in: that of a line, and that of all its lines in the cart.
pub(crate) fn require(
    rule: QuantityRule,
    variant: VariantId,
    (in_line, in_cart): (i64, i64),
    had: &HashMap<VariantId, i64>,
) -> Result<(), CartError> {
    let before = had.get(&variant).copied().unwrap_or_default();
    rule.check(in_line, in_cart, before)
        .map_err(|refusal| CartError::Quantity { variant, refusal })
}
