//! What the bank remembers: one line of JSON for each thing that happened, and what they come to.

use std::collections::HashMap;

use kernel::{AttemptId, CaptureId, Currency, Money, RefundId};
use payments::{Authorization, CaptureOutcome, RefundOutcome};
use serde::{Deserialize, Serialize};

use super::kept::{self, KeptCard};

/// One line of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Record {
    /// The money of an attempt was asked for.
    Asked {
        attempt_id: AttemptId,
        amount: i64,
        currency: String,
        capture: bool,
        standing: Standing,
        order_number: String,
        store_slug: String,
        return_url: String,
        /// What the bank keeps, when the money is taken.
        #[serde(default)]
        fee: i64,
        /// The card that is kept once it pays.
        #[serde(default)]
        keep: Option<KeptCard>,
    },
    /// An attempt came to stand so.
    Moved {
        attempt_id: AttemptId,
        standing: Standing,
        /// What the bank keeps, when all of the money is taken.
        #[serde(default)]
        fee: i64,
    },
    /// A part of what is held was taken, or all of it.
    Capture {
        capture_id: CaptureId,
        attempt_id: AttemptId,
        amount: i64,
        last: bool,
        fee: i64,
        refused: Option<String>,
    },
    /// What is held and was not taken is free again.
    Released { attempt_id: AttemptId },
    /// A card is kept that no attempt brought.
    Kept { reference: String, card: KeptCard },
    /// A card is kept no longer.
    Forgotten { reference: String },
    /// Money was asked back.
    Refund {
        refund_id: RefundId,
        attempt_id: AttemptId,
        amount: i64,
        refused: Option<String>,
        /// What the bank gave back of its fee.
        #[serde(default)]
        fee_returned: i64,
    },
}

/// How an attempt stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    /// The shopper was asked and has not answered.
    Challenged,
    Authorized,
    Captured,
    Failed(String),
    Voided,
}

/// An attempt as the bank knows it.
#[derive(Debug, Clone)]
pub(super) struct Payment {
    pub(super) amount: Money,
    /// Whether to take the money at once, rather than only to hold it.
    pub(super) capture: bool,
    pub(super) standing: Standing,
    /// Whether the shopper was ever asked.
    pub(super) challenged: bool,
    pub(super) captured: i64,
    pub(super) fee: i64,
    pub(super) refunded: i64,
    pub(super) order_number: String,
    pub(super) store_slug: String,
    pub(super) return_url: String,
    /// The card that is kept once it pays.
    keep: Option<KeptCard>,
}

/// A capture as the bank knows it.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) attempt_id: AttemptId,
    pub(super) amount: i64,
    pub(super) fee: i64,
    pub(super) refused: Option<String>,
}

/// A refund as the bank knows it.
#[derive(Debug, Clone)]
pub(super) struct Return {
    pub(super) attempt_id: AttemptId,
    pub(super) amount: i64,
    pub(super) refused: Option<String>,
    pub(super) fee_returned: i64,
}

/// Everything that happened.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) payments: HashMap<AttemptId, Payment>,
    pub(super) parts: HashMap<CaptureId, Part>,
    pub(super) returns: HashMap<RefundId, Return>,
    /// The cards that are kept, by their names.
    cards: HashMap<String, KeptCard>,
}

impl Book {
    /// Adds a line. A line about an attempt that the book does not know changes nothing.
    pub(super) fn apply(&mut self, record: Record) {
        match record {
            Record::Asked { .. } => self.ask(record),
            Record::Moved {
                attempt_id,
                standing,
                fee,
            } => self.move_on(attempt_id, standing, fee),
            Record::Capture {
                capture_id,
                attempt_id,
                amount,
                last,
                fee,
                refused,
            } => {
                let part = Part {
                    attempt_id,
                    amount,
                    fee,
                    refused,
                };
                self.take(capture_id, part, last);
            }
            Record::Released { attempt_id } => self.release(attempt_id),
            Record::Kept { reference, card } => drop(self.cards.insert(reference, card)),
            Record::Forgotten { reference } => drop(self.cards.remove(&reference)),
            Record::Refund {
                refund_id,
                attempt_id,
                amount,
                refused,
                fee_returned,
            } => {
                let returned = Return {
                    attempt_id,
                    amount,
                    refused,
                    fee_returned,
                };
                self.give_back(refund_id, returned);
            }
        }
    }

    fn ask(&mut self, asked: Record) {
        let Record::Asked {
            attempt_id,
            amount,
            currency,
            capture,
            standing,
            order_number,
            store_slug,
            return_url,
            fee,
            keep,
        } = asked
        else {
            return;
        };
        let Ok(currency) = Currency::parse(&currency) else {
            return;
        };
        let is_taken = standing == Standing::Captured;
        self.payments.entry(attempt_id).or_insert(Payment {
            amount: Money::new(amount, currency),
            capture,
            challenged: standing == Standing::Challenged,
            captured: if is_taken { amount } else { 0 },
            fee: if is_taken { fee } else { 0 },
            standing,
            refunded: 0,
            order_number,
            store_slug,
            return_url,
            keep,
        });
        self.keep_card(attempt_id);
    }

    fn move_on(&mut self, attempt_id: AttemptId, standing: Standing, fee: i64) {
        if let Some(payment) = self.payments.get_mut(&attempt_id) {
            if standing == Standing::Captured {
                (payment.captured, payment.fee) = (payment.amount.minor(), fee);
            }
            payment.standing = standing;
        }
        self.keep_card(attempt_id);
    }

    fn keep_card(&mut self, attempt_id: AttemptId) {
        if let Some(payment) = self.payments.get_mut(&attempt_id)
            && matches!(payment.standing, Standing::Authorized | Standing::Captured)
            && let Some(card) = payment.keep.take()
        {
            self.cards.insert(kept::name(attempt_id), card);
        }
    }

    /// The card of that name.
    pub(super) fn card(&self, reference: &str) -> Option<&KeptCard> {
        self.cards.get(reference)
    }

    /// The card of that name, if it is kept for this customer.
    pub(super) fn card_of(&self, customer: &str, reference: &str) -> Option<&KeptCard> {
        self.card(reference).filter(|card| card.customer == customer)
    }

    /// The names of the cards that are kept for a customer.
    pub(super) fn cards_of(&self, customer: &str) -> Vec<String> {
        let theirs = self.cards.iter().filter(|(_, card)| card.customer == customer);
        theirs.map(|(reference, _)| reference.clone()).collect()
    }

    fn release(&mut self, attempt_id: AttemptId) {
        if let Some(payment) = self.payments.get_mut(&attempt_id) {
            payment.standing = Standing::Captured;
        }
    }

    fn give_back(&mut self, refund_id: RefundId, returned: Return) {
        if let Some(payment) = self.payments.get_mut(&returned.attempt_id)
            && returned.refused.is_none()
        {
            payment.refunded += returned.amount;
        }
        self.returns.entry(refund_id).or_insert(returned);
    }

    fn take(&mut self, capture_id: CaptureId, part: Part, last: bool) {
        if let Some(payment) = self.payments.get_mut(&part.attempt_id)
            && part.refused.is_none()
        {
            payment.captured += part.amount;
            payment.fee += part.fee;
            if last || payment.captured >= payment.amount.minor() {
                payment.standing = Standing::Captured;
            }
        }
        self.parts.entry(capture_id).or_insert(part);
    }

    /// How an attempt stands, in the words of the port.
    pub(super) fn authorization(&self, attempt_id: AttemptId) -> Option<Authorization> {
        let reference = format!("sandbox_{attempt_id}");
        let payment = self.payments.get(&attempt_id)?;
        let money = |minor| Money::new(minor, payment.amount.currency());
        Some(match &payment.standing {
            Standing::Challenged => Authorization::RequiresAction {
                reference,
                url: format!("/sandbox/challenge/{attempt_id}"),
            },
            Standing::Authorized => Authorization::Authorized { reference },
            Standing::Captured => Authorization::Captured {
                reference,
                taken: (payment.captured < payment.amount.minor()).then(|| money(payment.captured)),
                fee: Some(money(payment.fee)),
            },
            Standing::Failed(code) => Authorization::Failed { code: code.clone() },
            Standing::Voided => Authorization::Voided,
        })
    }

    /// How a capture stands, in the words of the port.
    pub(super) fn capture_outcome(&self, capture_id: CaptureId) -> Option<CaptureOutcome> {
        let part = self.parts.get(&capture_id)?;
        Some(match &part.refused {
            None => CaptureOutcome::Succeeded {
                reference: format!("sandbox_{capture_id}"),
                fee: self.in_currency_of(part.attempt_id, part.fee),
            },
            Some(code) => CaptureOutcome::Failed { code: code.clone() },
        })
    }

    fn in_currency_of(&self, attempt_id: AttemptId, minor: i64) -> Option<Money> {
        let payment = self.payments.get(&attempt_id)?;
        Some(Money::new(minor, payment.amount.currency()))
    }

    /// How a refund stands, in the words of the port.
    pub(super) fn refund_outcome(&self, refund_id: RefundId) -> Option<RefundOutcome> {
        let returned = self.returns.get(&refund_id)?;
        Some(match &returned.refused {
            None => RefundOutcome::Succeeded {
                reference: format!("sandbox_{refund_id}"),
                fee_returned: self.in_currency_of(returned.attempt_id, returned.fee_returned),
            },
            Some(code) => RefundOutcome::Failed { code: code.clone() },
        })
    }
}
