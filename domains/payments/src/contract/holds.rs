//! Money that is only held: taken later, in parts, or given up.

use kernel::{CaptureId, Currency, Money, TypedId as _};

use super::{AMOUNT, Card, Rig, Violation, expect};
use crate::{
    Authorization, AuthorizeRequest, CaptureOutcome, CaptureRequest, GatewayError, RefundOutcome, VoidRequest,
};

/// An attempt whose money the gateway holds.
struct Held {
    request: AuthorizeRequest,
    reference: String,
}

impl Rig<'_> {
    pub(super) async fn captures_later(&self) -> Result<(), Violation> {
        let held = self.hold().await?;
        let capture = self.part(&held, AMOUNT, false);
        let first = self.gateway.capture(&capture).await;
        taken("held money is taken", &first)?;
        let second = self.gateway.capture(&capture).await;
        expect("it is taken once", second == first, &second)?;
        self.has_taken(&held, AMOUNT).await
    }

    pub(super) async fn captures_parts(&self) -> Result<(), Violation> {
        let held = self.hold().await?;
        for part in [1, 999] {
            let capture = self.part(&held, part, false);
            let first = self.gateway.capture(&capture).await;
            taken("a part is taken", &first)?;
            let second = self.gateway.capture(&capture).await;
            expect("the same part again is not a second one", second == first, &second)?;
            let status = self.gateway.status(held.request.attempt_id).await;
            let holds = matches!(status, Ok(Some(Authorization::Authorized { .. })));
            expect("the rest is held", holds, &status)?;
        }
        self.refuses_part(&held, AMOUNT - 999).await?;
        let back = self.refund(&held.request, &held.reference, 1_001).await;
        let refused = matches!(back, Ok(RefundOutcome::Failed { .. }));
        expect("more than the parts does not go back", refused, &back)?;
        let back = self.refund(&held.request, &held.reference, 1_000).await;
        expect(
            "the parts do",
            matches!(back, Ok(RefundOutcome::Succeeded { .. })),
            &back,
        )?;
        let rest = self.gateway.capture(&self.part(&held, AMOUNT - 1_000, false)).await;
        taken("the rest is taken", &rest)?;
        self.has_taken(&held, AMOUNT).await
    }

    pub(super) async fn releases_the_rest(&self) -> Result<(), Violation> {
        let held = self.hold().await?;
        taken(
            "a last part is taken",
            &self.gateway.capture(&self.part(&held, 1_000, true)).await,
        )?;
        self.has_taken(&held, 1_000).await?;
        self.refuses_part(&held, 1).await?;
        let held = self.hold().await?;
        taken(
            "a part is taken",
            &self.gateway.capture(&self.part(&held, 1_000, false)).await,
        )?;
        let answer = self.gateway.void(&void(&held)).await;
        let released =
            matches!(&answer, Ok(Authorization::Captured { taken: Some(taken), .. }) if taken.minor() == 1_000);
        expect("giving up the rest tells what was taken", released, &answer)?;
        self.has_taken(&held, 1_000).await?;
        self.refuses_part(&held, 1).await
    }

    pub(super) async fn voids(&self) -> Result<(), Violation> {
        let held = self.hold().await?;
        for _ in 0..2 {
            let voided = self.gateway.void(&void(&held)).await;
            expect("held money is given up", voided == Ok(Authorization::Voided), &voided)?;
        }
        self.refuses_part(&held, AMOUNT).await
    }

    async fn hold(&self) -> Result<Held, Violation> {
        let request = AuthorizeRequest {
            capture: false,
            ..self.request(Card::Good)
        };
        let answer = self.gateway.authorize(&request).await;
        match answer {
            Ok(Authorization::Authorized { reference }) => Ok(Held { request, reference }),
            answer => Err(Violation {
                what: "the money is only held",
                got: format!("{answer:?}"),
            }),
        }
    }

    fn part(&self, held: &Held, minor: i64, last: bool) -> CaptureRequest {
        CaptureRequest {
            capture_id: CaptureId::generate(self.bench.now(), self.bench.entropy()),
            attempt_id: held.request.attempt_id,
            gateway_reference: held.reference.clone(),
            amount: Money::new(minor, Currency::USD),
            last,
        }
    }

    async fn refuses_part(&self, held: &Held, minor: i64) -> Result<(), Violation> {
        let answer = self.gateway.capture(&self.part(held, minor, false)).await;
        let refused = matches!(&answer, Ok(CaptureOutcome::Failed { code }) if !code.is_empty());
        expect("what is not held is refused with a code", refused, &answer)
    }

    async fn has_taken(&self, held: &Held, minor: i64) -> Result<(), Violation> {
        let status = self.gateway.status(held.request.attempt_id).await;
        let knows = match &status {
            Ok(Some(Authorization::Captured { taken, .. })) => taken.map_or(AMOUNT, Money::minor) == minor,
            Ok(_) | Err(_) => false,
        };
        expect("the status tells how much was taken", knows, &status)
    }
}

fn taken(what: &'static str, answer: &Result<CaptureOutcome, GatewayError>) -> Result<(), Violation> {
    expect(what, matches!(answer, Ok(CaptureOutcome::Succeeded { .. })), answer)
}

fn void(held: &Held) -> VoidRequest {
    VoidRequest {
        attempt_id: held.request.attempt_id,
        gateway_reference: held.reference.clone(),
    }
}
