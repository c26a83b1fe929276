//! Lives of attempts and refunds, on a database.

mod captures;
mod methods;

use chrono::TimeDelta;
use database::{Ctx, testing::TestDatabase};
use kernel::{AttemptId, Currency, Money, RefundId};
use ledger::Account;

use super::*;

/// Orders are of a row above: here attempts do without them.
const FORGET_ORDERS: &str = "ALTER TABLE payments.attempts DROP CONSTRAINT attempts_order_fk";

async fn database_without_orders() -> TestDatabase {
    let database = TestDatabase::new().await;
    database.as_owner(FORGET_ORDERS).await.unwrap();
    database
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

async fn opened(ctx: &mut Ctx) -> AttemptId {
    let order_id = ctx.new_id();
    open_attempt(
        ctx,
        NewAttempt {
            order_id,
            gateway: "sandbox".to_owned(),
            amount: usd(1_999),
            card: None,
            saves_for: None,
        },
    )
    .await
    .unwrap()
}

fn captured() -> Authorization {
    Authorization::captured("sandbox_1")
}

fn declined() -> Authorization {
    Authorization::Failed {
        code: "card_declined".to_owned(),
    }
}

fn succeeded() -> RefundOutcome {
    RefundOutcome::Succeeded {
        reference: "sandbox_2".to_owned(),
        fee_returned: None,
    }
}

async fn in_the_till(ctx: &mut Ctx) -> i64 {
    let sandbox = Account::Gateway("sandbox".to_owned());
    ledger::balance(ctx, &sandbox, Currency::USD).await.unwrap().minor()
}

async fn refund(ctx: &mut Ctx, attempt_id: AttemptId, minor: i64) -> Result<RefundId, OpenRefundError> {
    let id = ctx.new_id();
    open_refund(
        ctx,
        NewRefund {
            id,
            attempt_id,
            amount: usd(minor),
        },
    )
    .await
    .map(|()| id)
}

#[tokio::test]
async fn what_is_captured_is_booked_once_however_often_it_is_told() {
    let database = database_without_orders().await;
    let mut ctx = database.work().write();
    let id = opened(&mut ctx).await;
    let first = record_authorization(&mut ctx, id, &captured()).await.unwrap();
    assert!(first.changed && !first.late_capture);
    assert_eq!(
        (first.attempt.state, first.attempt.check_at),
        (AttemptState::Captured, None)
    );
    for news in [captured(), declined(), Authorization::Voided] {
        let again = record_authorization(&mut ctx, id, &news).await.unwrap();
        assert_eq!((again.changed, &again.attempt), (false, &first.attempt), "{news:?}");
    }
    assert_eq!(in_the_till(&mut ctx).await, 1_999);
    let by_reference = find_attempt_by_reference(&mut ctx, "sandbox", "sandbox_1")
        .await
        .unwrap();
    assert_eq!(by_reference.as_ref(), Some(&first.attempt));
    assert_eq!(
        attempts_of(&mut ctx, first.attempt.order_id).await.unwrap(),
        [first.attempt]
    );
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    let unknown = ctx.new_id();
    let refused = record_authorization(&mut ctx, unknown, &captured()).await;
    assert!(matches!(refused, Err(RecordAuthorizationError::NotFound)));
}

#[tokio::test]
async fn a_challenge_and_held_money_come_before_the_capture() {
    let database = database_without_orders().await;
    let mut ctx = database.work().write();
    let id = opened(&mut ctx).await;
    let (reference, url) = ("sandbox_1".to_owned(), "/sandbox/challenge/pay_1".to_owned());
    let steps = [
        (
            Authorization::RequiresAction {
                reference: reference.clone(),
                url: url.clone(),
            },
            Some(url),
            true,
        ),
        (
            Authorization::Authorized {
                reference: reference.clone(),
            },
            None,
            false,
        ),
        (Authorization::captured(reference.clone()), None, false),
    ];
    for (outcome, action_url, is_asked_about) in steps {
        let attempt = record_authorization(&mut ctx, id, &outcome).await.unwrap().attempt;
        assert_eq!(
            (attempt.action_url, attempt.check_at.is_some()),
            (action_url, is_asked_about),
            "{outcome:?}"
        );
        assert_eq!(attempt.gateway_reference.as_ref(), Some(&reference));
    }
    assert_eq!(in_the_till(&mut ctx).await, 1_999);
}

#[tokio::test]
async fn money_that_comes_after_a_failure_is_booked_and_named() {
    let database = database_without_orders().await;
    let mut ctx = database.work().write();
    for given_up in [declined(), Authorization::Voided] {
        let id = opened(&mut ctx).await;
        assert!(record_authorization(&mut ctx, id, &given_up).await.unwrap().changed);
        let reference = format!("sandbox_{id}");
        let late = record_authorization(&mut ctx, id, &Authorization::captured(reference))
            .await
            .unwrap();
        assert!(late.changed && late.late_capture);
        assert_eq!(
            (late.attempt.state, late.attempt.failure_code),
            (AttemptState::Captured, None)
        );
        refund(&mut ctx, id, 1_999).await.unwrap();
    }
    assert_eq!(in_the_till(&mut ctx).await, 2 * 1_999);
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn refunds_never_sum_to_more_than_was_taken() {
    let database = database_without_orders().await;
    let mut ctx = database.work().write();
    let id = opened(&mut ctx).await;
    let early = refund(&mut ctx, id, 1).await;
    assert!(matches!(
        early,
        Err(OpenRefundError::NotCaptured {
            state: AttemptState::Pending
        })
    ));
    record_authorization(&mut ctx, id, &captured()).await.unwrap();
    let (one, other) = (
        refund(&mut ctx, id, 999).await.unwrap(),
        refund(&mut ctx, id, 500).await.unwrap(),
    );
    for (minor, left) in [(501, 500), (0, 500), (-1, 500)] {
        let refused = refund(&mut ctx, id, minor).await;
        assert!(matches!(refused, Err(OpenRefundError::ExceedsCaptured { refundable }) if refundable == usd(left)));
    }
    let pending = RefundOutcome::Pending {
        reference: "sandbox_2".to_owned(),
    };
    let recorded = record_refund(&mut ctx, one, &pending).await.unwrap();
    assert!(!recorded.changed && recorded.refund.check_at.is_some());
    assert!(record_refund(&mut ctx, one, &succeeded()).await.unwrap().changed);
    let failed = RefundOutcome::Failed {
        code: "account_closed".to_owned(),
    };
    assert!(
        !record_refund(&mut ctx, one, &failed).await.unwrap().changed,
        "it is decided"
    );
    assert!(record_refund(&mut ctx, other, &failed).await.unwrap().changed);
    assert_eq!(in_the_till(&mut ctx).await, 1_000);
    let rest = refund(&mut ctx, id, 1_000).await.unwrap();
    record_refund(&mut ctx, rest, &succeeded()).await.unwrap();
    assert_eq!(in_the_till(&mut ctx).await, 0);

    let attempt = find_attempt(&mut ctx, id).await.unwrap().unwrap();
    assert!(attempt.refundable().is_zero());
    let states: Vec<_> = refunds_of(&mut ctx, attempt.order_id)
        .await
        .unwrap()
        .iter()
        .map(|of| of.state)
        .collect();
    assert_eq!(
        states.iter().filter(|state| **state == RefundState::Succeeded).count(),
        2
    );
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    let again = open_refund(
        &mut ctx,
        NewRefund {
            id: rest,
            attempt_id: id,
            amount: usd(1),
        },
    )
    .await;
    assert!(matches!(again, Err(OpenRefundError::ExceedsCaptured { .. })));
}

#[tokio::test]
async fn of_two_refunds_that_do_not_both_fit_one_is_opened() {
    let database = database_without_orders().await;
    let work = database.work();
    let mut ctx = work.write();
    let id = opened(&mut ctx).await;
    record_authorization(&mut ctx, id, &captured()).await.unwrap();
    ctx.commit().await.unwrap();
    let half_and_more = async || {
        let mut ctx = work.write();
        let opened = refund(&mut ctx, id, 1_000).await;
        ctx.commit().await.unwrap();
        opened.is_ok()
    };
    let (one, other) = tokio::join!(half_and_more(), half_and_more());
    assert!(one != other);
}

#[tokio::test]
async fn what_has_no_outcome_is_asked_about_again_and_again_but_by_one() {
    let database = database_without_orders().await;
    let work = database.work();
    let mut ctx = work.write();
    let id = opened(&mut ctx).await;
    assert!(
        claim_unsettled(&mut ctx, 10).await.unwrap().is_empty(),
        "not before a minute has passed"
    );
    ctx.commit().await.unwrap();

    for minutes in [1, 1, 2] {
        database.clock().advance(TimeDelta::minutes(minutes));
        let mut ctx = work.write();
        let claimed = claim_unsettled(&mut ctx, 10).await.unwrap();
        assert_eq!(claimed.iter().map(|attempt| attempt.id).collect::<Vec<_>>(), [id]);
        assert!(
            claim_unsettled(&mut ctx, 10).await.unwrap().is_empty(),
            "the next one waits"
        );
        ctx.commit().await.unwrap();
    }
    let mut ctx = work.write();
    let waits = find_attempt(&mut ctx, id).await.unwrap().unwrap().check_at.unwrap() - ctx.now();
    assert_eq!(waits, TimeDelta::minutes(4), "as long as it has waited so far");
    record_authorization(&mut ctx, id, &captured()).await.unwrap();
    let given_back = refund(&mut ctx, id, 1).await.unwrap();
    ctx.commit().await.unwrap();

    database.clock().advance(TimeDelta::minutes(5));
    let mut ctx = work.write();
    assert!(claim_unsettled(&mut ctx, 10).await.unwrap().is_empty());
    let claimed = claim_unsettled_refunds(&mut ctx, 10).await.unwrap();
    assert_eq!(claimed.iter().map(|refund| refund.id).collect::<Vec<_>>(), [given_back]);
    assert_eq!(claimed[0].attempt_reference.as_deref(), Some("sandbox_1"));
}

#[tokio::test]
async fn a_message_is_remembered_by_gateway() {
    let database = database_without_orders().await;
    let mut ctx = database.work().write();
    for (gateway, is_new) in [("sandbox", true), ("sandbox", false), ("other", true)] {
        assert_eq!(remember_webhook(&mut ctx, gateway, "msg_1").await.unwrap(), is_new);
    }
    ctx.commit().await.unwrap();
    // Forgotten once no gateway repeats it.
    for (days, is_new) in [(90, false), (1, true)] {
        database.clock().advance(TimeDelta::days(days));
        let mut ctx = database.work().write();
        assert!(!forget_events(&mut ctx).await.unwrap(), "there are no more");
        assert_eq!(remember_webhook(&mut ctx, "sandbox", "msg_1").await.unwrap(), is_new);
        ctx.rollback().await;
    }
}

#[tokio::test]
async fn what_the_ledger_does_not_know_and_nobody_asks_about_is_named() {
    let database = database_without_orders().await;
    let mut ctx = database.work().write();
    let (unbooked, orphan) = (opened(&mut ctx).await, opened(&mut ctx).await);
    let order_id = find_attempt(&mut ctx, unbooked).await.unwrap().unwrap().order_id;
    for (tampering, id) in [
        (
            "UPDATE payments.attempts SET state = 'captured', captured = amount, check_at = NULL, refunded = 5 WHERE id = $1",
            unbooked,
        ),
        ("UPDATE payments.attempts SET check_at = NULL WHERE id = $1", orphan),
    ] {
        sqlx::query(tampering)
            .bind(id)
            .execute(ctx.sql().await.unwrap())
            .await
            .unwrap();
    }
    let named = [
        format!("order {order_id}: sandbox took 19.99 USD by its attempts and 0.00 USD by the ledger"),
        format!("payment attempt {orphan} is pending and nobody will ask about it"),
        format!("payment attempt {unbooked}: refunded is 5 but should be 0"),
    ];
    assert_eq!(check(&mut ctx).await.unwrap(), named);
}

#[tokio::test]
async fn a_history_is_booked_when_it_happened() {
    let database = database_without_orders().await;
    let mut ctx = database.work().write();
    let then = ctx.now() - TimeDelta::days(30);
    let mut history = Vec::new();
    for outcome in [Ok("a".to_owned()), Ok("b".to_owned()), Err("card_declined".to_owned())] {
        let given_back = HistoricRefund {
            id: ctx.new_id(),
            amount: usd(500),
            at: then,
            reference: "r".to_owned(),
        };
        let refunds = if outcome.is_ok() { vec![given_back] } else { Vec::new() };
        let (id, order_id) = (ctx.new_id(), ctx.new_id());
        let gateway = "sandbox".to_owned();
        history.push(HistoricAttempt {
            id,
            order_id,
            gateway,
            amount: usd(1_999),
            at: then,
            outcome,
            refunds,
        });
    }
    let (first, last) = (history[0].id, history[2].id);
    let before = database.database().statement_count();
    import_history(&mut ctx, history).await.unwrap();
    assert_eq!(database.database().statement_count() - before, 3);
    let taken = find_attempt(&mut ctx, first).await.unwrap().unwrap();
    assert_eq!(
        (taken.state, taken.refundable(), taken.created_at),
        (AttemptState::Captured, usd(1_499), then)
    );
    let refused = find_attempt(&mut ctx, last).await.unwrap().unwrap();
    assert_eq!(
        (refused.state, refused.failure_code.as_deref()),
        (AttemptState::Failed, Some("card_declined"))
    );
    assert_eq!(in_the_till(&mut ctx).await, 2 * 1_499);
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    assert_eq!(ledger::check(&mut ctx).await.unwrap(), Vec::<String>::new());
}
