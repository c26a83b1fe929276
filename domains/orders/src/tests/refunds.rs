//! Refunds, on a database.

use super::*;

#[tokio::test]
async fn refunds_sum_to_what_was_paid_and_a_failed_one_leaves_no_trace() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let mug = get(&mut ctx, id).await.unwrap().lines[0].id;
    let one_mug = RefundWanted {
        lines: RefundLines::Some(vec![(mug, 1)]),
        shipping: RefundShipping::None,
    };

    let failing = open(&mut ctx, id, &one_mug).await.unwrap();
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    record_refund(&mut ctx, failing, false).await.unwrap();
    let after = get(&mut ctx, id).await.unwrap();
    assert_eq!(statuses(&after.order), ["confirmed", "paid", "unfulfilled"]);
    assert_eq!(
        (after.order.refunded_total.minor(), after.lines[0].refunded_quantity),
        (0, 0)
    );

    let first = open(&mut ctx, id, &one_mug).await.unwrap();
    let rest = open(&mut ctx, id, &RefundWanted::everything()).await.unwrap();
    let again = open(&mut ctx, id, &one_mug).await;
    assert!(matches!(again, Err(ChangeError::QuantityOutOfRange { left: 0, .. })));
    let order = record_refund(&mut ctx, first, true).await.unwrap();
    assert_eq!(statuses(&order), ["confirmed", "partially_refunded", "unfulfilled"]);
    let order = record_refund(&mut ctx, rest, true).await.unwrap();
    assert_eq!(statuses(&order), ["refunded", "refunded", "unfulfilled"]);
    assert_eq!(order.refunded_total, order.total);
    let version = record_refund(&mut ctx, rest, true).await.unwrap().version;
    assert_eq!(version, order.version, "the same news again changes nothing");

    let details = get(&mut ctx, id).await.unwrap();
    let amounts: i64 = details.refunds[1..].iter().map(|refund| refund.amount.minor()).sum();
    assert_eq!(amounts, order.total.minor());
    let shares = details.refunds[1].lines[0].amount.minor() + details.refunds[2].lines[0].amount.minor();
    assert_eq!(shares, details.lines[0].total.minor());
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    let kinds = events(&mut ctx).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "order.refunded").count(), 2);
}

#[tokio::test]
async fn a_refund_that_fails_before_others_leaves_its_own_share_for_the_last() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &[Piece(3, 1_003, true)]).await;
    let line = get(&mut ctx, id).await.unwrap().lines[0].clone();
    let one = RefundWanted {
        lines: RefundLines::Some(vec![(line.id, 1)]),
        shipping: RefundShipping::None,
    };
    let first = open(&mut ctx, id, &one).await.unwrap();
    let second = open(&mut ctx, id, &one).await.unwrap();
    record_refund(&mut ctx, second, true).await.unwrap();
    record_refund(&mut ctx, first, false).await.unwrap();
    let rest = open(&mut ctx, id, &RefundWanted::everything()).await.unwrap();
    record_refund(&mut ctx, rest, true).await.unwrap();
    let details = get(&mut ctx, id).await.unwrap();
    let back = details.refunds.iter().filter(|refund| refund.id != first);
    let back: Vec<_> = back.flat_map(|refund| &refund.lines).collect();
    assert_eq!(
        back.iter().map(|one| one.amount.minor()).sum::<i64>(),
        line.total.minor()
    );
    assert_eq!(back.iter().map(|one| one.tax.minor()).sum::<i64>(), line.tax.minor());
    assert_eq!(
        (details.lines[0].refunded, details.lines[0].refunded_tax),
        (line.total, line.tax)
    );
    assert_eq!(details.order.refunded_total, details.order.total);
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn of_two_refunds_of_the_same_pieces_one_is_opened() {
    let database = TestDatabase::new().await;
    let work = database.work();
    let mut ctx = work.write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    ctx.commit().await.unwrap();
    let refund = async || {
        let mut ctx = work.write();
        let opened = open(&mut ctx, id, &RefundWanted::everything()).await;
        ctx.commit().await.unwrap();
        opened.is_ok()
    };
    let (one, other) = tokio::join!(refund(), refund());
    assert!(one != other);
    assert_eq!(check(&mut work.read()).await.unwrap(), Vec::<String>::new());
}
