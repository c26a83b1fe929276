//! Signing in with what a provider vouched for. Who is linked, and when, is decided by one pure function. It is a flow because
//! it acts as the account it finds, so that the log of changes names a member of staff.

use database::{Ctx, Error, OnConstraint as _, Work};
use kernel::{AccountId, Actor};

use crate::{
    AccountVerified, Entrance, PasswordHash, ProviderProof, Secret, SignedIn,
    enter::{Entered, enter},
    store,
};

/// How far somebody got.
#[derive(Debug)]
pub enum ProviderSignIn {
    /// In.
    SignedIn(SignedIn),
    /// A code of the second factor is still needed; [`crate::complete_sign_in_flow`] takes it with this secret.
    SecondFactorNeeded {
        /// What leads to the second step.
        challenge: Secret,
    },
    /// The store wants a second factor, which is a passkey here, so nothing but that opens the account.
    PasskeyNeeded,
    /// Nobody has this address: [`register_by_provider`] makes the account.
    NewPerson,
}

/// Why a provider's word is not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderRefusal {
    /// The provider does not tell an e-mail address that it knows to be the person's, so nobody can be found by it.
    AddressNotConfirmed,
    /// The account's own address was never confirmed, so it may be a stranger's: the password has to be shown first.
    AccountNotConfirmed,
    /// The account is linked with somebody else at this provider.
    OtherPerson,
    /// Somebody else's account is linked with this person at the provider.
    TakenByAnother,
    /// This provider does not vouch for staff.
    NotForStaff,
    /// This provider vouches for staff only, and nobody who works here has this address.
    StaffOnly,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum ProviderSignInError {
    /// The provider's word is not enough.
    #[error("what the provider vouches for is not enough: {0:?}")]
    Refused(ProviderRefusal),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Somebody we know already.
#[derive(Debug, Clone, Copy)]
struct Known {
    is_staff: bool,
    /// Found by a link, not by the address.
    linked: bool,
    /// Whether the account's address was proved.
    verified: bool,
    /// Whether the account is linked with anybody at this provider.
    has_link: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    SignIn,
    LinkAndSignIn,
    Register,
}

/// The whole policy of signing in through a provider.
fn decide(proof: &ProviderProof, known: Option<Known>) -> Result<Decision, ProviderRefusal> {
    let vouched = proof.email_verified && proof.email.is_some();
    match known {
        Some(known) if !proof.provider.takes(known.is_staff) => Err(if known.is_staff {
            ProviderRefusal::NotForStaff
        } else {
            ProviderRefusal::StaffOnly
        }),
        Some(known) if known.linked => Ok(Decision::SignIn),
        // The answer is the same whether somebody has that address or not.
        _ if !vouched => Err(ProviderRefusal::AddressNotConfirmed),
        Some(known) if known.has_link => Err(ProviderRefusal::OtherPerson),
        Some(known) if !known.verified => Err(ProviderRefusal::AccountNotConfirmed),
        Some(_) => Ok(Decision::LinkAndSignIn),
        None if proof.provider.for_customers => Ok(Decision::Register),
        None => Err(ProviderRefusal::StaffOnly),
    }
}

/// Signs in whoever is linked, or links the account of the address that the provider confirmed.
pub async fn sign_in_by_provider_flow(
    work: &Work,
    proof: &ProviderProof,
    entrance: &Entrance,
) -> Result<ProviderSignIn, ProviderSignInError> {
    let mut ctx = work.read();
    let linked = store::find_linked(&mut ctx, proof.provider.id, &proof.subject).await?;
    let account = match (linked, &proof.email) {
        (Some(account_id), _) => store::find_credentials(&mut ctx, account_id).await?,
        (None, Some(email)) if proof.email_verified => store::find_credentials_by_email(&mut ctx, email).await?,
        (None, _) => None,
    };
    let has_link = match &account {
        Some(known) => store::has_link(&mut ctx, proof.provider.id, known.account_id).await?,
        None => false,
    };
    ctx.commit().await?;
    let known = account.as_ref().map(|known| Known {
        is_staff: known.is_staff,
        linked: linked.is_some(),
        verified: known.verified,
        has_link,
    });
    let decision = decide(proof, known).map_err(ProviderSignInError::Refused)?;
    let (Some(known), Decision::SignIn | Decision::LinkAndSignIn) = (account, decision) else {
        return Ok(ProviderSignIn::NewPerson);
    };
    let mut ctx = acting_as(work, &known).write();
    link(&mut ctx, proof, known.account_id).await?;
    let entered = enter(&mut ctx, &known, entrance).await?;
    ctx.commit().await?;
    Ok(match entered {
        Entered::SignedIn(signed_in) => ProviderSignIn::SignedIn(signed_in),
        Entered::SecondFactorNeeded { challenge } => ProviderSignIn::SecondFactorNeeded { challenge },
        Entered::PasskeyNeeded => ProviderSignIn::PasskeyNeeded,
    })
}

/// Makes the account of a new customer, whose address counts as verified because the provider confirmed it. Open the customer in
/// the same transaction.
pub async fn register_by_provider(
    ctx: &mut Ctx,
    proof: &ProviderProof,
    entrance: &Entrance,
) -> Result<SignedIn, ProviderSignInError> {
    decide(proof, None).map_err(ProviderSignInError::Refused)?;
    let refused = ProviderSignInError::Refused(ProviderRefusal::AddressNotConfirmed);
    let email = proof.email.clone().ok_or(refused)?;
    let (account_id, now, locale) = (ctx.new_id(), ctx.now(), ctx.locale().code().to_owned());
    if !store::insert_account(ctx, account_id, &email, &PasswordHash::none(), Some(now)).await? {
        // Somebody registered with this address a moment ago.
        return Err(ProviderSignInError::Refused(ProviderRefusal::AccountNotConfirmed));
    }
    link(ctx, proof, account_id).await?;
    ctx.publish(&AccountVerified {
        account_id,
        email,
        locale,
    })
    .await?;
    let known = store::find_credentials(ctx, account_id).await?;
    let known = known.ok_or_else(|| Error::corrupt("accounts.id", account_id.to_string()))?;
    Ok(crate::enter::open(ctx, &known, entrance).await?)
}

/// Links the person at the provider with the account that is signed in.
pub async fn link_provider(
    ctx: &mut Ctx,
    proof: &ProviderProof,
    account_id: AccountId,
) -> Result<(), ProviderSignInError> {
    let known = store::find_credentials(ctx, account_id).await?;
    let known = known.ok_or_else(|| Error::corrupt("accounts.id", account_id.to_string()))?;
    if proof.provider.takes(known.is_staff) {
        link(ctx, proof, account_id).await
    } else if known.is_staff {
        Err(ProviderSignInError::Refused(ProviderRefusal::NotForStaff))
    } else {
        Err(ProviderSignInError::Refused(ProviderRefusal::StaffOnly))
    }
}

async fn link(ctx: &mut Ctx, proof: &ProviderProof, account_id: AccountId) -> Result<(), ProviderSignInError> {
    let email = proof.email.as_ref().map_or("", |email| email.as_str());
    let linked = store::put_link(ctx, proof.provider.id, &proof.subject, account_id, email)
        .await
        .on_constraint("linked_accounts_account_key", || {
            ProviderSignInError::Refused(ProviderRefusal::OtherPerson)
        })?;
    if linked {
        Ok(())
    } else {
        Err(ProviderSignInError::Refused(ProviderRefusal::TakenByAnother))
    }
}

/// The log of changes names the member of staff; a customer's own account is nobody else's business.
fn acting_as(work: &Work, known: &store::Credentials) -> Work {
    if known.is_staff {
        let permissions = Vec::new();
        let account = known.account_id;
        work.acting_as(Actor::Staff { account, permissions })
    } else {
        work.clone()
    }
}

#[cfg(test)]
mod tests {
    use kernel::{EmailAddress, ProviderId, SeededEntropy, Time, TypedId as _};

    use super::*;
    use crate::Provider;

    fn proof(for_customers: bool, for_staff: bool, email_verified: bool) -> ProviderProof {
        ProviderProof {
            provider: Provider {
                id: ProviderId::generate(Time::UNIX_EPOCH, &SeededEntropy::new(1)),
                name: "Example".to_owned(),
                issuer: "https://id.example".to_owned(),
                client_id: "souk".to_owned(),
                scopes: "openid email".to_owned(),
                for_customers,
                for_staff,
                enabled: true,
            },
            subject: "248289761001".to_owned(),
            email: Some(EmailAddress::parse("ann@example.com").unwrap()),
            email_verified,
            names: Default::default(),
            link: None,
            next: String::new(),
        }
    }

    #[test]
    fn the_whole_policy() {
        use Decision::{LinkAndSignIn, Register, SignIn};
        use ProviderRefusal::{AccountNotConfirmed, AddressNotConfirmed, NotForStaff, OtherPerson, StaffOnly};
        let known = |flags: &str| Known {
            is_staff: flags.contains('s'),
            linked: flags.contains('l'),
            verified: flags.contains('v'),
            has_link: flags.contains('l') || flags.contains('h'),
        };
        // For whom the provider is (c, s), whether it confirms the address (+), and who is found: staff, linked, verified,
        // having a link.
        for (provider, found, expected) in [
            ("c+", None, Ok(Register)),
            ("cs+", None, Ok(Register)),
            ("s+", None, Err(StaffOnly)),
            ("c", None, Err(AddressNotConfirmed)),
            ("c+", Some("v"), Ok(LinkAndSignIn)),
            ("c+", Some(""), Err(AccountNotConfirmed)),
            ("c", Some("v"), Err(AddressNotConfirmed)),
            ("c", Some(""), Err(AddressNotConfirmed)),
            ("c+", Some("vh"), Err(OtherPerson)),
            ("s+", Some("v"), Err(StaffOnly)),
            ("s+", Some("sv"), Ok(LinkAndSignIn)),
            ("s+", Some("s"), Err(AccountNotConfirmed)),
            ("s", Some("sv"), Err(AddressNotConfirmed)),
            ("c+", Some("sv"), Err(NotForStaff)),
            ("c+", Some("svl"), Err(NotForStaff)),
            ("c", Some("l"), Ok(SignIn)),
            ("cs", Some("svl"), Ok(SignIn)),
            ("s", Some("vl"), Err(StaffOnly)),
        ] {
            let proof = proof(provider.contains('c'), provider.contains('s'), provider.contains('+'));
            assert_eq!(decide(&proof, found.map(known)), expected, "{provider} {found:?}");
        }
    }
}
