//! Signs and checks messages by the Standard Webhooks specification: HMAC-SHA256 over id, moment and body.

use chrono::TimeDelta;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::Time;
use payments::{SignedWebhook, WebhookError};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// How far a message's moment may be from now.
const TOLERANCE: TimeDelta = TimeDelta::seconds(300);

/// Signs a message.
pub fn sign(key: &[u8], id: &str, at: Time, body: Vec<u8>) -> SignedWebhook {
    let timestamp = at.timestamp().to_string();
    let signature = BASE64.encode(&signature(key, id, &timestamp, &body));
    SignedWebhook {
        headers: vec![
            ("webhook-id".to_owned(), id.to_owned()),
            ("webhook-timestamp".to_owned(), timestamp),
            ("webhook-signature".to_owned(), format!("v1,{signature}")),
            ("content-type".to_owned(), "application/json".to_owned()),
        ],
        body,
    }
}

/// The id of a message that is signed with the key and from about now. Of several signatures, as during a change of keys,
/// one has to be right.
pub fn verify<'a>(
    key: &[u8],
    headers: &'a [(String, String)],
    body: &[u8],
    now: Time,
) -> Result<&'a str, WebhookError> {
    let header = |wanted: &str| {
        let found = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.as_str()).ok_or(WebhookError::BadSignature)
    };
    let (id, timestamp, signatures) = (
        header("webhook-id")?,
        header("webhook-timestamp")?,
        header("webhook-signature")?,
    );
    let expected = signature(key, id, timestamp, body);
    let right = |given: &str| {
        let decoded = given
            .strip_prefix("v1,")
            .and_then(|encoded| BASE64.decode(encoded.as_bytes()).ok());
        decoded.is_some_and(|decoded| decoded.ct_eq(&expected).into())
    };
    if expected.is_empty() || !signatures.split(' ').any(right) {
        return Err(WebhookError::BadSignature);
    }
    let at = timestamp
        .parse()
        .ok()
        .and_then(|seconds| Time::from_timestamp(seconds, 0));
    match at {
        Some(at) if (now - at).abs() <= TOLERANCE => Ok(id),
        Some(_) | None => Err(WebhookError::BadTime),
    }
}

fn signature(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn the_example_of_the_specification() {
        let key = BASE64.decode(KEY).unwrap();
        let at = Time::from_timestamp(1_614_265_330, 0).unwrap();
        let signed = sign(
            &key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at,
            br#"{"test": 2432232314}"#.to_vec(),
        );
        assert_eq!(signed.headers[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn one_right_signature_near_now_is_enough() {
        let at = Time::from_timestamp(1_700_000_000, 0).unwrap();
        let mut signed = sign(KEY, "msg_1", at, b"{}".to_vec());
        signed.headers[2].1 = format!("v1,AAAA v1a,xyz {}", signed.headers[2].1);
        let read = |key: &[u8], seconds| verify(key, &signed.headers, &signed.body, at + TimeDelta::seconds(seconds));
        assert_eq!(read(KEY, 300), Ok("msg_1"));
        assert_eq!(read(KEY, -300), Ok("msg_1"));
        assert_eq!(read(KEY, 301), Err(WebhookError::BadTime));
        assert_eq!(read(KEY, -301), Err(WebhookError::BadTime));
        assert_eq!(read(b"another key", 0), Err(WebhookError::BadSignature));
    }
}
