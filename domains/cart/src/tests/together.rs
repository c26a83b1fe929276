//! Carts of several shoppers, made at once.

use kernel::{Actor, Locale};

use super::{terms::sell, *};
use crate::{Creation, Shopper, create_all, show};

fn wanted(customer: Option<CustomerId>, lines: Vec<AddLine>) -> Creation {
    Creation {
        shopper: Shopper {
            customer,
            locale: Locale::ID,
        },
        new: NewCart {
            lines,
            changes: Changes {
                email: Some(EmailAddress::parse("bob@example.com").ok()),
                shipping_address: Some(Some(Address::sample())),
                customer_note: Some("ring twice".to_owned()),
                ..Changes::default()
            },
            coupon_codes: vec!["unknown".to_owned()],
        },
    }
}

/// What became of each, and the transaction is committed.
async fn make(work: &Work, creations: &[Creation]) -> Vec<Result<CartView, String>> {
    let mut ctx = work.write();
    let made = create_all(&mut ctx, creations).await.unwrap();
    ctx.commit().await.unwrap();
    let told = |one: Result<CartView, CartError>| one.map_err(|error| error.to_string());
    made.into_iter().map(told).collect()
}

#[tokio::test]
async fn what_is_too_little_for_a_new_cart_may_be_enough_for_the_open_one() {
    let db = TestDatabase::new().await;
    let ids = variants(&db.work(), &[500]).await;
    let ann = customer(&db.work()).await;
    let rule = catalog::QuantityRule {
        minimum: Some(5),
        ..catalog::QuantityRule::default()
    };
    sell(&db.work(), ids[0], Vec::new(), rule).await;
    let work = db.work().acting_as(Actor::Guest);
    let of = |customer, quantity| wanted(customer, vec![line(ids[0], quantity)]);
    assert!(make(&work, &[of(None, 1)]).await[0].is_err());
    assert!(make(&work, &[of(Some(ann), 5)]).await[0].is_ok());
    let made = make(&work, &[of(Some(ann), 1), of(None, 5)]).await;
    let apart = database::Error::apart().to_string();
    assert_eq!(made[0].as_ref().unwrap_err(), &apart, "it may have to be rolled back");
    assert!(made[1].is_ok());
    let grown = make(&work, &[of(Some(ann), 1)]).await.remove(0).unwrap();
    assert_eq!(quantities(&grown), [6]);
}

#[tokio::test]
async fn no_day_is_asked_for_that_the_database_cannot_keep() {
    let db = TestDatabase::new().await;
    let work = db.work().acting_as(Actor::Guest);
    for (day, is_kept) in [
        ("-0001-01-01", false),
        ("0000-01-01", false),
        ("9999-12-31", true),
        ("+12345-01-01", false),
    ] {
        let mut creation = wanted(None, Vec::new());
        creation.new.changes.delivery_date = Some(Some(day.parse().unwrap()));
        assert_eq!(make(&work, &[creation]).await[0].is_ok(), is_kept, "{day}");
    }
}

#[tokio::test]
async fn carts_made_at_once_are_as_they_are_shown_and_who_is_refused_keeps_no_other_from_theirs() {
    let db = TestDatabase::new().await;
    let work = db.work().acting_as(Actor::Guest);
    let ids = variants(&db.work(), &[500, 700]).await;
    let unknown = VariantId::generate(Time::UNIX_EPOCH, &SeededEntropy::new(9));
    let mut wrong = wanted(None, Vec::new());
    wrong.new.changes.customer_note = Some("x".repeat(2_001));
    let both = vec![line(ids[1], 2), line(ids[0], 1), line(ids[1], 3)];
    let creations = [
        wanted(None, both),
        wanted(None, vec![line(unknown, 1)]),
        wanted(None, vec![line(ids[0], 11)]),
        wrong,
        wanted(None, Vec::new()),
    ];
    let made = make(&work, &creations).await;
    let refusals: Vec<&str> = made
        .iter()
        .filter_map(|one| one.as_ref().err().map(String::as_str))
        .collect();
    assert_eq!(
        refusals,
        [
            format!("the variant {unknown} cannot be bought").as_str(),
            format!("only 10 of {} are available", ids[0]).as_str(),
            "1 of the fields are invalid: customer_note: may have at most 2000 characters",
        ]
    );
    for shown in made.iter().flatten() {
        let mut kept = look(&work, shown.cart.id).await;
        assert_eq!((&kept.cart, &kept.quote), (&shown.cart, &shown.quote));
        assert_eq!(format!("{:?}", kept.lines), format!("{:?}", shown.lines));
        assert_eq!((kept.cart.locale, kept.coupons.len()), (Locale::ID, 1));
        assert!(std::mem::take(&mut kept.saved).is_empty() && shown.saved.is_empty());
    }
    let first = made[0].as_ref().unwrap();
    assert_eq!((quantities(first), first.quote.items_total), (vec![5, 1], usd(4_000)));
    let mut ctx = work.read();
    let carts: i64 = sqlx::query_scalar("SELECT count(*) FROM cart.carts")
        .fetch_one(ctx.sql().await.unwrap())
        .await
        .unwrap();
    assert_eq!(carts, 2);
}

#[tokio::test]
async fn a_customer_shares_a_batch_once_and_their_open_cart_is_taken_afterwards() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500]).await;
    let ann = customer(&work).await;
    let guest = work.acting_as(Actor::Guest);
    let creations = [
        wanted(None, vec![line(ids[0], 1)]),
        wanted(Some(ann), vec![line(ids[0], 2)]),
    ];
    let made = make(&guest, &creations).await;
    let own = made[1].as_ref().unwrap().cart.clone();
    assert_eq!(
        (own.customer_id, made[0].as_ref().unwrap().cart.customer_id),
        (Some(ann), None)
    );
    let again = make(&guest, &creations).await;
    assert!(again[0].is_ok());
    assert_eq!(
        again[1].as_ref().unwrap_err(),
        "a batch of work cannot be done together"
    );
    let alone = make(&guest, &creations[1..]).await;
    let alone = alone[0].as_ref().unwrap();
    assert_eq!((alone.cart.id, quantities(alone)), (own.id, vec![4]));
}

#[tokio::test]
async fn what_a_customer_saved_shows_beside_a_new_cart_too() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500]).await;
    let ann = customer(&work).await;
    let guest = work.acting_as(Actor::Guest);
    let creation = wanted(Some(ann), vec![line(ids[0], 2)]);
    let first = make(&guest, std::slice::from_ref(&creation)).await;
    let first = first[0].as_ref().unwrap();
    let mut ctx = work.write();
    crate::save_for_later(&mut ctx, first.cart.id, first.lines[0].line.id)
        .await
        .unwrap();
    let order = ctx.new_id();
    crate::complete(&mut ctx, &[(first.cart.id, order)]).await.unwrap();
    ctx.commit().await.unwrap();
    let several = make(&guest, &[wanted(None, Vec::new()), creation.clone()]).await;
    assert!(several[1].is_err());
    let alone = make(&guest, &[creation]).await;
    let alone = alone[0].as_ref().unwrap();
    assert_ne!(alone.cart.id, first.cart.id);
    assert_eq!((quantities(alone), alone.saved.len()), (vec![2], 1));
}

#[tokio::test]
async fn the_answer_to_a_change_asks_only_for_the_cart_and_what_is_in_it() {
    let db = TestDatabase::new().await;
    db.database().cache().open_alone();
    let guest = db.work().acting_as(Actor::Guest);
    let ids = variants(&db.work(), &[500]).await;
    let id = cart(&guest, vec![line(ids[0], 1)]).await;
    let known = look(&guest, id).await;
    let mut statements = Vec::new();
    for shows in [false, true] {
        let mut ctx = guest.write();
        let before = db.database().statement_count();
        let seen = if shows {
            show(&mut ctx, id).await
        } else {
            view(&mut ctx, id).await
        };
        assert_eq!(seen.unwrap().quote, known.quote);
        statements.push(db.database().statement_count() - before);
    }
    assert_eq!(statements, [6, 3]);
}
