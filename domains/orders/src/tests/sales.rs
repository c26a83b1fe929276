//! What was sold, on a database.

use std::collections::HashMap;

use super::{history::three_orders, *};

#[tokio::test]
async fn the_catalogue_is_told_what_sells() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let now = ctx.now();
    let kept = paid(&mut ctx, &TABLEWARE).await;
    let given_back = paid(&mut ctx, &TABLEWARE).await;
    let refund = open(&mut ctx, given_back, &RefundWanted::everything()).await.unwrap();
    record_refund(&mut ctx, refund, true).await.unwrap();
    placed(&mut ctx, &TABLEWARE).await;
    let lines = get(&mut ctx, kept).await.unwrap().lines;
    let pieces = store::sales::pieces_by_product(&mut ctx, now - TimeDelta::days(1))
        .await
        .unwrap();
    let pieces: HashMap<_, _> = pieces.into_iter().collect();
    let mut wanted = HashMap::new();
    for line in &lines {
        *wanted.entry(line.product_id).or_default() += line.quantity;
    }
    assert_eq!(pieces, wanted, "neither what waits nor what was given back");
    let later = store::sales::pieces_by_product(&mut ctx, now + TimeDelta::days(1))
        .await
        .unwrap();
    assert_eq!(later, []);
}

#[tokio::test]
async fn what_was_sold_is_summed_up_by_period() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let now = ctx.now();
    let paid_one = paid(&mut ctx, &TABLEWARE).await;
    let paid_another = paid(&mut ctx, &TABLEWARE).await;
    let total = get(&mut ctx, paid_one).await.unwrap().order.total;
    placed(&mut ctx, &TABLEWARE).await;
    let cancelled = placed(&mut ctx, &TABLEWARE).await;
    let reason = "changed their mind".to_owned();
    cancel(
        &mut ctx,
        Cancel {
            order_id: cancelled.id,
            reason,
        },
    )
    .await
    .unwrap();
    let refund = open(&mut ctx, paid_another, &RefundWanted::everything()).await.unwrap();
    record_refund(&mut ctx, refund, true).await.unwrap();
    let then = now - TimeDelta::days(2);
    let refund_id: RefundId = ctx.new_id();
    let history = three_orders(&ctx, then, refund_id);
    import_history(&mut ctx, history).await.unwrap();

    let day = |days: i64| now + TimeDelta::days(days);
    let sold = sales(&mut ctx, &[day(-3), day(-1), now, day(1), day(2)]).await.unwrap();
    let orders: Vec<i64> = sold.iter().map(|period| period.orders).collect();
    assert_eq!(
        orders,
        [1, 0, 2, 0],
        "neither what waits nor what was cancelled, and `until` is not included"
    );
    assert_eq!(
        sold[2],
        Sales {
            orders: 2,
            total: total.times(2).unwrap(),
            refunded: total
        }
    );
    assert_eq!(sold[1], Sales::none(total.currency()));
    assert_eq!(sales(&mut ctx, &[now]).await.unwrap(), []);

    let mut guest = database.work().acting_as(kernel::Actor::Guest).read();
    assert!(matches!(
        sales(&mut guest, &[now, day(1)]).await,
        Err(ListError::Forbidden(_))
    ));
}

#[tokio::test]
async fn what_customers_bought_is_for_those_who_see_orders() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    paid(&mut ctx, &TABLEWARE).await;
    let nobody: CustomerId = ctx.new_id();
    assert_eq!(
        spent_by(&mut ctx, &[nobody]).await.unwrap(),
        HashMap::new(),
        "guests' orders are nobody's"
    );
    let mut guest = database.work().acting_as(kernel::Actor::Guest).read();
    let refused = spent_by(&mut guest, &[nobody]).await;
    assert!(matches!(refused, Err(ListError::Forbidden(_))));
}

#[test]
fn an_average_is_rounded_to_the_nearest_unit() {
    let currency = kernel::Currency::USD;
    for (orders, total, average) in [
        (2, 200, Some(100)),
        (3, 200, Some(67)),
        (4, 202, Some(51)),
        (0, 0, None),
    ] {
        let sales = Sales {
            orders,
            total: Money::new(total, currency),
            refunded: Money::zero(currency),
        };
        assert_eq!(sales.average(), average.map(|minor| Money::new(minor, currency)));
    }
}
