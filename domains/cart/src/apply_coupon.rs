//! Enters a coupon code, and takes it out again.

use kernel::{CartId, FieldError};
use pricing::{CouponReason, CouponResult};

use crate::{CartError, CartState, store, view};

/// The most codes a cart can hold.
const MAX_CODES: usize = 10;

/// The code is not kept.
#[derive(Debug, thiserror::Error)]
pub enum CouponRefused {
    /// The coupon does not apply, and why.
    #[error("the coupon does not apply: {}", .0.as_str())]
    Refused(CouponReason),
    /// The cart cannot be changed or priced.
    #[error(transparent)]
    Cart(#[from] CartError),
}

impl From<database::Error> for CouponRefused {
    fn from(error: database::Error) -> Self {
        Self::Cart(error.into())
    }
}

/// Enters a code. One that does not apply to the cart as it is now is refused and not kept; one that is already there
/// stays once. A code that is better than one before it stays beside it, and the quote takes the better.
pub async fn apply_coupon(ctx: &mut database::Ctx, cart: CartId, code: &str) -> Result<(), CouponRefused> {
    let before = view(ctx, cart).await?;
    if before.cart.state != CartState::Open {
        return Err(CartError::Closed.into());
    }
    let mut codes = before.cart.coupon_codes.clone();
    codes.push(code.to_owned());
    let codes = normalised(codes).map_err(CartError::from)?;
    let code = pricing::CouponCode::normalised(code);
    let after = before.with_codes(ctx, codes.clone()).await?;
    match after
        .quote
        .coupons
        .iter()
        .find(|outcome| outcome.code == code)
        .map(|outcome| outcome.result)
    {
        Some(CouponResult::Applied { .. }) => {}
        Some(CouponResult::Refused(reason)) => return Err(CouponRefused::Refused(reason)),
        None => return Err(CouponRefused::Refused(CouponReason::NotFound)),
    }
    if store::update_coupon_codes(ctx, cart, &codes).await? {
        Ok(())
    } else {
        Err(CartError::Closed.into())
    }
}

/// Takes a code out; one that is not there is no error.
pub async fn remove_coupon(ctx: &mut database::Ctx, cart: CartId, code: &str) -> Result<(), CartError> {
    let found = store::find_cart(ctx, cart).await?.ok_or(CartError::NotFound)?;
    let code = pricing::CouponCode::normalised(code);
    let codes: Vec<String> = found.coupon_codes.into_iter().filter(|kept| *kept != code).collect();
    if store::update_coupon_codes(ctx, cart, &codes).await? {
        Ok(())
    } else {
        Err(CartError::Closed)
    }
}

/// Gives a cart these codes and no others. One that does not apply is kept and explained by the view.
pub async fn replace_coupons(ctx: &mut database::Ctx, cart: CartId, codes: Vec<String>) -> Result<(), CartError> {
    if store::update_coupon_codes(ctx, cart, &normalised(codes)?).await? {
        Ok(())
    } else {
        Err(CartError::Closed)
    }
}

/// Codes as coupons spell them, each once, in the order they were entered.
pub(crate) fn normalised(codes: Vec<String>) -> Result<Vec<String>, FieldError> {
    let mut kept: Vec<String> = Vec::with_capacity(codes.len());
    for (index, code) in codes.into_iter().enumerate() {
        let code = pricing::CouponCode::normalised(&code);
        let field = || format!("coupon_codes.{index}");
        if code.is_empty() {
            return Err(FieldError::required(field()));
        }
        if code.chars().count() > 100 {
            return Err(FieldError::new(field(), "too_long", "may have at most 100 characters"));
        }
        if !kept.contains(&code) {
            kept.push(code);
        }
    }
    if kept.len() > MAX_CODES {
        return Err(FieldError::new(
            "coupon_codes",
            "too_many",
            format!("at most {MAX_CODES} codes fit in a cart"),
        ));
    }
    Ok(kept)
}
