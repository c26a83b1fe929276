//! Held money: whatever is taken, given up and given back in whatever order, never more than was held or taken.

use kernel::{CaptureId, Entropy as _, SeededEntropy};

use super::*;

async fn held(ctx: &mut Ctx) -> AttemptId {
    let id = opened(ctx).await;
    let reference = format!("held_{id}");
    record_authorization(ctx, id, &Authorization::Authorized { reference })
        .await
        .unwrap();
    id
}

async fn part(ctx: &mut Ctx, attempt_id: AttemptId, minor: i64, last: bool) -> Result<CaptureId, OpenCaptureError> {
    let id = ctx.new_id();
    let new = NewCapture {
        id,
        attempt_id,
        amount: usd(minor),
        last,
    };
    open_capture(ctx, new, Asker::Caller).await.map(|()| id)
}

fn took(fee: i64) -> CaptureOutcome {
    CaptureOutcome::Succeeded {
        reference: "part".to_owned(),
        fee: Some(usd(fee)),
    }
}

fn refused() -> CaptureOutcome {
    CaptureOutcome::Failed {
        code: "expired".to_owned(),
    }
}

fn took_in_all(minor: i64) -> Authorization {
    Authorization::Captured {
        reference: "at_the_desk".to_owned(),
        taken: Some(usd(minor)),
        fee: Some(usd(9)),
    }
}

async fn attempt(ctx: &mut Ctx, id: AttemptId) -> Attempt {
    find_attempt(ctx, id).await.unwrap().unwrap()
}

#[tokio::test]
async fn parts_are_booked_once_with_their_fees_until_nothing_is_held() {
    let database = database_without_orders().await;
    let mut ctx = database.work().write();
    let id = held(&mut ctx).await;
    let first = part(&mut ctx, id, 999, false).await.unwrap();
    assert_eq!(attempt(&mut ctx, id).await.capturable(), usd(1_000));
    assert!(refund(&mut ctx, id, 1).await.is_err(), "nothing is known to be taken");
    for changed in [true, false] {
        let recorded = record_capture(&mut ctx, first, &took(30)).await.unwrap();
        assert_eq!(
            (recorded.changed, recorded.attempt.state),
            (changed, AttemptState::Authorized)
        );
    }
    assert!(
        !record_capture(&mut ctx, first, &refused()).await.unwrap().changed,
        "it is decided"
    );
    for (minor, left) in [(1_001, 1_000), (0, 1_000), (-1, 1_000)] {
        let refused = part(&mut ctx, id, minor, false).await;
        assert!(matches!(refused, Err(OpenCaptureError::ExceedsHeld { capturable }) if capturable == usd(left)));
    }
    assert!(matches!(
        refund(&mut ctx, id, 1_000).await,
        Err(OpenRefundError::ExceedsCaptured { refundable }) if refundable == usd(999)
    ));
    let rest = part(&mut ctx, id, 1_000, false).await.unwrap();
    let recorded = record_capture(&mut ctx, rest, &took(31)).await.unwrap();
    assert_eq!(
        (recorded.attempt.state, recorded.released, recorded.attempt.fee),
        (AttemptState::Captured, usd(0), usd(61))
    );
    assert_eq!(in_the_till(&mut ctx).await, 1_999 - 61);
    let back = refund(&mut ctx, id, 1_999).await.unwrap();
    let returned = RefundOutcome::Succeeded {
        reference: "back".to_owned(),
        fee_returned: Some(usd(58)),
    };
    record_refund(&mut ctx, back, &returned).await.unwrap();
    assert_eq!(in_the_till(&mut ctx).await, 58 - 61);
    assert_eq!(
        ledger::balance(&mut ctx, &Account::Fees, Currency::USD).await.unwrap(),
        usd(3)
    );
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn money_is_not_taken_and_given_up_at_once() {
    let database = database_without_orders().await;
    let mut ctx = database.work().write();
    let id = held(&mut ctx).await;
    let open = part(&mut ctx, id, 5, false).await.unwrap();
    assert!(!give_up(&mut ctx, id, Asker::Caller).await.unwrap());
    assert!(matches!(
        part(&mut ctx, id, 5, true).await,
        Err(OpenCaptureError::UnderWay)
    ));
    record_capture(&mut ctx, open, &refused()).await.unwrap();
    assert!(
        attempt(&mut ctx, id).await.check_at.is_some(),
        "whether it is still held is asked"
    );
    let last = part(&mut ctx, id, 5, true).await.unwrap();
    assert!(matches!(
        part(&mut ctx, id, 5, false).await,
        Err(OpenCaptureError::UnderWay)
    ));
    let recorded = record_capture(&mut ctx, last, &took(1)).await.unwrap();
    assert_eq!(
        (recorded.attempt.state, recorded.released),
        (AttemptState::Captured, usd(1_994))
    );
    assert!(matches!(
        part(&mut ctx, id, 5, false).await,
        Err(OpenCaptureError::NotHeld { .. })
    ));

    let id = held(&mut ctx).await;
    assert!(give_up(&mut ctx, id, Asker::Caller).await.unwrap());
    assert!(matches!(
        part(&mut ctx, id, 5, false).await,
        Err(OpenCaptureError::BeingVoided)
    ));
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_taken_at_the_gateways_own_desk_is_booked_after_what_was_asked_for_here() {
    let database = database_without_orders().await;
    let mut ctx = database.work().write();
    let id = held(&mut ctx).await;
    let open = part(&mut ctx, id, 500, false).await.unwrap();
    let told = record_authorization(&mut ctx, id, &took_in_all(700)).await.unwrap();
    assert!(
        !told.changed && told.attempt.check_at == Some(ctx.now()),
        "ours comes first"
    );
    record_capture(&mut ctx, open, &took(4)).await.unwrap();
    let told = record_authorization(&mut ctx, id, &took_in_all(700)).await.unwrap();
    assert_eq!(
        (told.changed, told.taken, told.released()),
        (true, usd(200), usd(1_299))
    );
    assert_eq!((told.attempt.state, told.attempt.fee), (AttemptState::Captured, usd(9)));
    assert!(
        !record_authorization(&mut ctx, id, &took_in_all(700))
            .await
            .unwrap()
            .changed
    );
    assert_eq!(in_the_till(&mut ctx).await, 700 - 9);
    assert_eq!(captures_of(&mut ctx, told.attempt.order_id).await.unwrap().len(), 2);

    // The hold runs out after a part: the part stays taken.
    let id = held(&mut ctx).await;
    let open = part(&mut ctx, id, 500, false).await.unwrap();
    record_capture(&mut ctx, open, &took(4)).await.unwrap();
    let told = record_authorization(&mut ctx, id, &declined()).await.unwrap();
    assert_eq!(
        (told.attempt.state, told.taken, told.released()),
        (AttemptState::Captured, usd(0), usd(1_499))
    );
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn money_that_is_taken_after_its_hold_was_lost_is_booked_and_named() {
    let database = database_without_orders().await;
    let mut ctx = database.work().write();
    let id = held(&mut ctx).await;
    let open = part(&mut ctx, id, 500, false).await.unwrap();
    record_authorization(&mut ctx, id, &Authorization::Voided)
        .await
        .unwrap();
    let recorded = record_capture(&mut ctx, open, &took(4)).await.unwrap();
    assert!(recorded.changed && recorded.late);
    assert_eq!(
        (recorded.attempt.state, recorded.released),
        (AttemptState::Captured, usd(0))
    );
    assert_eq!(in_the_till(&mut ctx).await, 496);
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn two_captures_that_do_not_both_fit_are_one() {
    let database = database_without_orders().await;
    let work = database.work();
    let mut ctx = work.write();
    let id = held(&mut ctx).await;
    ctx.commit().await.unwrap();
    let half_and_more = async || {
        let mut ctx = work.write();
        let opened = part(&mut ctx, id, 1_000, false).await;
        ctx.commit().await.unwrap();
        opened.is_ok()
    };
    let (one, other) = tokio::join!(half_and_more(), half_and_more());
    assert!(one != other);
}

/// What the money of one attempt came to, by simple arithmetic.
#[derive(Default)]
struct Till {
    taken: i64,
    given_back: i64,
    fees: i64,
    captures: Vec<(CaptureId, i64)>,
    refunds: Vec<(RefundId, i64)>,
}

#[tokio::test]
async fn no_sequence_takes_more_than_is_held_or_gives_back_more_than_was_taken() {
    let database = database_without_orders().await;
    let dice = SeededEntropy::new(53);
    let roll = |sides: i64| {
        let mut bytes = [0; 8];
        dice.fill(&mut bytes);
        i64::from_le_bytes(bytes).rem_euclid(sides)
    };
    let mut ctx = database.work().write();
    let mut in_all = 0;
    for _ in 0..60 {
        let id = held(&mut ctx).await;
        let mut till = Till::default();
        for _ in 0..roll(16) {
            play(&mut ctx, id, &mut till, &roll).await;
            let now = attempt(&mut ctx, id).await;
            assert_eq!((now.captured.minor(), now.fee.minor()), (till.taken, till.fees));
            assert!(till.taken + now.capturing.minor() <= now.amount.minor());
            assert!(till.given_back <= now.refunded.minor() && now.refunded.minor() <= till.taken);
        }
        in_all += till.taken - till.given_back - till.fees;
        assert_eq!(in_the_till(&mut ctx).await, in_all);
    }
    assert_eq!(ledger::check(&mut ctx).await.unwrap(), Vec::<String>::new());
    // What was begun has a moment at which somebody asks, and all the rest agrees.
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

/// One thing that staff or a gateway do.
async fn play(ctx: &mut Ctx, id: AttemptId, till: &mut Till, roll: &impl Fn(i64) -> i64) {
    match roll(8) {
        0..=2 => {
            let minor = roll(1_200) + 1;
            if let Ok(capture) = part(ctx, id, minor, roll(8) == 0).await {
                till.captures.push((capture, minor));
            }
        }
        3 | 4 => {
            if let Some((capture, minor)) = till.captures.pop() {
                let fee = roll(minor);
                let outcome = if roll(4) == 0 { refused() } else { took(fee) };
                let recorded = record_capture(ctx, capture, &outcome).await.unwrap();
                if recorded.capture.state == CaptureState::Succeeded {
                    till.taken += minor;
                    till.fees += fee;
                }
            }
        }
        5 => {
            let minor = roll(900) + 1;
            if let Ok(back) = refund(ctx, id, minor).await {
                till.refunds.push((back, minor));
            }
        }
        6 => {
            if let Some((back, minor)) = till.refunds.pop() {
                let outcome = if roll(3) == 0 {
                    RefundOutcome::Failed {
                        code: "closed".to_owned(),
                    }
                } else {
                    till.given_back += minor;
                    succeeded()
                };
                record_refund(ctx, back, &outcome).await.unwrap();
            }
        }
        _ => {
            if give_up(ctx, id, Asker::Caller).await.unwrap() && roll(2) == 0 {
                record_authorization(ctx, id, &Authorization::Voided).await.unwrap();
            }
        }
    }
}
