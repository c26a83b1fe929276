//! Who wants texts, and who does not.

use super::*;

#[tokio::test]
async fn a_number_that_answered_stop_is_left_alone_until_it_answers_start() {
    let texts = Texts::open().await;
    let order = texts.order().await;
    assert_eq!(texts.log().await.len(), 1);
    for _ in 0..2 {
        texts.hear(None, "stop").await;
    }
    // A box that is ticked once more is no answer of the number.
    texts.wish(cart(7, None), true).await;
    let mut ctx = texts.shop.db.work().write();
    let wish = find_text_wish(&mut ctx, cart(7, None)).await.unwrap().unwrap();
    assert!(wish.wanted && wish.stopped);
    ship(&mut ctx, order).await;
    ctx.commit().await.unwrap();
    assert_eq!(texts.log().await.len(), 1);
    texts.hear(None, "start").await;
    let mut ctx = texts.shop.db.work().write();
    ship(&mut ctx, order).await;
    ctx.commit().await.unwrap();
    assert_eq!(texts.log().await.len(), 2);
}

#[tokio::test]
async fn the_newest_wish_counts_and_every_change_is_kept() {
    let texts = Texts::open().await;
    for (about, wanted) in [
        (customer(2), true),
        (customer(2), true),
        (cart(1, None), false),
        (customer(2), false),
    ] {
        texts.wish(about, wanted).await;
    }
    let mut ctx = texts.shop.db.work().read();
    let newest = find_text_wish(&mut ctx, cart(1, Some(2))).await.unwrap().unwrap();
    assert!(!newest.wanted);
    let said = list_text_wishes(&mut ctx, Uuid::from_u128(2)).await.unwrap();
    let said: Vec<_> = said.iter().map(|wish| (wish.wanted, wish.client.as_str())).collect();
    assert_eq!(said, [(false, "192.0.2.1"), (true, "192.0.2.1")]);
    assert_eq!(find_text_wish(&mut ctx, cart(1, None)).await.unwrap(), None);
}

#[tokio::test]
async fn a_customer_refuses_texts_about_one_order_without_refusing_all() {
    let texts = Texts::open().await;
    texts.wish(customer(3), true).await;
    texts.wish(cart(1, Some(3)), false).await;
    texts.wish(cart(2, Some(3)), true).await;
    let mut ctx = texts.shop.db.work().read();
    for (number, wanted) in [(1, false), (2, true)] {
        let newest = find_text_wish(&mut ctx, cart(number, Some(3))).await.unwrap().unwrap();
        assert_eq!(newest.wanted, wanted);
    }
    assert_eq!(
        find_text_wish(&mut ctx, cart(2, None)).await.unwrap(),
        None,
        "it was so already"
    );
}

#[tokio::test]
async fn what_was_refused_for_one_order_stays_so_whatever_is_asked_for_later() {
    let texts = Texts::open().await;
    let id = kernel::OrderId::from(Uuid::from_u128(9));
    let order = cart(1, Some(2));
    let mut found = Vec::new();
    for (about, wanted) in [
        (order, true),
        (order, false),
        (customer(2), true),
        (order, true),
        (customer(2), false),
        (customer(2), true),
    ] {
        texts.wish(about, wanted).await;
        let mut ctx = texts.shop.db.work().read();
        let taker = crate::texts::wishes::find_takers(&mut ctx, &[(id, order)])
            .await
            .unwrap();
        let shown = find_text_wish(&mut ctx, order).await.unwrap().unwrap();
        assert_eq!(taker.contains_key(&id), shown.wanted);
        found.push(shown.wanted);
    }
    assert_eq!(found, [true, false, false, true, false, true]);
}

#[tokio::test]
async fn an_account_ends_what_was_asked_for_at_checkout() {
    let texts = Texts::open().await;
    let order = cart(1, Some(2));
    for _ in 0..2 {
        texts.wish(order, true).await;
        texts.wish(customer(2), false).await;
        let mut ctx = texts.shop.db.work().read();
        let wish = find_text_wish(&mut ctx, order).await.unwrap().unwrap();
        assert_eq!((wish.wanted, wish.phone), (false, None));
    }
}

#[tokio::test]
async fn an_answer_that_is_told_again_changes_nothing() {
    let texts = Texts::open().await;
    texts.order().await;
    let said = |what, reference| [("what", what), ("reference", reference)];
    let mut stopped = Vec::new();
    for fields in [
        said("stop", "SM1"),
        said("start", "SM2"),
        said("stop", "SM1"),
        said("stop", "SM3"),
    ] {
        texts.hear_fields(None, &fields).await;
        let mut ctx = texts.shop.db.work().read();
        stopped.push(store::text_wishes::is_stopped(&mut ctx, &phone()).await.unwrap());
    }
    assert_eq!(stopped, [true, false, false, true]);
}

#[tokio::test]
async fn a_number_that_the_network_knows_to_be_stopped_is_noted_as_such() {
    let texts = Texts::open().await;
    *texts.texter.failure.lock().unwrap() = Some(TexterError::Stopped("21610".to_owned()));
    texts.order().await;
    assert_eq!(texts.log().await[0].state, TextState::Failed);
    let mut ctx = texts.shop.db.work().acting_as(Actor::Guest).write();
    let order = paid_order(&mut ctx).await;
    ctx.commit().await.unwrap();
    assert_eq!(texts.log().await.len(), 1, "nothing more is written");
    // Whoever answered START to the network alone has to be heard once more.
    *texts.texter.failure.lock().unwrap() = None;
    texts.wish(TextsAbout::of(&order), true).await;
    let mut ctx = texts.shop.db.work().write();
    assert!(!store::text_wishes::is_stopped(&mut ctx, &phone()).await.unwrap());
    ship(&mut ctx, order.id).await;
    ctx.commit().await.unwrap();
    texts.log().await;
    assert_eq!(texts.sent(), ["shipped in en: ORD-1002"]);
}
