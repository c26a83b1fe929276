//! The page on which the bank asks the shopper.

use std::io;

use async_trait::async_trait;
use kernel::{AttemptId, Time};
use payments::{Answered, Challenge, ChallengeDetails, ChallengeError};

use super::{
    SandboxBank,
    book::{Record, Standing},
};

#[async_trait]
impl Challenge for SandboxBank {
    async fn describe(&self, attempt_id: AttemptId) -> Result<ChallengeDetails, ChallengeError> {
        let payment = self
            .journal
            .decide(|decision| Ok(decision.book().payments.get(&attempt_id).cloned()));
        let payment = payment.map_err(unavailable)?.filter(|payment| payment.challenged);
        let payment = payment.ok_or(ChallengeError::NotFound)?;
        Ok(ChallengeDetails {
            amount: payment.amount,
            order_number: payment.order_number,
            store_slug: payment.store_slug,
            answered: payment.standing != Standing::Challenged,
        })
    }

    async fn answer(&self, attempt_id: AttemptId, approved: bool, now: Time) -> Result<Answered, ChallengeError> {
        let return_url = self.journal.decide(|decision| {
            let payment = decision
                .book()
                .payments
                .get(&attempt_id)
                .filter(|payment| payment.challenged)
                .cloned();
            let Some(payment) = payment else { return Ok(None) };
            if payment.standing == Standing::Challenged {
                let standing = match (approved, payment.capture) {
                    (true, true) => Standing::Captured,
                    (true, false) => Standing::Authorized,
                    (false, _) => Standing::Failed("authentication_failed".to_owned()),
                };
                let fee = self.fees.of_capture(payment.amount);
                decision.write(Record::Moved {
                    attempt_id,
                    standing,
                    fee,
                })?;
            }
            Ok(Some(payment.return_url))
        });
        let return_url = return_url.map_err(unavailable)?.ok_or(ChallengeError::NotFound)?;
        let webhook = self
            .webhook_of(attempt_id, now)
            .map_err(unavailable)?
            .ok_or(ChallengeError::NotFound)?;
        Ok(Answered { return_url, webhook })
    }
}

fn unavailable(error: io::Error) -> ChallengeError {
    ChallengeError::Unavailable(error.to_string())
}
