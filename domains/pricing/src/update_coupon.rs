//! Changes a coupon's terms. Its code stays, because shoppers have it in their mails.

use database::Ctx;
use kernel::{CouponId, Forbidden, Invalid, Permission};

use crate::{Coupon, CouponTerms, create_coupon::check_terms, store};

/// A change of a coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateCoupon {
    /// The coupon.
    pub id: CouponId,
    /// The version that the change was made to.
    pub version: i64,
    /// All of its terms, changed or not.
    pub terms: CouponTerms,
}

/// Why the coupon is as it was.
#[derive(Debug, thiserror::Error)]
pub enum UpdateCouponError {
    /// The actor may not change coupons.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store has no such coupon.
    #[error("there is no such coupon")]
    NotFound,
    /// Somebody changed it in the meantime.
    #[error("the coupon was changed in the meantime")]
    VersionConflict,
    /// More orders have used it than the new limit allows.
    #[error("more orders have used the coupon than the limit allows")]
    LimitBelowUses,
    /// Some terms cannot be.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Changes the coupon.
pub async fn update_coupon(ctx: &mut Ctx, change: &UpdateCoupon) -> Result<Coupon, UpdateCouponError> {
    ctx.require(Permission::WriteCoupons)?;
    check_terms(&change.terms, ctx.currency())?;
    match store::update_coupon(ctx, change.id, change.version, &change.terms).await? {
        Some(coupon) => Ok(coupon),
        None if store::find_coupon(ctx, change.id).await?.is_some() => Err(UpdateCouponError::VersionConflict),
        None => Err(UpdateCouponError::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::{EmailAddress, OrderId};
    use rust_decimal::Decimal;

    use super::*;
    use crate::{CouponCode, CouponKind, CreateCoupon, Redeem, create_coupon, redeem};

    #[tokio::test]
    async fn a_change_needs_the_version_it_was_made_to() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let terms = CouponTerms::of(CouponKind::FreeShipping);
        let code = CouponCode::parse("SHIP").unwrap();
        let coupon = create_coupon(&mut ctx, &CreateCoupon { code, terms }).await.unwrap();
        let terms = CouponTerms {
            active: false,
            ..CouponTerms::of(CouponKind::Percentage(Decimal::new(2, 1)))
        };
        let change = UpdateCoupon {
            id: coupon.id,
            version: coupon.version,
            terms: terms.clone(),
        };
        let changed = update_coupon(&mut ctx, &change).await.unwrap();
        assert_eq!(
            (changed.version, &changed.terms, &changed.code),
            (2, &terms, &coupon.code)
        );
        assert!(matches!(
            update_coupon(&mut ctx, &change).await,
            Err(UpdateCouponError::VersionConflict)
        ));
        let unknown = UpdateCoupon {
            id: ctx.new_id(),
            ..change
        };
        assert!(matches!(
            update_coupon(&mut ctx, &unknown).await,
            Err(UpdateCouponError::NotFound)
        ));
    }

    #[tokio::test]
    async fn a_limit_below_the_uses_is_refused() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let code = CouponCode::parse("SHIP").unwrap();
        let new = CreateCoupon {
            code,
            terms: CouponTerms::of(CouponKind::FreeShipping),
        };
        let coupon = create_coupon(&mut ctx, &new).await.unwrap();
        let customer_key = EmailAddress::parse("ann@example.com").unwrap();
        for _ in 0..2 {
            let order_id = ctx.new_id::<OrderId>();
            let redemption = Redeem {
                order_id,
                coupon_ids: &[coupon.id],
                customer_key: &customer_key,
            };
            redeem(&mut ctx, redemption).await.unwrap();
        }
        let terms = CouponTerms {
            total_limit: Some(1),
            ..new.terms
        };
        let change = UpdateCoupon {
            id: coupon.id,
            version: coupon.version,
            terms,
        };
        assert!(matches!(
            update_coupon(&mut ctx, &change).await,
            Err(UpdateCouponError::LimitBelowUses)
        ));
    }
}
