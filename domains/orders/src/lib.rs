#![doc = include_str!("../README.md")]

mod access_token;
mod add_note;
mod attach_to_customer;
mod bought_since;
mod cancel;
mod change;
mod check;
mod erase;
mod error;
mod events;
mod explanation;
mod find_parcel;
mod fulfil;
mod get;
mod get_flow;
mod import_history;
mod list;
mod list_parcels;
mod list_unpacked;
mod list_whole;
mod look_up;
mod mark_delivered;
mod mismatch;
mod move_parcel;
mod open_refund;
mod order;
mod place;
mod plan_give_back;
mod plan_refund;
mod received;
mod record_held;
mod record_payment;
mod record_payment_failed;
mod record_refund;
mod sales;
#[cfg(test)]
mod sample;
mod shipped_due;
mod sold;
mod spent;
mod start_processing;
mod state;
mod store;
mod tag;
mod take_over;
mod to_do;
mod track;
mod tracking;
mod unpack;

pub use access_token::{access_token, verify_access_token};
pub use add_note::add_note;
pub use attach_to_customer::attach_to_customer;
pub use bought_since::has_bought_since;
pub use cancel::{Cancel, cancel};
pub use check::{Kept, check, list_kept};
pub use erase::{PersonsOrder, erase_orders, list_of_person, list_unfinished, lock_of_person};
pub use error::ChangeError;
pub use events::{
    Amount, OrderAuthorized, OrderCancelled, OrderDelivered, OrderPaid, OrderPaymentFailed, OrderPlaced,
    OrderProcessing, OrderRef, OrderRefunded, OrderShipped, ParcelChanged, ParcelMoved, ParcelUnpacked, progress,
};
pub use explanation::{CouponUse, Explanation, PriceListUse, TaxExemption, TaxShare};
pub use find_parcel::find_order_of_parcel;
pub use fulfil::{Fulfil, fulfil};
pub use get::{find, find_by_number, get, get_all, get_rest, lock, lock_all, lock_version};
pub use get_flow::get_flow;
pub use import_history::{
    HistoricOrder, HistoricParcel, HistoricPayment, HistoricRefund, ImportHistoryError, Imported, import_history,
};
pub use list::{ListError, OrderFilter, OrderSort, list};
pub use list_parcels::{Parcel, ParcelFilter, Piece, list_parcels};
pub use list_unpacked::{UnpackedOrder, list_unpacked};
pub use list_whole::list_whole;
pub use look_up::look_up;
pub use mark_delivered::mark_delivered;
pub use mismatch::{Mismatch, find_mismatch};
pub use move_parcel::{MoveParcel, move_parcel};
pub use open_refund::open_refund;
pub use order::{
    DeliveryDates, Fulfilment, Order, OrderAndLines, OrderDetails, OrderLine, OrderRefund, OrderSummary, RefundedLine,
    TimelineEntry,
};
pub use place::{PlaceError, PlaceOrder, PlacedLine, place, place_all};
pub use plan_give_back::plan_give_back;
pub use plan_refund::{RefundLines, RefundPlan, RefundShipping, RefundWanted, plan_refund};
pub use received::received;
pub use record_held::{record_capture_failed, record_release};
pub use record_payment::{PaymentKind, record_first_payments, record_payment, record_payments};
pub use record_payment_failed::{Heard, record_payment_failed};
pub use record_refund::record_refund;
pub use sales::{Sales, sales};
pub use shipped_due::shipped_due;
pub use sold::tell_sold;
pub use spent::spent_by;
pub use start_processing::start_processing;
pub use state::{
    FulfilmentState, FulfilmentStatus, IllegalTransition, OrderEvent, OrderStatus, PaymentEvent, PaymentStatus, Source,
};
pub use tag::tag;
pub use take_over::{TakeOverError, take_over, taken_over};
pub use to_do::{ToDo, count_to_do, has_any, list_latest};
pub use track::track;
pub use tracking::Tracking;
pub use unpack::unpack;

#[cfg(test)]
mod tests;
