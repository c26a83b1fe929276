//! The port to whatever carries texts.

use std::collections::BTreeMap;

use async_trait::async_trait;
use kernel::MessageId;

use super::{PhoneNumber, Unsent};
use crate::Receipt;

/// With what a store is known there. The token stands in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct TextAccount {
    /// The account.
    pub account: String,
    /// What proves it.
    pub token: String,
    /// The number or the service that texts come from.
    pub sender: String,
}

/// A text, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its id.
    pub id: MessageId,
    /// Who gets it.
    pub to: PhoneNumber,
    /// What it says.
    pub body: String,
    /// Where it is told what becomes of it.
    pub status_url: String,
}

/// Why a text was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TexterError {
    /// It will not be taken, however often it is offered.
    #[error("the text was refused: {0}")]
    Refused(String),
    /// Whoever has the number said that no texts are wanted.
    #[error("the number takes no texts: {0}")]
    Stopped(String),
    /// It may be taken later.
    #[error("the text was not taken: {0}")]
    Unavailable(String),
    /// It may be on its way or not; offering it again could send it, and charge for it, twice.
    #[error("nobody knows whether the text was taken: {0}")]
    Unknown(String),
}

impl TexterError {
    /// What the log keeps.
    pub(super) fn unsent(&self) -> String {
        match self {
            Self::Refused(why) => Unsent::Refused.because(why),
            Self::Stopped(why) => Unsent::Stopped.because(why),
            Self::Unavailable(why) => Unsent::Unavailable.because(why),
            Self::Unknown(why) => Unsent::Unknown.because(why),
        }
    }
}

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextOutcome {
    /// It was taken and is on its way.
    Taken,
    /// It is on the telephone.
    Delivered,
    /// It never will be.
    Failed(String),
}

/// What is told by whoever carries texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextNote {
    /// What became of a text.
    Became {
        /// How far it is.
        outcome: TextOutcome,
        /// What it is called there.
        reference: String,
    },
    /// Somebody answered that texts are not wanted, or wanted again.
    Replied {
        /// Their number.
        from: PhoneNumber,
        /// What they want.
        wanted: bool,
        /// What the answer is called there, so that the same again says nothing new.
        reference: Option<String>,
    },
    /// Nothing that changes anything.
    Other,
}

/// What was told is not signed with the store's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature is missing or wrong")]
pub struct Unsigned;

/// Carries texts.
#[async_trait]
pub trait Texter: Send + Sync {
    /// Hands a text over.
    async fn send(&self, account: &TextAccount, text: &Text) -> Result<Receipt, TexterError>;
    /// Whether the account and its token are known there; sends nothing.
    async fn greet(&self, account: &TextAccount) -> Result<(), TexterError>;
    /// Reads what was posted to an address, once its signature is checked.
    fn read_note(
        &self,
        account: &TextAccount,
        url: &str,
        signature: &str,
        fields: &BTreeMap<String, String>,
    ) -> Result<TextNote, Unsigned>;
}
