#![doc = include_str!("../README.md")]

mod ask_for;
mod attempt;
mod challenge;
mod check;
pub mod contract;
mod gateway;
mod gateways;
mod import_history;
mod open_attempt;
mod open_refund;
mod record_authorization;
mod record_refund;
mod refund;
mod settle;
mod state;
mod store;
mod traced;
mod webhook;

pub use ask_for::{Asker, ask_for};
pub use attempt::{Attempt, attempts_of, find_attempt, find_attempt_by_reference};
pub use challenge::{Answered, Challenge, ChallengeDetails, ChallengeError};
pub use check::check;
pub use gateway::{
    Authorization, AuthorizeRequest, CaptureRequest, Gateway, GatewayError, RefundOutcome, RefundRequest, VoidRequest,
};
pub use gateways::Gateways;
pub use import_history::{ELSEWHERE, HistoricAttempt, HistoricRefund, ImportHistoryError, import_history};
pub use open_attempt::{NewAttempt, open_attempt};
pub use open_refund::{NewRefund, OpenRefundError, open_refund};
pub use record_authorization::{RecordAuthorizationError, Recorded, record_authorization};
pub use record_refund::{RecordRefundError, RecordedRefund, record_refund};
pub use refund::{Refund, find_refund, refunds_of};
pub use settle::{claim_unsettled, claim_unsettled_refunds, count_overdue};
pub use state::{AttemptEvent, AttemptState, IllegalTransition, RefundEvent, RefundState, Wanted};
pub use traced::traced;
pub use webhook::{SignedWebhook, WebhookError, WebhookEvent, WebhookFact, remember_webhook};

#[cfg(test)]
mod tests;
