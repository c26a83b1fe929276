//! A push that only its browser can read (RFC 8291): the keys of both sides, and what the browser told as its secret, make the
//! key of one record (RFC 8188).

use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Salt},
};

/// How many bytes the salt has.
pub(crate) const SALT: usize = 16;
/// The size of a record: the only one is shorter.
const RECORD_BYTES: u32 = 4096;
/// What stands behind the last record's content.
const LAST: u8 = 2;

/// Who can read it, as the browser said.
pub(crate) struct Reader<'r> {
    /// Its public key, a point of P-256.
    pub(crate) public: &'r [u8],
    /// Its secret.
    pub(crate) auth: &'r [u8],
}

/// How many bytes are to be derived.
struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

/// The body of a push. Fails where the browser's key is no point of the curve.
pub(crate) fn encrypt(
    reader: &Reader<'_>,
    own: EphemeralPrivateKey,
    salt: [u8; SALT],
    plain: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    let public = own.compute_public_key()?;
    let public = public.as_ref();
    let theirs = UnparsedPublicKey::new(&ECDH_P256, reader.public);
    let input = agree_ephemeral(own, &theirs, |shared| {
        let info: [&[u8]; 3] = [b"WebPush: info\0", reader.public, public];
        derive::<32>(reader.auth, shared, &info)
    })??;
    let key = derive::<16>(&salt, &input, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce = derive::<NONCE_LEN>(&salt, &input, &[b"Content-Encoding: nonce\0"])?;
    let mut content = [plain, &[LAST]].concat();
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?).seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut content,
    )?;
    let length = u8::try_from(public.len()).map_err(|_too_long| Unspecified)?;
    Ok([&salt[..], &RECORD_BYTES.to_be_bytes(), &[length], public, &content].concat())
}

fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut derived = [0; N];
    let key = Salt::new(HKDF_SHA256, salt).extract(secret);
    key.expand(info, Bytes(N))?.fill(&mut derived)?;
    Ok(derived)
}

#[cfg(test)]
pub(crate) mod tests {
    use data_encoding::BASE64URL_NOPAD;
    #[expect(deprecated, reason = "nothing else lets a published example choose what is random")]
    use ring::test::rand::FixedSliceRandom;

    use super::*;

    pub(crate) fn bytes(text: &str) -> Vec<u8> {
        BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
    }

    #[expect(deprecated, reason = "nothing else lets a published example choose what is random")]
    pub(crate) fn private(bytes: &[u8]) -> EphemeralPrivateKey {
        EphemeralPrivateKey::generate(&ECDH_P256, &FixedSliceRandom { bytes }).unwrap()
    }

    /// What a browser reads, whose private key that is.
    pub(crate) fn decrypt(private_key: &[u8], auth: &[u8], body: &[u8]) -> Vec<u8> {
        let own = private(private_key);
        let (salt, rest) = body.split_at(SALT);
        let (public, content) = rest[5..].split_at(usize::from(rest[4]));
        let reader = own.compute_public_key().unwrap();
        let theirs = UnparsedPublicKey::new(&ECDH_P256, public);
        let info: [&[u8]; 3] = [b"WebPush: info\0", reader.as_ref(), public];
        let input = agree_ephemeral(own, &theirs, |shared| derive::<32>(auth, shared, &info));
        let input = input.unwrap().unwrap();
        let key = derive::<16>(salt, &input, &[b"Content-Encoding: aes128gcm\0"]).unwrap();
        let nonce = derive::<NONCE_LEN>(salt, &input, &[b"Content-Encoding: nonce\0"]).unwrap();
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let mut content = content.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let plain = key.open_in_place(nonce, Aad::empty(), &mut content).unwrap();
        let (last, plain) = plain.split_last().unwrap();
        assert_eq!(*last, LAST);
        plain.to_vec()
    }

    /// RFC 8291, section 5 and appendix A.
    #[test]
    fn the_published_example_is_made_to_the_byte_and_read_again() {
        let (theirs, auth) = (
            bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        );
        let reader = Reader {
            public: &theirs,
            auth: &auth,
        };
        let own = private(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let plain = b"When I grow up, I want to be a watermelon";
        let body = encrypt(&reader, own, salt, plain).unwrap();
        let published = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w\
                         EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64URL_NOPAD.encode(&body), published);
        let private_key = bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94");
        assert_eq!(decrypt(&private_key, &auth, &body), plain);
    }

    #[test]
    fn a_key_that_is_no_point_makes_no_push() {
        let mut public = vec![1; 65];
        public[0] = 4;
        let reader = Reader {
            public: &public,
            auth: &[2; 16],
        };
        assert!(encrypt(&reader, private(&[3; 32]), [4; SALT], b"hello").is_err());
    }
}
