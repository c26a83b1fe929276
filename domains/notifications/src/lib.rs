#![doc = include_str!("../README.md")]

mod account_mails;
mod log;
mod mail_data;
mod mailer;
mod mails;
mod message;
mod order_mails;
mod renderer;
mod send_mail;
mod store;
#[cfg(test)]
mod templates_test;
#[cfg(test)]
mod testing;

pub use log::{MessageLogError, get_message, list_messages};
pub use mail_data::{
    Content, MailData, MailKind, MailStore, OrderLineText, OrderText, ParcelText, RefundText, TaxText,
};
pub use mailer::{Mail, Mailer, MailerError};
pub use mails::{Mails, PublicUrl, subscriptions};
pub use message::{Message, MessageState, MessageSummary};
pub use renderer::{RenderFailed, Rendered, Renderer};
pub use send_mail::SendMail;
