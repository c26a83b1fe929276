//! Links that work without signing in, because they are signed.

use data_encoding::BASE64URL_NOPAD;
use ring::hmac::{self, HMAC_SHA256};
use uuid::Uuid;

/// What the link says of itself: for what it is good, and for which thing.
pub(crate) fn sign(key: &[u8; 32], purpose: &str, id: Uuid) -> String {
    let signature = hmac::sign(&hmac::Key::new(HMAC_SHA256, key), &signed(purpose, id));
    BASE64URL_NOPAD.encode(signature.as_ref())
}

/// Whether a link says so of itself, compared in constant time.
pub(crate) fn is_genuine(key: &[u8; 32], purpose: &str, id: Uuid, token: &str) -> bool {
    let given = BASE64URL_NOPAD.decode(token.as_bytes()).unwrap_or_default();
    hmac::verify(&hmac::Key::new(HMAC_SHA256, key), &signed(purpose, id), &given).is_ok()
}

fn signed(purpose: &str, id: Uuid) -> Vec<u8> {
    [purpose.as_bytes(), b"\0", id.as_bytes().as_slice()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_for_one_purpose_one_thing_and_one_key() {
        let (id, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let token = sign(&[1; 32], "stop", id);
        assert!(is_genuine(&[1; 32], "stop", id, &token));
        assert!(!is_genuine(&[2; 32], "stop", id, &token));
        assert!(!is_genuine(&[1; 32], "start", id, &token));
        assert!(!is_genuine(&[1; 32], "stop", other, &token));
        for wrong in ["", "!", &format!("{token}A"), &token.to_uppercase()] {
            assert!(!is_genuine(&[1; 32], "stop", id, wrong), "{wrong}");
        }
    }
}
