//! The port to whatever carries pushes.

use async_trait::async_trait;
use kernel::Time;

use crate::Unsent;

/// The two halves of a store's key for pushes. The private one stands in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct PushKey {
    /// What browsers are told: a point of P-256, 65 bytes.
    pub public: Vec<u8>,
    /// What signs, as PKCS #8.
    pub private: Vec<u8>,
}

/// As whom a store sends pushes.
#[derive(Clone, PartialEq, Eq)]
pub struct PushAccount {
    /// What signs them.
    pub key: PushKey,
    /// The address that push services write to when something is wrong.
    pub contact: String,
}

/// A push, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// Where the browser's push service takes it.
    pub endpoint: String,
    /// The browser's public key.
    pub public_key: Vec<u8>,
    /// The browser's secret.
    pub auth: Vec<u8>,
    /// What the shop's service worker reads.
    pub payload: String,
    /// How long the service keeps it for a browser that is not there.
    pub ttl_seconds: u32,
    /// Whether it is worth waking a telephone for.
    pub urgent: bool,
    /// Replaces what was sent under the same name and waits still; up to 32 letters of base 64 for addresses.
    pub topic: String,
}

/// Why a push was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PusherError {
    /// The browser takes none any more.
    #[error("the browser takes no pushes any more")]
    Gone,
    /// It will not be taken, however often it is offered.
    #[error("the push was refused: {0}")]
    Refused(String),
    /// It may be taken later; the same again replaces it, should it have been taken.
    #[error("the push was not taken: {why}")]
    Unavailable {
        /// What was said.
        why: String,
        /// Before when the service does not want to be asked again.
        until: Option<Time>,
    },
}

impl PusherError {
    /// What the log keeps.
    pub(super) fn unsent(&self) -> String {
        match self {
            Self::Gone => Unsent::Gone.as_str().to_owned(),
            Self::Refused(why) => Unsent::Refused.because(why),
            Self::Unavailable { why, .. } => Unsent::Unavailable.because(why),
        }
    }
}

/// Carries pushes.
#[async_trait]
pub trait Pusher: Send + Sync {
    /// Hands a push over.
    async fn send(&self, account: &PushAccount, push: &Push, now: Time) -> Result<(), PusherError>;
    /// A new key pair for a store, or why none can be made.
    fn new_key(&self) -> Result<PushKey, String>;
    /// The host of the push service at that address; nothing where it may not be asked.
    fn service(&self, endpoint: &str) -> Option<String>;
}
