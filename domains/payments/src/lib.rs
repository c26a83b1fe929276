#![doc = include_str!("../README.md")]

mod attempt;
mod booking;
mod capture;
mod challenge;
mod check;
pub mod contract;
mod gateway;
mod gateways;
mod give_up;
mod import_history;
mod open_attempt;
mod open_capture;
mod open_refund;
mod record_authorization;
mod record_capture;
mod record_refund;
mod refund;
mod settle;
mod state;
mod store;
mod traced;
mod webhook;

pub use attempt::{Attempt, attempts_of, find_attempt, find_attempt_by_reference};
pub use capture::{Capture, captures_of, find_capture};
pub use challenge::{Answered, Challenge, ChallengeDetails, ChallengeError};
pub use check::check;
pub use gateway::{
    Authorization, AuthorizeRequest, CaptureOutcome, CaptureRequest, Gateway, GatewayError, RefundOutcome,
    RefundRequest, VoidRequest,
};
pub use gateways::Gateways;
pub use give_up::{Asker, give_up};
pub use import_history::{ELSEWHERE, HistoricAttempt, HistoricRefund, ImportHistoryError, import_history};
pub use open_attempt::{NewAttempt, open_attempt};
pub use open_capture::{NewCapture, OpenCaptureError, open_capture};
pub use open_refund::{NewRefund, OpenRefundError, open_refund};
pub use record_authorization::{RecordAuthorizationError, Recorded, record_authorization};
pub use record_capture::{RecordCaptureError, RecordedCapture, record_capture};
pub use record_refund::{RecordRefundError, RecordedRefund, record_refund};
pub use refund::{Refund, find_refund, refunds_of};
pub use settle::{claim_unsettled, claim_unsettled_captures, claim_unsettled_refunds, count_overdue, stop_asking};
pub use state::{AttemptEvent, AttemptState, CaptureState, IllegalTransition, RefundEvent, RefundState};
pub use traced::traced;
pub use webhook::{SignedWebhook, WebhookError, WebhookEvent, WebhookFact, remember_webhook};

#[cfg(test)]
mod tests;
