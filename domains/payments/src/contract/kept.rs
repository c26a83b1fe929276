//! Cards that the gateway keeps for customers.

use kernel::{CustomerId, TypedId as _};

use super::{Card, Rig, Violation, captured, expect};
use crate::{Authorization, AuthorizeRequest, CustomerRequest, KeptMethod, PaymentSource};

impl Rig<'_> {
    pub(super) async fn keeps_methods(&self) -> Result<(), Violation> {
        let customer = self.customer().await?;
        let plain = self.request(Card::Good);
        captured(&self.gateway.authorize(&plain).await)?;
        self.keeps_nothing(&plain).await?;
        let refused = self.keeping(Card::Declined, &customer);
        let answer = self.gateway.authorize(&refused).await;
        expect("a refusal", matches!(answer, Ok(Authorization::Failed { .. })), &answer)?;
        self.keeps_nothing(&refused).await?;
        let (first, second) = (
            self.kept(Card::Good, &customer).await?,
            self.kept(Card::Good, &customer).await?,
        );
        let told_apart = first.reference != second.reference && first.fingerprint == second.fingerprint;
        expect("the same card has two names and one fingerprint", told_apart, &second)?;
        for _ in 0..2 {
            captured(&self.gateway.authorize(&self.paid_with(&customer, &first)).await)?;
        }
        Ok(())
    }

    pub(super) async fn forgets_methods(&self) -> Result<(), Violation> {
        let (customer, other) = (self.customer().await?, self.customer().await?);
        let kept = self.kept(Card::Good, &customer).await?;
        let theirs = self.gateway.authorize(&self.paid_with(&other, &kept)).await;
        refused("nobody else pays with it", &theirs)?;
        let forgotten = self.gateway.forget_method(&other, &kept.reference).await;
        expect("nobody else's word counts", forgotten.is_ok(), &forgotten)?;
        captured(&self.gateway.authorize(&self.paid_with(&customer, &kept)).await)?;
        for _ in 0..2 {
            let forgotten = self.gateway.forget_method(&customer, &kept.reference).await;
            expect("it is forgotten", forgotten.is_ok(), &forgotten)?;
        }
        let again = self.gateway.authorize(&self.paid_with(&customer, &kept)).await;
        refused("it does not pay any more", &again)
    }

    pub(super) async fn forgets_customers(&self) -> Result<(), Violation> {
        let (customer, other) = (self.customer().await?, self.customer().await?);
        let kept = self.kept(Card::Good, &customer).await?;
        let theirs = self.kept(Card::Good, &other).await?;
        for _ in 0..2 {
            let forgotten = self.gateway.forget_customer(&customer).await;
            expect("they are forgotten", forgotten.is_ok(), &forgotten)?;
        }
        let again = self.gateway.authorize(&self.paid_with(&customer, &kept)).await;
        refused("their card does not pay any more", &again)?;
        captured(&self.gateway.authorize(&self.paid_with(&other, &theirs)).await)?;
        let unheard = self.gateway.forget_customer("nobody of that name").await;
        expect("who is not known is forgotten", unheard.is_ok(), &unheard)
    }

    pub(super) async fn kept_challenges(&self) -> Result<(), Violation> {
        let customer = self.customer().await?;
        let request = self.keeping(Card::Challenged, &customer);
        self.asks(&request).await?;
        self.keeps_nothing(&request).await?;
        let answered = self.bench.answer_challenge(request.attempt_id, true).await;
        expect("the challenge is answered", answered.is_ok(), &answered)?;
        let kept = self.keeps(&request).await?;
        let again = self.paid_with(&customer, &kept);
        self.asks(&again).await?;
        let answered = self.bench.answer_challenge(again.attempt_id, false).await;
        expect("the challenge is answered", answered.is_ok(), &answered)?;
        let status = self.gateway.status(again.attempt_id).await;
        let failed = matches!(status, Ok(Some(Authorization::Failed { .. })));
        expect("who is refused does not pay", failed, &status)
    }

    async fn asks(&self, request: &AuthorizeRequest) -> Result<(), Violation> {
        let answer = self.gateway.authorize(request).await;
        let asked = matches!(answer, Ok(Authorization::RequiresAction { .. }));
        expect("the shopper is asked", asked, &answer)
    }

    /// A customer the gateway knows, by its name for them.
    async fn customer(&self) -> Result<String, Violation> {
        let request = CustomerRequest {
            customer_id: CustomerId::generate(self.bench.now(), self.bench.entropy()),
            email: "shopper@example.com".to_owned(),
            store_slug: "sample".to_owned(),
        };
        let first = self.gateway.create_customer(&request).await;
        let second = self.gateway.create_customer(&request).await;
        expect("the same customer again has the same name", first == second, &second)?;
        first.map_err(|error| Violation {
            what: "a customer is known",
            got: error.to_string(),
        })
    }

    async fn kept(&self, card: Card, customer: &str) -> Result<KeptMethod, Violation> {
        let request = self.keeping(card, customer);
        captured(&self.gateway.authorize(&request).await)?;
        self.keeps(&request).await
    }

    async fn keeps(&self, request: &AuthorizeRequest) -> Result<KeptMethod, Violation> {
        match self.gateway.kept_method(request.attempt_id).await {
            Ok(Some(kept)) => Ok(kept),
            answer => Err(Violation {
                what: "the card is kept",
                got: format!("{answer:?}"),
            }),
        }
    }

    async fn keeps_nothing(&self, request: &AuthorizeRequest) -> Result<(), Violation> {
        let kept = self.gateway.kept_method(request.attempt_id).await;
        expect("nothing is kept", kept == Ok(None), &kept)
    }

    fn keeping(&self, card: Card, customer: &str) -> AuthorizeRequest {
        AuthorizeRequest {
            keep_for: Some(customer.to_owned()),
            ..self.request(card)
        }
    }

    fn paid_with(&self, customer: &str, method: &KeptMethod) -> AuthorizeRequest {
        AuthorizeRequest {
            source: PaymentSource::Kept {
                customer: customer.to_owned(),
                method: method.reference.clone(),
            },
            ..self.request(Card::Good)
        }
    }
}

fn refused(what: &'static str, answer: &Result<Authorization, crate::GatewayError>) -> Result<(), Violation> {
    let refused = matches!(answer, Ok(Authorization::Failed { code }) if !code.is_empty());
    expect(what, refused, answer)
}
