//! What an authenticator app shows.

use data_encoding::BASE32_NOPAD;
use kernel::Time;
use ring::hmac;

/// The code of a secret at a moment (RFC 6238).
pub(crate) fn code(secret: &str, now: Time) -> String {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let tag = hmac::sign(&key, &(now.timestamp() / 30).to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 0x0f);
    let word = u32::from_be_bytes(tag.as_ref()[offset..offset + 4].try_into().unwrap());
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}
