//! Parcels, on a database.

use super::*;

fn waiting(order_id: OrderId, lines: &[(kernel::OrderLineId, i64)]) -> Fulfil {
    Fulfil {
        state: FulfilmentState::Picking,
        tracking: Tracking::default(),
        ..parcel(order_id, Some(lines.to_vec()))
    }
}

async fn go(ctx: &mut Ctx, id: kernel::FulfilmentId, state: FulfilmentState) -> Result<Order, ChangeError> {
    let moved = MoveParcel {
        fulfilment_id: id,
        state,
        tracking: None,
    };
    move_parcel(ctx, moved).await
}

#[tokio::test]
async fn two_parcels_of_an_order_go_their_own_ways() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let lines = get(&mut ctx, id).await.unwrap().lines;
    let (mug, pot) = (lines[0].id, lines[1].id);
    let first = fulfil(&mut ctx, waiting(id, &[(mug, 1)])).await.unwrap();
    let order = find(&mut ctx, id).await.unwrap().unwrap();
    assert_eq!(statuses(&order), ["processing", "paid", "unfulfilled"]);
    ctx.commit().await.unwrap();
    database.clock().advance(TimeDelta::minutes(1));
    let mut ctx = database.work().write();
    let second = fulfil(&mut ctx, waiting(id, &[(mug, 1), (pot, 1)])).await.unwrap();

    go(&mut ctx, first, FulfilmentState::ReadyToShip).await.unwrap();
    let leaves = MoveParcel {
        fulfilment_id: first,
        state: FulfilmentState::InTransit,
        tracking: Some(parcel(id, None).tracking),
    };
    let order = move_parcel(&mut ctx, leaves).await.unwrap();
    assert_eq!(statuses(&order), ["partially_fulfilled", "paid", "partial"]);
    go(&mut ctx, first, FulfilmentState::OutForDelivery).await.unwrap();
    let order = go(&mut ctx, first, FulfilmentState::Delivered).await.unwrap();
    assert_eq!(statuses(&order), ["partially_fulfilled", "paid", "partial"]);

    let order = go(&mut ctx, second, FulfilmentState::InTransit).await.unwrap();
    assert_eq!(statuses(&order), ["fulfilled", "paid", "fulfilled"]);
    go(&mut ctx, second, FulfilmentState::Failed).await.unwrap();
    let order = go(&mut ctx, second, FulfilmentState::Delivered).await.unwrap();
    assert_eq!(statuses(&order), ["delivered", "paid", "fulfilled"]);
    go(&mut ctx, first, FulfilmentState::Returned).await.unwrap();
    let order = go(&mut ctx, second, FulfilmentState::Returned).await.unwrap();
    assert_eq!(statuses(&order), ["delivered", "paid", "returned"]);

    let details = get(&mut ctx, id).await.unwrap();
    assert_eq!(details.fulfilments[0].carrier, "Post");
    assert_eq!(details.fulfilments[1].carrier, "");
    let kinds: Vec<&str> = details.timeline.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "placed",
            "payment_captured",
            "picking",
            "picking",
            "ready_to_ship",
            "shipped",
            "out_for_delivery",
            "parcel_delivered",
            "shipped",
            "failed",
            "parcel_delivered",
            "returned",
            "returned",
        ]
    );
    let moved: Vec<String> = outbox::replay(&mut ctx, 0, 100)
        .await
        .unwrap()
        .into_iter()
        .filter(|(_, event)| event.kind != "order.placed" && event.kind != "order.paid")
        .map(|(_, event)| match event.kind.as_str() {
            "order.parcel_moved" => event.read::<ParcelMoved>().unwrap().state,
            kind => kind.to_owned(),
        })
        .collect();
    assert_eq!(
        moved,
        [
            "picking",
            "picking",
            "ready_to_ship",
            "order.shipped",
            "out_for_delivery",
            "delivered",
            "order.shipped",
            "failed",
            "delivered",
            "order.delivered",
            "returned",
            "returned",
        ]
    );
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_parcel_goes_no_way_that_is_not_there() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let mug = get(&mut ctx, id).await.unwrap().lines[0].id;
    let packed = fulfil(&mut ctx, waiting(id, &[(mug, 1)])).await.unwrap();
    for state in [
        FulfilmentState::Picking,
        FulfilmentState::OutForDelivery,
        FulfilmentState::Delivered,
        FulfilmentState::Failed,
        FulfilmentState::Returned,
    ] {
        let refused = go(&mut ctx, packed, state).await;
        assert!(
            matches!(refused, Err(ChangeError::IllegalTransition(error)) if error.status == "picking"),
            "{state:?}"
        );
    }
    go(&mut ctx, packed, FulfilmentState::InTransit).await.unwrap();
    assert!(matches!(
        unpack(&mut ctx, packed).await,
        Err(ChangeError::IllegalTransition(IllegalTransition {
            status: "in_transit",
            event: "unpack"
        }))
    ));
    let further = Fulfil {
        state: FulfilmentState::Delivered,
        ..parcel(id, None)
    };
    assert!(matches!(fulfil(&mut ctx, further).await, Err(ChangeError::Invalid(error)) if error.field == "state"));
    let nowhere = Fulfil {
        location_id: Some(ctx.new_id()),
        ..parcel(id, None)
    };
    assert!(
        matches!(fulfil(&mut ctx, nowhere).await, Err(ChangeError::Invalid(error)) if error.field == "location_id")
    );
}

#[tokio::test]
async fn what_waits_in_a_parcel_goes_into_no_other_until_it_is_unpacked() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let mug = get(&mut ctx, id).await.unwrap().lines[0].id;
    let packed = fulfil(&mut ctx, waiting(id, &[(mug, 2)])).await.unwrap();
    let again = fulfil(&mut ctx, waiting(id, &[(mug, 1)])).await;
    assert!(matches!(again, Err(ChangeError::QuantityOutOfRange { left: 0, .. })));
    let unpacked = list_unpacked(&mut ctx, 10).await.unwrap();
    assert_eq!((unpacked.len(), unpacked[0].pieces), (1, 1), "the pot is in no parcel");
    unpack(&mut ctx, packed).await.unwrap();
    assert!(matches!(unpack(&mut ctx, packed).await, Err(ChangeError::NotFound)));
    assert_eq!(list_unpacked(&mut ctx, 10).await.unwrap()[0].pieces, 3);
    fulfil(&mut ctx, waiting(id, &[(mug, 2)])).await.unwrap();
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_refund_takes_its_pieces_out_of_the_parcels_that_wait() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let lines = get(&mut ctx, id).await.unwrap().lines;
    let (mug, pot) = (lines[0].id, lines[1].id);
    let first = fulfil(&mut ctx, waiting(id, &[(mug, 1), (pot, 1)])).await.unwrap();
    ctx.commit().await.unwrap();
    database.clock().advance(TimeDelta::minutes(1));
    let mut ctx = database.work().write();
    let second = fulfil(&mut ctx, waiting(id, &[(mug, 1)])).await.unwrap();
    let of = |pieces: Vec<_>| RefundWanted {
        lines: RefundLines::Some(pieces),
        shipping: RefundShipping::None,
    };
    let refund = open(&mut ctx, id, &of(vec![(mug, 1), (pot, 1)])).await.unwrap();
    let parcels = get(&mut ctx, id).await.unwrap().fulfilments;
    assert_eq!(parcels.len(), 1, "the younger one is empty and gone");
    assert_eq!((parcels[0].id, &parcels[0].lines), (first, &vec![(mug, 1)]));
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    let kinds = events(&mut ctx).await;
    assert!(kinds.ends_with(&["order.parcel_changed".to_owned(), "order.parcel_unpacked".to_owned()]));
    assert!(matches!(
        go(&mut ctx, second, FulfilmentState::InTransit).await,
        Err(ChangeError::NotFound)
    ));

    go(&mut ctx, first, FulfilmentState::InTransit).await.unwrap();
    let order = go(&mut ctx, first, FulfilmentState::Delivered).await.unwrap();
    assert_eq!(statuses(&order), ["delivered", "paid", "fulfilled"]);
    let order = record_refund(&mut ctx, refund, false).await.unwrap();
    assert_eq!(statuses(&order), ["partially_fulfilled", "paid", "partial"]);
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn cancelling_unpacks_and_nothing_waits_any_more() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let mug = get(&mut ctx, id).await.unwrap().lines[0].id;
    fulfil(&mut ctx, waiting(id, &[(mug, 1)])).await.unwrap();
    let cancelling = Cancel {
        order_id: id,
        reason: String::new(),
    };
    let order = cancel(&mut ctx, cancelling).await.unwrap();
    assert_eq!(statuses(&order), ["cancelled", "paid", "unfulfilled"]);
    assert!(get(&mut ctx, id).await.unwrap().fulfilments.is_empty());
    assert!(list_unpacked(&mut ctx, 10).await.unwrap().is_empty());
    let kinds = events(&mut ctx).await;
    assert!(kinds.ends_with(&["order.parcel_unpacked".to_owned(), "order.cancelled".to_owned()]));
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn an_order_that_is_refunded_where_it_did_not_come_back_is_returned() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &[Piece(2, 1_000, true)]).await;
    let line = get(&mut ctx, id).await.unwrap().lines[0].id;
    let sent = fulfil(&mut ctx, parcel(id, Some(vec![(line, 1)]))).await.unwrap();
    let order = go(&mut ctx, sent, FulfilmentState::Returned).await.unwrap();
    assert_eq!(statuses(&order), ["partially_fulfilled", "paid", "partial"]);
    let wanted = RefundWanted {
        lines: RefundLines::Some(vec![(line, 1)]),
        shipping: RefundShipping::None,
    };
    let refund = open(&mut ctx, id, &wanted).await.unwrap();
    let order = record_refund(&mut ctx, refund, true).await.unwrap();
    assert_eq!(statuses(&order), ["fulfilled", "partially_refunded", "returned"]);
}

#[tokio::test]
async fn tracking_is_changed_wherever_the_parcel_is_and_the_same_again_is_no_change() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let sent = fulfil(&mut ctx, parcel(id, None)).await.unwrap();
    go(&mut ctx, sent, FulfilmentState::Delivered).await.unwrap();
    let tracking = Tracking {
        number: " RR2 ".to_owned(),
        ..parcel(id, None).tracking
    };
    let order = track(&mut ctx, sent, tracking.clone()).await.unwrap();
    let again = track(&mut ctx, sent, tracking).await.unwrap();
    assert_eq!(order.version, again.version);
    let details = get(&mut ctx, id).await.unwrap();
    assert_eq!(details.fulfilments[0].tracking_number, "RR2");
    let last = details.timeline.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), &last.details["tracking_number"]),
        ("tracking_changed", &"RR2".into())
    );
    assert_eq!(events(&mut ctx).await.last().unwrap(), "order.parcel_changed");
    let wrong = Tracking {
        url: "ftp://post.example".to_owned(),
        ..Tracking::default()
    };
    assert!(
        matches!(track(&mut ctx, sent, wrong).await, Err(ChangeError::Invalid(error)) if error.field == "tracking_url")
    );
}

#[tokio::test]
async fn of_two_who_ship_the_same_pieces_one_does() {
    let database = TestDatabase::new().await;
    let work = database.work();
    let mut ctx = work.write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let mug = get(&mut ctx, id).await.unwrap().lines[0].id;
    ctx.commit().await.unwrap();
    let ship = async |state| {
        let mut ctx = work.write();
        let wanted = Fulfil {
            state,
            ..parcel(id, Some(vec![(mug, 2)]))
        };
        let made = fulfil(&mut ctx, wanted).await;
        ctx.commit().await.unwrap();
        if let Err(error) = &made {
            assert!(
                matches!(error, ChangeError::QuantityOutOfRange { left: 0, .. }),
                "{error}"
            );
        }
        made.is_ok()
    };
    let (one, other) = tokio::join!(ship(FulfilmentState::Picking), ship(FulfilmentState::InTransit));
    assert!(one != other);
    assert_eq!(check(&mut work.read()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn of_two_who_hand_over_and_unpack_a_parcel_one_does() {
    let database = TestDatabase::new().await;
    let work = database.work();
    let mut ctx = work.write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let mug = get(&mut ctx, id).await.unwrap().lines[0].id;
    let packed = fulfil(&mut ctx, waiting(id, &[(mug, 2)])).await.unwrap();
    ctx.commit().await.unwrap();
    let hand_over = async || {
        let mut ctx = work.write();
        let moved = go(&mut ctx, packed, FulfilmentState::InTransit).await;
        ctx.commit().await.unwrap();
        moved.is_ok()
    };
    let take_apart = async || {
        let mut ctx = work.write();
        let unpacked = unpack(&mut ctx, packed).await;
        ctx.commit().await.unwrap();
        unpacked.is_ok()
    };
    let (one, other) = tokio::join!(hand_over(), take_apart());
    assert!(one != other);
    assert_eq!(check(&mut work.read()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn lists_of_parcels_are_filtered_and_paged() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let mut made = Vec::new();
    for _ in 0..3 {
        ctx.commit().await.unwrap();
        database.clock().advance(TimeDelta::minutes(1));
        ctx = database.work().write();
        let id = paid(&mut ctx, &TABLEWARE).await;
        let mug = get(&mut ctx, id).await.unwrap().lines[0].id;
        made.push(fulfil(&mut ctx, waiting(id, &[(mug, 2)])).await.unwrap());
    }
    go(&mut ctx, made[0], FulfilmentState::InTransit).await.unwrap();
    let picking = ParcelFilter {
        states: vec![FulfilmentState::Picking],
        location_id: None,
    };
    let page = list_parcels(&mut ctx, &picking, &PageRequest::first(1)).await.unwrap();
    assert_eq!((page.total, page.items[0].id), (2, made[1]));
    assert_eq!(page.items[0].recipient, "Ann Lee");
    assert_eq!(page.items[0].pieces[0].quantity, 2);
    let rest = PageRequest::first(1).after(page.next_cursor);
    let page = list_parcels(&mut ctx, &picking, &rest).await.unwrap();
    assert_eq!((page.items[0].id, page.next_cursor), (made[2], None));
    let elsewhere = ParcelFilter {
        states: Vec::new(),
        location_id: Some(ctx.new_id()),
    };
    let page = list_parcels(&mut ctx, &elsewhere, &PageRequest::first(1))
        .await
        .unwrap();
    assert_eq!(page.total, 0);
}

#[tokio::test]
async fn what_left_in_a_parcel_is_received_until_it_comes_back() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let lines = get(&mut ctx, id).await.unwrap().lines;
    let products: Vec<kernel::ProductId> = lines.iter().map(|line| line.product_id).collect();
    let (mug, pot, file) = (products[0], products[1], products[2]);
    let got = async |ctx: &mut Ctx| received(ctx, None, Some(id), &[mug, pot, file]).await.unwrap();
    assert_eq!(
        got(&mut ctx).await,
        [file],
        "what comes without a parcel is there once it is paid"
    );
    let parcel = fulfil(&mut ctx, waiting(id, &[(lines[0].id, 1)])).await.unwrap();
    assert_eq!(got(&mut ctx).await, [file]);
    go(&mut ctx, parcel, FulfilmentState::InTransit).await.unwrap();
    let mut both = [mug, file];
    both.sort_unstable();
    assert_eq!(got(&mut ctx).await, both);
    assert_eq!(received(&mut ctx, None, None, &products).await.unwrap(), []);
    let other = ctx.new_id();
    assert_eq!(received(&mut ctx, None, Some(other), &products).await.unwrap(), []);
    go(&mut ctx, parcel, FulfilmentState::Failed).await.unwrap();
    go(&mut ctx, parcel, FulfilmentState::Returned).await.unwrap();
    assert_eq!(got(&mut ctx).await, [file]);
}
