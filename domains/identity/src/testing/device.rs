//! A device that keeps a passkey, for tests.

use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};

use crate::{PasskeyAnswer, PasskeySite, SignedData};

pub(crate) const ORIGIN: &str = "https://shop.example";

pub(crate) fn site() -> PasskeySite {
    PasskeySite {
        host: "shop.example".to_owned(),
        origins: vec![ORIGIN.to_owned()],
    }
}

/// A device that recognises its owner, with one passkey.
pub(crate) struct Device {
    key: Ed25519KeyPair,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) user_handle: String,
}

impl Device {
    pub(crate) fn new(seed: u8) -> Self {
        Self {
            key: Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap(),
            credential_id: vec![seed; 16],
            user_handle: String::new(),
        }
    }

    /// The COSE_Key.
    pub(crate) fn public_key(&self) -> Vec<u8> {
        let head = [0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20];
        [&head[..], self.key.public_key().as_ref()].concat()
    }

    fn data(&self, kind: &str, challenge: &str, origin: &str, (flags, count): (u8, u32)) -> SignedData {
        let client_data = format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}"}}"#);
        let site_hash = Sha256::digest(site().host.as_bytes());
        SignedData {
            client_data: client_data.into_bytes(),
            authenticator_data: [&site_hash[..], &[flags], &count.to_be_bytes()].concat(),
        }
    }

    /// Makes the passkey.
    pub(crate) fn create(&self, challenge: &str, origin: &str) -> SignedData {
        let mut data = self.data("webauthn.create", challenge, origin, (0x45, 0));
        let length = u16::try_from(self.credential_id.len()).unwrap().to_be_bytes();
        for piece in [&[0; 16], &length[..], &self.credential_id, &self.public_key()] {
            data.authenticator_data.extend_from_slice(piece);
        }
        data
    }

    /// Shows the passkey.
    pub(crate) fn assert(&self, challenge: &str, origin: &str, count: u32) -> PasskeyAnswer {
        let data = self.data("webauthn.get", challenge, origin, (0x05, count));
        let client_hash = Sha256::digest(&data.client_data);
        let message = [data.authenticator_data.as_slice(), &client_hash].concat();
        PasskeyAnswer {
            credential_id: self.credential_id.clone(),
            signature: self.key.sign(&message).as_ref().to_vec(),
            user_handle: self.user_handle.clone(),
            data,
        }
    }
}
