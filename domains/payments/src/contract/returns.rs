//! Giving money back.

use kernel::{Currency, Money};

use super::{AMOUNT, Card, Rig, Violation, captured, expect};
use crate::{RefundOutcome, RefundRequest};

impl Rig<'_> {
    pub(super) async fn refunds(&self, parts: &[i64]) -> Result<(), Violation> {
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

    pub(super) async fn refuses_to_refund_more(&self) -> Result<(), Violation> {
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

    pub(super) async fn refunds_once(&self) -> Result<(), Violation> {
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
}
