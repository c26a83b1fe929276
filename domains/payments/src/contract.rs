//! The suite that every gateway adapter passes, run by the adapter's own tests: a gateway that passes it can be trusted by
//! the flows of checkout. It is plain code without test macros, because it tests crates that this one does not know.

mod holds;
mod kept;
mod messages;
mod returns;
mod takes;

use std::fmt;

use async_trait::async_trait;
use kernel::{AttemptId, Currency, Entropy, Money, RefundId, Time, TypedId as _};

use crate::{
    Authorization, AuthorizeRequest, Gateway, GatewayError, PaymentSource, RefundOutcome, RefundRequest, SignedWebhook,
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
    /// It can be taken in parts, each once, and never more than is held.
    CapturesParts,
    /// After a last part, or when it is given up, the rest is not to be had.
    ReleasesTheRest,
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
    /// A card is kept when that was asked for and it has paid, and pays again.
    KeepsMethods,
    /// Nobody but its customer pays with it, and nobody once it is forgotten.
    ForgetsMethods,
    /// A forgotten customer pays with none of their cards, and forgetting them again changes nothing.
    ForgetsCustomers,
    /// A kept card whose bank asks the shopper asks each time.
    KeptChallenges,
    /// A message of the gateway's is read.
    BelievesWebhook,
    /// A message that was changed, or is not signed, is not believed.
    RefusesForgedWebhook,
    /// Nor is an old one.
    RefusesOldWebhook,
}

impl Scenario {
    /// Every promise.
    pub const ALL: [Self; 23] = [
        Self::Pays,
        Self::PaysOnce,
        Self::Declines,
        Self::InsufficientFunds,
        Self::CapturesLater,
        Self::CapturesParts,
        Self::ReleasesTheRest,
        Self::Voids,
        Self::ChallengeApproved,
        Self::ChallengeDenied,
        Self::AnswerLost,
        Self::NeverHeardOf,
        Self::RefundsWhole,
        Self::RefundsParts,
        Self::RefusesToRefundMore,
        Self::RefundsOnce,
        Self::KeepsMethods,
        Self::ForgetsMethods,
        Self::ForgetsCustomers,
        Self::KeptChallenges,
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
        Scenario::CapturesParts => rig.captures_parts().await,
        Scenario::ReleasesTheRest => rig.releases_the_rest().await,
        Scenario::Voids => rig.voids().await,
        Scenario::ChallengeApproved => rig.challenge(true).await,
        Scenario::ChallengeDenied => rig.challenge(false).await,
        Scenario::AnswerLost => rig.answer_lost().await,
        Scenario::NeverHeardOf => rig.never_heard_of().await,
        Scenario::RefundsWhole => rig.refunds(&[AMOUNT]).await,
        Scenario::RefundsParts => rig.refunds(&[1, 999, AMOUNT - 1000]).await,
        Scenario::RefusesToRefundMore => rig.refuses_to_refund_more().await,
        Scenario::RefundsOnce => rig.refunds_once().await,
        Scenario::KeepsMethods => rig.keeps_methods().await,
        Scenario::ForgetsMethods => rig.forgets_methods().await,
        Scenario::ForgetsCustomers => rig.forgets_customers().await,
        Scenario::KeptChallenges => rig.kept_challenges().await,
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
            source: PaymentSource::Token(self.bench.token(card)),
            keep_for: None,
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
        Ok(Authorization::Captured { reference, .. }) => Ok(reference.clone()),
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
