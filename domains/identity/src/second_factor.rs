//! A second factor: the code of an authenticator app, or a recovery code when the telephone is lost.

use chrono::TimeDelta;
use data_encoding::BASE32_NOPAD;
use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress};

use crate::{
    secret,
    sign_in_flow::{count_failure, remaining_lock},
    store, totp,
};

/// What binds a sealed secret to its use.
const SEALED: &str = "second_factors.secret";
/// What binds recovery codes that may be shown again to their use.
const SEALED_CODES: &str = "second_factors.recovery_codes";
/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;
/// For how long a form that is sent again shows the codes again.
pub(crate) const SHOWN_AGAIN_FOR: TimeDelta = TimeDelta::minutes(2);

/// How an account signs in besides its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactorStatus {
    /// Whether a code is asked for.
    pub on: bool,
    /// How many recovery codes are left.
    pub recovery_codes: i64,
}

/// A secret that an app is to learn. It is shown while the factor is being set up, and never again.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The secret in base 32, for typing.
    pub secret: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

/// Why a second factor is not set up.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// The code is not the app's, or was used before.
    #[error("the code is wrong")]
    WrongCode,
    /// Setting up was not begun.
    #[error("setting up was not begun")]
    NotStarted,
    /// There is one already.
    #[error("there is a second factor already")]
    AlreadyOn,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Why a code does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeRefused {
    Wrong,
    Locked(TimeDelta),
}

/// Whether a code is asked for at sign-in.
pub async fn find_second_factor(ctx: &mut Ctx, account_id: AccountId) -> Result<SecondFactorStatus, Error> {
    store::find_second_factor_status(ctx, account_id).await
}

/// Begins, or begins anew: a secret that does not count until a code confirms that an app knows it.
pub async fn start_second_factor(ctx: &mut Ctx, account_id: AccountId) -> Result<Enrolment, SecondFactorError> {
    let secret: [u8; 20] = ctx.random_bytes();
    let sealed = ctx.seal(SEALED, &secret)?;
    if store::replace_second_factor(ctx, account_id, &sealed).await? {
        Ok(enrolment(&secret))
    } else {
        Err(SecondFactorError::AlreadyOn)
    }
}

/// The secret of a factor that is being set up, to show it again after a mistyped code.
pub async fn find_enrolment(ctx: &mut Ctx, account_id: AccountId) -> Result<Option<Enrolment>, Error> {
    match store::find_second_factor(ctx, account_id).await? {
        Some(factor) if !factor.confirmed => Ok(Some(enrolment(&ctx.unseal(SEALED, &factor.sealed_secret)?))),
        Some(_) | None => Ok(None),
    }
}

/// The app knows the secret: from now on sign-in asks for a code. Gives the recovery codes; the same form sent again within
/// two minutes gives them again, so that a double click does not hide them.
pub async fn confirm_second_factor(
    ctx: &mut Ctx,
    account_id: AccountId,
    code: &str,
) -> Result<Vec<String>, SecondFactorError> {
    let factor = store::lock_second_factor(ctx, account_id)
        .await?
        .ok_or(SecondFactorError::NotStarted)?;
    if factor.confirmed {
        let shown = shown_again(ctx, account_id, code).await?;
        return shown.ok_or(SecondFactorError::AlreadyOn);
    }
    let key = ctx.unseal(SEALED, &factor.sealed_secret)?;
    let step = totp::step_of(&key, &tidied(code), ctx.now(), factor.last_step).ok_or(SecondFactorError::WrongCode)?;
    store::update_second_factor_confirmed(ctx, account_id, step).await?;
    Ok(new_recovery_codes(ctx, account_id, code).await?)
}

/// Recovery codes in the place of all there were, for that proof.
pub(crate) async fn new_recovery_codes(
    ctx: &mut Ctx,
    account_id: AccountId,
    proof: &str,
) -> Result<Vec<String>, Error> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(ctx)).collect();
    let new = store::NewRecoveryCodes {
        hashes: codes.iter().map(|code| secret::hash(&tidied(code)).to_vec()).collect(),
        sealed: ctx.seal(SEALED_CODES, codes.join("\n").as_bytes())?,
        proof_hash: secret::hash(&tidied(proof)),
    };
    store::replace_recovery_codes(ctx, account_id, &new).await?;
    Ok(codes)
}

/// The codes that were made a moment ago for this very proof.
pub(crate) async fn shown_again(
    ctx: &mut Ctx,
    account_id: AccountId,
    proof: &str,
) -> Result<Option<Vec<String>>, Error> {
    let since = ctx.now() - SHOWN_AGAIN_FOR;
    let sealed = store::find_shown_codes(ctx, account_id, secret::hash(&tidied(proof)), since).await?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let text = String::from_utf8(ctx.unseal(SEALED_CODES, &sealed)?).map_err(|_error| Error::Sealed(SEALED_CODES))?;
    Ok(Some(text.lines().map(str::to_owned).collect()))
}

/// Tries a code of the app or a recovery code, and counts a wrong one like a wrong password. The caller commits either way.
pub(crate) async fn try_code(
    ctx: &mut Ctx,
    account_id: AccountId,
    email: &EmailAddress,
    typed: &str,
) -> Result<Result<(), CodeRefused>, Error> {
    // Whoever tries next waits here, so that guesses sent at once do not run past the lock.
    let factor = store::lock_second_factor(ctx, account_id).await?;
    let locked_until = store::find_lock(ctx, email).await?;
    if let Some(left) = remaining_lock(locked_until, ctx.now()) {
        return Ok(Err(CodeRefused::Locked(left)));
    }
    let typed = tidied(typed);
    if let Some(factor) = factor.filter(|factor| factor.confirmed) {
        let key = ctx.unseal(SEALED, &factor.sealed_secret)?;
        if let Some(step) = totp::step_of(&key, &typed, ctx.now(), factor.last_step) {
            store::update_second_factor_step(ctx, account_id, step).await?;
            return Ok(Ok(()));
        }
        if store::delete_recovery_code(ctx, account_id, secret::hash(&typed)).await? {
            return Ok(Ok(()));
        }
    }
    count_failure(ctx, email).await?;
    Ok(Err(CodeRefused::Wrong))
}

fn enrolment(secret: &[u8]) -> Enrolment {
    Enrolment {
        secret: BASE32_NOPAD.encode(secret),
    }
}

/// Sixteen letters and digits in groups: 80 random bits, so that their hash tells nothing.
fn recovery_code(ctx: &Ctx) -> String {
    let text = BASE32_NOPAD.encode(&ctx.random_bytes::<10>()).to_ascii_lowercase();
    let characters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// Without the blanks and hyphens that people put between groups.
fn tidied(code: &str) -> String {
    let kept = code.chars().filter(|c| !c.is_whitespace() && *c != '-');
    kept.take(64).collect::<String>().to_ascii_lowercase()
}
