#![doc = include_str!("../README.md")]

mod admit;
mod answer;
mod cancel_flow;
mod capture_flow;
mod check;
mod claim;
mod give_up_flow;
mod open;
mod pay_with;
mod place_order_flow;
mod reconcile_flow;
mod refund_flow;
mod release_flow;
mod saved_flow;
mod settle;
mod settle_flow;
mod settled;
mod sums;
#[cfg(test)]
mod tests;
mod under_key;
mod webhook_flow;

pub use admit::{AdmitError, Step, admit, is_used};
pub use cancel_flow::{CancelOrder, CancelOrderError, cancel_flow, cancel_keyed_flow};
pub use capture_flow::{CaptureOrder, CaptureOrderError, capture_flow, capture_shipped, due, finish_capture_flow};
pub use check::check;
pub use give_up_flow::{give_up_flow, waits_for_shopper};
pub use pay_with::PayWith;
pub use place_order_flow::{
    Keyed, NotShown, PaymentState, PlaceOrder, PlaceOrderError, Placed, Shown, place_and_show_flow, place_order_flow,
};
pub use reconcile_flow::{Reconciled, check_order_flow, reconcile_flow};
pub use refund_flow::{RefundOrder, RefundOrderError, finish_refund_flow, refund_flow};
pub use release_flow::{ReleaseOrder, ReleaseOrderError, release_flow, release_keyed_flow};
pub use saved_flow::{forget_customer_flow, remove_method_flow};
pub use settle::SettleError;
pub use sums::{Sums, Totals};
pub use webhook_flow::{ReceiveWebhookError, receive_webhook_flow};
