//! Taking money.

use super::{AMOUNT, Card, Rig, Violation, captured, expect};
use crate::{Authorization, GatewayError, RefundOutcome};

impl Rig<'_> {
    pub(super) async fn pays(&self) -> Result<(), Violation> {
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

    pub(super) async fn pays_once(&self) -> Result<(), Violation> {
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

    pub(super) async fn refuses(&self, card: Card) -> Result<(), Violation> {
        let request = self.request(card);
        let answer = self.gateway.authorize(&request).await;
        let refused = matches!(&answer, Ok(Authorization::Failed { code }) if !code.is_empty());
        expect("the card is refused with a code", refused, &answer)?;
        let again = self.gateway.authorize(&request).await;
        expect("it is refused again", again == answer, &again)?;
        let status = self.gateway.status(request.attempt_id).await;
        expect("the status is the refusal", status == answer.map(Some), &status)
    }

    pub(super) async fn insufficient_funds(&self) -> Result<(), Violation> {
        self.refuses(Card::InsufficientFunds).await?;
        let poor = self.gateway.authorize(&self.request(Card::InsufficientFunds)).await;
        let declined = self.gateway.authorize(&self.request(Card::Declined)).await;
        expect("too little money has a code of its own", poor != declined, &poor)
    }

    pub(super) async fn challenge(&self, approved: bool) -> Result<(), Violation> {
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

    pub(super) async fn answer_lost(&self) -> Result<(), Violation> {
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

    pub(super) async fn never_heard_of(&self) -> Result<(), Violation> {
        let status = self.gateway.status(self.attempt_id()).await;
        expect("nothing is known of the attempt", status == Ok(None), &status)?;
        let status = self.gateway.refund_status(self.refund_id()).await;
        expect("nothing is known of the refund", status == Ok(None), &status)
    }
}
