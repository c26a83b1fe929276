//! Price lists on PostgreSQL.

use kernel::{Actor, CustomerGroupId, CustomerId, EmailAddress, PageRequest, PriceListId, VariantId};
use rust_decimal::Decimal;

use super::*;
use crate::{
    Buyer, PriceBreak, PriceListError, PriceListSort, PriceListState, PriceListTerms, PricedVariant, PutPrice,
    UpdatePriceList, create_price_list, delete_price_list, find_price_list, list_list_price_changes, list_list_prices,
    list_price_lists, look_up_for_list, member_ranges, price_lists_of_group, price_lists_of_variant, put_list_prices,
    remove_list_price, sellable, sellable_to, sellable_to_each, set_list_prices, update_price_list,
};

/// A group, and a customer in it.
pub(super) async fn group(db: &TestDatabase) -> (CustomerGroupId, CustomerId) {
    let email = EmailAddress::parse("ann@example.com").unwrap();
    let password = identity::NewPassword::parse("open sesame 1", &email).unwrap();
    let password = password.hash(&db.work()).await.unwrap();
    write(db, async |ctx| {
        let register = identity::Register {
            email: email.clone(),
            password,
        };
        let identity::Registered::New { account_id } = identity::register(ctx, register).await.unwrap() else {
            panic!("the address is new");
        };
        let open = customers::OpenCustomer {
            account_id,
            email: email.clone(),
            first_name: "Ann".to_owned(),
            last_name: String::new(),
        };
        let customer = customers::open(ctx, open).await.unwrap();
        let terms = customers::GroupTerms {
            name: "Trade".to_owned(),
            note: String::new(),
        };
        let group = customers::create_group(ctx, terms).await.unwrap().id;
        customers::set_groups(ctx, customer, &[group]).await.unwrap();
        (group, customer)
    })
    .await
}

pub(super) fn terms(name: &str, group: CustomerGroupId) -> PriceListTerms {
    PriceListTerms {
        name: name.to_owned(),
        active: true,
        groups: vec![group],
        ..PriceListTerms::default()
    }
}

pub(super) fn put(variant: VariantId, min_quantity: i64, price: i64) -> PutPrice {
    PutPrice {
        variant: PricedVariant::Id(variant),
        min_quantity,
        price: usd(price),
    }
}

pub(super) async fn list(db: &TestDatabase, terms: PriceListTerms) -> PriceListId {
    write(db, async |ctx| create_price_list(ctx, terms.clone()).await.unwrap().id).await
}

#[tokio::test]
async fn what_is_sold_comes_with_what_lists_offer_its_buyer_in_one_statement() {
    let db = TestDatabase::new().await;
    let (group, ann) = group(&db).await;
    let shelf = shelf(&db, vec![product("Mug", Some(1_000)), product("Cup", Some(500))]).await;
    let [mug, cup] = [shelf[0].variants[0].id, shelf[1].variants[0].id];
    let trade = list(
        &db,
        PriceListTerms {
            percent_off: Some(Decimal::new(1, 1)),
            ..terms("Trade", group)
        },
    )
    .await;
    write(&db, async |ctx| {
        put_list_prices(ctx, trade, vec![put(mug, 10, 700), put(mug, 5, 800)])
            .await
            .unwrap()
    })
    .await;
    let now = db.database().now();
    let mut ctx = db.work().read();
    let before = db.database().statement_count();
    let offered = sellable_to(&mut ctx, &[mug, cup], Some(ann)).await.unwrap();
    assert_eq!(db.database().statement_count() - before, 1);
    let price = |id, quantity, buyer: &Buyer| {
        let found = offered.iter().find(|found| found.variant_id == id).unwrap();
        found.price_for(buyer, quantity, now).unwrap().price
    };
    let buyer = Buyer::of(Some(ann));
    let paid = [1, 5, 10].map(|quantity| price(mug, quantity, &buyer));
    assert_eq!(paid, [usd(900), usd(800), usd(700)]);
    assert_eq!(price(cup, 1, &buyer), usd(450));
    assert_eq!(price(mug, 10, &Buyer::default()), usd(1_000));
    assert!(
        sellable(&mut ctx, &[mug]).await.unwrap()[0].offers.is_empty(),
        "nobody was asked for"
    );
    let of_mug = sellable_to_each(&mut ctx, &[mug, cup], &[(ann, mug)]).await.unwrap();
    let count = |id| {
        let found = of_mug.iter().find(|found| found.variant_id == id);
        found.map(|found| found.offers.len())
    };
    assert_eq!((count(mug), count(cup)), (Some(1), Some(0)), "she wants no cup");
    let ids = [shelf[0].product.id, shelf[1].product.id];
    let ranges = member_ranges(&mut ctx, &ids, &buyer).await.unwrap();
    let told = ids.map(|id| {
        let range = &ranges[&id];
        (range.least, range.most, range.was)
    });
    let once = |price, was| (usd(price), usd(price), Some(usd(was)));
    assert_eq!(told, [once(900, 1_000), once(450, 500)]);
    let nobody = member_ranges(&mut ctx, &ids, &Buyer::default()).await.unwrap();
    assert!(nobody.is_empty());
}

#[tokio::test]
async fn a_list_counts_while_it_is_on_and_for_who_is_in_its_groups() {
    let db = TestDatabase::new().await;
    let (group, ann) = group(&db).await;
    let mug = shelf(&db, vec![product("Mug", Some(1_000))]).await[0].variants[0].id;
    let (start, end) = (
        db.database().now() + TimeDelta::hours(1),
        db.database().now() + TimeDelta::hours(2),
    );
    let window = PriceListTerms {
        starts_at: Some(start),
        ends_at: Some(end),
        percent_off: Some(Decimal::new(5, 1)),
        ..terms("Happy hour", group)
    };
    let hour = list(&db, window.clone()).await;
    let paid = async || {
        let mut ctx = db.work().read();
        let found = sellable_to(&mut ctx, &[mug], Some(ann)).await.unwrap().remove(0);
        let now = ctx.now();
        found.price_for(&Buyer::of(Some(ann)), 1, now).unwrap().price.minor()
    };
    let update = async |terms: PriceListTerms| {
        let change = UpdatePriceList {
            id: hour,
            expected_version: None,
            terms,
        };
        write(&db, async |ctx| update_price_list(ctx, change.clone()).await.unwrap()).await
    };
    assert_eq!(paid().await, 1_000, "it has not begun");
    db.clock().advance(TimeDelta::hours(1));
    assert_eq!(paid().await, 500);
    let off = PriceListTerms {
        active: false,
        ..window.clone()
    };
    update(off).await;
    assert_eq!(paid().await, 1_000, "it is off");
    update(window).await;
    assert_eq!(paid().await, 500);
    write(&db, async |ctx| customers::set_groups(ctx, ann, &[]).await.unwrap()).await;
    assert_eq!(paid().await, 1_000, "she left the group");
    write(&db, async |ctx| {
        customers::set_groups(ctx, ann, &[group]).await.unwrap()
    })
    .await;
    db.clock().advance(TimeDelta::hours(1));
    assert_eq!(paid().await, 1_000, "it is over");
}

#[tokio::test]
async fn prices_are_put_all_or_none_and_every_change_is_kept() {
    let db = TestDatabase::new().await;
    let (group, _) = group(&db).await;
    let mut mug = product("Mug", Some(1_000));
    mug.variants[0].sku = Some("MUG-1".to_owned());
    let mug = shelf(&db, vec![mug]).await[0].variants[0].id;
    let trade = list(&db, terms("Trade", group)).await;
    let by_sku = |sku: &str, min_quantity, price| PutPrice {
        variant: PricedVariant::Sku(sku.to_owned()),
        min_quantity,
        price: usd(price),
    };
    let mut ctx = db.work().write();
    let wrong = vec![
        by_sku("MUG-1", 1, 900),
        by_sku("CUP-1", 1, 900),
        by_sku("MUG-1", 0, 900),
        put(mug, 1, -1),
    ];
    let Err(PriceListError::Invalid(invalid)) = put_list_prices(&mut ctx, trade, wrong).await else {
        panic!("these cannot be");
    };
    let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "prices.1.sku",
            "prices.2.min_quantity",
            "prices.3.price",
            "prices.3.min_quantity"
        ]
    );
    let crowd = (1..=21).map(|quantity| put(mug, quantity, 900)).collect();
    let crowded = put_list_prices(&mut ctx, trade, crowd).await;
    assert!(matches!(crowded, Err(PriceListError::Invalid(invalid)) if invalid.0[0].code == "too_many_breaks"));
    ctx.rollback().await;
    assert_eq!(
        write(&db, async |ctx| put_list_prices(
            ctx,
            trade,
            vec![by_sku("MUG-1", 1, 900), put(mug, 10, 800)]
        )
        .await
        .unwrap())
        .await,
        2
    );
    let same = write(&db, async |ctx| {
        put_list_prices(ctx, trade, vec![put(mug, 1, 900), put(mug, 10, 750)])
            .await
            .unwrap()
    });
    assert_eq!(same.await, 1, "what is there already is no change");
    let only = vec![PriceBreak {
        min_quantity: 5,
        price: usd(850),
    }];
    write(&db, async |ctx| {
        set_list_prices(ctx, trade, mug, only.clone()).await.unwrap()
    })
    .await;
    let mut ctx = db.work().write();
    assert!(matches!(
        remove_list_price(&mut ctx, trade, mug, 10).await,
        Err(PriceListError::NotFound)
    ));
    let asked = list_list_prices(&mut ctx, trade, "mug-", &PageRequest::first(5))
        .await
        .unwrap();
    assert_eq!((asked.total, &asked.items[0].breaks), (1, &only));
    assert_eq!(
        list_list_prices(&mut ctx, trade, "cup", &PageRequest::first(5))
            .await
            .unwrap()
            .total,
        0
    );
    let count = async |ctx: &mut Ctx| find_price_list(ctx, trade).await.unwrap().unwrap().price_count;
    assert_eq!(count(&mut ctx).await, 1);
    let five_too = vec![
        only[0],
        PriceBreak {
            min_quantity: 7,
            ..only[0]
        },
    ];
    set_list_prices(&mut ctx, trade, mug, five_too).await.unwrap();
    assert_eq!(count(&mut ctx).await, 2);
    remove_list_price(&mut ctx, trade, mug, 7).await.unwrap();
    assert_eq!(count(&mut ctx).await, 1);
    let found = look_up_for_list(&mut ctx, trade, "Mug", 5).await.unwrap();
    assert_eq!(found[0].breaks, only);
    assert_eq!(price_lists_of_variant(&mut ctx, mug).await.unwrap()[0].name, "Trade");
    delete_price_list(&mut ctx, trade, None).await.unwrap();
    assert!(find_price_list(&mut ctx, trade).await.unwrap().is_none());
    let kept = list_list_price_changes(&mut ctx, mug).await.unwrap();
    let kept: Vec<_> = kept
        .iter()
        .map(|change| (change.min_quantity, change.price.map(Money::minor)))
        .collect();
    assert_eq!(
        kept,
        [
            (5, None),
            (7, None),
            (7, Some(850)),
            (10, None),
            (5, Some(850)),
            (1, None),
            (10, Some(750)),
            (10, Some(800)),
            (1, Some(900))
        ]
    );
}

#[tokio::test]
async fn lists_have_names_of_their_own_and_groups_that_there_are() {
    let db = TestDatabase::new().await;
    let (group, _) = group(&db).await;
    let trade = list(&db, terms("Trade", group)).await;
    let refused = async |terms: PriceListTerms| {
        let mut ctx = db.work().write();
        let refused = create_price_list(&mut ctx, terms).await.unwrap_err();
        ctx.rollback().await;
        refused
    };
    assert!(matches!(
        refused(terms("TRADE", group)).await,
        PriceListError::NameTaken
    ));
    let unknown: CustomerGroupId = db.work().read().new_id();
    assert!(matches!(
        refused(terms("Press", unknown)).await,
        PriceListError::Invalid(invalid) if invalid.0[0].code == "no_such_group"
    ));
    let mut ctx = db.work().write();
    let stale = UpdatePriceList {
        id: trade,
        expected_version: Some(7),
        terms: terms("Trade", group),
    };
    assert!(matches!(
        update_price_list(&mut ctx, stale).await,
        Err(PriceListError::VersionConflict { current: 1 })
    ));
    assert_eq!(price_lists_of_group(&mut ctx, group).await.unwrap()[0].id, trade);
    let in_use = customers::delete_group(&mut ctx, group, None).await;
    assert!(matches!(in_use, Err(customers::GroupError::InUse)));
    let mut guest = db.work().acting_as(Actor::Guest).write();
    assert!(matches!(
        create_price_list(&mut guest, terms("Mine", group)).await,
        Err(PriceListError::Forbidden(_))
    ));
}

#[tokio::test]
async fn every_order_lists_each_list_once_and_states_narrow_it() {
    let db = TestDatabase::new().await;
    let (group, _) = group(&db).await;
    for (name, active, priority) in [("beta", true, 1), ("Alpha", false, 1), ("gamma", true, 9)] {
        list(
            &db,
            PriceListTerms {
                active,
                priority,
                ..terms(name, group)
            },
        )
        .await;
    }
    let mut ctx = db.work().read();
    for sort in PriceListSort::ALL {
        assert_eq!(PriceListSort::parse(sort.as_str()), Some(sort));
        let (mut request, mut names) = (PageRequest::first(1), Vec::new());
        loop {
            let page = list_price_lists(&mut ctx, None, sort, &request).await.unwrap();
            assert_eq!(page.total, 3);
            names.extend(page.items.into_iter().map(|list| list.terms.name));
            if page.next_cursor.is_none() {
                break;
            }
            request = request.after(page.next_cursor);
        }
        match sort {
            PriceListSort::Name => assert_eq!(names, ["Alpha", "beta", "gamma"]),
            PriceListSort::NameBackwards => assert_eq!(names, ["gamma", "beta", "Alpha"]),
            PriceListSort::Priority => assert_eq!(names[0], "gamma"),
            PriceListSort::PriorityBackwards => assert_eq!(names[2], "gamma"),
            PriceListSort::Newest | PriceListSort::Oldest => {}
        }
        names.sort_by_key(|name| name.to_lowercase());
        assert_eq!(names, ["Alpha", "beta", "gamma"], "{sort:?}");
    }
    let request = PageRequest::first(5);
    for (state, count) in [
        (PriceListState::On, 2),
        (PriceListState::Off, 1),
        (PriceListState::Ended, 0),
    ] {
        let page = list_price_lists(&mut ctx, Some(state), PriceListSort::Name, &request)
            .await
            .unwrap();
        assert_eq!(
            (page.total, page.items.len()),
            (count, usize::try_from(count).unwrap()),
            "{state:?}"
        );
    }
}
