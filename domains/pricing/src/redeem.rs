//! Counts an order's coupons as used.

use std::collections::HashMap;

use database::Ctx;
use kernel::{CouponId, EmailAddress, OrderId};

use crate::{CouponFacts, store};

/// The coupons that an order uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redeem<'a> {
    /// The order.
    pub order_id: OrderId,
    /// The coupons that its quote applied.
    pub coupon_ids: &'a [CouponId],
    /// The buyer's address, by which uses of one customer are counted.
    pub customer_key: &'a EmailAddress,
}

/// Why the coupons cannot be used. PostgreSQL has given up the transaction then: roll it back, and a new quote tells
/// which of the coupons no longer applies.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// As many orders as may have used one of them.
    #[error("a coupon has been used as often as it may be")]
    UsageLimitReached,
    /// This buyer has used one of them as often as one may.
    #[error("a coupon has been used by this customer as often as it may be")]
    CustomerLimitReached,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Counts the coupons as used by the order. The same coupon counts once for an order, however often this is called.
pub async fn redeem(ctx: &mut Ctx, redemption: Redeem<'_>) -> Result<(), RedeemError> {
    redeem_all(ctx, &[redemption]).await
}

/// Counts the coupons of several orders with one statement, none when they have none. All or nothing.
pub async fn redeem_all(ctx: &mut Ctx, redemptions: &[Redeem<'_>]) -> Result<(), RedeemError> {
    if redemptions.iter().all(|one| one.coupon_ids.is_empty()) {
        Ok(())
    } else {
        store::redeem(ctx, redemptions).await
    }
}

/// Decides in the order they come which of several orders get their coupons, from facts that were loaded before the first.
/// Others may be faster nevertheless: what [`redeem_all`] says counts.
#[derive(Debug, Default)]
pub struct Uses {
    of_coupon: HashMap<CouponId, i64>,
    of_customer: HashMap<(CouponId, EmailAddress), i64>,
}

impl Uses {
    /// Refuses an order whose coupons have no use left for it.
    pub fn check(&self, facts: &[CouponFacts], redemption: Redeem<'_>) -> Result<(), RedeemError> {
        let is_reached = |limit: Option<i64>, used: i64| limit.is_some_and(|limit| used >= limit);
        let coupons = facts
            .iter()
            .filter_map(|facts| facts.coupon.as_ref().map(|coupon| (facts, coupon)));
        for (facts, coupon) in coupons.filter(|(_, coupon)| redemption.coupon_ids.contains(&coupon.id)) {
            let used = coupon.used_count + self.of_coupon.get(&coupon.id).copied().unwrap_or_default();
            if is_reached(coupon.terms.total_limit, used) {
                return Err(RedeemError::UsageLimitReached);
            }
            let by_customer = self.of_customer.get(&(coupon.id, redemption.customer_key.clone()));
            let used = facts.customer_uses + by_customer.copied().unwrap_or_default();
            if is_reached(coupon.terms.customer_limit, used) {
                return Err(RedeemError::CustomerLimitReached);
            }
        }
        Ok(())
    }

    /// Notes that an order gets its coupons.
    pub fn note(&mut self, redemption: Redeem<'_>) {
        for coupon in redemption.coupon_ids {
            *self.of_coupon.entry(*coupon).or_default() += 1;
            let customer = (*coupon, redemption.customer_key.clone());
            *self.of_customer.entry(customer).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{
        Coupon, CouponCode, CouponKind, CouponTerms, CreateCoupon, check, create_coupon, load_coupons, release,
    };

    async fn create(db: &TestDatabase, code: &str, total_limit: Option<i64>, customer_limit: Option<i64>) -> Coupon {
        let terms = CouponTerms {
            total_limit,
            customer_limit,
            ..CouponTerms::of(CouponKind::FreeShipping)
        };
        let mut ctx = db.work().write();
        let new = CreateCoupon {
            code: CouponCode::parse(code).unwrap(),
            terms,
        };
        let coupon = create_coupon(&mut ctx, &new).await.unwrap();
        ctx.commit().await.unwrap();
        coupon
    }

    fn customer(name: &str) -> EmailAddress {
        EmailAddress::parse(&format!("{name}@example.com")).unwrap()
    }

    async fn uses(db: &TestDatabase, code: &str, name: &str) -> (i64, i64) {
        let mut ctx = db.work().read();
        let facts = load_coupons(&mut ctx, &[code.to_owned()], Some(&customer(name)))
            .await
            .unwrap();
        assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
        (facts[0].coupon.as_ref().unwrap().used_count, facts[0].customer_uses)
    }

    async fn redeem_alone(
        db: &TestDatabase,
        order_id: OrderId,
        coupon_ids: &[CouponId],
        name: &str,
    ) -> Result<(), RedeemError> {
        let mut ctx = db.work().write();
        redeem(
            &mut ctx,
            Redeem {
                order_id,
                coupon_ids,
                customer_key: &customer(name),
            },
        )
        .await?;
        Ok(ctx.commit().await?)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn of_twenty_orders_at_once_as_many_get_the_coupon_as_may() {
        let db = std::sync::Arc::new(TestDatabase::new().await);
        let scarce = create(&db, "SCARCE", Some(5), None).await.id;
        let plenty = create(&db, "PLENTY", None, None).await.id;
        let tasks: Vec<_> = (0..20)
            .map(|number| {
                let db = std::sync::Arc::clone(&db);
                // Every other order names the coupons the other way round.
                let coupons = if number % 2 == 0 {
                    [scarce, plenty]
                } else {
                    [plenty, scarce]
                };
                tokio::spawn(async move {
                    let order_id = db.work().write().new_id();
                    redeem_alone(&db, order_id, &coupons, &format!("shopper{number}")).await
                })
            })
            .collect();
        let mut redeemed = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => redeemed += 1,
                Err(RedeemError::UsageLimitReached) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(redeemed, 5);
        assert_eq!(uses(&db, "SCARCE", "nobody").await, (5, 0));
        assert_eq!(
            uses(&db, "PLENTY", "nobody").await,
            (5, 0),
            "an order gets all of its coupons or none"
        );
    }

    #[tokio::test]
    async fn an_order_counts_once_and_gives_back_once() {
        let db = TestDatabase::new().await;
        let coupon = create(&db, "ONCE", Some(1), None).await;
        let order = db.work().write().new_id();
        for _ in 0..2 {
            redeem_alone(&db, order, &[coupon.id], "ann").await.unwrap();
            assert_eq!(uses(&db, "ONCE", "ann").await, (1, 1));
        }
        let other = db.work().write().new_id();
        let refused = redeem_alone(&db, other, &[coupon.id], "bob").await;
        assert!(matches!(refused, Err(RedeemError::UsageLimitReached)));
        for _ in 0..2 {
            let mut ctx = db.work().write();
            release(&mut ctx, order).await.unwrap();
            ctx.commit().await.unwrap();
            assert_eq!(uses(&db, "ONCE", "ann").await, (0, 0));
        }
        redeem_alone(&db, order, &[coupon.id], "ann").await.unwrap();
        assert_eq!(uses(&db, "ONCE", "ann").await, (1, 1));
    }

    #[tokio::test]
    async fn a_customer_has_a_limit_of_their_own() {
        let db = TestDatabase::new().await;
        let coupon = create(&db, "WELCOME", None, Some(1)).await;
        let orders: [OrderId; 3] = std::array::from_fn(|_| db.work().write().new_id());
        redeem_alone(&db, orders[0], &[coupon.id], "ann").await.unwrap();
        let again = redeem_alone(&db, orders[1], &[coupon.id], "ANN").await;
        assert!(matches!(again, Err(RedeemError::CustomerLimitReached)));
        redeem_alone(&db, orders[2], &[coupon.id], "bob").await.unwrap();
        assert_eq!(uses(&db, "WELCOME", "ann").await, (2, 1));
    }
}
