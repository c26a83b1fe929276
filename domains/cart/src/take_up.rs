//! Takes up a cart on another device than the one that left it.

use database::Ctx;
use kernel::{CartId, VariantId};

use crate::{AddLine, CartError, add_what_is_sold, store};

/// Adds what is still sold of a cart that a mail told of; nothing, and no cart, when that is nothing at all. Whoever follows the
/// mail was told of these lines: they are not told again of the cart that has them now, or had them before.
pub async fn take_up(ctx: &mut Ctx, cart: Option<CartId>, lines: Vec<AddLine>) -> Result<Option<CartId>, CartError> {
    let told: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let taken = add_what_is_sold(ctx, cart, lines).await?;
    if let Some(cart) = taken.or(cart) {
        store::left_behind::mark_taken_up(ctx, cart, &told).await?;
    }
    Ok(taken)
}
