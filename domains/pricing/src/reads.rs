//! Finds coupons, and checks their counters.

use database::{Ctx, Error};
use kernel::{CouponId, EmailAddress, FieldError, Forbidden, Page, PageRequest, Permission};

use crate::{Coupon, CouponCode, CouponFacts, store};

/// What is known of each code that a shopper entered, in the order of the codes and once each. A code in any case, with
/// blanks around it, finds its coupon. `customer_key` is the shopper's address, if it is known yet. One statement, none
/// without codes.
pub async fn load_coupons(
    ctx: &mut Ctx,
    codes: &[String],
    customer_key: Option<&EmailAddress>,
) -> Result<Vec<CouponFacts>, Error> {
    let mut wanted: Vec<String> = Vec::new();
    for code in codes.iter().map(|code| CouponCode::normalised(code)) {
        if !code.is_empty() && !wanted.contains(&code) {
            wanted.push(code);
        }
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = store::coupons_by_codes(ctx, &wanted, customer_key.map_or("", EmailAddress::as_str)).await?;
    let facts = |code: String| match found.iter().position(|facts| facts.code == code) {
        Some(index) => found.swap_remove(index),
        None => CouponFacts {
            code,
            coupon: None,
            customer_uses: 0,
        },
    };
    Ok(wanted.into_iter().map(facts).collect())
}

/// The coupon of that id.
pub async fn find_coupon(ctx: &mut Ctx, id: CouponId) -> Result<Option<Coupon>, Error> {
    store::find_coupon(ctx, id).await
}

/// The coupon of that code.
pub async fn find_coupon_by_code(ctx: &mut Ctx, code: &CouponCode) -> Result<Option<Coupon>, Error> {
    store::find_coupon_by_code(ctx, code).await
}

/// Why coupons cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListCouponsError {
    /// The actor may not see coupons.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The cursor is not one of this list's.
    #[error(transparent)]
    InvalidCursor(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The order of a list of coupons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CouponSort {
    /// Who came last first.
    #[default]
    Newest,
    /// Who came first first.
    Oldest,
    /// By code.
    Code,
    /// By code, backwards.
    CodeBackwards,
    /// What ends first first; what never ends last.
    EndsFirst,
    /// What never ends first, then what ends last.
    EndsLast,
}

impl CouponSort {
    /// Every order.
    pub const ALL: [Self; 6] = [
        Self::Newest,
        Self::Oldest,
        Self::Code,
        Self::CodeBackwards,
        Self::EndsFirst,
        Self::EndsLast,
    ];

    /// The name in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Code => "code",
            Self::CodeBackwards => "code_backwards",
            Self::EndsFirst => "ends_first",
            Self::EndsLast => "ends_last",
        }
    }

    /// The order of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }
}

/// The store's coupons.
pub async fn list_coupons(
    ctx: &mut Ctx,
    sort: CouponSort,
    request: &PageRequest,
) -> Result<Page<Coupon>, ListCouponsError> {
    ctx.require(Permission::WriteCoupons)?;
    let after = match &request.cursor {
        None => None,
        Some(cursor) => Some(store::listing::After::read(sort, cursor)?),
    };
    Ok(store::listing::list(ctx, sort, request, after).await?)
}

/// A sentence for each coupon, and each customer of one, whose counter is not the number of orders that redeemed it.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let sentence = |row: store::Miscount| {
        let whose = if row.customer_key.is_empty() {
            String::new()
        } else {
            format!(" for {}", row.customer_key)
        };
        format!(
            "coupon {} counts {} uses{whose}, but {} orders redeemed it",
            row.code, row.used_count, row.redeemed
        )
    };
    Ok(store::list_miscounted(ctx).await?.into_iter().map(sentence).collect())
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{CouponKind, CouponTerms, CreateCoupon, create_coupon};

    async fn create(ctx: &mut Ctx, code: &str) -> Coupon {
        let new = CreateCoupon {
            code: CouponCode::parse(code).unwrap(),
            terms: CouponTerms::of(CouponKind::FreeShipping),
        };
        create_coupon(ctx, &new).await.unwrap()
    }

    #[tokio::test]
    async fn every_code_that_was_entered_is_answered_once() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let (one, two) = (create(&mut ctx, "ONE").await, create(&mut ctx, "TWO").await);
        let before = db.database().statement_count();
        let codes = ["two ", "NOPE", "", "Two", "one"].map(str::to_owned);
        let facts = load_coupons(&mut ctx, &codes, None).await.unwrap();
        assert_eq!(db.database().statement_count() - before, 1);
        let found: Vec<_> = facts
            .iter()
            .map(|facts| (facts.code.as_str(), facts.coupon.as_ref()))
            .collect();
        assert_eq!(found, [("TWO", Some(&two)), ("NOPE", None), ("ONE", Some(&one))]);
        assert_eq!(load_coupons(&mut ctx, &["  ".to_owned()], None).await.unwrap(), []);
        assert_eq!(db.database().statement_count() - before, 1);
    }

    #[tokio::test]
    async fn every_order_lists_each_coupon_once_and_ties_do_not_lose_any() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        // All of one moment, and all but one without an end.
        for code in ["B", "A", "D", "C"] {
            create(&mut ctx, code).await;
        }
        sqlx::query("UPDATE pricing.coupons SET ends_at = created_at + interval '1 day' WHERE code = 'D'")
            .execute(ctx.sql().await.unwrap())
            .await
            .unwrap();
        for sort in CouponSort::ALL {
            assert_eq!(CouponSort::parse(sort.as_str()), Some(sort));
            let mut request = PageRequest::first(1);
            let mut codes = Vec::new();
            loop {
                let page = list_coupons(&mut ctx, sort, &request).await.unwrap();
                assert_eq!(page.total, 4);
                codes.extend(page.items.into_iter().map(|coupon| coupon.code.to_string()));
                if page.next_cursor.is_none() {
                    break;
                }
                request = request.after(page.next_cursor);
            }
            match sort {
                CouponSort::Code => assert_eq!(codes, ["A", "B", "C", "D"]),
                CouponSort::CodeBackwards => assert_eq!(codes, ["D", "C", "B", "A"]),
                CouponSort::EndsFirst => assert_eq!(codes[0], "D"),
                CouponSort::EndsLast => assert_eq!(codes[3], "D"),
                CouponSort::Newest | CouponSort::Oldest => {}
            }
            codes.sort();
            assert_eq!(codes, ["A", "B", "C", "D"], "{sort:?}");
        }
    }
}
