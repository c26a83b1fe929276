//! Makes a cart, empty or with everything at once.

use kernel::CartId;

use crate::{AddLine, CartError, Changes, add_lines, change, store};

/// What a new cart starts with.
#[derive(Debug, Clone, Default)]
pub struct NewCart {
    /// Lines to begin with.
    pub lines: Vec<AddLine>,
    /// Address, e-mail, delivery and the like.
    pub changes: Changes,
    /// Codes; one that does not apply is kept and explained by the view.
    pub coupon_codes: Vec<String>,
}

/// Makes a cart. A signed-in customer has one open cart: it is taken instead of a second.
pub async fn create(ctx: &mut database::Ctx, new: NewCart) -> Result<CartId, CartError> {
    let (id, customer) = (ctx.new_secret_id(), ctx.actor().customer());
    let id = store::open_cart(ctx, id, customer).await?;
    if new.changes != Changes::default() {
        change(ctx, id, new.changes, None).await?;
    }
    if !new.coupon_codes.is_empty() {
        store::update_coupon_codes(ctx, id, &crate::apply_coupon::normalised(new.coupon_codes)?).await?;
    }
    if !new.lines.is_empty() {
        add_lines(ctx, id, new.lines).await?;
    }
    Ok(id)
}
