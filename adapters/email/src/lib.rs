#![doc = include_str!("../README.md")]

mod compose;
mod mailbox_folder;
mod sendgrid;
mod smtp;
#[cfg(test)]
mod smtp_server;

pub use mailbox_folder::MailboxFolder;
pub use sendgrid::{InvalidSendGrid, SendGridMailer};
pub use smtp::{InvalidSmtpUrl, SmtpMailer};
