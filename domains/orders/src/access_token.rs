//! The token in the link to an order's status page, for guests: it proves that the store itself gave the link away.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::OrderId;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// The token of an order: an HMAC-SHA256 over its id.
pub fn access_token(key: &[u8; 32], order_id: OrderId) -> String {
    BASE64URL_NOPAD.encode(&signature(key, order_id))
}

/// Whether a token is the order's, compared in constant time.
pub fn verify_access_token(key: &[u8; 32], order_id: OrderId, token: &str) -> bool {
    let expected = signature(key, order_id);
    BASE64URL_NOPAD
        .decode(token.as_bytes())
        .is_ok_and(|given| given.ct_eq(&expected).into())
}

fn signature(key: &[u8; 32], order_id: OrderId) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(b"souk order access\0");
    mac.update(Uuid::from(order_id).as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use kernel::{SeededEntropy, Time, TypedId as _};

    use super::*;

    #[test]
    fn a_token_opens_one_order_with_one_key() {
        let entropy = SeededEntropy::new(5);
        let (order, other) = (
            OrderId::generate(Time::UNIX_EPOCH, &entropy),
            OrderId::generate(Time::UNIX_EPOCH, &entropy),
        );
        let token = access_token(&[1; 32], order);
        assert!(verify_access_token(&[1; 32], order, &token));
        assert!(!verify_access_token(&[1; 32], other, &token));
        assert!(!verify_access_token(&[2; 32], order, &token));
        for wrong in ["", "!", &format!("{token}A"), &token.to_uppercase()] {
            assert!(!verify_access_token(&[1; 32], order, wrong), "{wrong}");
        }
    }
}
