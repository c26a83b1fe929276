//! Makes a cart, empty or with everything at once.

use database::Ctx;
use kernel::{CartId, CustomerId, Locale};

use crate::{
    AddLine, CartError, Changes,
    add_lines::{prepare, settle},
    apply_coupon::normalised,
    store::adding::{self, Told},
};

/// For whom a cart is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shopper {
    /// Who is signed in, if anybody.
    pub customer: Option<CustomerId>,
    /// The language of the order's mails.
    pub locale: Locale,
}

impl Shopper {
    /// Whoever acts.
    pub(crate) fn acting(ctx: &Ctx) -> Self {
        Self {
            customer: ctx.actor().customer(),
            locale: ctx.locale(),
        }
    }
}

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

/// Makes a cart with three statements, one when it has no lines. A signed-in customer has one open cart: it is taken instead
/// of a second.
pub async fn create(ctx: &mut Ctx, new: NewCart) -> Result<CartId, CartError> {
    let shopper = Shopper::acting(ctx);
    create_for(ctx, shopper, new).await
}

pub(crate) async fn create_for(ctx: &mut Ctx, shopper: Shopper, new: NewCart) -> Result<CartId, CartError> {
    let told = Told {
        changes: new.changes.checked()?,
        coupon_codes: match new.coupon_codes {
            none if none.is_empty() => None,
            codes => Some(normalised(codes)?),
        },
    };
    let prepared = prepare(ctx, new.lines, shopper.customer).await?;
    let id = ctx.new_secret_id();
    let added = adding::add_to_new(ctx, id, shopper, &told, &prepared)
        .await?
        .ok_or(CartError::Closed)?;
    let id = added.cart_id;
    if !prepared.lines.is_empty() {
        settle(ctx, added, &prepared.sellable).await?;
    }
    Ok(id)
}
