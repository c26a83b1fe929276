//! Who sees and does what, on a database.

use kernel::AccountId;
use uuid::Uuid;

use super::*;
use crate::OrderSort;

#[tokio::test]
async fn only_staff_ships_and_sees_lists() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let packed = Fulfil {
        state: FulfilmentState::Picking,
        ..parcel(id, None)
    };
    let packed = fulfil(&mut ctx, packed).await.unwrap();
    ctx.commit().await.unwrap();
    let (account, customer) = (AccountId::from(Uuid::nil()), CustomerId::from(Uuid::nil()));
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
        assert!(matches!(unpack(&mut ctx, packed).await, Err(ChangeError::Forbidden(_))));
        assert!(matches!(
            track(&mut ctx, packed, Tracking::default()).await,
            Err(ChangeError::Forbidden(_))
        ));
        let moved = MoveParcel {
            fulfilment_id: packed,
            state: FulfilmentState::InTransit,
            tracking: None,
        };
        assert!(matches!(
            move_parcel(&mut ctx, moved).await,
            Err(ChangeError::Forbidden(_))
        ));
        assert!(matches!(
            list_parcels(&mut ctx, &ParcelFilter::default(), &page).await,
            Err(ListError::Forbidden(_))
        ));
        assert!(matches!(
            list_unpacked(&mut ctx, 10).await,
            Err(ListError::Forbidden(_))
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
}

#[tokio::test]
async fn a_clerk_writes_notes_and_tags() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    ctx.commit().await.unwrap();
    let clerk = Actor::Staff {
        account: AccountId::from(Uuid::nil()),
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
    paid(&mut ctx, &[Piece(1, 500, false)]).await;
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
        (filter("lee ann", None), 3),
        (filter("1002", None), 1),
        (filter("002", None), 0),
        (filter("1002 lee", None), 1),
        (filter("1002 nobody", None), 0),
        (filter("n@", None), 0),
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
    let foreign = PageRequest::first(3).after(Some(kernel::Cursor::from_text("e30")));
    assert!(matches!(
        list(&mut ctx, &everything, &foreign).await,
        Err(ListError::Invalid(_))
    ));
}

#[tokio::test]
async fn declined_orders_are_left_out_and_those_that_stand_unpaid_are_not() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let declined = placed(&mut ctx, &TABLEWARE).await;
    let held = placed(&mut ctx, &TABLEWARE).await;
    record_payment(&mut ctx, held.id, held.total, PaymentKind::Authorized)
        .await
        .unwrap();
    for id in [declined.id, held.id] {
        record_payment_failed(&mut ctx, id, "card_declined", Heard::AtOnce)
            .await
            .unwrap();
    }
    for (without_failed, expected) in [(true, vec![held.id]), (false, vec![held.id, declined.id])] {
        let filter = OrderFilter {
            without_failed,
            ..OrderFilter::default()
        };
        let page = list(&mut ctx, &filter, &PageRequest::first(10)).await.unwrap();
        let mut listed: Vec<_> = page.items.iter().map(|order| order.id).collect();
        listed.sort_by_key(|id| *id != held.id);
        assert_eq!(
            (listed, page.total),
            (expected, i64::from(2 - i32::from(without_failed)))
        );
    }
}

#[tokio::test]
async fn every_order_of_the_list_has_each_order_once_and_ties_lose_none() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    // All of one moment, and three of one total.
    for _ in 0..3 {
        placed(&mut ctx, &TABLEWARE).await;
    }
    paid(&mut ctx, &[Piece(1, 500, false)]).await;
    for sort in OrderSort::ALL {
        assert_eq!(OrderSort::parse(sort.as_str()), Some(sort));
        let filter = OrderFilter {
            sort,
            ..OrderFilter::default()
        };
        let mut request = PageRequest::first(1);
        let mut found = Vec::new();
        loop {
            let page = list(&mut ctx, &filter, &request).await.unwrap();
            found.extend(page.items.into_iter().map(|order| (order.total.minor(), order.number)));
            if page.next_cursor.is_none() {
                break;
            }
            request = request.after(page.next_cursor);
        }
        let totals: Vec<i64> = found.iter().map(|(total, _)| *total).collect();
        match sort {
            OrderSort::Largest => assert!(totals.is_sorted_by(|a, b| a >= b), "{found:?}"),
            OrderSort::Smallest => assert!(totals.is_sorted(), "{found:?}"),
            OrderSort::Newest | OrderSort::Oldest => {}
        }
        let mut numbers: Vec<String> = found.into_iter().map(|(_, number)| number).collect();
        numbers.sort();
        assert_eq!(numbers, ["ORD-1001", "ORD-1002", "ORD-1003", "ORD-1004"], "{sort:?}");
    }
    let by_time = list(&mut ctx, &OrderFilter::default(), &PageRequest::first(1))
        .await
        .unwrap();
    let other = OrderFilter {
        sort: OrderSort::Largest,
        ..OrderFilter::default()
    };
    let foreign = PageRequest::first(1).after(by_time.next_cursor);
    assert!(matches!(
        list(&mut ctx, &other, &foreign).await,
        Err(ListError::Invalid(_))
    ));
}

#[tokio::test]
async fn no_store_sees_the_orders_of_another() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let id = paid(&mut ctx, &TABLEWARE).await;
    let packed = Fulfil {
        state: FulfilmentState::Picking,
        ..parcel(id, None)
    };
    let packed = fulfil(&mut ctx, packed).await.unwrap();
    ctx.commit().await.unwrap();
    let Store {
        name,
        currency,
        locale,
        prices_include_tax,
        tax_rounding,
        country,
        email,
        time_zone,
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
        time_zone,
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
    let page = list_parcels(&mut ctx, &ParcelFilter::default(), &PageRequest::first(10))
        .await
        .unwrap();
    assert_eq!(page.total, 0);
    assert!(list_unpacked(&mut ctx, 10).await.unwrap().is_empty());
    let foreign = find_order_of_parcel(&mut ctx, packed).await;
    assert!(matches!(foreign, Err(ChangeError::NotFound)));
    assert!(matches!(unpack(&mut ctx, packed).await, Err(ChangeError::NotFound)));
    assert!(matches!(
        track(&mut ctx, packed, Tracking::default()).await,
        Err(ChangeError::NotFound)
    ));
    assert_eq!(
        placed(&mut ctx, &TABLEWARE).await.number,
        "ORD-1001",
        "each store counts its own orders"
    );
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

#[tokio::test]
async fn staff_look_orders_up_by_what_their_words_begin_with() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    let older = placed(&mut ctx, &TABLEWARE).await;
    let newer = placed(&mut ctx, &TABLEWARE).await;
    let email = newer.email.to_string();
    for (typed, expected) in [
        (older.number.as_str(), vec![older.id]),
        ("ord-10", vec![newer.id, older.id]),
        (email.as_str(), vec![newer.id, older.id]),
        ("nobody", vec![]),
        ("' & | !", vec![]),
        ("", vec![]),
    ] {
        let found = look_up(&mut ctx, typed, 5).await.unwrap();
        let ids: Vec<OrderId> = found.iter().map(|order| order.id).collect();
        assert_eq!(ids, expected, "{typed}");
    }
    assert_eq!(look_up(&mut ctx, &email, 1).await.unwrap().len(), 1);
    ctx.commit().await.unwrap();
    let mut guest = database.work().acting_as(Actor::Guest).read();
    assert!(matches!(
        look_up(&mut guest, &email, 5).await,
        Err(ListError::Forbidden(_))
    ));
}
