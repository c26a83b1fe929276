//! What one customer may have of a variant, with many orders at once.

use std::sync::Arc;

use super::*;
use crate::{QuotaDemand, QuotaError, TakeQuota, give_back_quotas, quotas_taken, take_quotas};

async fn take(work: &Work, order_id: OrderId, customer_key: &str, demands: &[QuotaDemand]) -> Result<(), QuotaError> {
    let mut ctx = work.write();
    let wanted = TakeQuota {
        order_id,
        customer_key,
        demands,
    };
    take_quotas(&mut ctx, wanted).await?;
    Ok(ctx.commit().await?)
}

fn of(variant_id: VariantId, quantity: i64, maximum: i64) -> QuotaDemand {
    QuotaDemand {
        variant_id,
        quantity,
        maximum,
    }
}

async fn taken(work: &Work, customer: &str, variants: &[VariantId]) -> Vec<Option<i64>> {
    let mut ctx = work.read();
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    let taken = quotas_taken(&mut ctx, customer, variants).await.unwrap();
    variants.iter().map(|variant| taken.get(variant).copied()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_orders_of_one_customer_at_once_get_what_one_customer_may() {
    let db = Arc::new(TestDatabase::new().await);
    let variants = stock(&db.work(), &[500, 500]).await;
    let (lamp, bulb) = (variants[0], variants[1]);
    let racers: Vec<_> = (0..64)
        .map(|racer| {
            let db = Arc::clone(&db);
            // Every other order names the variants the other way round, every fourth is somebody else's.
            let mut demands = vec![of(lamp, 2, 10), of(bulb, 1, 400)];
            if racer % 2 == 0 {
                demands.reverse();
            }
            let customer = if racer % 4 == 3 {
                "bob@example.com"
            } else {
                "ann@example.com"
            };
            tokio::spawn(async move {
                let work = db.work();
                let order = work.write().new_id();
                (customer, take(&work, order, customer, &demands).await)
            })
        })
        .collect();
    let mut orders = HashMap::from([("ann@example.com", 0), ("bob@example.com", 0)]);
    for racer in racers {
        match racer.await.unwrap() {
            (customer, Ok(())) => *orders.get_mut(customer).unwrap() += 1,
            (_, Err(QuotaError::Reached)) => {}
            (_, Err(QuotaError::Internal(error))) => panic!("{error}"),
        }
    }
    for customer in ["ann@example.com", "bob@example.com"] {
        assert_eq!(orders[customer], 5, "{customer}");
        assert_eq!(
            taken(&db.work(), customer, &variants).await,
            [Some(10), Some(5)],
            "{customer}"
        );
    }
}

#[tokio::test]
async fn an_order_takes_once_and_gives_back_once() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let variants = stock(&work, &[500]).await;
    let [first, second]: [OrderId; 2] = std::array::from_fn(|_| work.write().new_id());
    for _ in 0..2 {
        take(&work, first, "ann", &[of(variants[0], 2, 3)]).await.unwrap();
        assert_eq!(taken(&work, "ann", &variants).await, [Some(2)]);
    }
    let refused = take(&work, second, "ann", &[of(variants[0], 2, 3)]).await;
    assert!(matches!(refused, Err(QuotaError::Reached)));
    let lowered = take(&work, second, "ann", &[of(variants[0], 1, 2)]).await;
    assert!(
        matches!(lowered, Err(QuotaError::Reached)),
        "the limit of the day counts"
    );
    for _ in 0..2 {
        let mut ctx = work.write();
        give_back_quotas(&mut ctx, first).await.unwrap();
        ctx.commit().await.unwrap();
        assert_eq!(taken(&work, "ann", &variants).await, [None]);
    }
    take(&work, first, "ann", &[of(variants[0], 1, 3)]).await.unwrap();
    assert_eq!(taken(&work, "ann", &variants).await, [Some(1)]);
}
