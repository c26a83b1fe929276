//! A gateway that answers as the test says.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
};

use async_trait::async_trait;
use chrono::TimeDelta;
use database::Work;
use inventory::{Demand, Holder};
use kernel::{AttemptId, CaptureId, Money, RefundId, Time, VariantId};
use payments::{
    Authorization, AuthorizeRequest, CaptureOutcome, CaptureRequest, CustomerRequest, Gateway, GatewayError,
    KeptMethod, RefundOutcome, RefundRequest, VoidRequest, WebhookError, WebhookEvent, WebhookFact,
};

use super::{captured, saved};

/// A gateway that gives the answers it was told to, and remembers what it was asked.
#[derive(Default)]
pub(super) struct Scripted {
    /// Another name than the usual one.
    pub(super) name: Option<&'static str>,
    pub(super) answers: Mutex<VecDeque<Result<Authorization, GatewayError>>>,
    pub(super) statuses: Mutex<HashMap<AttemptId, Authorization>>,
    pub(super) asked: Mutex<Vec<AttemptId>>,
    pub(super) refunded: Mutex<Vec<(RefundId, Money)>>,
    pub(super) refuses_refunds: Mutex<bool>,
    /// What it says when it is asked to take held money; without one it does.
    pub(super) words: Mutex<VecDeque<Result<CaptureOutcome, GatewayError>>>,
    /// What it says when it is asked to give it up.
    pub(super) last_words: Mutex<VecDeque<Result<Authorization, GatewayError>>>,
    /// What it keeps, says of it and was asked about it.
    pub(super) vault: saved::Vault,
    /// What it was asked to take, each time.
    pub(super) captured: Mutex<Vec<(CaptureId, i64, bool)>>,
    /// Who buys the last pieces while it thinks about the next payment.
    pub(super) rival: Mutex<Option<Rival>>,
}

/// Takes a piece that nobody has reserved any more.
pub(super) struct Rival {
    pub(super) work: Work,
    pub(super) variant: VariantId,
}

impl Rival {
    async fn buy(self) {
        let mut ctx = self.work.write();
        let (demand, until) = (
            Demand {
                variant_id: self.variant,
                quantity: 1,
            },
            ctx.now() + TimeDelta::hours(1),
        );
        let holder = Holder::Cart(ctx.new_secret_id());
        inventory::reserve(&mut ctx, holder, &[], &[demand], until)
            .await
            .unwrap();
        ctx.commit().await.unwrap();
    }
}

#[async_trait]
impl Gateway for Scripted {
    fn name(&self) -> &'static str {
        self.name.unwrap_or("scripted")
    }

    async fn authorize(&self, request: &AuthorizeRequest) -> Result<Authorization, GatewayError> {
        self.asked.lock().unwrap().push(request.attempt_id);
        self.vault.hear(request);
        let rival = self.rival.lock().unwrap().take();
        if let Some(rival) = rival {
            rival.buy().await;
        }
        let answer = self.answers.lock().unwrap().pop_front();
        match answer.unwrap_or(Ok(captured())) {
            Ok(Authorization::Captured { .. }) => Ok(Authorization::captured(format!("ref {}", request.attempt_id))),
            other => other,
        }
    }

    async fn capture(&self, request: &CaptureRequest) -> Result<CaptureOutcome, GatewayError> {
        let asked = (request.capture_id, request.amount.minor(), request.last);
        self.captured.lock().unwrap().push(asked);
        let word = self.words.lock().unwrap().pop_front();
        word.unwrap_or(Ok(CaptureOutcome::Succeeded {
            reference: request.capture_id.to_string(),
            fee: Some(Money::new(7, request.amount.currency())),
        }))
    }

    async fn void(&self, _request: &VoidRequest) -> Result<Authorization, GatewayError> {
        let word = self.last_words.lock().unwrap().pop_front();
        word.unwrap_or(Ok(Authorization::Voided))
    }

    async fn refund(&self, request: &RefundRequest) -> Result<RefundOutcome, GatewayError> {
        if *self.refuses_refunds.lock().unwrap() {
            return Ok(RefundOutcome::Failed {
                code: "refused".to_owned(),
            });
        }
        let mut refunded = self.refunded.lock().unwrap();
        if !refunded.iter().any(|(known, _)| *known == request.refund_id) {
            refunded.push((request.refund_id, request.amount));
        }
        Ok(RefundOutcome::Succeeded {
            reference: request.refund_id.to_string(),
            fee_returned: None,
        })
    }

    async fn create_customer(&self, request: &CustomerRequest) -> Result<String, GatewayError> {
        self.vault.create_customer(request)
    }

    async fn kept_method(&self, attempt_id: AttemptId) -> Result<Option<KeptMethod>, GatewayError> {
        self.vault.kept_method(attempt_id)
    }

    async fn forget_method(&self, _customer: &str, method: &str) -> Result<(), GatewayError> {
        self.vault.forget(method)
    }

    async fn forget_customer(&self, customer: &str) -> Result<(), GatewayError> {
        self.vault.forget_customer(customer)
    }

    async fn status(&self, attempt_id: AttemptId) -> Result<Option<Authorization>, GatewayError> {
        Ok(self.statuses.lock().unwrap().get(&attempt_id).cloned())
    }

    async fn refund_status(&self, _refund_id: RefundId) -> Result<Option<RefundOutcome>, GatewayError> {
        Ok(None)
    }

    fn parse_webhook(
        &self,
        _headers: &[(String, String)],
        body: &[u8],
        _now: Time,
    ) -> Result<WebhookEvent, WebhookError> {
        let text = String::from_utf8_lossy(body);
        let attempt_id = text
            .parse()
            .map_err(|error: kernel::InvalidId| WebhookError::Malformed(error.to_string()))?;
        let fact = WebhookFact::Attempt {
            attempt_id,
            outcome: captured(),
        };
        Ok(WebhookEvent {
            id: format!("hook {attempt_id}"),
            fact,
        })
    }
}
