//! The signed token with which a provider vouches for a person (OpenID Connect Core 1.0, section 3.1.3.7).

use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use identity::{OpenIdClaims, OpenIdFailure};
use kernel::Time;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::{Deserialize, de::DeserializeOwned};

/// How far the provider's clock may be off.
const SKEW: TimeDelta = TimeDelta::minutes(1);
/// The longest name of a person that is taken (OpenID Connect Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// Whose token it must be.
pub(crate) struct Expected<'e> {
    pub(crate) issuer: &'e str,
    pub(crate) client_id: &'e str,
    pub(crate) now: Time,
}

/// The keys a provider publishes (RFC 7517).
#[derive(Debug, Deserialize)]
pub(crate) struct Keys {
    keys: Vec<Key>,
}

/// A key; kinds that are not known are left alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Key {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: String,
    n: String,
    e: String,
    x: String,
    y: String,
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Payload {
    iss: String,
    sub: String,
    aud: OneOrMany,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    #[serde(default)]
    nonce: String,
    #[serde(flatten)]
    profile: Profile,
}

/// What is said of a person.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Profile {
    email: Option<String>,
    email_verified: Option<Flag>,
    given_name: Option<String>,
    family_name: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// Some providers write `"true"`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Flag {
    Bool(bool),
    Text(String),
}

impl Profile {
    pub(crate) fn into_claims(self, subject: String, nonce: String) -> OpenIdClaims {
        let given_name = self.given_name.filter(|name| !name.is_empty());
        OpenIdClaims {
            subject,
            nonce,
            email: self.email.unwrap_or_default(),
            email_verified: match self.email_verified {
                Some(Flag::Bool(verified)) => verified,
                Some(Flag::Text(text)) => text == "true",
                None => false,
            },
            given_name: given_name.or(self.name).unwrap_or_default(),
            family_name: self.family_name.unwrap_or_default(),
        }
    }
}

/// What the token says, if it is the provider's, for this store, and of now.
pub(crate) fn verify(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<OpenIdClaims, OpenIdFailure> {
    let (signed, signature) = token.rsplit_once('.').ok_or_else(|| bad("form"))?;
    let (header, payload) = signed.split_once('.').ok_or_else(|| bad("form"))?;
    let header: Header = part(header)?;
    let signature = decode(signature)?;
    let candidates = keys.keys.iter().filter(|key| {
        let named = header.kid.is_none() || key.kid.is_none() || key.kid == header.kid;
        named && key.usage.as_deref().unwrap_or("sig") == "sig"
    });
    let verified = |key: &Key| signed_by(key, &header.alg, signed.as_bytes(), &signature).unwrap_or(false);
    if !candidates.into_iter().any(verified) {
        return Err(bad("signature"));
    }
    check(part(payload)?, expected)
}

fn check(payload: Payload, expected: &Expected<'_>) -> Result<OpenIdClaims, OpenIdFailure> {
    if payload.iss != expected.issuer {
        return Err(bad("iss"));
    }
    let several = matches!(&payload.aud, OneOrMany::Many(audience) if audience.len() > 1);
    let addressed = match &payload.aud {
        OneOrMany::One(audience) => audience == expected.client_id,
        OneOrMany::Many(audience) => audience.iter().any(|one| one == expected.client_id),
    };
    if !addressed {
        return Err(bad("aud"));
    }
    match &payload.azp {
        Some(party) if party != expected.client_id => return Err(bad("azp")),
        None if several => return Err(bad("azp")),
        Some(_) | None => {}
    }
    let (late, early) = ((expected.now - SKEW).timestamp(), (expected.now + SKEW).timestamp());
    if payload.exp <= late {
        return Err(bad("exp"));
    }
    if payload.iat > early {
        return Err(bad("iat"));
    }
    if payload.nbf.is_some_and(|from| from > early) {
        return Err(bad("nbf"));
    }
    if payload.sub.is_empty() || payload.sub.len() > LONGEST_SUBJECT {
        return Err(bad("sub"));
    }
    Ok(payload.profile.into_claims(payload.sub, payload.nonce))
}

/// `None`: the key is of another kind, or damaged.
fn signed_by(key: &Key, algorithm: &str, message: &[u8], signature: &[u8]) -> Option<bool> {
    let bytes = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).ok();
    let verified = match (algorithm, key.kty.as_str(), key.crv.as_str()) {
        ("RS256", "RSA", _) => {
            let (n, e) = (bytes(&key.n)?, bytes(&key.e)?);
            RsaPublicKeyComponents { n: &n, e: &e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
        }
        ("ES256", "EC", "P-256") => {
            let point = [&[4][..], &bytes(&key.x)?, &bytes(&key.y)?].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
        }
        ("EdDSA", "OKP", "Ed25519") => UnparsedPublicKey::new(&ED25519, bytes(&key.x)?).verify(message, signature),
        _ => return None,
    };
    Some(verified.is_ok())
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, OpenIdFailure> {
    serde_json::from_slice(&decode(text)?).map_err(|_error| bad("form"))
}

fn decode(text: &str) -> Result<Vec<u8>, OpenIdFailure> {
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_error| bad("form"))
}

/// Names what does not hold: a claim, `signature` or `form`.
fn bad(what: &str) -> OpenIdFailure {
    OpenIdFailure::BadToken(what.to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
    };
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn encode(value: &Value) -> String {
        BASE64URL_NOPAD.encode(value.to_string().as_bytes())
    }

    fn claims() -> Value {
        json!({
            "iss": "https://id.example", "sub": "ann", "aud": "souk", "exp": NOW + 300, "iat": NOW, "nonce": "n",
            "email": "ann@example.com", "email_verified": true, "given_name": "Ann", "family_name": "Lee"
        })
    }

    /// A provider with a key of each curve, `ec` and `ed`.
    struct Provider {
        ec: EcdsaKeyPair,
        ed: Ed25519KeyPair,
        random: SystemRandom,
    }

    impl Provider {
        fn new() -> Self {
            let random = SystemRandom::new();
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            let ec = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
            let ed = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
            Self { ec, ed, random }
        }

        fn keys(&self) -> Keys {
            let point = self.ec.public_key().as_ref();
            let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
            let keys = json!({"keys": [
                {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
                {"kty": "EC", "crv": "P-256", "kid": "ec", "use": "sig", "x": text(&point[1..33]), "y": text(&point[33..])},
                {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": text(self.ed.public_key().as_ref())},
                {"kty": "OKP", "crv": "Ed25519", "kid": "seals", "use": "enc", "x": text(self.ed.public_key().as_ref())}
            ]});
            serde_json::from_value(keys).unwrap()
        }

        fn sign(&self, header: &Value, claims: &Value) -> String {
            let signed = format!("{}.{}", encode(header), encode(claims));
            let signature = match header["alg"].as_str() {
                Some("ES256") => self.ec.sign(&self.random, signed.as_bytes()).unwrap().as_ref().to_vec(),
                Some("EdDSA") => self.ed.sign(signed.as_bytes()).as_ref().to_vec(),
                _ => Vec::new(),
            };
            format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
        }
    }

    fn outcome(provider: &Provider, token: &str) -> Result<OpenIdClaims, String> {
        let expected = Expected {
            issuer: "https://id.example",
            client_id: "souk",
            now: DateTime::from_timestamp(NOW, 0).unwrap(),
        };
        verify(token, &provider.keys(), &expected).map_err(|error| match error {
            OpenIdFailure::BadToken(what) => what,
            other => panic!("{other}"),
        })
    }

    #[test]
    fn a_good_token_says_who_it_is() {
        let provider = Provider::new();
        for header in [
            json!({"alg": "ES256", "kid": "ec", "typ": "JWT"}),
            json!({"alg": "ES256"}),
            json!({"alg": "EdDSA", "kid": "ed"}),
        ] {
            let said = outcome(&provider, &provider.sign(&header, &claims()));
            let ann = OpenIdClaims {
                subject: "ann".to_owned(),
                nonce: "n".to_owned(),
                email: "ann@example.com".to_owned(),
                email_verified: true,
                given_name: "Ann".to_owned(),
                family_name: "Lee".to_owned(),
            };
            assert_eq!(said, Ok(ann), "{header}");
        }
    }

    #[test]
    fn every_claim_is_looked_at() {
        let provider = Provider::new();
        let header = json!({"alg": "ES256", "kid": "ec"});
        for (name, value, expected) in [
            ("iss", json!("https://id.example/"), "iss"),
            ("aud", json!("another"), "aud"),
            ("aud", json!([]), "aud"),
            ("aud", json!(["souk", "another"]), "azp"),
            ("azp", json!("another"), "azp"),
            ("exp", json!(NOW - 60), "exp"),
            ("exp", json!(NOW - 59), "good"),
            ("iat", json!(NOW + 61), "iat"),
            ("iat", json!(NOW + 60), "good"),
            ("nbf", json!(NOW + 61), "nbf"),
            ("sub", json!(""), "sub"),
            ("sub", json!("x".repeat(256)), "sub"),
            ("sub", Value::Null, "form"),
            ("aud", json!(["souk"]), "good"),
            ("azp", json!("souk"), "good"),
        ] {
            let mut claims = claims();
            claims[name] = value.clone();
            let said = outcome(&provider, &provider.sign(&header, &claims));
            let said = said.map(|_| "good".to_owned()).unwrap_or_else(|what| what);
            assert_eq!(said, expected, "{name} {value}");
        }
    }

    #[test]
    fn only_a_key_of_the_provider_signs() {
        let provider = Provider::new();
        let stranger = Provider::new();
        let good = provider.sign(&json!({"alg": "ES256", "kid": "ec"}), &claims());
        let (signed, _) = good.rsplit_once('.').unwrap();
        let mut forged = claims();
        forged["sub"] = json!("bob");
        let other = provider.sign(&json!({"alg": "ES256", "kid": "ec"}), &forged);
        for (token, expected) in [
            (
                stranger.sign(&json!({"alg": "ES256", "kid": "ec"}), &claims()),
                "signature",
            ),
            (provider.sign(&json!({"alg": "none"}), &claims()), "signature"),
            (
                provider.sign(&json!({"alg": "HS256", "kid": "shared"}), &claims()),
                "signature",
            ),
            (
                provider.sign(&json!({"alg": "EdDSA", "kid": "seals"}), &claims()),
                "signature",
            ),
            (
                provider.sign(&json!({"alg": "ES256", "kid": "ed"}), &claims()),
                "signature",
            ),
            (format!("{signed}.{}", other.rsplit_once('.').unwrap().1), "signature"),
            (format!("{signed}."), "signature"),
            (format!("{signed}.!"), "form"),
            (signed.to_owned(), "form"),
            (String::new(), "form"),
        ] {
            assert_eq!(outcome(&provider, &token), Err(expected.to_owned()), "{token}");
        }
    }

    /// RFC 7515, appendices A.2 and A.3.
    #[test]
    fn the_vectors_of_rfc_7515_hold() {
        let payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let rsa = Key {
            kty: "RSA".to_owned(),
            n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-\
                pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665\
                xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp\
                oQ"
                .to_owned(),
            e: "AQAB".to_owned(),
            ..Key::default()
        };
        let rsa_signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbd\
            s9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO\
            --xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUP\
            QGe77Rw";
        let ec = Key {
            kty: "EC".to_owned(),
            crv: "P-256".to_owned(),
            x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU".to_owned(),
            y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0".to_owned(),
            ..Key::default()
        };
        let ec_signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        for (key, algorithm, header, signature) in [
            (&rsa, "RS256", "eyJhbGciOiJSUzI1NiJ9", rsa_signature),
            (&ec, "ES256", "eyJhbGciOiJFUzI1NiJ9", ec_signature),
        ] {
            let message = format!("{header}.{payload}");
            let signature = decode(signature).unwrap();
            let verified = |message: &str| signed_by(key, algorithm, message.as_bytes(), &signature);
            assert_eq!(verified(&message), Some(true), "{algorithm}");
            assert_eq!(verified(&format!("{message}x")), Some(false), "{algorithm}");
        }
    }

    #[test]
    fn what_is_said_of_a_person_is_read_as_providers_write_it() {
        for (said, verified, name) in [
            (
                json!({"email": "a@b.example", "email_verified": "true", "name": "Ann Lee"}),
                true,
                "Ann Lee",
            ),
            (
                json!({"email": "a@b.example", "email_verified": "false", "given_name": "Ann", "name": "X"}),
                false,
                "Ann",
            ),
            (json!({"email": null, "given_name": ""}), false, ""),
        ] {
            let profile: Profile = serde_json::from_value(said.clone()).unwrap();
            let claims = profile.into_claims("s".to_owned(), String::new());
            assert_eq!(
                (claims.email_verified, claims.given_name.as_str()),
                (verified, name),
                "{said}"
            );
        }
    }
}
