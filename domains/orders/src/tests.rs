//! Lives of orders, on a database.

use chrono::TimeDelta;
use database::{Ctx, Scope, Work, outbox, stores::NewStore, testing::TestDatabase};
use kernel::{Actor, CustomerId, Money, OrderId, PageRequest, Permission, RefundId, Store};

use super::*;
use crate::sample::{Piece, TABLEWARE, paid, placed, wanted};

fn parcel(order_id: OrderId, lines: Option<Vec<(kernel::OrderLineId, i64)>>) -> Fulfil {
    Fulfil {
        order_id,
        lines,
        carrier: " Post ".to_owned(),
        tracking_number: "RR1".to_owned(),
        tracking_url: "https://post.example/RR1".to_owned(),
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
    open_refund(ctx, &sold, &plan, "broken", true).await
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
    assert_eq!(details.fulfilments[0].id, first);
    assert_eq!(details.fulfilments[0].carrier, "Post");
    assert_eq!(details.fulfilments[0].lines, [(mug, 1)]);
    assert_eq!(details.fulfilments[1].lines.len(), 2, "the file needs no parcel");
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
        "order.shipped",
        "order.shipped",
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
        tracking_url: "javascript:alert(1)".to_owned(),
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
    let order = record_payment_failed(&mut ctx, waiting.id, "card_declined")
        .await
        .unwrap();
    assert_eq!(statuses(&order), ["cancelled", "failed", "unfulfilled"]);
    let order = record_payment(&mut ctx, waiting.id, waiting.total, PaymentKind::Captured)
        .await
        .unwrap();
    assert_eq!(statuses(&order), ["cancelled", "paid", "unfulfilled"]);
    let confirmed = paid(&mut ctx, &TABLEWARE).await;
    let order = record_payment_failed(&mut ctx, confirmed, "card_declined")
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

#[tokio::test]
async fn only_staff_ships_writes_notes_and_sees_lists() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    ctx.commit().await.unwrap();
    let (account, customer) = (RefundId::from(uuid::Uuid::nil()), CustomerId::from(uuid::Uuid::nil()));
    let account = kernel::AccountId::from(uuid::Uuid::from(account));
    for actor in [
        Actor::Guest,
        Actor::Customer { account, customer },
        Actor::Staff {
            account,
            permissions: vec![],
        },
    ] {
        let mut ctx = database.work().acting_as(actor).write();
        let page = PageRequest::first(10);
        assert!(matches!(
            fulfil(&mut ctx, parcel(id, None)).await,
            Err(ChangeError::Forbidden(_))
        ));
        assert!(matches!(
            start_processing(&mut ctx, id).await,
            Err(ChangeError::Forbidden(_))
        ));
        assert!(matches!(
            mark_delivered(&mut ctx, id).await,
            Err(ChangeError::Forbidden(_))
        ));
        assert!(matches!(
            add_note(&mut ctx, id, "Hello").await,
            Err(ChangeError::Forbidden(_))
        ));
        assert!(matches!(
            tag(&mut ctx, id, vec![]).await,
            Err(ChangeError::Forbidden(_))
        ));
        let everybodys = OrderFilter::default();
        assert!(matches!(
            list(&mut ctx, &everybodys, &page).await,
            Err(ListError::Forbidden(_))
        ));
        let own = OrderFilter {
            customer_id: Some(customer),
            ..everybodys
        };
        assert_eq!(
            list(&mut ctx, &own, &page).await.is_ok(),
            ctx.actor().customer().is_some()
        );
    }
    let clerk = Actor::Staff {
        account,
        permissions: vec![Permission::FulfilOrders],
    };
    let mut ctx = database.work().acting_as(clerk).write();
    add_note(&mut ctx, id, " Gift wrap ").await.unwrap();
    let order = tag(
        &mut ctx,
        id,
        vec!["gift".to_owned(), " gift ".to_owned(), "vip".to_owned()],
    )
    .await
    .unwrap();
    assert_eq!(order.tags, ["gift", "vip"]);
    let timeline = get(&mut ctx, id).await.unwrap().timeline;
    assert_eq!(timeline[2].details["text"], "Gift wrap");
    assert!(timeline[2].actor.starts_with("staff acc_"));
    assert!(matches!(
        add_note(&mut ctx, id, "  ").await,
        Err(ChangeError::Invalid(_))
    ));
}

#[tokio::test]
async fn lists_are_searched_filtered_and_paged() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    for _ in 0..3 {
        placed(&mut ctx, &TABLEWARE).await;
    }
    let paid_order = paid(&mut ctx, &[Piece(1, 500, false)]).await;
    let everything = OrderFilter::default();
    let first = list(&mut ctx, &everything, &PageRequest::first(3)).await.unwrap();
    assert_eq!((first.items.len(), first.total), (3, 4));
    let rest = list(&mut ctx, &everything, &PageRequest::first(3).after(first.next_cursor))
        .await
        .unwrap();
    let mut numbers: Vec<String> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|order| order.number.clone())
        .collect();
    numbers.sort();
    assert_eq!(numbers, ["ORD-1001", "ORD-1002", "ORD-1003", "ORD-1004"]);
    assert_eq!(rest.next_cursor, None);
    let tableware = first
        .items
        .iter()
        .chain(&rest.items)
        .find(|order| order.number == "ORD-1001")
        .unwrap();
    assert_eq!((tableware.item_count, tableware.customer_name.as_str()), (4, "Ann Lee"));

    let filter = |q: &str, status| OrderFilter {
        q: q.to_owned(),
        status,
        ..OrderFilter::default()
    };
    for (filter, count) in [
        (filter("ord-1002", None), 1),
        (filter("ANN@", None), 4),
        (filter("ann lee", None), 3),
        (filter("%", None), 0),
        (filter("", Some(OrderStatus::Pending)), 3),
        (
            OrderFilter {
                payment_status: Some(PaymentStatus::Paid),
                ..OrderFilter::default()
            },
            1,
        ),
        (
            OrderFilter {
                fulfilment_status: Some(FulfilmentStatus::Fulfilled),
                ..OrderFilter::default()
            },
            1,
        ),
    ] {
        let page = list(&mut ctx, &filter, &PageRequest::first(10)).await.unwrap();
        assert_eq!(
            (page.total, page.items.len()),
            (count, usize::try_from(count).unwrap()),
            "{filter:?}"
        );
    }
    assert_eq!(find(&mut ctx, paid_order).await.unwrap().unwrap().number, "ORD-1004");
    let foreign = PageRequest::first(3).after(Some(kernel::Cursor::from_text("e30")));
    assert!(matches!(
        list(&mut ctx, &everything, &foreign).await,
        Err(ListError::Invalid(_))
    ));
}

#[tokio::test]
async fn no_store_sees_the_orders_of_another() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    ctx.commit().await.unwrap();
    let Store {
        name,
        currency,
        locale,
        prices_include_tax,
        tax_rounding,
        country,
        email,
        ..
    } = Store::sample();
    let slug = "other".to_owned();
    let new = NewStore {
        slug,
        name,
        currency,
        locale,
        prices_include_tax,
        tax_rounding,
        country,
        email,
    };
    let other = database.database().ensure_store(&new, &[]).await.unwrap();
    let mut ctx = Work::new(database.database().clone(), Scope::system(other)).write();
    assert!(matches!(get(&mut ctx, id).await, Err(ChangeError::NotFound)));
    assert!(matches!(lock(&mut ctx, id).await, Err(ChangeError::NotFound)));
    assert_eq!(find_by_number(&mut ctx, "ORD-1001").await.unwrap(), None);
    let page = list(&mut ctx, &OrderFilter::default(), &PageRequest::first(10))
        .await
        .unwrap();
    assert_eq!(page.total, 0);
    assert_eq!(
        placed(&mut ctx, &TABLEWARE).await.number,
        "ORD-1001",
        "each store counts its own orders"
    );
}

#[tokio::test]
async fn a_history_goes_through_the_same_changes() {
    let database = TestDatabase::new().await;
    let work = database.work();
    let mut ctx = work.write();
    let then = ctx.now() - TimeDelta::days(30);
    let later = |days| then + TimeDelta::days(days);
    let historic = |order, payment| HistoricOrder {
        order,
        placed_at: then,
        payment,
        shipped: None,
        cancelled: None,
        refund: None,
    };
    let refund_id: RefundId = ctx.new_id();
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
    let history = vec![
        HistoricOrder {
            shipped: Some(shipped),
            refund: Some(refund),
            ..historic(wanted(&ctx, &TABLEWARE), HistoricPayment::Captured(later(0)))
        },
        historic(
            wanted(&ctx, &TABLEWARE),
            HistoricPayment::Failed(later(0), "card_declined".to_owned()),
        ),
        HistoricOrder {
            cancelled: Some((later(1), "customer".to_owned())),
            ..historic(wanted(&ctx, &TABLEWARE), HistoricPayment::Captured(later(0)))
        },
    ];
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
        (then, later(9))
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
async fn a_verified_address_gets_its_guest_orders() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let order = placed(&mut ctx, &TABLEWARE).await;
    let customer: CustomerId = ctx.new_id();
    assert_eq!(
        attach_to_customer(&mut ctx, &kernel::EmailAddress::nobody(), customer)
            .await
            .unwrap(),
        0
    );
    let refused = attach_to_customer(&mut ctx, &order.email, customer).await.unwrap_err();
    assert_eq!(
        refused.constraint(),
        Some("orders_customer_fk"),
        "only a customer of the store can own orders"
    );
}
