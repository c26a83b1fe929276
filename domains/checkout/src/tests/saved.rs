//! Saved cards with a gateway whose answers get lost: what it keeps and what the customer has agree in the end.

use kernel::{Actor, CustomerId, PaymentMethodId};
use payments::{CardLabel, ChangeMethodError, Expiry, PaymentSource};

use super::*;
use crate::{forget_customer_flow, remove_method_flow};

/// What the gateway keeps.
#[derive(Default)]
pub(super) struct Vault {
    kept: Mutex<HashMap<AttemptId, KeptMethod>>,
    forgotten: Mutex<Vec<String>>,
    created: Mutex<Vec<CustomerId>>,
    /// What it was paid with, each time.
    sources: Mutex<Vec<PaymentSource>>,
    /// How many questions about customers and cards are answered with an error, after the work was done.
    deaf: Mutex<usize>,
}

impl Vault {
    /// Keeps the card as soon as it hears of it, as if it had paid.
    pub(super) fn hear(&self, request: &AuthorizeRequest) {
        self.sources.lock().unwrap().push(request.source.clone());
        if request.keep_for.is_some() {
            let card = KeptMethod {
                reference: format!("card {}", request.attempt_id),
                fingerprint: request.attempt_id.to_string(),
                card: CardLabel::new("visa", "4242").unwrap(),
                expires: Expiry::new(2040, 7).unwrap(),
            };
            self.kept.lock().unwrap().insert(request.attempt_id, card);
        }
    }

    fn answer<T>(&self, value: T) -> Result<T, GatewayError> {
        let mut deaf = self.deaf.lock().unwrap();
        if *deaf == 0 {
            return Ok(value);
        }
        *deaf -= 1;
        Err(GatewayError::Unknown("lost".to_owned()))
    }

    pub(super) fn create_customer(&self, request: &CustomerRequest) -> Result<String, GatewayError> {
        self.created.lock().unwrap().push(request.customer_id);
        self.answer(format!("name of {}", request.customer_id))
    }

    pub(super) fn kept_method(&self, attempt: AttemptId) -> Result<Option<KeptMethod>, GatewayError> {
        self.answer(self.kept.lock().unwrap().get(&attempt).cloned())
    }

    pub(super) fn forget(&self, method: &str) -> Result<(), GatewayError> {
        self.forgotten.lock().unwrap().push(method.to_owned());
        self.kept.lock().unwrap().retain(|_, card| card.reference != method);
        self.answer(())
    }

    pub(super) fn forget_customer(&self, customer: &str) -> Result<(), GatewayError> {
        self.forgotten.lock().unwrap().push(customer.to_owned());
        self.answer(())
    }
}

impl Fixture {
    fn will_be_deaf(&self, times: usize) {
        *self.gateway.vault.deaf.lock().unwrap() = times;
    }

    async fn customer(&self, email: &str) -> (CustomerId, Work) {
        let email = EmailAddress::parse(email).unwrap();
        let mut ctx = self.work.write();
        let account = identity::adopt_accounts(&mut ctx, std::slice::from_ref(&email))
            .await
            .unwrap()[0]
            .1;
        let open = customers::OpenCustomer {
            account_id: account,
            email,
            first_name: "Ann".to_owned(),
            last_name: "Lee".to_owned(),
        };
        let customer = customers::open(&mut ctx, open).await.unwrap();
        ctx.commit().await.unwrap();
        (customer, self.work.acting_as(Actor::Customer { account, customer }))
    }

    async fn pay(&self, work: &Work, payment: PayWith) -> Result<Placed, PlaceOrderError> {
        let command = PlaceOrder {
            cart_id: self.cart(1).await,
            payment: Some(payment),
            expected_total: None,
            expected_totals: None,
            only_version: None,
            expected_version: None,
            source: Source::Web,
            return_url: String::new(),
        };
        place_order_flow(work, &self.gateways, command).await
    }

    async fn cards(&self, customer: CustomerId) -> Vec<PaymentMethodId> {
        let methods = payments::list_methods(&mut self.work.read(), customer).await.unwrap();
        methods.into_iter().map(|method| method.id).collect()
    }

    async fn round(&self) {
        self.db.clock().advance(TimeDelta::minutes(2));
        reconcile_flow(&self.work, &self.gateways).await.unwrap();
    }
}

#[tokio::test]
async fn a_saved_card_pays_again_and_is_gone_when_removed() {
    let f = Fixture::new(5).await;
    let (customer, work) = f.customer("ann@example.com").await;
    f.pay(&work, card(true)).await.unwrap();
    let [saved] = f.cards(customer).await[..] else { panic!() };
    let first = f.last_attempt();
    let placed = f.pay(&work, PayWith::Saved(saved)).await.unwrap();
    assert_eq!(placed.payment, PaymentState::Paid);
    let source = f.gateway.vault.sources.lock().unwrap().last().cloned();
    let kept = PaymentSource::Kept {
        customer: format!("name of {customer}"),
        method: format!("card {first}"),
    };
    assert!(source == Some(kept), "the gateway's names pay");
    let attempts = payments::attempts_of(&mut f.work.read(), placed.order_id)
        .await
        .unwrap();
    assert_eq!(attempts[0].card, CardLabel::new("visa", "4242"));

    f.pay(&work, card(true)).await.unwrap();
    assert_eq!(
        *f.gateway.vault.created.lock().unwrap(),
        [customer],
        "one introduction will do"
    );
    assert_eq!(f.cards(customer).await.len(), 2);
    remove_method_flow(&work, &f.gateways, customer, saved).await.unwrap();
    let again = remove_method_flow(&work, &f.gateways, customer, saved).await;
    assert!(matches!(again, Err(ChangeMethodError::NotFound)));
    let refused = f.pay(&work, PayWith::Saved(saved)).await;
    assert!(matches!(refused, Err(PlaceOrderError::MethodNotFound)));
    f.round().await;
    assert_eq!(*f.gateway.vault.forgotten.lock().unwrap(), [format!("card {first}")]);
    assert_eq!(f.stock().await, (2, 0));
}

#[tokio::test]
async fn a_customer_is_known_to_a_gateway_until_it_says_that_it_forgot_them() {
    let f = Fixture::new(5).await;
    let (customer, work) = f.customer("ann@example.com").await;
    f.pay(&work, card(true)).await.unwrap();
    let [saved] = f.cards(customer).await[..] else { panic!() };
    let known = async || payments::list_gateways_of(&mut f.work.read(), customer).await.unwrap();
    let keeping = known().await;
    assert!(keeping[0].keeps_a_card && keeping[0].reference == format!("name of {customer}"));
    remove_method_flow(&work, &f.gateways, customer, saved).await.unwrap();
    f.will_be_deaf(1);
    for (is_forgotten, left) in [(false, 1), (true, 0), (true, 0)] {
        let asked = known().await;
        assert!(asked.iter().all(|known| !known.keeps_a_card));
        let told = forget_customer_flow(&f.work, &f.gateways, customer, &asked)
            .await
            .unwrap();
        assert_eq!((told, known().await.len()), (is_forgotten, left));
    }
    let name = format!("name of {customer}");
    let forgotten = f.gateway.vault.forgotten.lock().unwrap().clone();
    assert_eq!(forgotten[1..], [name.clone(), name], "asked again until it answered");
}

#[tokio::test]
async fn nobody_pays_with_anothers_card_and_guests_save_none() {
    let f = Fixture::new(5).await;
    let (customer, work) = f.customer("ann@example.com").await;
    let (_, other) = f.customer("bob@example.com").await;
    f.pay(&work, card(true)).await.unwrap();
    let [saved] = f.cards(customer).await[..] else { panic!() };
    let asked = f.gateway.asked.lock().unwrap().len();
    let guest = f.work.acting_as(Actor::Guest);
    for thief in [&other, &guest, &f.work] {
        let refused = f.pay(thief, PayWith::Saved(saved)).await;
        assert!(matches!(refused, Err(PlaceOrderError::MethodNotFound)));
    }
    let refused = f.pay(&guest, card(true)).await;
    assert!(matches!(refused, Err(PlaceOrderError::SignInToSave)));
    f.db.clock().advance(TimeDelta::days(365 * 20));
    let refused = f.pay(&work, PayWith::Saved(saved)).await;
    assert!(matches!(refused, Err(PlaceOrderError::MethodExpired)));
    assert_eq!(f.gateway.asked.lock().unwrap().len(), asked);
    assert_eq!(f.stock().await, (4, 0));
}

#[tokio::test]
async fn a_lost_answer_about_a_kept_card_is_asked_for_again() {
    let f = Fixture::new(5).await;
    let (customer, work) = f.customer("ann@example.com").await;
    // The gateway's name for the customer is lost: the payment goes on without a card.
    f.will_be_deaf(1);
    f.pay(&work, card(true)).await.unwrap();
    f.round().await;
    assert!(f.cards(customer).await.is_empty());
    // What it kept is lost twice: in the purchase, and in the reconciler's first round.
    let mut ctx = f.work.write();
    payments::record_gateway_customer(&mut ctx, customer, "scripted", "name")
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    f.will_be_deaf(2);
    f.pay(&work, card(true)).await.unwrap();
    assert!(f.cards(customer).await.is_empty());
    f.round().await;
    assert!(f.cards(customer).await.is_empty());
    f.round().await;
    let [saved] = f.cards(customer).await[..] else { panic!() };
    // That it was forgotten is lost as well.
    f.will_be_deaf(1);
    remove_method_flow(&work, &f.gateways, customer, saved).await.unwrap();
    assert!(f.cards(customer).await.is_empty());
    f.round().await;
    f.round().await;
    assert_eq!(
        f.gateway.vault.forgotten.lock().unwrap().len(),
        2,
        "asked twice and then no more"
    );
    assert!(f.gateway.vault.kept.lock().unwrap().is_empty());
    assert_eq!(f.stock().await, (3, 0));
}

#[tokio::test]
async fn a_card_whose_payment_waits_is_saved_when_it_has_paid() {
    let f = Fixture::new(5).await;
    let (customer, work) = f.customer("ann@example.com").await;
    let asks = Authorization::RequiresAction {
        reference: "ref".to_owned(),
        url: "/challenge".to_owned(),
    };
    f.will_answer([
        Ok(asks.clone()),
        Err(GatewayError::Unknown("time-out".to_owned())),
        Ok(failed()),
    ]);
    let challenged = f.pay(&work, card(true)).await.unwrap();
    f.gateway.statuses.lock().unwrap().insert(f.last_attempt(), asks);
    f.round().await;
    assert!(f.cards(customer).await.is_empty(), "the shopper has not answered");
    f.gateway.statuses.lock().unwrap().insert(f.last_attempt(), captured());
    let state = check_order_flow(&f.work, &f.gateways, challenged.order_id)
        .await
        .unwrap();
    assert_eq!(state, PaymentState::Paid);
    assert_eq!(f.cards(customer).await.len(), 1);

    f.pay(&work, card(true)).await.unwrap();
    let lost = Authorization::captured("late");
    f.gateway.statuses.lock().unwrap().insert(f.last_attempt(), lost);
    f.round().await;
    f.round().await;
    assert_eq!(f.cards(customer).await.len(), 2);

    let refused = f.pay(&work, card(true)).await;
    assert!(matches!(refused, Err(PlaceOrderError::Declined { .. })));
    f.round().await;
    assert_eq!(f.cards(customer).await.len(), 2);
    assert_eq!(f.stock().await, (3, 0));
}
