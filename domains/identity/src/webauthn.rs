//! What a device signs, and what it has to say so that it counts (Web Authentication, level 3, sections 7.1 and 7.2). Which
//! device it is does not matter here, so no attestation is asked for.

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::{cose::PublicKey, secret};

/// Where passkeys are used: a store's host, and the origins its pages may have.
#[derive(Debug, Clone)]
pub struct PasskeySite {
    /// The host name, without a port.
    pub host: String,
    /// Scheme, host and port of its pages.
    pub origins: Vec<String>,
}

/// What the browser wrote, and the device signed.
#[derive(Debug, Clone, Default)]
pub struct SignedData {
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// `authenticatorData`.
    pub authenticator_data: Vec<u8>,
}

/// What the browser was asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ceremony {
    Create,
    Get,
}

/// What does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyFlaw {
    /// The data is not as it should be.
    #[error("the answer of the device is damaged")]
    Form,
    /// The answer is to something else than what was asked.
    #[error("the answer is to another question")]
    Ceremony,
    /// The page was another site's.
    #[error("the answer is for another site")]
    Site,
    /// The device did not recognise the person.
    #[error("the device did not recognise the person")]
    Person,
    /// The key is of a kind that is not taken.
    #[error("the key is of a kind that is not taken")]
    Key,
    /// The signature is not the key's.
    #[error("the signature is not the key's")]
    Signature,
}

/// What a device says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said<'d> {
    pub(crate) sign_count: i64,
    /// The new key with its id, where one was made.
    pub(crate) made: Option<Made<'d>>,
}

/// A key that was just made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Made<'d> {
    pub(crate) credential_id: &'d [u8],
    pub(crate) public_key: &'d [u8],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

const PERSON_PRESENT: u8 = 0x01;
const PERSON_VERIFIED: u8 = 0x04;
const KEY_INCLUDED: u8 = 0x40;
/// The longest id of a key that browsers make.
const LONGEST_CREDENTIAL_ID: usize = 1023;

impl SignedData {
    /// What the database keeps of the challenge this answers.
    pub(crate) fn challenge_hash(&self) -> Result<[u8; 32], PasskeyFlaw> {
        Ok(secret::hash(&self.client_data()?.challenge))
    }

    fn client_data(&self) -> Result<ClientData, PasskeyFlaw> {
        serde_json::from_slice(&self.client_data).map_err(|_error| PasskeyFlaw::Form)
    }

    /// What the device says, for this ceremony on this site, of a person whom it recognised.
    pub(crate) fn check(&self, ceremony: Ceremony, site: &PasskeySite) -> Result<Said<'_>, PasskeyFlaw> {
        let client = self.client_data()?;
        let kind = match ceremony {
            Ceremony::Create => "webauthn.create",
            Ceremony::Get => "webauthn.get",
        };
        if client.kind != kind {
            return Err(PasskeyFlaw::Ceremony);
        }
        if client.cross_origin || !site.origins.contains(&client.origin) {
            return Err(PasskeyFlaw::Site);
        }
        let data = &self.authenticator_data;
        let (site_hash, rest) = data.split_first_chunk::<32>().ok_or(PasskeyFlaw::Form)?;
        let (&[flags], rest) = rest.split_first_chunk::<1>().ok_or(PasskeyFlaw::Form)?;
        let (count, rest) = rest.split_first_chunk::<4>().ok_or(PasskeyFlaw::Form)?;
        if *site_hash != <[u8; 32]>::from(Sha256::digest(site.host.as_bytes())) {
            return Err(PasskeyFlaw::Site);
        }
        if flags & PERSON_PRESENT == 0 || flags & PERSON_VERIFIED == 0 {
            return Err(PasskeyFlaw::Person);
        }
        Ok(Said {
            sign_count: i64::from(u32::from_be_bytes(*count)),
            made: match flags & KEY_INCLUDED {
                0 => None,
                _ => Some(made(rest)?),
            },
        })
    }

    /// Whether the holder of a key signed this.
    pub(crate) fn is_signed_by(&self, public_key: &[u8], signature: &[u8]) -> Result<(), PasskeyFlaw> {
        let (key, _length) = PublicKey::parse(public_key).ok_or(PasskeyFlaw::Key)?;
        let client_hash = <[u8; 32]>::from(Sha256::digest(&self.client_data));
        let message = [self.authenticator_data.as_slice(), &client_hash].concat();
        if key.verifies(&message, signature) {
            Ok(())
        } else {
            Err(PasskeyFlaw::Signature)
        }
    }
}

/// Model of the device, id and key (section 6.5.1).
fn made(bytes: &[u8]) -> Result<Made<'_>, PasskeyFlaw> {
    let (_model, rest) = bytes.split_first_chunk::<16>().ok_or(PasskeyFlaw::Form)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(PasskeyFlaw::Form)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (credential_id, rest) = rest.split_at_checked(length).ok_or(PasskeyFlaw::Form)?;
    if !(1..=LONGEST_CREDENTIAL_ID).contains(&length) {
        return Err(PasskeyFlaw::Form);
    }
    let (_key, length) = PublicKey::parse(rest).ok_or(PasskeyFlaw::Key)?;
    let (public_key, _extensions) = rest.split_at_checked(length).ok_or(PasskeyFlaw::Form)?;
    Ok(Made {
        credential_id,
        public_key,
    })
}

/// Whether a device that signed so often may say so now: it counts up, or not at all. A count that comes again means that
/// somebody copied the key.
pub(crate) fn counts_on(before: i64, now: i64) -> bool {
    now > before || (before == 0 && now == 0)
}

/// The name of a key as browsers write it.
pub(crate) fn encoded(credential_id: &[u8]) -> String {
    BASE64URL_NOPAD.encode(credential_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::device::{Device, ORIGIN, site};

    type Change<'c> = &'c dyn Fn(&mut SignedData);

    #[test]
    fn only_the_right_answer_counts() {
        let device = Device::new(1);
        let good = device.assert("challenge", ORIGIN, 7);
        assert_eq!(
            good.data.check(Ceremony::Get, &site()),
            Ok(Said {
                sign_count: 7,
                made: None
            })
        );
        assert_eq!(good.data.is_signed_by(&device.public_key(), &good.signature), Ok(()));
        let other = Device::new(2);
        assert_eq!(
            good.data.is_signed_by(&other.public_key(), &good.signature),
            Err(PasskeyFlaw::Signature)
        );
        assert_eq!(
            good.data.is_signed_by(b"no key", &good.signature),
            Err(PasskeyFlaw::Key)
        );
        assert_eq!(good.data.check(Ceremony::Create, &site()), Err(PasskeyFlaw::Ceremony));

        let check = |change: Change<'_>| {
            let mut data = good.data.clone();
            change(&mut data);
            data.check(Ceremony::Get, &site()).map(|_| ())
        };
        let json = |text: String| move |data: &mut SignedData| data.client_data = text.clone().into_bytes();
        let client = |origin: &str, more: &str| {
            format!(r#"{{"type":"webauthn.get","challenge":"c","origin":"{origin}"{more}}}"#)
        };
        let cases: [(Change<'_>, Result<(), PasskeyFlaw>); 9] = [
            (&json(client(ORIGIN, r#","crossOrigin":false,"other":1"#)), Ok(())),
            (&json(client(ORIGIN, r#","crossOrigin":true"#)), Err(PasskeyFlaw::Site)),
            (&json(client("https://evil.example", "")), Err(PasskeyFlaw::Site)),
            (&json("{}".to_owned()), Err(PasskeyFlaw::Form)),
            (&|data| data.authenticator_data[0] ^= 1, Err(PasskeyFlaw::Site)),
            (
                &|data| data.authenticator_data[32] = PERSON_PRESENT,
                Err(PasskeyFlaw::Person),
            ),
            (
                &|data| data.authenticator_data[32] = PERSON_VERIFIED,
                Err(PasskeyFlaw::Person),
            ),
            (
                &|data| data.authenticator_data[32] |= KEY_INCLUDED,
                Err(PasskeyFlaw::Form),
            ),
            (&|data| data.authenticator_data.truncate(36), Err(PasskeyFlaw::Form)),
        ];
        for (change, expected) in cases {
            assert_eq!(check(change), expected);
        }
    }

    #[test]
    fn a_new_key_comes_with_its_id() {
        let device = Device::new(1);
        let data = device.create("challenge", ORIGIN);
        let said = data.check(Ceremony::Create, &site()).unwrap();
        let public_key = device.public_key();
        assert_eq!(
            said.made,
            Some(Made {
                credential_id: &device.credential_id,
                public_key: &public_key
            })
        );
        assert_eq!(data.challenge_hash(), Ok(secret::hash("challenge")));
        let mut short = data.clone();
        short.authenticator_data.truncate(data.authenticator_data.len() - 1);
        assert_eq!(short.check(Ceremony::Create, &site()), Err(PasskeyFlaw::Key));
        let mut nameless = data.clone();
        nameless.authenticator_data[53..55].copy_from_slice(&[0, 0]);
        assert_eq!(nameless.check(Ceremony::Create, &site()), Err(PasskeyFlaw::Form));
    }

    #[test]
    fn a_count_goes_up_or_stays_zero() {
        for (before, now, fine) in [
            (0, 0, true),
            (0, 1, true),
            (1, 2, true),
            (5, 5, false),
            (5, 4, false),
            (5, 0, false),
        ] {
            assert_eq!(counts_on(before, now), fine, "{before} {now}");
        }
    }
}
