//! Codes of an authenticator app: RFC 6238 with SHA-1, six digits and 30 seconds, which every app knows.

use kernel::Time;
use ring::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY};

/// How long a code counts, in seconds.
const STEP_SECONDS: i64 = 30;
/// How many steps a clock may be off in each direction.
const DRIFT: i64 = 1;

/// The step whose code was typed: one that is not older than the last one used, and near the present.
pub(crate) fn step_of(secret: &[u8], typed: &str, now: Time, last_step: i64) -> Option<i64> {
    let typed: u32 = Some(typed)
        .filter(|text| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()))?
        .parse()
        .ok()?;
    let present = now.timestamp().div_euclid(STEP_SECONDS);
    (present - DRIFT..=present + DRIFT)
        .filter(|step| *step > last_step)
        .find(|step| code(secret, *step) == Some(typed))
}

/// The code of a step (RFC 4226, section 5.3).
fn code(secret: &[u8], step: i64) -> Option<u32> {
    let key = hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last()? & 0x0f);
    let word: [u8; 4] = bytes.get(offset..offset + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
}

#[cfg(test)]
pub(crate) fn code_at(secret: &[u8], now: Time) -> String {
    format!("{:06}", code(secret, now.timestamp().div_euclid(STEP_SECONDS)).unwrap())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = DateTime::from_timestamp(seconds, 0).unwrap();
            assert_eq!(code_at(SECRET, now), expected);
            assert_eq!(step_of(SECRET, expected, now, 0), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_counts_a_step_early_or_late_and_once() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        for (seconds, counts) in [
            (0, false),
            (30, true),
            (59, true),
            (89, true),
            (119, true),
            (120, false),
        ] {
            let typed = code_at(SECRET, at(60));
            assert_eq!(step_of(SECRET, &typed, at(seconds), -10).is_some(), counts, "{seconds}");
        }
        assert_eq!(step_of(SECRET, &code_at(SECRET, at(60)), at(60), 2), None);
        for typed in ["", "12345", "1234567", "+12345", "28708٢"] {
            assert_eq!(step_of(SECRET, typed, at(59), 0), None, "{typed}");
        }
    }
}
