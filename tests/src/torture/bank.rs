//! A bank that does what banks do on bad days, by its dice: it is slow, its answers get lost, it says no and charges, and
//! what it was asked arrives hours later.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use kernel::{AttemptId, RefundId, Time};
use payments::{
    Authorization, AuthorizeRequest, CaptureOutcome, CaptureRequest, CustomerRequest, Gateway, GatewayError,
    KeptMethod, RefundOutcome, RefundRequest, VoidRequest, WebhookError, WebhookEvent,
};
use tokio::sync::{mpsc, oneshot};

use super::Dice;

pub(crate) struct UnrulyBank {
    bank: Arc<dyn Gateway>,
    dice: Dice,
    calm: AtomicBool,
    heard: Mutex<Heard>,
    /// Hands out what lets a request go that is being held.
    holding: mpsc::UnboundedSender<Release>,
}

/// Lets a request go on that the bank holds.
pub(crate) type Release = oneshot::Sender<()>;

/// What the bank has been asked.
#[derive(Default)]
struct Heard {
    attempts: BTreeSet<AttemptId>,
    refunds: BTreeSet<RefundId>,
    /// Requests that hang in the network.
    late: Vec<AuthorizeRequest>,
}

/// What becomes of a request for money.
#[derive(Debug, Clone, Copy)]
enum Caprice {
    Honest,
    /// The work is done, and the answer is a time-out or an error.
    LostAnswer,
    /// The work is done, and a machine in between says that nobody is there.
    UnavailableAfterwards,
    /// The shopper's bank says no, and takes the money all the same.
    DeclinesAndCharges,
    /// The request gets lost.
    LostRequest,
    /// The request arrives when everybody has stopped waiting.
    LateRequest,
    /// The bank thinks for a while before it works.
    SlowToStart,
    /// The bank works and takes a while to say so.
    SlowToAnswer,
}

const CAPRICES: [Caprice; 12] = [
    Caprice::Honest,
    Caprice::Honest,
    Caprice::Honest,
    Caprice::LostAnswer,
    Caprice::LostAnswer,
    Caprice::UnavailableAfterwards,
    Caprice::DeclinesAndCharges,
    Caprice::LostRequest,
    Caprice::LateRequest,
    Caprice::SlowToStart,
    Caprice::SlowToAnswer,
    Caprice::SlowToAnswer,
];

fn lost() -> GatewayError {
    GatewayError::Unknown("500 Internal Server Error".to_owned())
}

fn unavailable() -> GatewayError {
    GatewayError::Unavailable("503 Service Unavailable".to_owned())
}

impl UnrulyBank {
    /// The receiver hears of each request that is held.
    pub(crate) fn new(bank: Arc<dyn Gateway>, dice: Dice) -> (Arc<Self>, mpsc::UnboundedReceiver<Release>) {
        let (holding, held) = mpsc::unbounded_channel();
        let unruly = Self {
            bank,
            dice,
            calm: AtomicBool::new(false),
            heard: Mutex::default(),
            holding,
        };
        (Arc::new(unruly), held)
    }

    /// From now on it does what it is asked, at once.
    pub(crate) fn calm_down(&self) {
        self.calm.store(true, Ordering::SeqCst);
    }

    /// A request that hung in the network arrives.
    pub(crate) async fn arrive_late(&self) {
        let late = self.heard.lock().unwrap().late.pop();
        if let Some(request) = late {
            let _nobody_listens = self.bank.authorize(&request).await;
        }
    }

    pub(crate) fn attempts(&self) -> Vec<AttemptId> {
        self.heard.lock().unwrap().attempts.iter().copied().collect()
    }

    pub(crate) fn refunds(&self) -> Vec<RefundId> {
        self.heard.lock().unwrap().refunds.iter().copied().collect()
    }

    fn is_upset(&self, percent: usize) -> bool {
        !self.calm.load(Ordering::SeqCst) && self.dice.chance(percent)
    }

    async fn hold(&self) {
        let (release, wait) = oneshot::channel();
        self.holding.send(release).unwrap();
        wait.await.unwrap();
    }
}

#[async_trait]
impl Gateway for UnrulyBank {
    fn name(&self) -> &'static str {
        self.bank.name()
    }

    async fn authorize(&self, request: &AuthorizeRequest) -> Result<Authorization, GatewayError> {
        let caprice = if self.calm.load(Ordering::SeqCst) {
            Caprice::Honest
        } else {
            *self.dice.pick(&CAPRICES)
        };
        self.heard.lock().unwrap().attempts.insert(request.attempt_id);
        match caprice {
            Caprice::Honest => self.bank.authorize(request).await,
            Caprice::LostAnswer => {
                self.bank.authorize(request).await?;
                Err(lost())
            }
            Caprice::UnavailableAfterwards => {
                self.bank.authorize(request).await?;
                Err(unavailable())
            }
            Caprice::DeclinesAndCharges => {
                self.bank.authorize(request).await?;
                Ok(Authorization::Failed {
                    code: "card_declined".to_owned(),
                })
            }
            Caprice::LostRequest => Err(lost()),
            Caprice::LateRequest => {
                self.heard.lock().unwrap().late.push(request.clone());
                Err(lost())
            }
            Caprice::SlowToStart => {
                self.hold().await;
                self.bank.authorize(request).await
            }
            Caprice::SlowToAnswer => {
                let answer = self.bank.authorize(request).await;
                self.hold().await;
                answer
            }
        }
    }

    async fn capture(&self, request: &CaptureRequest) -> Result<CaptureOutcome, GatewayError> {
        if self.is_upset(15) {
            return Err(unavailable());
        }
        let answer = self.bank.capture(request).await;
        if self.is_upset(20) {
            return Err(lost());
        }
        // It hears the same twice, and says the same twice.
        if self.is_upset(20) {
            return self.bank.capture(request).await;
        }
        answer
    }

    async fn void(&self, request: &VoidRequest) -> Result<Authorization, GatewayError> {
        if self.is_upset(20) {
            return Err(unavailable());
        }
        let answer = self.bank.void(request).await;
        if self.is_upset(20) { Err(lost()) } else { answer }
    }

    async fn refund(&self, request: &RefundRequest) -> Result<RefundOutcome, GatewayError> {
        if self.is_upset(20) {
            return Err(unavailable());
        }
        self.heard.lock().unwrap().refunds.insert(request.refund_id);
        let answer = self.bank.refund(request).await;
        if self.is_upset(30) { Err(lost()) } else { answer }
    }

    async fn create_customer(&self, request: &CustomerRequest) -> Result<String, GatewayError> {
        let answer = self.bank.create_customer(request).await;
        if self.is_upset(20) { Err(lost()) } else { answer }
    }

    async fn kept_method(&self, attempt_id: AttemptId) -> Result<Option<KeptMethod>, GatewayError> {
        if self.is_upset(25) {
            return Err(unavailable());
        }
        self.bank.kept_method(attempt_id).await
    }

    async fn forget_method(&self, customer_reference: &str, method_reference: &str) -> Result<(), GatewayError> {
        if self.is_upset(20) {
            return Err(unavailable());
        }
        let answer = self.bank.forget_method(customer_reference, method_reference).await;
        if self.is_upset(30) { Err(lost()) } else { answer }
    }

    async fn forget_customer(&self, customer_reference: &str) -> Result<(), GatewayError> {
        if self.is_upset(20) {
            return Err(unavailable());
        }
        let answer = self.bank.forget_customer(customer_reference).await;
        if self.is_upset(30) { Err(lost()) } else { answer }
    }

    async fn status(&self, attempt_id: AttemptId) -> Result<Option<Authorization>, GatewayError> {
        if self.is_upset(25) {
            return Err(unavailable());
        }
        self.bank.status(attempt_id).await
    }

    async fn refund_status(&self, refund_id: RefundId) -> Result<Option<RefundOutcome>, GatewayError> {
        if self.is_upset(25) {
            return Err(unavailable());
        }
        self.bank.refund_status(refund_id).await
    }

    fn parse_webhook(
        &self,
        headers: &[(String, String)],
        body: &[u8],
        now: Time,
    ) -> Result<WebhookEvent, WebhookError> {
        self.bank.parse_webhook(headers, body, now)
    }
}
