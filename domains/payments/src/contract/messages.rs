//! Messages of the gateway's.

use kernel::AttemptId;

use super::{Card, Rig, Violation, captured, expect};
use crate::{Authorization, SignedWebhook, WebhookError, WebhookFact};

impl Rig<'_> {
    pub(super) async fn believes_webhook(&self) -> Result<(), Violation> {
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

    pub(super) async fn refuses_forged_webhook(&self) -> Result<(), Violation> {
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

    pub(super) async fn refuses_old_webhook(&self) -> Result<(), Violation> {
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
}
