//! Public keys of devices: COSE_Key (RFC 9052) in the little of CBOR (RFC 8949) that authenticators write it in.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

/// The algorithms that are taken, by their numbers in COSE, the one we like best first.
pub(crate) const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];
const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;
/// More entries than any key has.
const MOST_ENTRIES: u64 = 16;

/// A key that signatures are checked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// The point on P-256, uncompressed.
    Es256(Vec<u8>),
    EdDsa(Vec<u8>),
    Rs256 {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

enum Value<'b> {
    Number(i64),
    Bytes(&'b [u8]),
}

impl PublicKey {
    /// The key at the start of the bytes, and how many bytes it takes. `None`: it is damaged or of another kind.
    pub(crate) fn parse(bytes: &[u8]) -> Option<(Self, usize)> {
        let mut rest = bytes;
        let (5, entries @ 0..=MOST_ENTRIES) = read_head(&mut rest)? else {
            return None;
        };
        let mut found = Vec::new();
        for _ in 0..entries {
            let Value::Number(label) = read_value(&mut rest)? else {
                return None;
            };
            found.push((label, read_value(&mut rest)?));
        }
        let number = |wanted: i64| {
            found.iter().find_map(|(label, value)| match value {
                Value::Number(number) if *label == wanted => Some(*number),
                Value::Number(_) | Value::Bytes(_) => None,
            })
        };
        let bytes_of = |wanted: i64| {
            found.iter().find_map(|(label, value)| match value {
                Value::Bytes(bytes) if *label == wanted => Some(*bytes),
                Value::Number(_) | Value::Bytes(_) => None,
            })
        };
        // 1 is the kind and 3 the algorithm; -1 is the curve, or an RSA key's modulus.
        let key = match (number(1)?, number(3)?, number(-1)) {
            (2, ES256, Some(1)) => {
                let (x, y) = (bytes_of(-2)?, bytes_of(-3)?);
                Self::Es256([&[4][..], x, y].concat())
            }
            (1, EDDSA, Some(6)) => Self::EdDsa(bytes_of(-2)?.to_vec()),
            (3, RS256, None) => Self::Rs256 {
                n: bytes_of(-1)?.to_vec(),
                e: bytes_of(-2)?.to_vec(),
            },
            _ => return None,
        };
        Some((key, bytes.len() - rest.len()))
    }

    /// Whether the holder of the key signed the message.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature),
            Self::EdDsa(x) => UnparsedPublicKey::new(&ED25519, x).verify(message, signature),
            Self::Rs256 { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.is_ok()
    }
}

fn read_value<'b>(rest: &mut &'b [u8]) -> Option<Value<'b>> {
    match read_head(rest)? {
        (0, number) => Some(Value::Number(i64::try_from(number).ok()?)),
        (1, number) => Some(Value::Number(-1 - i64::try_from(number).ok()?)),
        (2, length) => {
            let (bytes, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            *rest = after;
            Some(Value::Bytes(bytes))
        }
        _ => None,
    }
}

/// What kind of thing follows, and its number or length.
fn read_head(rest: &mut &[u8]) -> Option<(u8, u64)> {
    let (first, after) = rest.split_first()?;
    let (kind, small) = (first >> 5, first & 0x1f);
    let length = match small {
        0..24 => {
            *rest = after;
            return Some((kind, u64::from(small)));
        }
        24 => 1,
        25 => 2,
        26 => 4,
        _ => return None,
    };
    let (bytes, after) = after.split_at_checked(length)?;
    *rest = after;
    Some((
        kind,
        bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)),
    ))
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
    };

    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        HEXLOWER.decode(text.replace(' ', "").as_bytes()).unwrap()
    }

    #[test]
    fn keys_are_read_as_devices_write_them() {
        let (x, y) = ("11".repeat(32), "22".repeat(32));
        let ec = format!("a5 01 02 03 26 20 01 21 5820 {x} 22 5820 {y}");
        let ed = format!("a4 01 01 03 27 20 06 21 5820 {x}");
        let rsa = format!("a4 01 03 03 390100 20 590100 {} 21 43 010001", "33".repeat(256));
        let point = [&[4][..], &[0x11; 32], &[0x22; 32]].concat();
        let modulus = vec![0x33; 256];
        for (text, expected) in [
            (&ec, PublicKey::Es256(point)),
            (&ed, PublicKey::EdDsa(vec![0x11; 32])),
            (
                &rsa,
                PublicKey::Rs256 {
                    n: modulus,
                    e: vec![1, 0, 1],
                },
            ),
        ] {
            let mut bytes = hex(text);
            let length = bytes.len();
            bytes.extend_from_slice(b"what follows");
            assert_eq!(PublicKey::parse(&bytes), Some((expected, length)), "{text}");
            bytes.truncate(length - 1);
            assert_eq!(PublicKey::parse(&bytes), None, "{text} without its end");
        }
        for wrong in [
            "",
            "a0",
            "a5",
            "80",
            // P-384, ES384, an indefinite length, a text as a label, more entries than a key has.
            &ec.replacen("20 01", "20 02", 1),
            &ec.replacen("03 26", "03 3822", 1),
            "bf 01 02 ff",
            "a1 61 61 01",
            "b8 ff 01 02",
        ] {
            assert_eq!(PublicKey::parse(&hex(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_checks_what_it_signed() {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).unwrap();
        let key = PublicKey::Es256(pair.public_key().as_ref().to_vec());
        let signature = pair.sign(&random, b"message").unwrap();
        assert!(key.verifies(b"message", signature.as_ref()));
        assert!(!key.verifies(b"massage", signature.as_ref()));
        assert!(!key.verifies(b"message", b""));
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(bytes: Vec<u8>) {
            if let Some((key, length)) = PublicKey::parse(&bytes) {
                prop_assert!(length <= bytes.len());
                prop_assert!(!key.verifies(b"message", &bytes));
            }
        }
    }
}
