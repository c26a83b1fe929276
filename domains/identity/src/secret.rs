//! Secrets that are handed out once and kept only as a hash.

use std::fmt;

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use database::Ctx;
use sha2::{Digest, Sha256};

/// What every API key starts with, so that a leaked one can be recognised.
const API_KEY_PREFIX: &str = "souk_";

/// A text of 256 random bits. It shows itself in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret for a cookie or a link.
    pub(crate) fn for_link(ctx: &Ctx) -> Self {
        Self(BASE64URL_NOPAD.encode(&ctx.random_bytes::<32>()))
    }

    /// A secret for a server's configuration.
    pub(crate) fn for_api_key(ctx: &Ctx) -> Self {
        let encoded = BASE32_NOPAD.encode(&ctx.random_bytes::<32>()).to_ascii_lowercase();
        Self(format!("{API_KEY_PREFIX}{encoded}"))
    }

    /// A secret that somebody else made.
    pub fn received(text: String) -> Self {
        Self(text)
    }

    /// The text itself, to be handed to its owner.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text itself, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What the database keeps of a secret. A secret has 256 random bits, so one round of SHA-256 is enough, and finding it by
/// its hash tells an attacker nothing through time.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
