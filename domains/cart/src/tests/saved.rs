//! What is put aside for another time.

use catalog::QuantityRefusal;
use database::Scope;
use kernel::CartLineId;

use super::*;
use crate::{Obstacle, Saver, add_to, complete, hold, list_saved, move_to_cart, remove_saved, save_for_later};

async fn save(work: &Work, cart: CartId, line: CartLineId) -> Result<(), CartError> {
    let mut ctx = work.write();
    save_for_later(&mut ctx, cart, line).await?;
    Ok(ctx.commit().await?)
}

async fn take_up(work: &Work, saver: Saver, cart: Option<CartId>, line: CartLineId) -> Result<CartId, CartError> {
    let mut ctx = work.write();
    let cart = move_to_cart(&mut ctx, saver, cart, line).await?;
    ctx.commit().await?;
    Ok(cart)
}

async fn saved(work: &Work, saver: Saver) -> Vec<(CartLineId, i64, Option<Obstacle>)> {
    let saved = list_saved(&mut work.read(), saver).await.unwrap();
    let told = saved
        .iter()
        .map(|saved| (saved.line.id, saved.line.quantity.get(), saved.obstacle));
    told.collect()
}

async fn on_hand(work: &Work, variant_id: VariantId, on_hand: i64) {
    let mut ctx = work.write();
    let level = SetLevel {
        variant_id,
        on_hand,
        backorder: false,
    };
    inventory::set_levels(&mut ctx, &[level]).await.unwrap();
    ctx.commit().await.unwrap();
}

async fn first_line(work: &Work, cart: CartId) -> CartLineId {
    look(work, cart).await.lines[0].line.id
}

#[tokio::test]
async fn what_is_saved_is_no_part_of_the_cart_and_comes_back() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500, 700]).await;
    let id = cart(&work, vec![line(ids[0], 2), line(ids[1], 1)]).await;
    save(&work, id, first_line(&work, id).await).await.unwrap();
    let view = look(&work, id).await;
    assert_eq!(
        (quantities(&view), view.item_count(), view.quote.total),
        (vec![1], 1, usd(700))
    );
    assert_eq!((view.saved.len(), view.saved[0].price), (1, Some(usd(500))));
    assert_eq!(crate::count(&mut work.read(), id).await.unwrap(), 1);

    add(&work, id, vec![line(ids[0], 3)]).await.unwrap();
    let again = look(&work, id)
        .await
        .lines
        .iter()
        .find(|found| found.line.variant_id == ids[0])
        .unwrap()
        .line
        .id;
    save(&work, id, again).await.unwrap();
    let both = saved(&work, Saver::Cart(id)).await;
    assert_eq!(
        both.iter().map(|row| row.1).collect::<Vec<_>>(),
        [5],
        "one thing is saved once"
    );
    assert!(matches!(save(&work, id, again).await, Err(CartError::LineNotFound)));

    assert_eq!(take_up(&work, Saver::Cart(id), Some(id), both[0].0).await.unwrap(), id);
    assert_eq!(look(&work, id).await.item_count(), 6);
    let twice = take_up(&work, Saver::Cart(id), Some(id), both[0].0).await;
    assert!(
        matches!(twice, Err(CartError::LineNotFound)),
        "a second click adds nothing"
    );
    save(&work, id, first_line(&work, id).await).await.unwrap();
    let left = saved(&work, Saver::Cart(id)).await;
    let mut ctx = work.write();
    remove_saved(&mut ctx, Saver::Cart(id), left[0].0).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(saved(&work, Saver::Cart(id)).await, []);
}

#[tokio::test]
async fn what_is_forgotten_is_a_change_of_the_cart_that_showed_it() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500, 700]).await;
    let id = cart(&work, vec![line(ids[0], 2), line(ids[1], 1)]).await;
    let other = cart(&work, vec![line(ids[0], 1)]).await;
    let version = async |id| find(&mut work.read(), id).await.unwrap().unwrap().version;
    let untouched = version(other).await;
    let ann = customer(&work).await;
    for is_signed_in in [false, true] {
        save(&work, id, first_line(&work, id).await).await.unwrap();
        let mut saver = Saver::Cart(id);
        if is_signed_in {
            let mut ctx = work.write();
            merge_into_customer(&mut ctx, Some(id), ann).await.unwrap();
            ctx.commit().await.unwrap();
            saver = Saver::Customer(ann);
        }
        let row = saved(&work, saver).await[0].0;
        let before = version(id).await;
        let mut ctx = work.write();
        remove_saved(&mut ctx, saver, row).await.unwrap();
        let again = remove_saved(&mut ctx, saver, row).await;
        assert!(matches!(again, Err(CartError::LineNotFound)), "{again:?}");
        ctx.commit().await.unwrap();
        assert_eq!(version(id).await, before + 1, "once: {saver:?}");
    }
    assert_eq!(version(other).await, untouched);
}

#[tokio::test]
async fn what_would_be_more_than_a_line_can_have_is_refused_and_stays_where_it_is() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[5]).await;
    on_hand(&work, ids[0], 20_000).await;
    let id = cart(&work, vec![line(ids[0], 9_000)]).await;
    save(&work, id, first_line(&work, id).await).await.unwrap();
    add(&work, id, vec![line(ids[0], 1_000)]).await.unwrap();
    let refused = save(&work, id, first_line(&work, id).await).await;
    let is_above = |refused: &Result<_, CartError>| matches!(refused, Err(CartError::Quantity { refusal, .. }) if *refusal == QuantityRefusal::AboveMaximum(9_999));
    assert!(is_above(&refused), "{refused:?}");
    assert_eq!(quantities(&look(&work, id).await), [1_000]);
    let there = saved(&work, Saver::Cart(id)).await;
    assert_eq!(there[0].1, 9_000);
    let refused = take_up(&work, Saver::Cart(id), Some(id), there[0].0).await;
    assert!(is_above(&refused.map(|_| ())), "it stays saved");
    assert_eq!(saved(&work, Saver::Cart(id)).await, there);

    let line = first_line(&work, id).await;
    let mut ctx = work.write();
    update_line(&mut ctx, id, line, Quantity::new(999).unwrap())
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    save(&work, id, line).await.unwrap();
    assert_eq!(
        saved(&work, Saver::Cart(id)).await[0].1,
        9_999,
        "as many as a line can have fit"
    );
}

#[tokio::test]
async fn as_many_come_back_as_there_are_and_what_is_gone_says_so() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500]).await;
    let id = cart(&work, vec![line(ids[0], 4)]).await;
    save(&work, id, first_line(&work, id).await).await.unwrap();
    let saver = Saver::Cart(id);
    let row = saved(&work, saver).await[0].0;

    on_hand(&work, ids[0], 0).await;
    assert_eq!(saved(&work, saver).await, [(row, 4, Some(Obstacle::SoldOut))]);
    let refused = take_up(&work, saver, Some(id), row).await;
    assert!(matches!(
        refused,
        Err(CartError::InsufficientStock { available: 0, .. })
    ));
    assert_eq!(saved(&work, saver).await.len(), 1, "what is refused stays saved");

    on_hand(&work, ids[0], 3).await;
    add(&work, id, vec![line(ids[0], 1)]).await.unwrap();
    take_up(&work, saver, Some(id), row).await.unwrap();
    assert_eq!(quantities(&look(&work, id).await), [3]);

    save(&work, id, first_line(&work, id).await).await.unwrap();
    let row = saved(&work, saver).await[0].0;
    let mut ctx = work.write();
    let product = catalog::sellable(&mut ctx, &ids).await.unwrap()[0].product_id;
    catalog::archive_product(&mut ctx, product, None).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(saved(&work, saver).await, [(row, 3, Some(Obstacle::Unavailable))]);
    assert!(matches!(
        take_up(&work, saver, Some(id), row).await,
        Err(CartError::NotForSale { .. })
    ));
}

#[tokio::test]
async fn a_guest_keeps_it_over_an_order_and_a_customer_over_devices() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500, 700, 900]).await;
    let bought = cart(&work, vec![line(ids[0], 2), line(ids[1], 1)]).await;
    save(&work, bought, first_line(&work, bought).await).await.unwrap();
    let mut ctx = work.write();
    let order = ctx.new_id();
    complete(&mut ctx, &[(bought, order)]).await.unwrap();
    ctx.commit().await.unwrap();
    let row = saved(&work, Saver::Cart(bought)).await[0].0;

    let mut ctx = work.write();
    let kept = crate::carry_on(&mut ctx, bought).await.unwrap().unwrap();
    assert_eq!(
        crate::carry_on(&mut ctx, bought).await.unwrap(),
        None,
        "it is carried on once"
    );
    ctx.commit().await.unwrap();
    assert_eq!(saved(&work, Saver::Cart(kept)).await, [(row, 2, None)]);
    let mut ctx = work.write();
    let order = ctx.new_id();
    complete(&mut ctx, &[(kept, order)]).await.unwrap();
    let bought = kept;
    let next = add_to(&mut ctx, Some(bought), vec![line(ids[2], 1)]).await.unwrap();
    ctx.commit().await.unwrap();
    assert_ne!(next, bought);
    assert_eq!(saved(&work, Saver::Cart(bought)).await, []);
    assert_eq!(saved(&work, Saver::Cart(next)).await, [(row, 2, None)]);

    let ann = customer(&work).await;
    let own = cart(&work, vec![line(ids[0], 5)]).await;
    save(&work, own, first_line(&work, own).await).await.unwrap();
    for guest in [own, next, next] {
        let mut ctx = work.write();
        let merged = merge_into_customer(&mut ctx, Some(guest), ann).await.unwrap();
        assert_eq!(merged, Some(own));
        ctx.commit().await.unwrap();
    }
    let of_ann = saved(&work, Saver::Customer(ann)).await;
    assert_eq!(
        of_ann.iter().map(|row| row.1).collect::<Vec<_>>(),
        [5],
        "of two quantities the larger stays"
    );
    assert_eq!(
        saved(&work, Saver::Cart(own)).await,
        of_ann,
        "her cart shows what is hers"
    );
    assert_eq!(saved(&work, Saver::Cart(next)).await, []);
    assert_eq!(look(&work, own).await.saved.len(), 1);
}

#[tokio::test]
async fn what_is_saved_gives_its_stock_back() {
    let db = TestDatabase::new().await;
    let store = kernel::Store {
        hold_stock: kernel::HoldStock::InCart,
        ..kernel::Store::clone(db.store())
    };
    let work = Work::new(db.database().clone(), Scope::system(store.into()));
    let ids = variants(&work, &[500]).await;
    let id = cart(&work, vec![line(ids[0], 10)]).await;
    let left = async || inventory::availability(&mut work.read(), &ids).await.unwrap()[&ids[0]].available;
    assert_eq!(left().await, 0);
    save(&work, id, first_line(&work, id).await).await.unwrap();
    assert_eq!(left().await, 10);
}

#[tokio::test]
async fn what_is_taken_out_once_checkout_began_is_free_for_others() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500, 700, 900]).await;
    let id = cart(&work, vec![line(ids[0], 10), line(ids[1], 10), line(ids[2], 10)]).await;
    let left = async || {
        let stock = inventory::availability(&mut work.read(), &ids).await.unwrap();
        [
            stock[&ids[0]].available,
            stock[&ids[1]].available,
            stock[&ids[2]].available,
        ]
    };
    let mut ctx = work.write();
    hold(&mut ctx, id).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(left().await, [0, 0, 0]);
    let lines: Vec<CartLineId> = look(&work, id).await.lines.iter().map(|line| line.line.id).collect();
    db.clock().advance(chrono::TimeDelta::minutes(1));
    let held_for = look(&work, id).await.held_seconds;

    save(&work, id, lines[0]).await.unwrap();
    assert_eq!(left().await, [10, 0, 0]);
    let mut ctx = work.write();
    update_line(&mut ctx, id, lines[1], Quantity::new(4).unwrap())
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(left().await, [10, 6, 0]);
    let mut ctx = work.write();
    remove_line(&mut ctx, id, lines[2]).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(left().await, [10, 6, 10]);
    assert_eq!(look(&work, id).await.held_seconds, held_for, "its time goes on");

    // A cart that holds nothing any more does not begin to when something is taken out of it.
    db.clock().advance(chrono::TimeDelta::hours(1));
    let mut ctx = work.write();
    update_line(&mut ctx, id, lines[1], Quantity::new(1).unwrap())
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(left().await, [10, 10, 10]);
}
