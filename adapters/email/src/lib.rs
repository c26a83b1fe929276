#![doc = include_str!("../README.md")]

mod compose;
mod mailbox_folder;
mod smtp;
#[cfg(test)]
mod smtp_server;

pub use mailbox_folder::MailboxFolder;
pub use smtp::{InvalidSmtpUrl, SmtpMailer};
