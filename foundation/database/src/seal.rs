//! Encryption of what the database keeps but must not tell by itself: secrets of authenticator apps and providers.

use std::fmt;

use kernel::StoreId;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use uuid::Uuid;

use crate::Error;

/// What a sealed value begins with, so that another way to seal can follow.
const VERSION: u8 = 1;

/// What is sealed to know the key again.
const MARK: &str = "the installation's secret key";

/// The installation's secret key. It lies beside the database, not in it.
#[derive(Clone, Copy)]
pub struct SealingKey([u8; 32]);

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

impl SealingKey {
    /// A key of 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// ChaCha20-Poly1305 under a nonce that was never used; with 96 random bits that is so for billions of values.
    pub(crate) fn seal(
        &self,
        what: &'static str,
        store: StoreId,
        nonce: [u8; NONCE_LEN],
        plain: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let mut sealed = plain.to_vec();
        let bound = Aad::from(bound(what, store));
        self.cipher()
            .and_then(|cipher| cipher.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut sealed))
            .map_err(|_unspecified| Error::Sealed(what))?;
        Ok([&[VERSION][..], &nonce, &sealed].concat())
    }

    pub(crate) fn unseal(&self, what: &'static str, store: StoreId, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let wrong = || Error::Sealed(what);
        let (version, rest) = sealed.split_first().ok_or_else(wrong)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>().ok_or_else(wrong)?;
        if *version != VERSION {
            return Err(wrong());
        }
        let mut text = rest.to_vec();
        let cipher = self.cipher().map_err(|_length| wrong())?;
        let bound = Aad::from(bound(what, store));
        let plain = cipher
            .open_in_place(Nonce::assume_unique_for_key(*nonce), bound, &mut text)
            .map_err(|_unspecified| wrong())?;
        Ok(plain.to_vec())
    }

    /// A text that this key alone opens, by which it is known again.
    pub(crate) fn mark(&self, nonce: [u8; NONCE_LEN]) -> Result<Vec<u8>, Error> {
        self.seal(MARK, StoreId::from(Uuid::nil()), nonce, MARK.as_bytes())
    }

    /// Whether this key made that mark.
    pub(crate) fn made(&self, mark: &[u8]) -> bool {
        self.unseal(MARK, StoreId::from(Uuid::nil()), mark).is_ok()
    }

    fn cipher(&self) -> Result<LessSafeKey, ring::error::Unspecified> {
        UnboundKey::new(&CHACHA20_POLY1305, &self.0).map(LessSafeKey::new)
    }
}

/// A value that was copied to another store or another use does not open there.
fn bound(what: &'static str, store: StoreId) -> Vec<u8> {
    [Uuid::from(store).as_bytes().as_slice(), what.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_place_only() {
        let (key, store) = (SealingKey::new([1; 32]), StoreId::from(Uuid::from_u128(1)));
        let sealed = key.seal("secret", store, [2; 12], b"open sesame").unwrap();
        assert_eq!(key.unseal("secret", store, &sealed).unwrap(), b"open sesame");
        assert!(!sealed.windows(4).any(|window| window == b"open"));
        let mut changed = sealed.clone();
        changed[20] ^= 1;
        for (key, what, store, sealed) in [
            (SealingKey::new([3; 32]), "secret", store, &sealed),
            (key, "other", store, &sealed),
            (key, "secret", StoreId::from(Uuid::from_u128(2)), &sealed),
            (key, "secret", store, &changed),
            (key, "secret", store, &Vec::new()),
        ] {
            assert!(matches!(key.unseal(what, store, sealed), Err(Error::Sealed(_))));
        }
    }
}
