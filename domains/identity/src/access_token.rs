//! Access tokens: JWT (RFC 7519) signed with Ed25519 (RFC 8037). They live for minutes and are looked up at each use, so that
//! signing out ends them at once.

use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use kernel::{SigningKeyId, StoreId, Time};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// How long an access token lives.
pub(crate) const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// The longest text that is looked at.
const LONGEST: usize = 2_048;

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: SigningKeyId,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The store it is good in.
    pub(crate) iss: StoreId,
    /// The account or the API key.
    pub(crate) sub: String,
    /// The session of an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sid: Option<kernel::SessionId>,
    /// When it was made, in seconds since 1970.
    pub(crate) iat: i64,
    /// When it ends, in seconds since 1970.
    pub(crate) exp: i64,
}

/// A token whose signature is still to be checked.
pub(crate) struct Unverified<'t> {
    /// The key that is said to have signed it.
    pub(crate) kid: SigningKeyId,
    signed: &'t str,
    claims: Claims,
    signature: Vec<u8>,
}

/// Signs claims with the key of a seed; `None` when the seed is none.
pub(crate) fn sign(seed: &[u8], kid: SigningKeyId, claims: &Claims) -> Option<String> {
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
    let header = Header {
        alg: "EdDSA".to_owned(),
        typ: "JWT".to_owned(),
        kid,
    };
    let signed = format!("{}.{}", encode(&header)?, encode(claims)?);
    let signature = BASE64URL_NOPAD.encode(pair.sign(signed.as_bytes()).as_ref());
    Some(format!("{signed}.{signature}"))
}

/// The public half of a seed's key.
pub(crate) fn public_key(seed: &[u8]) -> Option<Vec<u8>> {
    use ring::signature::KeyPair as _;
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
    Some(pair.public_key().as_ref().to_vec())
}

/// Reads a token without believing it. The algorithm is ours to choose: one that names another is none.
pub(crate) fn read(token: &str) -> Option<Unverified<'_>> {
    let token = Some(token).filter(|token| token.len() <= LONGEST)?;
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header: Header = decode(header)?;
    (header.alg == "EdDSA").then_some(())?;
    Some(Unverified {
        kid: header.kid,
        signed,
        claims: decode(claims)?,
        signature: BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?,
    })
}

impl Unverified<'_> {
    /// The claims, when the key signed them for this store and they are not over.
    pub(crate) fn verify(self, public_key: &[u8], store: StoreId, now: Time) -> Option<Claims> {
        UnparsedPublicKey::new(&ED25519, public_key)
            .verify(self.signed.as_bytes(), &self.signature)
            .ok()?;
        (self.claims.iss == store && now.timestamp() < self.claims.exp).then_some(self.claims)
    }
}

fn encode<T: Serialize>(value: &T) -> Option<String> {
    Some(BASE64URL_NOPAD.encode(&serde_json::to_vec(value).ok()?))
}

fn decode<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use kernel::SeededEntropy;
    use kernel::TypedId as _;

    use super::*;

    #[test]
    fn a_token_counts_for_its_key_its_store_and_its_time() {
        let entropy = SeededEntropy::new(1);
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (store, kid) = (StoreId::generate(now, &entropy), SigningKeyId::generate(now, &entropy));
        let (seed, other) = ([1; 32], [2; 32]);
        let claims = Claims {
            iss: store,
            sub: "acc".to_owned(),
            sid: None,
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
        };
        let token = sign(&seed, kid, &claims).unwrap();
        let verify = |token: &str, seed: &[u8], store, now| {
            read(token).and_then(|read| read.verify(&public_key(seed).unwrap(), store, now))
        };
        assert_eq!(verify(&token, &seed, store, now), Some(claims.clone()));
        assert_eq!(read(&token).unwrap().kid, kid);
        assert_eq!(verify(&token, &other, store, now), None);
        assert_eq!(verify(&token, &seed, StoreId::generate(now, &entropy), now), None);
        assert_eq!(verify(&token, &seed, store, now + LIFETIME), None);

        // Another algorithm, other claims under the old signature, and no signature.
        let (_, rest) = token.split_once('.').unwrap();
        let (body, signature) = rest.split_once('.').unwrap();
        let header =
            |alg: &str| BASE64URL_NOPAD.encode(format!(r#"{{"alg":"{alg}","typ":"JWT","kid":"{kid}"}}"#).as_bytes());
        let longer = encode(&Claims {
            exp: i64::MAX,
            ..claims
        })
        .unwrap();
        for forged in [
            format!("{}.{body}.{signature}", header("none")),
            format!("{}.{body}.", header("none")),
            format!("{}.{body}.{signature}", header("HS256")),
            format!("{}.{longer}.{signature}", header("EdDSA")),
            format!("{}.{body}.", header("EdDSA")),
            "a.b.c".to_owned(),
            String::new(),
        ] {
            assert_eq!(verify(&forged, &seed, store, now), None, "{forged}");
        }
    }
}
