//! Lives of orders, on a database.

mod access;
mod first_payments;
mod history;
mod many;
mod parcels;
mod refunds;
mod sales;

use chrono::TimeDelta;
use database::{Ctx, Scope, Work, outbox, stores::NewStore, testing::TestDatabase};
use kernel::{Actor, CustomerId, Money, OrderId, PageRequest, Permission, RefundId, Store};

use super::*;
use crate::sample::{Piece, TABLEWARE, paid, placed, wanted};

fn parcel(order_id: OrderId, lines: Option<Vec<(kernel::OrderLineId, i64)>>) -> Fulfil {
    Fulfil {
        order_id,
        lines,
        state: FulfilmentState::InTransit,
        location_id: None,
        tracking: Tracking {
            carrier: " Post ".to_owned(),
            number: "RR1".to_owned(),
            url: "https://post.example/RR1".to_owned(),
        },
    }
}

fn statuses(order: &Order) -> [&'static str; 3] {
    [
        order.status.as_str(),
        order.payment_status.as_str(),
        order.fulfilment_status.as_str(),
    ]
}

async fn events(ctx: &mut Ctx) -> Vec<String> {
    let stored = outbox::replay(ctx, 0, 100).await.unwrap();
    stored.into_iter().map(|(_, event)| event.kind).collect()
}

async fn open(ctx: &mut Ctx, order_id: OrderId, wanted: &RefundWanted) -> Result<RefundId, ChangeError> {
    let sold = lock(ctx, order_id).await?;
    let plan = plan_refund(&sold, wanted)?;
    let id = ctx.new_id();
    open_refund(ctx, id, &sold, &plan, "broken", true).await?;
    Ok(id)
}

#[tokio::test]
async fn a_placed_order_is_read_as_it_was_written() {
    let database = TestDatabase::new().await;
    let work = database.work();
    let mut ctx = work.write();
    let new = wanted(&ctx, &TABLEWARE);
    let (quote, before) = (new.quote.clone(), database.database().statement_count());
    let order = place(&mut ctx, new.clone()).await.unwrap();
    assert_eq!(database.database().statement_count() - before, 3);
    ctx.commit().await.unwrap();

    let mut ctx = work.read();
    let details = get(&mut ctx, order.id).await.unwrap();
    assert_eq!(details.order, order);
    assert_eq!(find_by_number(&mut ctx, "ORD-1001").await.unwrap(), Some(order.clone()));
    assert_eq!((order.total, order.tax_total), (quote.total, quote.tax_total));
    assert_eq!(statuses(&order), ["pending", "pending", "unfulfilled"]);
    assert_eq!(order.coupon_codes, ["SAVE10"]);
    assert_eq!(order.explanation.coupons[0].amount, quote.discount_total);
    assert_eq!(order.explanation.taxes.len(), 1);
    assert_eq!(details.lines.len(), 3);
    assert_eq!(details.lines[0].total, quote.lines[0].total);
    assert_eq!(details.lines[0].properties["Engraving"], "For Ann");
    assert_eq!(details.timeline.len(), 1);
    assert_eq!(details.timeline[0].kind, "placed");
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    assert_eq!(events(&mut ctx).await, ["order.placed"]);
}

#[tokio::test]
async fn an_order_is_refused_when_the_quote_is_of_something_else() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let new = wanted(&ctx, &TABLEWARE);
    let none = PlaceOrder {
        lines: Vec::new(),
        ..new.clone()
    };
    assert!(matches!(place(&mut ctx, none).await, Err(PlaceError::Empty)));
    let fewer = PlaceOrder {
        lines: new.lines[..2].to_vec(),
        ..new.clone()
    };
    assert!(matches!(
        place(&mut ctx, fewer).await,
        Err(PlaceError::QuoteDiffers { position: 3 })
    ));
    let mut more = new;
    more.lines[1].quantity += 1;
    assert!(matches!(
        place(&mut ctx, more).await,
        Err(PlaceError::QuoteDiffers { position: 2 })
    ));
    let order = placed(&mut ctx, &TABLEWARE).await;
    assert_eq!(order.number, "ORD-1001", "what was refused takes no number");
}

#[tokio::test]
async fn an_order_without_its_person_knows_the_lists_of_its_prices_by_their_ids_alone() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let mut new = wanted(&ctx, &TABLEWARE);
    new.exemption = Some(TaxExemption {
        certificate: "A-7".to_owned(),
        reason: "resale".to_owned(),
        valid_until: None,
    });
    for line in &mut new.lines[1..] {
        line.price_list = Some(catalog::ListName {
            id: ctx.new_id(),
            name: "Friends of Ann".to_owned(),
        });
    }
    let order = place(&mut ctx, new).await.unwrap();
    let plain = placed(&mut ctx, &TABLEWARE).await;
    erase_orders(&mut ctx, &[order.id, plain.id]).await.unwrap();
    let mut left = order.explanation;
    assert_eq!(left.price_lists.len(), 2);
    for used in &mut left.price_lists {
        used.name.clear();
    }
    left.exemption.as_mut().unwrap().certificate.clear();
    for (id, left) in [(order.id, left), (plain.id, plain.explanation)] {
        let erased = find(&mut ctx, id).await.unwrap().unwrap();
        assert_eq!(erased.explanation, left);
    }
}

#[tokio::test]
async fn from_payment_to_delivery() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    start_processing(&mut ctx, id).await.unwrap();
    let mug = get(&mut ctx, id).await.unwrap().lines[0].id;
    let first = fulfil(&mut ctx, parcel(id, Some(vec![(mug, 1)]))).await.unwrap();
    let order = find(&mut ctx, id).await.unwrap().unwrap();
    assert_eq!(statuses(&order), ["partially_fulfilled", "paid", "partial"]);
    fulfil(&mut ctx, parcel(id, None)).await.unwrap();
    let order = mark_delivered(&mut ctx, id).await.unwrap();
    assert_eq!(statuses(&order), ["delivered", "paid", "fulfilled"]);

    let details = get(&mut ctx, id).await.unwrap();
    // Both left at the same moment.
    let (firsts, others): (Vec<_>, Vec<_>) = details.fulfilments.iter().partition(|parcel| parcel.id == first);
    assert_eq!(firsts[0].carrier, "Post");
    assert_eq!(firsts[0].lines, [(mug, 1)]);
    assert_eq!(others[0].lines.len(), 2, "the file needs no parcel");
    assert!(
        details
            .fulfilments
            .iter()
            .all(|parcel| parcel.state == FulfilmentState::Delivered)
    );
    let kinds: Vec<&str> = details.timeline.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "placed",
            "payment_captured",
            "processing",
            "shipped",
            "shipped",
            "delivered"
        ]
    );
    let happened = [
        "order.placed",
        "order.paid",
        "order.processing",
        "order.shipped",
        "order.shipped",
        "order.parcel_moved",
        "order.parcel_moved",
        "order.delivered",
    ];
    assert_eq!(events(&mut ctx).await, happened);
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_parcel_holds_only_what_is_left() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let waiting = placed(&mut ctx, &TABLEWARE).await;
    let refused = fulfil(&mut ctx, parcel(waiting.id, None)).await;
    assert!(matches!(
        refused,
        Err(ChangeError::IllegalTransition(IllegalTransition {
            status: "pending",
            ..
        }))
    ));
    let id = paid(&mut ctx, &TABLEWARE).await;
    let details = get(&mut ctx, id).await.unwrap();
    let (mug, file) = (details.lines[0].id, details.lines[2].id);
    for (line, quantity, left) in [(mug, 3, 2), (mug, 0, 2), (mug, -1, 2), (file, 1, 0)] {
        let refused = fulfil(&mut ctx, parcel(id, Some(vec![(line, quantity)])))
            .await
            .unwrap_err();
        assert!(matches!(refused, ChangeError::QuantityOutOfRange { line: of, left: is } if (of, is) == (line, left)));
    }
    let foreign = get(&mut ctx, waiting.id).await.unwrap().lines[0].id;
    let refused = fulfil(&mut ctx, parcel(id, Some(vec![(foreign, 1)]))).await;
    assert!(matches!(refused, Err(ChangeError::LineNotFound { line }) if line == foreign));
    let twice = fulfil(&mut ctx, parcel(id, Some(vec![(mug, 1), (mug, 1)]))).await;
    assert!(matches!(twice, Err(ChangeError::Invalid(error)) if error.code == "duplicate_line"));
    let script = Fulfil {
        tracking: Tracking {
            url: "javascript:alert(1)".to_owned(),
            ..Tracking::default()
        },
        ..parcel(id, None)
    };
    assert!(matches!(fulfil(&mut ctx, script).await, Err(ChangeError::Invalid(error)) if error.code == "invalid_url"));
    fulfil(&mut ctx, parcel(id, None)).await.unwrap();
    assert!(matches!(
        fulfil(&mut ctx, parcel(id, None)).await,
        Err(ChangeError::NothingToShip)
    ));
}

#[tokio::test]
async fn an_order_is_cancelled_before_it_is_shipped_only() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let cancelling = |order_id| Cancel {
        order_id,
        reason: "changed my mind".to_owned(),
    };
    let waiting = placed(&mut ctx, &TABLEWARE).await;
    let order = cancel(&mut ctx, cancelling(waiting.id)).await.unwrap();
    assert_eq!(statuses(&order), ["cancelled", "voided", "unfulfilled"]);
    assert!(cancel(&mut ctx, cancelling(waiting.id)).await.is_err());

    let order_id = paid(&mut ctx, &TABLEWARE).await;
    let order = cancel(&mut ctx, cancelling(order_id)).await.unwrap();
    assert_eq!(statuses(&order), ["cancelled", "paid", "unfulfilled"]);

    let shipped = paid(&mut ctx, &TABLEWARE).await;
    fulfil(&mut ctx, parcel(shipped, None)).await.unwrap();
    let refused = cancel(&mut ctx, cancelling(shipped)).await;
    assert!(matches!(refused, Err(ChangeError::IllegalTransition(_))));
}

#[tokio::test]
async fn a_refused_payment_cancels_an_order_that_waits_and_no_other() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let waiting = placed(&mut ctx, &TABLEWARE).await;
    let order = record_payment_failed(&mut ctx, waiting.id, "card_declined", Heard::AtOnce)
        .await
        .unwrap();
    assert_eq!(statuses(&order), ["cancelled", "failed", "unfulfilled"]);
    let order = record_payment(&mut ctx, waiting.id, waiting.total, PaymentKind::Captured)
        .await
        .unwrap();
    assert_eq!(statuses(&order), ["cancelled", "paid", "unfulfilled"]);
    let confirmed = paid(&mut ctx, &TABLEWARE).await;
    let order = record_payment_failed(&mut ctx, confirmed, "card_declined", Heard::AtOnce)
        .await
        .unwrap();
    assert_eq!(statuses(&order), ["confirmed", "paid", "unfulfilled"]);
    let happened = ["order.placed", "order.payment_failed", "order.placed", "order.paid"];
    assert_eq!(events(&mut ctx).await, happened);
}

#[tokio::test]
async fn nothing_to_pay_is_paid_at_once() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &[Piece(1, 0, false)]).await;
    let order = find(&mut ctx, id).await.unwrap().unwrap();
    assert_eq!(statuses(&order), ["fulfilled", "paid", "fulfilled"]);
    assert!(matches!(
        open(&mut ctx, id, &RefundWanted::everything()).await,
        Err(ChangeError::NothingToRefund)
    ));
}
