//! Orders of the past, and orders that were tampered with.

use super::*;

/// One delivered and refunded in part, one whose card was declined, one cancelled.
pub(super) fn three_orders(ctx: &Ctx, then: kernel::Time, refund_id: RefundId) -> Vec<HistoricOrder> {
    let later = |days| then + TimeDelta::days(days);
    let historic = |order, payment| HistoricOrder {
        order,
        placed_at: then,
        payment,
        shipped: None,
        cancelled: None,
        refund: None,
    };
    let shipped = HistoricParcel {
        at: later(2),
        carrier: "Post".to_owned(),
        tracking_number: "RR1".to_owned(),
        tracking_url: String::new(),
        delivered_at: Some(later(5)),
    };
    let refund = HistoricRefund {
        id: refund_id,
        at: later(9),
        pieces: vec![(1, 1)],
        reason: "broken".to_owned(),
        restock: false,
    };
    vec![
        HistoricOrder {
            shipped: Some(shipped),
            refund: Some(refund),
            ..historic(wanted(ctx, &TABLEWARE), HistoricPayment::Captured(later(0)))
        },
        historic(
            wanted(ctx, &TABLEWARE),
            HistoricPayment::Failed(later(0), "card_declined".to_owned()),
        ),
        HistoricOrder {
            cancelled: Some((later(1), "customer".to_owned())),
            ..historic(wanted(ctx, &TABLEWARE), HistoricPayment::Captured(later(0)))
        },
    ]
}

#[tokio::test]
async fn a_history_goes_through_the_same_changes() {
    let database = TestDatabase::new().await;
    let work = database.work();
    let mut ctx = work.write();
    let then = ctx.now() - TimeDelta::days(30);
    let refund_id: RefundId = ctx.new_id();
    let history = three_orders(&ctx, then, refund_id);
    let before = database.database().statement_count();
    let imported = import_history(&mut ctx, history).await.unwrap();
    assert_eq!(database.database().statement_count() - before, 4);
    let numbers: Vec<&str> = imported.iter().map(|order| order.number.as_str()).collect();
    assert_eq!(numbers, ["ORD-1001", "ORD-1002", "ORD-1003"]);
    assert_eq!(placed(&mut ctx, &TABLEWARE).await.number, "ORD-1004");

    let delivered = get(&mut ctx, imported[0].order_id).await.unwrap();
    assert_eq!(
        statuses(&delivered.order),
        ["delivered", "partially_refunded", "fulfilled"]
    );
    assert_eq!(imported[0].refund, Some((refund_id, delivered.refunds[0].amount)));
    assert_eq!(
        (delivered.order.placed_at, delivered.order.updated_at),
        (then, then + TimeDelta::days(9))
    );
    let kinds: Vec<&str> = delivered.timeline.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["placed", "payment_captured", "shipped", "delivered", "refunded"]
    );
    let failed = find(&mut ctx, imported[1].order_id).await.unwrap().unwrap();
    assert_eq!(
        (statuses(&failed), imported[1].paid),
        (["cancelled", "failed", "unfulfilled"], Money::zero(failed.currency))
    );
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    assert_eq!(events(&mut ctx).await, ["order.placed"], "history is not news");
}

#[tokio::test]
async fn an_order_that_does_not_add_up_is_named() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let order = placed(&mut ctx, &TABLEWARE).await;
    for tampering in [
        "UPDATE orders.orders SET total = total + 1",
        "UPDATE orders.lines SET fulfilled_quantity = 1 WHERE position = 1",
    ] {
        sqlx::query(tampering).execute(ctx.sql().await.unwrap()).await.unwrap();
    }
    let total = order.total.minor();
    let named = [
        format!("order ORD-1001: total is {} but should be {total}", total + 1),
        "order ORD-1001 line 1: fulfilled_quantity is 1 but should be 0".to_owned(),
    ];
    assert_eq!(check(&mut ctx).await.unwrap(), named);
}

#[tokio::test]
async fn a_history_is_listed_whole_and_each_order_once() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let then = ctx.now() - TimeDelta::days(30);
    let mut placed = Vec::new();
    for days in [2, 0, 1] {
        let refund_id: RefundId = ctx.new_id();
        let history = three_orders(&ctx, then + TimeDelta::days(days), refund_id);
        placed.extend(import_history(&mut ctx, history).await.unwrap());
    }
    let before = database.database().statement_count();
    let first = list_whole(&mut ctx, None, 5).await.unwrap();
    assert_eq!(database.database().statement_count() - before, 6);
    let last = first.last().map(|last| (last.order.placed_at, last.order.id));
    let second = list_whole(&mut ctx, last, 5).await.unwrap();
    let listed: Vec<&OrderDetails> = first.iter().chain(&second).collect();
    assert_eq!((first.len(), listed.len()), (5, placed.len()));
    assert!(listed.is_sorted_by_key(|whole| whole.order.placed_at));
    for order in &placed {
        let mut alone = get(&mut ctx, order.order_id).await.unwrap();
        alone.timeline.clear();
        assert!(listed.contains(&&alone), "{}", order.number);
    }
    assert!(
        listed
            .iter()
            .any(|whole| !whole.refunds.is_empty() && !whole.fulfilments.is_empty())
    );
}
