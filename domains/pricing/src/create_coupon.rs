//! Makes a coupon.

use database::Ctx;
use kernel::{Currency, FieldError, Forbidden, Invalid, Money, Permission};
use rust_decimal::Decimal;

use crate::{Coupon, CouponCode, CouponKind, CouponTerms, store};

/// A coupon to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCoupon {
    /// Its code, which no other coupon of the store may have.
    pub code: CouponCode,
    /// What it takes off, on what, and for whom.
    pub terms: CouponTerms,
}

/// Why there is no such coupon now.
#[derive(Debug, thiserror::Error)]
pub enum CreateCouponError {
    /// The actor may not make coupons.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Another coupon has the code.
    #[error("another coupon has this code")]
    CodeTaken,
    /// Some terms cannot be.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes the coupon.
pub async fn create_coupon(ctx: &mut Ctx, new: &CreateCoupon) -> Result<Coupon, CreateCouponError> {
    ctx.require(Permission::WriteCoupons)?;
    check_terms(&new.terms, ctx.currency())?;
    store::insert_coupon(ctx, &new.code, &new.terms).await
}

/// Names every term that cannot be.
pub(crate) fn check_terms(terms: &CouponTerms, currency: Currency) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    let fixed = match terms.kind {
        CouponKind::Percentage(fraction) => {
            if fraction <= Decimal::ZERO || fraction > Decimal::ONE || fraction.normalize().scale() > 6 {
                let message = "must be more than 0 % and at most 100 %, with at most four decimals";
                invalid.push(FieldError::new("percentage", "invalid_percentage", message));
            }
            None
        }
        CouponKind::FixedAmount(amount) => Some(amount),
        CouponKind::FreeShipping => None,
    };
    for (field, amount, least) in [
        ("amount", fixed, 1),
        ("minimum", terms.minimum, 0),
        ("cap", terms.cap, 1),
    ] {
        if amount.is_some_and(|amount: Money| amount.minor() < least) {
            invalid.push(FieldError::new(
                field,
                "too_small",
                format!("must be at least {least} in minor units"),
            ));
        }
        if amount.is_some_and(|amount| amount.currency() != currency) {
            invalid.push(FieldError::new(
                field,
                "wrong_currency",
                format!("must be in {currency}"),
            ));
        }
    }
    for (field, limit) in [
        ("total_limit", terms.total_limit),
        ("customer_limit", terms.customer_limit),
    ] {
        if limit.is_some_and(|limit| limit < 1) {
            invalid.push(FieldError::new(field, "too_small", "must be at least 1"));
        }
    }
    if terms
        .starts_at
        .zip(terms.ends_at)
        .is_some_and(|(starts_at, ends_at)| starts_at >= ends_at)
    {
        invalid.push(FieldError::new(
            "ends_at",
            "invalid_window",
            "must be later than the start",
        ));
    }
    invalid.into_result()
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::{Actor, CollectionId, ProductId};

    use super::*;
    use crate::{find_coupon, find_coupon_by_code};

    fn new(code: &str, terms: CouponTerms) -> CreateCoupon {
        CreateCoupon {
            code: CouponCode::parse(code).unwrap(),
            terms,
        }
    }

    #[tokio::test]
    async fn a_coupon_is_found_as_it_was_made() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let usd = |minor| Some(Money::new(minor, Currency::USD));
        for (code, kind) in [
            ("save10", CouponKind::Percentage(Decimal::new(1, 1))),
            ("off5", CouponKind::FixedAmount(Money::new(500, Currency::USD))),
            ("freeship", CouponKind::FreeShipping),
        ] {
            let terms = CouponTerms {
                minimum: usd(1_000),
                cap: usd(2_000),
                products: vec![ctx.new_id::<ProductId>()],
                collections: vec![ctx.new_id::<CollectionId>()],
                starts_at: Some(ctx.now()),
                total_limit: Some(5),
                customer_limit: Some(1),
                ..CouponTerms::of(kind)
            };
            let made = create_coupon(&mut ctx, &new(code, terms.clone())).await.unwrap();
            assert_eq!(
                (made.code.as_str(), &made.terms),
                (code.to_uppercase().as_str(), &terms)
            );
            assert_eq!(find_coupon(&mut ctx, made.id).await.unwrap().as_ref(), Some(&made));
            assert_eq!(find_coupon_by_code(&mut ctx, &made.code).await.unwrap(), Some(made));
        }
    }

    #[tokio::test]
    async fn a_code_is_taken_once_in_any_case() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let terms = CouponTerms::of(CouponKind::FreeShipping);
        create_coupon(&mut ctx, &new("SHIP", terms.clone())).await.unwrap();
        let taken = create_coupon(&mut ctx, &new(" ship ", terms)).await;
        assert!(matches!(taken, Err(CreateCouponError::CodeTaken)));
    }

    #[tokio::test]
    async fn a_shopper_may_not() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().acting_as(Actor::Guest).write();
        let refused = create_coupon(&mut ctx, &new("MINE", CouponTerms::of(CouponKind::FreeShipping))).await;
        assert!(matches!(refused, Err(CreateCouponError::Forbidden(_))));
    }

    #[test]
    fn terms_that_cannot_be_are_named() {
        let now = chrono::DateTime::UNIX_EPOCH;
        let amount = |minor, currency| CouponTerms::of(CouponKind::FixedAmount(Money::new(minor, currency)));
        let percentage = |fraction| CouponTerms::of(CouponKind::Percentage(fraction));
        let free = CouponTerms::of(CouponKind::FreeShipping);
        for (terms, fields) in [
            (percentage(Decimal::ZERO), vec!["percentage"]),
            (percentage(Decimal::new(101, 2)), vec!["percentage"]),
            (percentage(Decimal::ONE), vec![]),
            (amount(0, Currency::USD), vec!["amount"]),
            (amount(500, Currency::EUR), vec!["amount"]),
            (
                CouponTerms {
                    total_limit: Some(0),
                    customer_limit: Some(-1),
                    ..free.clone()
                },
                vec!["total_limit", "customer_limit"],
            ),
            (
                CouponTerms {
                    starts_at: Some(now),
                    ends_at: Some(now),
                    ..free
                },
                vec!["ends_at"],
            ),
        ] {
            let named = check_terms(&terms, Currency::USD).err().unwrap_or_default();
            assert_eq!(
                named.0.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(),
                fields,
                "{terms:?}"
            );
        }
    }
}
