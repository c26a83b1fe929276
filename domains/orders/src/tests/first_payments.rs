//! Money for orders that are at hand as they were placed.

use super::*;

async fn two_placed(ctx: &mut Ctx) -> Vec<OrderDetails> {
    let new = [wanted(ctx, &TABLEWARE), wanted(ctx, &TABLEWARE)];
    place_all(ctx, new.to_vec()).await.unwrap()
}

fn in_full(placed: &[OrderDetails]) -> Vec<(&OrderDetails, Money)> {
    placed.iter().map(|details| (details, details.order.total)).collect()
}

#[tokio::test]
async fn what_is_handed_on_is_what_would_be_read() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let placed = two_placed(&mut ctx).await;
    for details in &placed {
        assert_eq!(&get(&mut ctx, details.order.id).await.unwrap(), details);
    }
    ctx.commit().await.unwrap();
    database.clock().advance(TimeDelta::milliseconds(70));
    let (mut ctx, before) = (database.work().write(), database.database().statement_count());
    let paid = record_first_payments(&mut ctx, &in_full(&placed), PaymentKind::Captured).await;
    assert_eq!(database.database().statement_count() - before, 2);
    let paid = paid.unwrap();
    for (details, placed) in paid.iter().zip(&placed) {
        assert_eq!(details.order.id, placed.order.id);
        assert_eq!(statuses(&details.order), ["confirmed", "paid", "unfulfilled"]);
        assert_eq!(&get(&mut ctx, details.order.id).await.unwrap(), details);
    }
    let told = ["order.placed", "order.placed", "order.paid", "order.paid"];
    assert_eq!(events(&mut ctx).await, told);
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn an_order_that_somebody_changed_since_is_a_conflict_and_stays_as_it_is() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let placed = two_placed(&mut ctx).await;
    let (order_id, reason) = (placed[0].order.id, "no longer wanted".to_owned());
    cancel(&mut ctx, Cancel { order_id, reason }).await.unwrap();
    let before = get(&mut ctx, order_id).await.unwrap();
    let alone = in_full(&placed[..1]);
    let refused = record_first_payments(&mut ctx, &alone, PaymentKind::Captured).await;
    assert!(
        matches!(refused, Err(ChangeError::VersionConflict { current: None })),
        "{refused:?}"
    );
    assert_eq!(get(&mut ctx, order_id).await.unwrap(), before);
    let both = record_first_payments(&mut ctx, &in_full(&placed), PaymentKind::Captured).await;
    assert!(
        matches!(both, Err(ChangeError::VersionConflict { current: None })),
        "{both:?}"
    );
}
