//! Signing in with a passkey. The device recognised the person, so a passkey counts as both factors. It is a flow because a
//! challenge must be used up although the answer fails.

use database::{Ctx, Error, Work};

use crate::{
    Entrance, PasskeyFlaw, PasskeySite, Secret, SignedData, SignedIn, enter, passkey, store,
    webauthn::{Ceremony, counts_on},
};

/// What a device answered.
#[derive(Debug, Clone, Default)]
pub struct PasskeyAnswer {
    /// Which passkey it is.
    pub credential_id: Vec<u8>,
    /// What was signed.
    pub data: SignedData,
    /// The signature.
    pub signature: Vec<u8>,
    /// How the device names the account, in base 64 for addresses.
    pub user_handle: String,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum PasskeySignInError {
    /// The device took too long, or its answer was used before.
    #[error("the device took too long")]
    Expired,
    /// No account has this passkey.
    #[error("no account has this passkey")]
    Unknown,
    /// The device's answer does not hold.
    #[error(transparent)]
    Flaw(#[from] PasskeyFlaw),
    /// The device signed less often than before, so there are two of it.
    #[error("the passkey was copied")]
    Copied,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Something for a device to sign, for whoever wants to sign in.
pub async fn start_passkey_sign_in(ctx: &mut Ctx) -> Result<Secret, Error> {
    passkey::new_challenge(ctx, None).await
}

/// Opens a session for the right signature, once.
pub async fn sign_in_by_passkey_flow(
    work: &Work,
    site: &PasskeySite,
    answer: &PasskeyAnswer,
    entrance: &Entrance,
) -> Result<SignedIn, PasskeySignInError> {
    let mut ctx = work.write();
    let asked = store::delete_passkey_challenge(&mut ctx, answer.data.challenge_hash()?).await?;
    ctx.commit().await?;
    if asked != Some(None) {
        return Err(PasskeySignInError::Expired);
    }
    let mut ctx = work.write();
    let found = store::lock_passkey(&mut ctx, &answer.credential_id).await?;
    let found = found.ok_or(PasskeySignInError::Unknown)?;
    if answer.user_handle != passkey::user_handle(found.account_id) {
        return Err(PasskeySignInError::Unknown);
    }
    let said = answer.data.check(Ceremony::Get, site)?;
    answer.data.is_signed_by(&found.public_key, &answer.signature)?;
    if !counts_on(found.sign_count, said.sign_count) {
        return Err(PasskeySignInError::Copied);
    }
    store::update_passkey_used(&mut ctx, found.id, said.sign_count).await?;
    let known = store::find_credentials(&mut ctx, found.account_id).await?;
    let known = known.ok_or(PasskeySignInError::Unknown)?;
    store::delete_failures(&mut ctx, &known.email).await?;
    let signed_in = enter::open(&mut ctx, &known, entrance).await?;
    ctx.commit().await?;
    Ok(signed_in)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::testing::TestDatabase;
    use kernel::{AccountId, PasskeyId, SessionId};

    use super::*;
    use crate::{
        AddPasskeyError, NewPasskey, RemoveMethodError, Role, SignInError, add_passkey, authenticate, list_passkeys,
        offer_passkey, remove_passkey, remove_staff_second_factor, require_staff_second_factor,
        testing::{
            PASSWORD, account,
            device::{Device, ORIGIN, site},
            sign_in, staff,
        },
    };

    async fn session_of(db: &TestDatabase, email: &str) -> SessionId {
        let secret = sign_in(db, email, PASSWORD).await.unwrap().secret;
        let found = authenticate(&mut db.work().read(), secret.as_str()).await.unwrap();
        found.unwrap().session_id
    }

    async fn add(
        db: &TestDatabase,
        device: &mut Device,
        account_id: AccountId,
        session_id: SessionId,
    ) -> Result<PasskeyId, AddPasskeyError> {
        let mut ctx = db.work().write();
        let offer = offer_passkey(&mut ctx, account_id, session_id).await?;
        device.user_handle = offer.user_handle;
        let new = NewPasskey {
            name: " Telephone ".to_owned(),
            data: device.create(offer.challenge.as_str(), ORIGIN),
        };
        let id = add_passkey(&mut ctx, account_id, &site(), new).await?;
        ctx.commit().await?;
        Ok(id)
    }

    async fn challenge(db: &TestDatabase) -> String {
        let mut ctx = db.work().write();
        let challenge = start_passkey_sign_in(&mut ctx).await.unwrap();
        ctx.commit().await.unwrap();
        challenge.into_string()
    }

    async fn enter(db: &TestDatabase, answer: &PasskeyAnswer) -> Result<SignedIn, PasskeySignInError> {
        sign_in_by_passkey_flow(&db.work(), &site(), answer, &Entrance::default()).await
    }

    #[tokio::test]
    async fn a_passkey_signs_in_once_for_each_challenge() {
        let db = TestDatabase::new().await;
        let ann = account(&db, "ann@example.com").await;
        let mut device = Device::new(1);
        let session = session_of(&db, "ann@example.com").await;
        let id = add(&db, &mut device, ann, session).await.unwrap();
        let again = add(&db, &mut device, ann, session).await;
        assert!(matches!(again, Err(AddPasskeyError::Known)), "{again:?}");

        let answer = device.assert(&challenge(&db).await, ORIGIN, 1);
        assert_eq!(enter(&db, &answer).await.unwrap().account_id, ann);
        assert!(matches!(enter(&db, &answer).await, Err(PasskeySignInError::Expired)));
        let late = device.assert(&challenge(&db).await, ORIGIN, 2);
        db.clock().advance(TimeDelta::minutes(5));
        assert!(matches!(enter(&db, &late).await, Err(PasskeySignInError::Expired)));
        let made_up = device.assert("made up", ORIGIN, 2);
        assert!(matches!(enter(&db, &made_up).await, Err(PasskeySignInError::Expired)));

        let copied = device.assert(&challenge(&db).await, ORIGIN, 1);
        assert!(matches!(enter(&db, &copied).await, Err(PasskeySignInError::Copied)));
        let phished = device.assert(&challenge(&db).await, "https://evil.example", 2);
        let phished = enter(&db, &phished).await;
        assert!(
            matches!(phished, Err(PasskeySignInError::Flaw(PasskeyFlaw::Site))),
            "{phished:?}"
        );
        let mut forged = device.assert(&challenge(&db).await, ORIGIN, 2);
        forged.signature = Device::new(2).assert("other", ORIGIN, 2).signature;
        let forged = enter(&db, &forged).await;
        assert!(
            matches!(forged, Err(PasskeySignInError::Flaw(PasskeyFlaw::Signature))),
            "{forged:?}"
        );
        let mut handed_on = device.assert(&challenge(&db).await, ORIGIN, 2);
        handed_on.user_handle = passkey::user_handle(db.work().write().new_id());
        assert!(matches!(enter(&db, &handed_on).await, Err(PasskeySignInError::Unknown)));
        let stranger = Device::new(3).assert(&challenge(&db).await, ORIGIN, 2);
        assert!(matches!(enter(&db, &stranger).await, Err(PasskeySignInError::Unknown)));

        let passkey = list_passkeys(&mut db.work().read(), ann).await.unwrap().remove(0);
        assert_eq!((passkey.id, passkey.name.as_str()), (id, "Telephone"));
        assert!(passkey.last_used_at.is_some());
        let bob = account(&db, "bob@example.com").await;
        let mut ctx = db.work().write();
        let foreign = remove_passkey(&mut ctx, bob, id).await;
        assert!(matches!(foreign, Err(RemoveMethodError::NotFound)), "{foreign:?}");
        remove_passkey(&mut ctx, ann, id).await.unwrap();
        ctx.commit().await.unwrap();
        let gone = device.assert(&challenge(&db).await, ORIGIN, 3);
        assert!(matches!(enter(&db, &gone).await, Err(PasskeySignInError::Unknown)));
    }

    #[tokio::test]
    async fn a_passkey_is_added_in_a_fresh_session_to_the_account_that_was_asked() {
        let db = TestDatabase::new().await;
        let ann = account(&db, "ann@example.com").await;
        let bob = account(&db, "bob@example.com").await;
        let session = session_of(&db, "ann@example.com").await;
        let mut ctx = db.work().write();
        let offer = offer_passkey(&mut ctx, ann, session).await.unwrap();
        ctx.commit().await.unwrap();
        let device = Device::new(1);
        let new = |name: &str, challenge: &str| NewPasskey {
            name: name.to_owned(),
            data: device.create(challenge, ORIGIN),
        };
        let asked = offer.challenge.as_str().to_owned();
        let signing_in = challenge(&db).await;
        for (account_id, new) in [(bob, new("Mine", &asked)), (ann, new("Mine", &signing_in))] {
            let mut ctx = db.work().write();
            let refused = add_passkey(&mut ctx, account_id, &site(), new).await;
            assert!(matches!(refused, Err(AddPasskeyError::Expired)), "{refused:?}");
            ctx.rollback().await;
        }
        let long = "x".repeat(61);
        for name in ["", " ", long.as_str(), "a\u{7}"] {
            let refused = add_passkey(&mut db.work().write(), ann, &site(), new(name, &asked)).await;
            assert!(matches!(refused, Err(AddPasskeyError::Invalid(_))), "{refused:?}");
        }
        let answer = device.assert(&asked, ORIGIN, 0);
        assert!(matches!(enter(&db, &answer).await, Err(PasskeySignInError::Expired)));
        db.clock().advance(TimeDelta::hours(1));
        let old = offer_passkey(&mut db.work().write(), ann, session).await;
        assert!(matches!(old, Err(AddPasskeyError::SignInAgain)), "{old:?}");
    }

    #[tokio::test]
    async fn a_passkey_is_a_second_factor_that_a_password_cannot_replace() {
        let db = TestDatabase::new().await;
        const BOB: &str = "bob@example.com";
        let bob = staff(&db, BOB, Role::Support).await;
        let session = session_of(&db, BOB).await;
        let mut ctx = db.work().write();
        require_staff_second_factor(&mut ctx, true).await.unwrap();
        ctx.commit().await.unwrap();
        let lacks = async |secret: &str| {
            let found = authenticate(&mut db.work().read(), secret).await.unwrap().unwrap();
            found.staff.unwrap().lacks_second_factor
        };
        let by_password = sign_in(&db, BOB, PASSWORD).await.unwrap();
        assert!(lacks(by_password.secret.as_str()).await);
        let mut device = Device::new(1);
        add(&db, &mut device, bob, session).await.unwrap();
        assert!(!lacks(by_password.secret.as_str()).await);
        let refused = sign_in(&db, BOB, PASSWORD).await;
        assert!(matches!(refused, Err(SignInError::PasskeyNeeded)), "{refused:?}");
        let answer = device.assert(&challenge(&db).await, ORIGIN, 0);
        let by_passkey = enter(&db, &answer).await.unwrap();
        assert!(by_passkey.is_staff && !lacks(by_passkey.secret.as_str()).await);

        // A colleague takes it away when the device is lost.
        let mut ctx = db.work().write();
        remove_staff_second_factor(&mut ctx, bob).await.unwrap();
        ctx.commit().await.unwrap();
        sign_in(&db, BOB, PASSWORD).await.unwrap();
        assert_eq!(list_passkeys(&mut db.work().read(), bob).await.unwrap(), []);
    }
}
