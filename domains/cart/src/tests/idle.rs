//! Carts that nobody touches any more, and those of who is forgotten.

use chrono::TimeDelta;
use database::Ctx;

use super::*;
use crate::{CartState, complete, delete_idle, erase_carts, find, list_left, reopen, save_for_later, take_up};

#[tokio::test]
async fn a_guests_cart_goes_when_nobody_touched_it_for_long_and_others_stay() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500, 700]).await;
    let (idle, ordered, own) = (
        cart(&work, vec![line(ids[0], 1), line(ids[1], 1)]).await,
        cart(&work, vec![line(ids[0], 1)]).await,
        cart(&work, vec![line(ids[0], 1)]).await,
    );
    let ann = customer(&work).await;
    let mut ctx = work.write();
    let lines = view(&mut ctx, idle).await.unwrap().lines;
    save_for_later(&mut ctx, idle, lines[1].line.id).await.unwrap();
    let order = ctx.new_id();
    complete(&mut ctx, &[(ordered, order)]).await.unwrap();
    merge_into_customer(&mut ctx, Some(own), ann).await.unwrap();
    ctx.commit().await.unwrap();
    db.clock().advance(TimeDelta::days(150));
    let touched = cart(&work, vec![line(ids[0], 1)]).await;
    db.clock().advance(TimeDelta::days(50));
    let mut left = Vec::new();
    for _ in 0..2 {
        let mut ctx = work.write();
        assert!(!delete_idle(&mut ctx).await.unwrap(), "there are no more");
        let mut there = Vec::new();
        for id in [idle, ordered, own, touched] {
            there.push(find(&mut ctx, id).await.unwrap().is_some());
        }
        ctx.commit().await.unwrap();
        left.push(there);
        db.clock().advance(TimeDelta::seconds(1));
    }
    assert_eq!(left, [[true; 4], [false, true, true, true]]);
}

#[tokio::test]
async fn an_address_that_is_forgotten_does_not_come_back_with_an_ordered_cart() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500]).await;
    let ann = customer(&work).await;
    let typed = EmailAddress::parse("gwen@example.com").unwrap();
    let mut ctx = work.write();
    let mut with_address = async || {
        let new = NewCart {
            lines: vec![line(ids[0], 1)],
            changes: Changes {
                email: Some(Some(typed.clone())),
                ..Changes::default()
            },
            ..NewCart::default()
        };
        create(&mut ctx, new).await.unwrap()
    };
    let (of_ann, of_guest) = (with_address().await, with_address().await);
    let merged = merge_into_customer(&mut ctx, Some(of_ann), ann).await.unwrap();
    assert_eq!(merged, Some(of_ann));
    let order = ctx.new_id();
    complete(&mut ctx, &[(of_ann, order)]).await.unwrap();
    let gwen = kernel::Person {
        customer: None,
        email: Some(typed),
    };
    assert_eq!(erase_carts(&mut ctx, &gwen).await.unwrap(), [of_guest]);
    reopen(&mut ctx, order).await.unwrap();
    let opened = find(&mut ctx, of_ann).await.unwrap().unwrap();
    assert_eq!((opened.state, opened.email), (CartState::Open, None));
    ctx.commit().await.unwrap();
}

/// Somebody's cart, with an address to write to.
async fn reachable(work: &Work, lines: Vec<AddLine>) -> CartId {
    let own = cart(work, lines).await;
    let reachable = Changes {
        email: Some(Some(EmailAddress::parse("ann@example.com").unwrap())),
        ..Changes::default()
    };
    let mut ctx = work.write();
    change(&mut ctx, own, reachable, None).await.unwrap();
    ctx.commit().await.unwrap();
    own
}

/// The carts whose owners would be told of them.
async fn left(ctx: &mut Ctx) -> Vec<CartId> {
    let (from, until) = (ctx.now() - TimeDelta::hours(1), ctx.now() + TimeDelta::hours(1));
    let left = list_left(ctx, (from, None), until, 10).await.unwrap();
    left.iter().map(|left| left.id).collect()
}

#[tokio::test]
async fn who_could_take_nothing_up_is_still_told_of_their_own_cart() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500]).await;
    let own = reachable(&work, vec![line(ids[0], 1)]).await;
    let mut ctx = work.write();
    let gone = ctx.new_id();
    assert_eq!(take_up(&mut ctx, Some(own), vec![line(gone, 1)]).await.unwrap(), None);
    assert_eq!(left(&mut ctx).await, [own]);
    assert_eq!(
        take_up(&mut ctx, Some(own), vec![line(ids[0], 2)]).await.unwrap(),
        Some(own)
    );
    assert_eq!(left(&mut ctx).await, []);
    ctx.commit().await.unwrap();
}

#[tokio::test]
async fn who_has_all_of_it_in_another_cart_is_not_told_of_it_again() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500, 700]).await;
    let own = reachable(&work, vec![line(ids[0], 2), line(ids[1], 1)]).await;
    let mut ctx = work.write();
    assert_eq!(left(&mut ctx).await, [own]);
    let taken = take_up(&mut ctx, Some(own), vec![line(ids[0], 2)]).await.unwrap();
    assert_eq!(taken, None, "nothing is missing");
    assert_eq!(left(&mut ctx).await, []);
    ctx.commit().await.unwrap();
}
