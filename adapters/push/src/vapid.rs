//! Who a push is from (RFC 8292): a token that the store signs for one push service.

use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use kernel::Time;
use notifications::{PushAccount, PushKey};
use ring::{
    error::{KeyRejected, Unspecified},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde::Serialize;
use url::Url;

/// How long a token counts; services take none that counts for more than a day.
const LASTS: TimeDelta = TimeDelta::hours(12);

#[derive(Serialize)]
struct Header {
    typ: &'static str,
    alg: &'static str,
}

#[derive(Serialize)]
struct Claims<'c> {
    /// The service.
    aud: &'c str,
    /// Until when the token counts, in seconds.
    exp: i64,
    /// Whom the service writes to when something is wrong.
    sub: &'c str,
}

/// A new key pair.
pub(crate) fn new_key() -> Result<PushKey, Unspecified> {
    let random = SystemRandom::new();
    let private = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)?;
    let public = read(private.as_ref(), &random).map_err(|_unreadable| Unspecified)?;
    Ok(PushKey {
        public: public.public_key().as_ref().to_vec(),
        private: private.as_ref().to_vec(),
    })
}

/// The header that says and proves who asks, or why the key signs nothing.
pub(crate) fn authorization(account: &PushAccount, service: &Url, now: Time) -> Result<String, String> {
    let audience = service.origin().ascii_serialization();
    let subject = format!("mailto:{}", account.contact);
    let claims = Claims {
        aud: &audience,
        exp: (now + LASTS).timestamp(),
        sub: &subject,
    };
    let random = SystemRandom::new();
    let key = read(&account.key.private, &random).map_err(|error| error.to_string())?;
    let signed = signed_part(&claims).map_err(|error| error.to_string())?;
    let signature = key
        .sign(&random, signed.as_bytes())
        .map_err(|error| error.to_string())?;
    let signature = BASE64URL_NOPAD.encode(signature.as_ref());
    let public = BASE64URL_NOPAD.encode(&account.key.public);
    Ok(format!("vapid t={signed}.{signature}, k={public}"))
}

fn read(private: &[u8], random: &SystemRandom) -> Result<EcdsaKeyPair, KeyRejected> {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private, random)
}

fn signed_part(claims: &Claims<'_>) -> serde_json::Result<String> {
    let header = Header {
        typ: "JWT",
        alg: "ES256",
    };
    let part = |bytes: Vec<u8>| BASE64URL_NOPAD.encode(&bytes);
    Ok(format!(
        "{}.{}",
        part(serde_json::to_vec(&header)?),
        part(serde_json::to_vec(claims)?)
    ))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    /// RFC 8292, section 2.4.
    #[test]
    fn the_published_example_is_signed_over_the_same_words() {
        let claims = Claims {
            aud: "https://push.example.net",
            exp: 1_453_523_768,
            sub: "mailto:push@example.com",
        };
        let signed = signed_part(&claims).unwrap();
        let bytes = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        let key = bytes("BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs");
        let signature = bytes("i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA");
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key);
        assert!(key.verify(signed.as_bytes(), &signature).is_ok());
    }

    #[test]
    fn a_token_names_the_service_the_end_and_the_contact_and_is_signed_with_the_stores_key() {
        let account = PushAccount {
            key: new_key().unwrap(),
            contact: "shop@example.com".to_owned(),
        };
        let service = Url::parse("https://push.example.net/p/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV").unwrap();
        let now = DateTime::from_timestamp(1_453_480_568, 0).unwrap();
        let header = authorization(&account, &service, now).unwrap();
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(BASE64URL_NOPAD.decode(public.as_bytes()).unwrap(), account.key.public);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &account.key.public);
        assert!(key.verify(signed.as_bytes(), &signature).is_ok());
        let (_, claims) = signed.split_once('.').unwrap();
        let claims: serde_json::Value =
            serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
        let expected = serde_json::json!({
            "aud": "https://push.example.net",
            "exp": 1_453_523_768,
            "sub": "mailto:shop@example.com",
        });
        assert_eq!(claims, expected);
        let broken = PushAccount {
            key: PushKey {
                private: vec![1],
                ..account.key
            },
            ..account
        };
        assert!(authorization(&broken, &service, now).is_err());
    }
}
