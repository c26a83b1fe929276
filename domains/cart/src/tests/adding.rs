//! Lines that several shoppers add to their carts at once.

use kernel::Actor;

use super::{terms::sell, *};
use crate::{Addition, add_all, hold, save_for_later};

fn addition(cart: CartId, lines: Vec<AddLine>) -> Addition {
    Addition {
        cart,
        signed_in: None,
        lines,
        version: None,
    }
}

/// What became of each, and the transaction is committed.
async fn add_to_all(work: &Work, additions: &[Addition]) -> Vec<Result<CartView, String>> {
    let mut ctx = work.write();
    let added = add_all(&mut ctx, additions).await.unwrap();
    ctx.commit().await.unwrap();
    let told = |one: Result<CartView, CartError>| one.map_err(|error| error.to_string());
    added.into_iter().map(told).collect()
}

async fn assert_shown_as_it_is(work: &Work, shown: &CartView) {
    let kept = look(work, shown.cart.id).await;
    assert_eq!((&kept.cart, &kept.quote), (&shown.cart, &shown.quote));
    assert_eq!(format!("{:?}", kept.lines), format!("{:?}", shown.lines));
    assert_eq!(format!("{:?}", kept.saved), format!("{:?}", shown.saved));
}

#[tokio::test]
async fn what_is_added_at_once_is_as_it_is_shown_and_who_is_refused_has_nothing_more() {
    let db = TestDatabase::new().await;
    let work = db.work().acting_as(Actor::Guest);
    let ids = variants(&db.work(), &[500, 700, 900]).await;
    let rule = catalog::QuantityRule {
        maximum: Some(3),
        ..catalog::QuantityRule::default()
    };
    let limited = variants(&db.work(), &[100]).await;
    sell(&db.work(), limited[0], Vec::new(), rule).await;
    let with_more = cart(&work, vec![line(ids[0], 1), line(ids[1], 2)]).await;
    let mut ctx = work.write();
    let saved = look(&work, with_more).await.lines[0].line.id;
    save_for_later(&mut ctx, with_more, saved).await.unwrap();
    ctx.commit().await.unwrap();
    let empty = cart(&work, Vec::new()).await;
    let three = cart(&work, vec![line(limited[0], 3)]).await;
    let stale = cart(&work, Vec::new()).await;
    let closed = cart(&work, vec![line(ids[0], 1)]).await;
    let mut ctx = work.write();
    let order = ctx.new_id();
    crate::complete(&mut ctx, &[(closed, order)]).await.unwrap();
    ctx.commit().await.unwrap();
    let unknown = CartId::generate(Time::UNIX_EPOCH, &SeededEntropy::new(9));
    let additions = [
        addition(with_more, vec![line(ids[1], 3), line(ids[2], 1), line(ids[2], 1)]),
        addition(empty, vec![line(ids[0], 10)]),
        addition(three, vec![line(limited[0], 1)]),
        Addition {
            version: Some(7),
            ..addition(stale, vec![line(ids[0], 1)])
        },
        addition(closed, vec![line(ids[0], 1)]),
        addition(unknown, vec![line(ids[0], 1)]),
    ];
    db.clock().advance(chrono::TimeDelta::seconds(1));
    let added = add_to_all(&work, &additions).await;
    let refusals: Vec<&str> = added
        .iter()
        .filter_map(|one| one.as_ref().err().map(String::as_str))
        .collect();
    assert_eq!(
        refusals,
        [
            format!("{} is not sold in this quantity: above_maximum 3", limited[0]).as_str(),
            "the cart was changed in the meantime; its version is 1",
            "the cart is closed",
            "there is no such cart",
        ]
    );
    let first = added[0].as_ref().unwrap();
    assert_eq!((quantities(first), first.saved.len()), (vec![5, 2], 1));
    for shown in added.iter().flatten() {
        assert_shown_as_it_is(&work, shown).await;
    }
    assert_eq!(quantities(&look(&work, three).await), [3]);
    assert_eq!(look(&work, stale).await.cart.version, 1);
}

#[tokio::test]
async fn stock_that_seems_short_is_told_by_who_adds_alone() {
    let db = TestDatabase::new().await;
    let work = db.work().acting_as(Actor::Guest);
    let ids = variants(&db.work(), &[500]).await;
    let [ann, bob] = [cart(&work, vec![line(ids[0], 9)]).await, cart(&work, Vec::new()).await];
    let mut ctx = work.write();
    hold(&mut ctx, ann).await.unwrap();
    ctx.commit().await.unwrap();
    let additions = [
        addition(ann, vec![line(ids[0], 1)]),
        addition(bob, vec![line(ids[0], 2)]),
    ];
    let apart = database::Error::apart().to_string();
    let added = add_to_all(&work, &additions).await;
    assert_eq!(
        added.iter().map(|one| one.as_ref().unwrap_err()).collect::<Vec<_>>(),
        [&apart, &apart]
    );
    let alone = add_to_all(&work, &additions[..1]).await.remove(0).unwrap();
    assert_eq!(quantities(&alone), [10], "what a cart holds is there for it");
    let mut ctx = work.write();
    let refused = add_all(&mut ctx, &additions[1..]).await.unwrap().remove(0).unwrap_err();
    assert_eq!(refused.to_string(), format!("only 1 of {} are available", ids[0]));
}

#[tokio::test]
async fn nobody_waits_for_a_cart_that_somebody_else_is_changing() {
    let db = TestDatabase::new().await;
    let work = db.work().acting_as(Actor::Guest);
    let ids = variants(&db.work(), &[500]).await;
    let [busy, free] = [cart(&work, Vec::new()).await, cart(&work, Vec::new()).await];
    let mut other = work.write();
    add_lines(&mut other, busy, vec![line(ids[0], 1)]).await.unwrap();
    let additions = [busy, free].map(|cart| addition(cart, vec![line(ids[0], 2)]));
    let added = add_to_all(&work, &additions).await;
    assert_eq!(
        added[0].as_ref().unwrap_err(),
        "a batch of work cannot be done together"
    );
    assert_eq!(quantities(added[1].as_ref().unwrap()), [2]);
    other.commit().await.unwrap();
    let alone = add_to_all(&work, &additions[..1]).await.remove(0).unwrap();
    assert_eq!(quantities(&alone), [3]);
    assert_shown_as_it_is(&work, &alone).await;
}

#[tokio::test]
async fn adding_takes_four_statements_alone_and_seven_for_many() {
    let db = TestDatabase::new().await;
    db.database().cache().open_alone();
    let work = db.work().acting_as(Actor::Guest);
    let ids = variants(&db.work(), &[500, 700]).await;
    let mut additions = Vec::new();
    for _ in 0..5 {
        let cart = cart(&work, vec![line(ids[0], 1)]).await;
        look(&work, cart).await;
        additions.push(addition(cart, vec![line(ids[0], 1)]));
    }
    let mut statements = Vec::new();
    for several in [&additions[..1], &additions[..2], &additions] {
        let before = db.database().statement_count();
        for added in add_to_all(&work, several).await {
            added.unwrap();
        }
        statements.push(db.database().statement_count() - before);
    }
    assert_eq!(statements, [4, 7, 7]);
}

#[tokio::test]
async fn a_line_that_would_have_more_than_it_can_stays_as_it_is() {
    let db = TestDatabase::new().await;
    let work = db.work().acting_as(Actor::Guest);
    let ids = variants(&db.work(), &[500, 700]).await;
    let mut ctx = db.work().write();
    let plenty = ids.iter().map(|variant_id| SetLevel {
        variant_id: *variant_id,
        on_hand: 50_000,
        backorder: false,
    });
    inventory::set_levels(&mut ctx, &plenty.collect::<Vec<_>>())
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    let full = cart(&work, vec![line(ids[0], 9_990), line(ids[1], 1)]).await;
    let refused = format!("{} is not sold in this quantity: above_maximum 9999", ids[0]);
    let more = vec![line(ids[1], 1), line(ids[0], 10)];
    let alone = add(&work, full, more.clone()).await.unwrap_err();
    assert_eq!(alone.to_string(), refused);
    let together = add_to_all(&work, &[addition(full, more)]).await;
    assert_eq!(together[0].as_ref().unwrap_err(), &refused);
    assert_eq!(quantities(&look(&work, full).await), [9_990, 1]);
    let customer = super::customer(&db.work()).await;
    let account = db.work().read().new_id();
    let signed_in = db.work().acting_as(Actor::Customer { account, customer });
    let own = cart(&signed_in, vec![line(ids[0], 9_999)]).await;
    let again = NewCart {
        lines: vec![line(ids[0], 1)],
        ..NewCart::default()
    };
    let taken = create(&mut signed_in.write(), again).await.unwrap_err();
    assert_eq!(taken.to_string(), refused);
    assert_eq!(quantities(&look(&signed_in, own).await), [9_999]);
    add(&work, full, vec![line(ids[0], 9)]).await.unwrap();
    assert_eq!(quantities(&look(&work, full).await), [9_999, 1]);
}
