//! A text is offered until it is taken, and never again.

use super::*;

#[tokio::test]
async fn a_text_that_may_have_been_taken_is_not_offered_again() {
    let texts = Texts::open().await;
    let fail = |failure| *texts.texter.failure.lock().unwrap() = failure;
    fail(Some(TexterError::Unknown("reset".to_owned())));
    texts.order().await;
    let unknown = texts.log().await.remove(0);
    assert_eq!(
        (unknown.state, unknown.last_error.as_deref()),
        (TextState::Failed, Some("unknown: reset"))
    );
    fail(None);
    texts.shop.db.clock().advance(TimeDelta::hours(1));
    texts.log().await;
    assert_eq!(texts.sent(), Vec::<String>::new());
    let parked = jobs::list_parked(&mut texts.shop.db.work().read()).await.unwrap();
    assert_eq!(parked.len(), 0);
    // It was taken after all.
    texts.hear(Some(unknown.id), "taken").await;
    let taken = texts.log().await.remove(0);
    assert_eq!((taken.state, taken.last_error), (TextState::Sent, None));
}

#[tokio::test]
async fn a_text_that_is_taken_or_was_offered_before_is_not_offered() {
    let texts = Texts::open().await;
    *texts.texter.failure.lock().unwrap() = Some(TexterError::Unavailable("away".to_owned()));
    let mut states = Vec::new();
    for is_told in [true, false] {
        texts.order().await;
        let id = texts.log().await.remove(0).id;
        if is_told {
            texts.hear(Some(id), "taken").await;
        } else {
            // A program that ended before it knew the answer leaves this.
            let mut ctx = texts.shop.db.work().write();
            assert!(store::texts::offer_text(&mut ctx, id).await.unwrap());
            ctx.commit().await.unwrap();
        }
        *texts.texter.failure.lock().unwrap() = None;
        texts.shop.db.clock().advance(TimeDelta::hours(1));
        let text = texts.log().await.remove(0);
        states.push((text.state, text.last_error));
        *texts.texter.failure.lock().unwrap() = Some(TexterError::Unavailable("away".to_owned()));
    }
    assert_eq!(
        states,
        [(TextState::Sent, None), (TextState::Failed, Some("unknown".to_owned()))]
    );
    assert_eq!(texts.sent(), Vec::<String>::new());
}

#[tokio::test]
async fn a_text_that_nobody_wants_any_more_is_not_sent() {
    let texts = Texts::open().await;
    *texts.texter.failure.lock().unwrap() = Some(TexterError::Unavailable("away".to_owned()));
    let order = texts.order().await;
    texts.log().await;
    *texts.texter.failure.lock().unwrap() = None;
    let mut ctx = texts.shop.db.work().read();
    let about = TextsAbout::of(&orders::get(&mut ctx, order).await.unwrap().order);
    ctx.rollback().await;
    texts.wish(about, false).await;
    texts.shop.db.clock().advance(TimeDelta::hours(1));
    let text = texts.log().await.remove(0);
    assert_eq!(
        (text.state, text.last_error.as_deref()),
        (TextState::Failed, Some("not_wanted"))
    );
    assert_eq!(texts.sent(), Vec::<String>::new());
}

#[tokio::test]
async fn a_failure_that_is_told_before_the_answer_stays() {
    let texts = Texts::open().await;
    texts.order().await;
    let id = texts.log().await[0].id;
    texts.hear(Some(id), "failed").await;
    let mut ctx = texts.shop.db.work().write();
    for (answer, state) in [("SM1", TextState::Failed), ("SM2", TextState::Sent)] {
        let receipt = Receipt::new(answer);
        store::texts::update_text(&mut ctx, id, TextState::Sent, Ok(&receipt))
            .await
            .unwrap();
        let text = store::texts::find_text(&mut ctx, id).await.unwrap().unwrap();
        assert_eq!(text.state, state, "{answer}");
    }
}

#[tokio::test]
async fn an_outage_delays_a_text_and_a_refusal_parks_it() {
    let texts = Texts::open().await;
    let fail = |failure| *texts.texter.failure.lock().unwrap() = failure;
    fail(Some(TexterError::Unavailable("status 503".to_owned())));
    texts.order().await;
    let waiting = texts.log().await.remove(0);
    assert_eq!((waiting.state, waiting.attempts), (TextState::Queued, 1));
    fail(None);
    texts.shop.db.clock().advance(TimeDelta::hours(1));
    let sent = texts.log().await.remove(0);
    assert_eq!((sent.state, sent.reference.as_deref()), (TextState::Sent, Some("SM1")));

    fail(Some(TexterError::Refused("21211: no such number".to_owned())));
    texts.order().await;
    let refused = texts.log().await.remove(0);
    assert_eq!(refused.state, TextState::Failed);
    assert!(refused.last_error.unwrap().contains("21211"));
    let parked = jobs::list_parked(&mut texts.shop.db.work().read()).await.unwrap();
    assert_eq!(parked.len(), 1);
}

#[tokio::test]
async fn what_the_telephone_has_is_delivered_whatever_is_told_later() {
    let texts = Texts::open().await;
    texts.order().await;
    let id = texts.log().await[0].id;
    for (what, state) in [
        ("other", TextState::Sent),
        ("failed", TextState::Failed),
        ("delivered", TextState::Delivered),
        ("failed", TextState::Delivered),
    ] {
        texts.hear(Some(id), what).await;
        assert_eq!(texts.log().await[0].state, state, "{what}");
    }
    let mut ctx = texts.shop.db.work().write();
    let unsigned = ReceiveNote {
        text_id: Some(id),
        url: "",
        signature: "guessed",
        fields: &BTreeMap::new(),
        client: "",
    };
    let refused = receive_note(&mut ctx, texts.texter.as_ref(), unsigned).await;
    assert!(
        matches!(refused, Err(ReceiveNoteError::Unsigned(Unsigned))),
        "{refused:?}"
    );
}
