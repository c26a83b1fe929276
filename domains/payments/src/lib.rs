#![doc = include_str!("../README.md")]

mod attempt;
mod booking;
mod capture;
mod card;
mod challenge;
mod change_method;
mod check;
pub mod contract;
mod erase;
mod forget_events;
mod gateway;
mod gateways;
mod give_up;
mod import_history;
mod method;
mod open_attempt;
mod open_capture;
mod open_refund;
mod record_authorization;
mod record_capture;
mod record_refund;
mod record_saved;
mod refund;
mod settle;
mod state;
mod store;
mod traced;
mod webhook;

pub use attempt::{
    Attempt, attempts_of, find_attempt, find_attempt_by_reference, hold_attempts_of, hold_attempts_of_all,
};
pub use capture::{Capture, captures_of, find_capture};
pub use card::{CardLabel, Expiry};
pub use challenge::{Answered, Challenge, ChallengeDetails, ChallengeError};
pub use change_method::{ChangeMethodError, make_method_default, record_forgotten, remove_method};
pub use check::{Asked, check, list_asked};
pub use erase::{GatewayCustomer, erase_attempts, erase_customer, erase_methods, is_unsettled, list_gateways_of};
pub use forget_events::forget_events;
pub use gateway::{
    Authorization, AuthorizeRequest, CaptureOutcome, CaptureRequest, CustomerRequest, Gateway, GatewayError,
    KeptMethod, PaymentSource, RefundOutcome, RefundRequest, VoidRequest,
};
pub use gateways::Gateways;
pub use give_up::{Asker, give_up};
pub use import_history::{ELSEWHERE, HistoricAttempt, HistoricRefund, ImportHistoryError, import_history};
pub use method::{
    PaymentMethod, find_gateway_customer, find_method, import_method, list_methods, record_gateway_customer,
};
pub use open_attempt::{NewAttempt, open_attempt, open_attempts};
pub use open_capture::{NewCapture, OpenCaptureError, open_capture};
pub use open_refund::{NewRefund, OpenRefundError, open_refund};
pub use record_authorization::{RecordAuthorizationError, Recorded, record_authorization, record_authorizations};
pub use record_capture::{RecordCaptureError, RecordedCapture, record_capture};
pub use record_refund::{RecordRefundError, RecordedRefund, record_refund};
pub use record_saved::record_saved;
pub use refund::{Refund, find_refund, refunds_of};
pub use settle::{
    claim_removed_methods, claim_unsaved, claim_unsettled, claim_unsettled_captures, claim_unsettled_refunds,
    count_overdue, stop_asking,
};
pub use state::{AttemptEvent, AttemptState, CaptureState, IllegalTransition, RefundEvent, RefundState};
pub use traced::traced;
pub use webhook::{SignedWebhook, WebhookError, WebhookEvent, WebhookFact, remember_webhook};

#[cfg(test)]
mod tests;
