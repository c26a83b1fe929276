//! The suite of the port, and what only this bank promises.

use std::io::Write as _;

use kernel::{Currency, Entropy, SystemEntropy, TypedId as _};
use payments::{
    Challenge as _, ChallengeError,
    contract::{Bench, Card, Scenario, check_gateway},
};

use super::*;

const KEY: [u8; 32] = [7; 32];

#[async_trait]
impl Bench for SandboxBank {
    fn entropy(&self) -> &dyn Entropy {
        &SystemEntropy
    }

    fn now(&self) -> Time {
        now()
    }

    fn token(&self, card: Card) -> String {
        let token = match card {
            Card::Good => "tok_success",
            Card::Declined => "tok_decline",
            Card::InsufficientFunds => "tok_insufficient_funds",
            Card::Challenged => "tok_3ds",
            Card::AnswerLost => "tok_timeout",
        };
        token.to_owned()
    }

    async fn answer_challenge(&self, attempt_id: AttemptId, approved: bool) -> Result<(), String> {
        self.answer(attempt_id, approved, now())
            .await
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    async fn webhook_of(&self, attempt_id: AttemptId, at: Time) -> Result<SignedWebhook, String> {
        Self::webhook_of(self, attempt_id, at)
            .map_err(|error| error.to_string())?
            .ok_or("no such attempt".to_owned())
    }
}

fn now() -> Time {
    Time::from_timestamp(1_768_478_400, 0).unwrap()
}

fn request(token: &str) -> AuthorizeRequest {
    AuthorizeRequest {
        attempt_id: AttemptId::generate(now(), &SystemEntropy),
        amount: Money::new(1_999, Currency::USD),
        source: PaymentSource::Token(token.to_owned()),
        keep_for: None,
        capture: true,
        order_number: "ORD-1001".to_owned(),
        email: "shopper@example.com".to_owned(),
        return_url: "/checkout/return?order=ord_1".to_owned(),
        store_slug: "sample".to_owned(),
    }
}

#[tokio::test]
async fn every_promise_of_a_gateway() {
    let folder = tempfile::tempdir().unwrap();
    let bank = SandboxBank::open(folder.path(), KEY).unwrap();
    for scenario in Scenario::ALL {
        let kept = check_gateway(&bank, &bank, scenario).await;
        assert!(kept.is_ok(), "{scenario:?}: {}", kept.unwrap_err());
    }
}

#[tokio::test]
async fn two_processes_and_a_restart_share_one_book() {
    let folder = tempfile::tempdir().unwrap();
    let (web, worker) = (
        SandboxBank::open(folder.path(), KEY).unwrap(),
        SandboxBank::open(folder.path(), KEY).unwrap(),
    );
    let lost = request("tok_timeout");
    assert!(web.authorize(&lost).await.is_err());
    let known = worker.status(lost.attempt_id).await.unwrap();
    assert!(matches!(known, Some(Authorization::Captured { .. })));
    assert_eq!(worker.authorize(&lost).await.ok(), known);

    let restarted = SandboxBank::open(folder.path(), KEY).unwrap();
    assert_eq!(restarted.status(lost.attempt_id).await.unwrap(), known);
}

#[tokio::test]
async fn a_line_cut_short_by_a_crash_never_happened() {
    let folder = tempfile::tempdir().unwrap();
    let bank = SandboxBank::open(folder.path(), KEY).unwrap();
    let (before, after) = (request("tok_success"), request("tok_success"));
    bank.authorize(&before).await.unwrap();
    let path = folder.path().join("sandbox-bank.jsonl");
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"{\"type\":\"moved\",\"attempt_id\":\"\xc3").unwrap();

    let restarted = SandboxBank::open(folder.path(), KEY).unwrap();
    restarted.authorize(&after).await.unwrap();
    for attempt in [before.attempt_id, after.attempt_id] {
        assert!(matches!(
            bank.status(attempt).await,
            Ok(Some(Authorization::Captured { .. }))
        ));
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2);
}

#[tokio::test]
async fn requests_that_make_no_sense_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let bank = SandboxBank::open(folder.path(), KEY).unwrap();
    let nothing = AuthorizeRequest {
        amount: Money::zero(Currency::USD),
        ..request("tok_success")
    };
    for wrong in [request("4242424242424242"), nothing] {
        assert!(matches!(bank.authorize(&wrong).await, Err(GatewayError::Invalid(_))));
        assert_eq!(bank.status(wrong.attempt_id).await, Ok(None));
    }
    let paid = request("tok_success");
    bank.authorize(&paid).await.unwrap();
    let other_amount = AuthorizeRequest {
        amount: Money::new(1, Currency::USD),
        ..paid
    };
    assert!(matches!(
        bank.authorize(&other_amount).await,
        Err(GatewayError::Invalid(_))
    ));
}

#[tokio::test]
async fn the_first_answer_to_a_challenge_counts() {
    let folder = tempfile::tempdir().unwrap();
    let bank = SandboxBank::open(folder.path(), KEY).unwrap();
    let asked = request("tok_3ds");
    let url = format!("/sandbox/challenge/{}", asked.attempt_id);
    assert!(matches!(
        bank.authorize(&asked).await,
        Ok(Authorization::RequiresAction { url: at, .. }) if at == url
    ));
    let details = bank.describe(asked.attempt_id).await.unwrap();
    assert_eq!((details.amount, details.answered), (asked.amount, false));

    let first = bank.answer(asked.attempt_id, false, now()).await.unwrap();
    let second = bank.answer(asked.attempt_id, true, now()).await.unwrap();
    assert_eq!(first.return_url, "/checkout/return?order=ord_1");
    assert_eq!(first, second);
    let told = bank
        .parse_webhook(&second.webhook.headers, &second.webhook.body, now())
        .unwrap();
    let outcome = Authorization::Failed {
        code: "authentication_failed".to_owned(),
    };
    assert_eq!(
        told.fact,
        payments::WebhookFact::Attempt {
            attempt_id: asked.attempt_id,
            outcome
        }
    );

    let paid = request("tok_success");
    bank.authorize(&paid).await.unwrap();
    assert_eq!(bank.describe(paid.attempt_id).await, Err(ChallengeError::NotFound));
}

#[tokio::test]
async fn a_history_that_it_never_took_can_be_returned() {
    let folder = tempfile::tempdir().unwrap();
    let bank = SandboxBank::open(folder.path(), KEY).unwrap();
    let (attempt_id, amount) = (
        AttemptId::generate(now(), &SystemEntropy),
        Money::new(500, Currency::IDR),
    );
    for _ in 0..2 {
        bank.record_history(&[(attempt_id, amount)]).unwrap();
    }
    let refund_id = RefundId::generate(now(), &SystemEntropy);
    let refund = RefundRequest {
        refund_id,
        attempt_id,
        gateway_reference: String::new(),
        amount,
    };
    assert!(matches!(
        bank.refund(&refund).await,
        Ok(RefundOutcome::Succeeded { .. })
    ));
    assert_eq!(
        std::fs::read_to_string(folder.path().join("sandbox-bank.jsonl"))
            .unwrap()
            .lines()
            .count(),
        2
    );
}
