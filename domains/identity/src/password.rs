//! Passwords: the rule for new ones, and Argon2id with OWASP's parameters, at most two at a time.

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher as _, PasswordVerifier as _, SaltString},
};
use database::Work;
use kernel::{EmailAddress, FieldError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A password hash takes 19 MiB and a core for some 20 ms, so this bounds what sign-ins can take from everything else.
const HASHED_AT_A_TIME: usize = 2;
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(HASHED_AT_A_TIME)));

/// Checked for e-mail addresses without an account, so that they take as long as the others. No password fits it.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c291a3NvdWtzb3Vrc291aw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The passwords that attackers try first, of those that are long enough; compared in lower case.
const COMMON: &str = "\
    00000000 0123456789 10203040 11111111 1111111111 11223344 112233445566 12121212 123123123 1234512345 \
     12341234 12344321 12345678 123456789 1234567890 123456789a 1234567891 123456abc 12345abcde 12345qwert \
     1234abcd 1234qwer 123qweasd 12qwaszx 147258369 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 22222222 55555555 \
     66666666 77777777 87654321 88888888 987654321 9876543210 99999999 a1234567 a12345678 a123456789 aa123456 \
     aa12345678 aaaaaaaa abc12345 abcd1234 abcdefgh admin123 admin1234 administrator alexander asdasdasd asdf1234 \
     asdfasdf asdfghjk asdfghjkl babygirl bandung123 baseball basketball bismillah butterfly changeme charlie1 \
     chocolate computer corvette dragon123 elephant facebook football iloveyou iloveyou1 indonesia indonesia123 \
     internet jakarta123 jennifer letmein1 letmein123 liverpool manchester master123 mercedes merdeka45 michael1 \
     michelle midnight monkey123 p@ssw0rd p@ssword pa55word pass1234 passw0rd password password! password01 \
     password1 password1! password12 password123 password1234 princess princess1 q1w2e3r4 qazwsxedc qweasdzxc \
     qwer1234 qwerasdf qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop rahasia1 rahasia123 samantha sayang123 \
     secret123 spiderman starwars summer123 sunshine superman superman1 trustno1 victoria welcome1 welcome123 \
     whatever zaq12wsx zxcvbnm1 zxcvbnm123";

/// A password that fits the rule: 8 to 200 characters, not the e-mail address, not one of the most common.
pub struct NewPassword(String);

/// A password as the database keeps it, in PHC format.
#[derive(Clone)]
pub struct PasswordHash(pub(crate) String);

/// A password could not be hashed or compared.
#[derive(Debug, thiserror::Error)]
pub enum HashingFailed {
    /// Argon2 refused its input, or a stored hash is damaged.
    #[error("a password hash is not usable: {0}")]
    Argon2(password_hash::Error),
    /// The thread that hashed was stopped.
    #[error("hashing was interrupted")]
    Interrupted,
}

impl NewPassword {
    /// Checks a password that somebody wants to have.
    pub fn parse(text: &str, email: &EmailAddress) -> Result<Self, FieldError> {
        let password = Self::parse_allowing_common(text, email)?;
        if COMMON.split(' ').any(|common| common == text.to_lowercase()) {
            return Err(FieldError::new(
                "password",
                "password_common",
                "is one of the passwords that attackers try first",
            ));
        }
        Ok(password)
    }

    /// The rule without the list of common passwords: for the demo, whose password is printed on its pages anyway.
    pub fn parse_allowing_common(text: &str, email: &EmailAddress) -> Result<Self, FieldError> {
        match text.chars().count() {
            0 => Err(FieldError::required("password")),
            1..8 => Err(FieldError::new(
                "password",
                "password_short",
                "must have at least 8 characters",
            )),
            8..=200 if text.to_lowercase() == email.as_str() => Err(FieldError::new(
                "password",
                "password_is_email",
                "may not be the e-mail address",
            )),
            8..=200 => Ok(Self(text.to_owned())),
            _ => Err(FieldError::new(
                "password",
                "too_long",
                "may have at most 200 characters",
            )),
        }
    }

    /// Waits for its turn and hashes. Call it before the transaction has begun.
    pub async fn hash(self, work: &Work) -> Result<PasswordHash, HashingFailed> {
        let mut salt = [0; 16];
        work.database().entropy().fill(&mut salt);
        let (_turn, hash) = Turn::wait().await?.run(move || hash_with_salt(&self.0, &salt)).await?;
        hash
    }
}

impl PasswordHash {
    /// What no password fits: of an account whose owner has not chosen one yet.
    pub(crate) fn none() -> Self {
        Self(NOBODYS_HASH.to_owned())
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// The right to hash. Whoever counts failures takes a turn before looking at the count and gives it back after writing it,
/// so that guesses sent all at once cannot run past the lock.
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Turn {
    pub(crate) async fn wait() -> Result<Self, HashingFailed> {
        let turn = Arc::clone(&TURNS).acquire_owned().await;
        turn.map(|permit| Self { _permit: permit })
            .map_err(|_closed| HashingFailed::Interrupted)
    }

    /// Whether the password fits the hash; without a hash it takes the same time and is false.
    pub(crate) async fn verify(
        self,
        stored: Option<PasswordHash>,
        password: String,
    ) -> Result<(Self, bool), HashingFailed> {
        let (turn, fits) = self
            .run(move || match stored {
                Some(PasswordHash(stored)) => fits(&stored, &password),
                None => fits(NOBODYS_HASH, &password).map(|_never| false),
            })
            .await?;
        Ok((turn, fits?))
    }

    /// Runs on a thread that may block. The thread holds the turn, so it is not free before the work is done, even when
    /// the request is dropped meanwhile.
    async fn run<T: Send + 'static>(
        self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(Self, T), HashingFailed> {
        let done = tokio::task::spawn_blocking(move || {
            let value = job();
            (self, value)
        });
        done.await.map_err(|_stopped| HashingFailed::Interrupted)
    }
}

fn argon2id() -> Result<Argon2<'static>, HashingFailed> {
    let params = Params::new(19_456, 2, 1, None).map_err(|error| HashingFailed::Argon2(error.into()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_with_salt(password: &str, salt: &[u8]) -> Result<PasswordHash, HashingFailed> {
    let salt = SaltString::encode_b64(salt).map_err(HashingFailed::Argon2)?;
    let hash = argon2id()?
        .hash_password(password.as_bytes(), &salt)
        .map_err(HashingFailed::Argon2)?;
    Ok(PasswordHash(hash.to_string()))
}

fn fits(stored: &str, password: &str) -> Result<bool, HashingFailed> {
    let stored = password_hash::PasswordHash::new(stored).map_err(HashingFailed::Argon2)?;
    match argon2id()?.verify_password(password.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::Password) => Ok(false),
        Err(error) => Err(HashingFailed::Argon2(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_names_what_is_wrong() {
        let email = EmailAddress::parse("ann.lee@example.com").unwrap();
        let code = |text: &str| {
            NewPassword::parse(text, &email)
                .map(|_| "good")
                .unwrap_or_else(|error| error.code)
        };
        let long = "x".repeat(201);
        for (text, expected) in [
            ("", "required"),
            ("seven77", "password_short"),
            ("pässwö8!", "good"),
            ("Ann.Lee@example.com", "password_is_email"),
            ("Password123", "password_common"),
            ("correct horse battery staple", "good"),
            (&long, "too_long"),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
        assert!(NewPassword::parse_allowing_common("password123", &email).is_ok());
        assert!(
            COMMON
                .split(' ')
                .all(|common| common.len() >= 8 && common.to_lowercase() == common)
        );
    }

    #[test]
    fn a_hash_fits_its_password_only() {
        let PasswordHash(hash) = hash_with_salt("open sesame", &[7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(fits(&hash, "open sesame").unwrap());
        assert!(!fits(&hash, "open sesame ").unwrap());
        assert!(!fits(NOBODYS_HASH, "open sesame").unwrap());
    }
}
