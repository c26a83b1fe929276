//! A ticket as browsers and programs carry it: a place in the queue of one store, and the store's signature.

use data_encoding::BASE64URL_NOPAD;
use kernel::{StoreId, Time};
use ring::hmac::{self, HMAC_SHA256};
use uuid::Uuid;

use crate::{Pace, Standing};

/// A place in the queue of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    pub(crate) place: i64,
}

impl Ticket {
    /// How it does at a moment.
    pub fn standing(self, pace: &Pace, now: Time) -> Standing {
        pace.standing(self.place, now)
    }

    /// What tells it from other tickets of its store, where several are used together.
    pub fn subject(self) -> Uuid {
        Uuid::from_u128(self.place.unsigned_abs().into())
    }

    /// The ticket as a text, signed for the store.
    pub fn sign(self, key: &[u8; 32], store: StoreId) -> String {
        let signature = hmac::sign(&hmac::Key::new(HMAC_SHA256, key), &signed(store, self.place));
        let place = self.place.to_be_bytes();
        BASE64URL_NOPAD.encode(&[place.as_slice(), signature.as_ref()].concat())
    }

    /// The ticket of a text that the store signed; none of any other text.
    pub fn read(key: &[u8; 32], store: StoreId, text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (place, signature) = bytes.split_first_chunk::<8>()?;
        let place = i64::from_be_bytes(*place);
        let key = hmac::Key::new(HMAC_SHA256, key);
        hmac::verify(&key, &signed(store, place), signature).ok()?;
        Some(Self { place })
    }
}

fn signed(store: StoreId, place: i64) -> Vec<u8> {
    [
        b"souk queue ticket\0".as_slice(),
        Uuid::from(store).as_bytes(),
        &place.to_be_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_of_one_store_and_cannot_be_made_better() {
        let (store, other) = (StoreId::from(Uuid::from_u128(1)), StoreId::from(Uuid::from_u128(2)));
        let text = Ticket { place: 7 }.sign(&[1; 32], store);
        assert_eq!(Ticket::read(&[1; 32], store, &text), Some(Ticket { place: 7 }));
        assert_eq!(Ticket::read(&[2; 32], store, &text), None);
        assert_eq!(Ticket::read(&[1; 32], other, &text), None);
        let mut bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        bytes[7] = 6;
        let better = BASE64URL_NOPAD.encode(&bytes);
        for forged in ["", "!", "AAAA", &better, &format!("{text}A")] {
            assert_eq!(Ticket::read(&[1; 32], store, forged), None, "{forged}");
        }
    }
}
