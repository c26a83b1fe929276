//! The suite that every gateway adapter passes, run by the adapter's own tests: a gateway that passes it can be trusted by
//! the flows of checkout. It is plain code without test macros, because it tests crates that this one does not know.

use std::fmt;

use async_trait::async_trait;
use kernel::{AttemptId, Currency, Entropy, Money, RefundId, Time, TypedId as _};

use crate::{
    Authorization, AuthorizeRequest, CaptureRequest, Gateway, GatewayError, RefundOutcome, RefundRequest,
    SignedWebhook, VoidRequest, WebhookError, WebhookFact,
};

/// What the suite needs of an adapter's tests beside the gateway.
#[async_trait]
pub trait Bench: Send + Sync {
    /// Where ids come from.
    fn entropy(&self) -> &dyn Entropy;

    /// The moment that messages are signed and read at.
    fn now(&self) -> Time;

    /// A token for a card that behaves so.
    fn token(&self, card: Card) -> String;

    /// Does what the shopper does on the challenge's page.
    async fn answer_challenge(&self, attempt_id: AttemptId, approved: bool) -> Result<(), String>;

    /// The message that the gateway sends of an attempt at that moment.
    async fn webhook_of(&self, attempt_id: AttemptId, at: Time) -> Result<SignedWebhook, String>;
}

/// How a card behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    /// It pays.
    Good,
    /// Its bank refuses.
    Declined,
    /// There is not enough on it.
    InsufficientFunds,
    /// Its bank asks the shopper first.
    Challenged,
    /// It pays, but the answer is lost.
    AnswerLost,
}

/// One promise of the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// A good card pays, and the status says so.
    Pays,
    /// The same attempt again is not a second payment.
    PaysOnce,
    /// A refusal is an answer with a code.
    Declines,
    /// Too little money is a refusal with a code of its own.
    InsufficientFunds,
    /// Money that is only held can be taken, and not twice.
    CapturesLater,
    /// Money that is only held can be given up, and is then not to be had.
    Voids,
    /// A challenge that the shopper approves pays.
    ChallengeApproved,
    /// A challenge that the shopper refuses does not.
    ChallengeDenied,
    /// A lost answer is an unknown outcome, and the status knows it.
    AnswerLost,
    /// Nothing is known of what was never asked.
    NeverHeardOf,
    /// All of a payment goes back.
    RefundsWhole,
    /// Parts go back until nothing is left.
    RefundsParts,
    /// More than is left does not.
    RefusesToRefundMore,
    /// The same refund again is not a second one.
    RefundsOnce,
    /// A message of the gateway's is read.
    BelievesWebhook,
    /// A message that was changed, or is not signed, is not believed.
    RefusesForgedWebhook,
    /// Nor is an old one.
    RefusesOldWebhook,
}

impl Scenario {
    /// Every promise.
    pub const ALL: [Self; 17] = [
        Self::Pays,
        Self::PaysOnce,
        Self::Declines,
        Self::InsufficientFunds,
        Self::CapturesLater,
        Self::Voids,
        Self::ChallengeApproved,
        Self::ChallengeDenied,
        Self::AnswerLost,
        Self::NeverHeardOf,
        Self::RefundsWhole,
        Self::RefundsParts,
        Self::RefusesToRefundMore,
        Self::RefundsOnce,
        Self::BelievesWebhook,
        Self::RefusesForgedWebhook,
        Self::RefusesOldWebhook,
    ];
}

/// A promise that is not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}, but it was {got}")]
pub struct Violation {
    /// What should be.
    pub what: &'static str,
    /// What is.
    pub got: String,
}

/// Checks that a gateway keeps one promise.
pub async fn check_gateway(gateway: &dyn Gateway, bench: &dyn Bench, scenario: Scenario) -> Result<(), Violation> {
    let rig = Rig { gateway, bench };
    match scenario {
        Scenario::Pays => rig.pays().await,
        Scenario::PaysOnce => rig.pays_once().await,
        Scenario::Declines => rig.refuses(Card::Declined).await,
        Scenario::InsufficientFunds => rig.insufficient_funds().await,
        Scenario::CapturesLater => rig.captures_later().await,
        Scenario::Voids => rig.voids().await,
        Scenario::ChallengeApproved => rig.challenge(true).await,
        Scenario::ChallengeDenied => rig.challenge(false).await,
        Scenario::AnswerLost => rig.answer_lost().await,
        Scenario::NeverHeardOf => rig.never_heard_of().await,
        Scenario::RefundsWhole => rig.refunds(&[AMOUNT]).await,
        Scenario::RefundsParts => rig.refunds(&[1, 999, AMOUNT - 1000]).await,
        Scenario::RefusesToRefundMore => rig.refuses_to_refund_more().await,
        Scenario::RefundsOnce => rig.refunds_once().await,
        Scenario::BelievesWebhook => rig.believes_webhook().await,
        Scenario::RefusesForgedWebhook => rig.refuses_forged_webhook().await,
        Scenario::RefusesOldWebhook => rig.refuses_old_webhook().await,
    }
}

/// What the suite pays each time, in US cents.
const AMOUNT: i64 = 4_567;

struct Rig<'a> {
    gateway: &'a dyn Gateway,
    bench: &'a dyn Bench,
}

impl Rig<'_> {
    async fn pays(&self) -> Result<(), Violation> {
        let request = self.request(Card::Good);
        let answer = self.gateway.authorize(&request).await;
        expect(
            "a good card pays",
            matches!(answer, Ok(Authorization::Captured { .. })),
            &answer,
        )?;
        let status = self.gateway.status(request.attempt_id).await;
        expect("the status is the answer", status == answer.map(Some), &status)
    }

    async fn pays_once(&self) -> Result<(), Violation> {
        let request = self.request(Card::Good);
        let first = self.gateway.authorize(&request).await;
        let second = self.gateway.authorize(&request).await;
        expect("the same attempt again has the same answer", first == second, &second)?;
        let reference = captured(&first)?;
        let whole = self.refund(&request, &reference, AMOUNT).await;
        expect(
            "one payment goes back",
            matches!(whole, Ok(RefundOutcome::Succeeded { .. })),
            &whole,
        )?;
        let more = self.refund(&request, &reference, AMOUNT).await;
        expect(
            "there is no second payment to go back",
            matches!(more, Ok(RefundOutcome::Failed { .. })),
            &more,
        )
    }

    async fn refuses(&self, card: Card) -> Result<(), Violation> {
        let request = self.request(card);
        let answer = self.gateway.authorize(&request).await;
        let refused = matches!(&answer, Ok(Authorization::Failed { code }) if !code.is_empty());
        expect("the card is refused with a code", refused, &answer)?;
        let again = self.gateway.authorize(&request).await;
        expect("it is refused again", again == answer, &again)?;
        let status = self.gateway.status(request.attempt_id).await;
        expect("the status is the refusal", status == answer.map(Some), &status)
    }

    async fn insufficient_funds(&self) -> Result<(), Violation> {
        self.refuses(Card::InsufficientFunds).await?;
        let poor = self.gateway.authorize(&self.request(Card::InsufficientFunds)).await;
        let declined = self.gateway.authorize(&self.request(Card::Declined)).await;
        expect("too little money has a code of its own", poor != declined, &poor)
    }

    async fn captures_later(&self) -> Result<(), Violation> {
        let request = AuthorizeRequest {
            capture: false,
            ..self.request(Card::Good)
        };
        let answer = self.gateway.authorize(&request).await;
        let Ok(Authorization::Authorized {
            reference: gateway_reference,
        }) = answer
        else {
            return expect("the money is only held", false, &answer);
        };
        let (attempt_id, amount) = (request.attempt_id, request.amount);
        let capture = CaptureRequest {
            attempt_id,
            gateway_reference,
            amount,
        };
        let first = self.gateway.capture(&capture).await;
        expect(
            "held money is taken",
            matches!(first, Ok(Authorization::Captured { .. })),
            &first,
        )?;
        let second = self.gateway.capture(&capture).await;
        expect("it is taken once", second == first, &second)?;
        let status = self.gateway.status(attempt_id).await;
        expect("the status is taken", status == first.map(Some), &status)
    }

    async fn voids(&self) -> Result<(), Violation> {
        let request = AuthorizeRequest {
            capture: false,
            ..self.request(Card::Good)
        };
        let answer = self.gateway.authorize(&request).await;
        let Ok(Authorization::Authorized {
            reference: gateway_reference,
        }) = answer
        else {
            return expect("the money is only held", false, &answer);
        };
        let (attempt_id, amount) = (request.attempt_id, request.amount);
        let void = VoidRequest {
            attempt_id,
            gateway_reference: gateway_reference.clone(),
        };
        for _ in 0..2 {
            let voided = self.gateway.void(&void).await;
            expect("held money is given up", voided == Ok(Authorization::Voided), &voided)?;
        }
        let taken = self
            .gateway
            .capture(&CaptureRequest {
                attempt_id,
                gateway_reference,
                amount,
            })
            .await;
        expect(
            "it is not to be had any more",
            !matches!(taken, Ok(Authorization::Captured { .. })),
            &taken,
        )
    }

    async fn challenge(&self, approved: bool) -> Result<(), Violation> {
        let request = self.request(Card::Challenged);
        let answer = self.gateway.authorize(&request).await;
        let asked = matches!(&answer, Ok(Authorization::RequiresAction { url, .. }) if !url.is_empty());
        expect("the shopper is asked first", asked, &answer)?;
        let status = self.gateway.status(request.attempt_id).await;
        expect("the status waits for the shopper", status == answer.map(Some), &status)?;
        let answered = self.bench.answer_challenge(request.attempt_id, approved).await;
        expect("the challenge is answered", answered.is_ok(), &answered)?;
        let status = self.gateway.status(request.attempt_id).await;
        let fits = match &status {
            Ok(Some(Authorization::Captured { .. })) => approved,
            Ok(Some(Authorization::Failed { code })) => !approved && !code.is_empty(),
            Ok(_) | Err(_) => false,
        };
        expect("the status is the shopper's answer", fits, &status)
    }

    async fn answer_lost(&self) -> Result<(), Violation> {
        let request = self.request(Card::AnswerLost);
        let answer = self.gateway.authorize(&request).await;
        expect(
            "a lost answer is unknown",
            matches!(answer, Err(GatewayError::Unknown(_))),
            &answer,
        )?;
        let status = self.gateway.status(request.attempt_id).await;
        expect(
            "the status knows it",
            matches!(status, Ok(Some(Authorization::Captured { .. }))),
            &status,
        )?;
        let again = self.gateway.authorize(&request).await;
        expect(
            "asking again finds the same payment",
            again.map(Some) == status,
            &status,
        )
    }

    async fn never_heard_of(&self) -> Result<(), Violation> {
        let status = self.gateway.status(self.attempt_id()).await;
        expect("nothing is known of the attempt", status == Ok(None), &status)?;
        let status = self.gateway.refund_status(self.refund_id()).await;
        expect("nothing is known of the refund", status == Ok(None), &status)
    }

    async fn refunds(&self, parts: &[i64]) -> Result<(), Violation> {
        let request = self.request(Card::Good);
        let reference = captured(&self.gateway.authorize(&request).await)?;
        for part in parts {
            let outcome = self.refund(&request, &reference, *part).await;
            expect(
                "it goes back",
                matches!(outcome, Ok(RefundOutcome::Succeeded { .. })),
                &outcome,
            )?;
        }
        let more = self.refund(&request, &reference, 1).await;
        expect(
            "nothing is left",
            matches!(more, Ok(RefundOutcome::Failed { .. })),
            &more,
        )
    }

    async fn refuses_to_refund_more(&self) -> Result<(), Violation> {
        let request = self.request(Card::Good);
        let reference = captured(&self.gateway.authorize(&request).await)?;
        let more = self.refund(&request, &reference, AMOUNT + 1).await;
        let refused = matches!(&more, Ok(RefundOutcome::Failed { code }) if !code.is_empty());
        expect("more than was paid does not go back", refused, &more)?;
        let whole = self.refund(&request, &reference, AMOUNT).await;
        expect(
            "what was paid still does",
            matches!(whole, Ok(RefundOutcome::Succeeded { .. })),
            &whole,
        )
    }

    async fn refunds_once(&self) -> Result<(), Violation> {
        let request = self.request(Card::Good);
        let gateway_reference = captured(&self.gateway.authorize(&request).await)?;
        let refund_id = self.refund_id();
        let amount = Money::new(AMOUNT, Currency::USD);
        let refund = RefundRequest {
            refund_id,
            attempt_id: request.attempt_id,
            gateway_reference,
            amount,
        };
        let first = self.gateway.refund(&refund).await;
        expect(
            "it goes back",
            matches!(first, Ok(RefundOutcome::Succeeded { .. })),
            &first,
        )?;
        let second = self.gateway.refund(&refund).await;
        expect("the same refund again has the same answer", second == first, &second)?;
        let status = self.gateway.refund_status(refund_id).await;
        expect("the status is the answer", status == first.map(Some), &status)
    }

    async fn believes_webhook(&self) -> Result<(), Violation> {
        let (attempt_id, message) = self.message().await?;
        let read = self
            .gateway
            .parse_webhook(&message.headers, &message.body, self.bench.now());
        let told = matches!(&read, Ok(event) if !event.id.is_empty() && matches!(
            &event.fact,
            WebhookFact::Attempt { attempt_id: told, outcome: Authorization::Captured { .. } } if *told == attempt_id
        ));
        expect("the message tells of the payment", told, &read)?;
        let capitals: Vec<(String, String)> = message
            .headers
            .iter()
            .map(|(name, value)| (name.to_uppercase(), value.clone()))
            .collect();
        let again = self.gateway.parse_webhook(&capitals, &message.body, self.bench.now());
        expect("the case of header names does not matter", again == read, &again)
    }

    async fn refuses_forged_webhook(&self) -> Result<(), Violation> {
        let (_, message) = self.message().await?;
        let mut body = message.body.clone();
        body.push(b' ');
        for (headers, body) in [(message.headers.as_slice(), &body), (&[], &message.body)] {
            let read = self.gateway.parse_webhook(headers, body, self.bench.now());
            expect(
                "a forged message is refused",
                read == Err(WebhookError::BadSignature),
                &read,
            )?;
        }
        Ok(())
    }

    async fn refuses_old_webhook(&self) -> Result<(), Violation> {
        let (_, message) = self.message().await?;
        let later = self.bench.now() + chrono::TimeDelta::minutes(6);
        let read = self.gateway.parse_webhook(&message.headers, &message.body, later);
        expect("an old message is refused", read == Err(WebhookError::BadTime), &read)
    }

    /// A payment and the message that tells of it.
    async fn message(&self) -> Result<(AttemptId, SignedWebhook), Violation> {
        let request = self.request(Card::Good);
        captured(&self.gateway.authorize(&request).await)?;
        match self.bench.webhook_of(request.attempt_id, self.bench.now()).await {
            Ok(message) => Ok((request.attempt_id, message)),
            Err(error) => Err(Violation {
                what: "the gateway sends a message",
                got: error,
            }),
        }
    }

    async fn refund(
        &self,
        request: &AuthorizeRequest,
        reference: &str,
        minor: i64,
    ) -> Result<RefundOutcome, GatewayError> {
        let refund = RefundRequest {
            refund_id: self.refund_id(),
            attempt_id: request.attempt_id,
            gateway_reference: reference.to_owned(),
            amount: Money::new(minor, Currency::USD),
        };
        self.gateway.refund(&refund).await
    }

    fn request(&self, card: Card) -> AuthorizeRequest {
        AuthorizeRequest {
            attempt_id: self.attempt_id(),
            amount: Money::new(AMOUNT, Currency::USD),
            token: self.bench.token(card),
            capture: true,
            order_number: "ORD-1001".to_owned(),
            email: "shopper@example.com".to_owned(),
            return_url: "/checkout/return".to_owned(),
            store_slug: "sample".to_owned(),
        }
    }

    fn attempt_id(&self) -> AttemptId {
        AttemptId::generate(self.bench.now(), self.bench.entropy())
    }

    fn refund_id(&self) -> RefundId {
        RefundId::generate(self.bench.now(), self.bench.entropy())
    }
}

fn captured(answer: &Result<Authorization, GatewayError>) -> Result<String, Violation> {
    match answer {
        Ok(Authorization::Captured { reference }) => Ok(reference.clone()),
        Ok(_) | Err(_) => Err(Violation {
            what: "a good card pays",
            got: format!("{answer:?}"),
        }),
    }
}

fn expect(what: &'static str, holds: bool, got: &impl fmt::Debug) -> Result<(), Violation> {
    if holds {
        Ok(())
    } else {
        Err(Violation {
            what,
            got: format!("{got:?}"),
        })
    }
}
