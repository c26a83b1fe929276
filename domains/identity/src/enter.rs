//! What follows when somebody showed who they are with a password or through a provider: a session, or the second factor.

use database::{Ctx, Error};

use crate::{Secret, SignedIn, complete_sign_in_flow::open_challenge, session, store};

/// The browser that signs in.
#[derive(Debug, Clone, Default)]
pub struct Entrance {
    /// The browser's name for itself, kept with the session.
    pub user_agent: String,
    /// The secret of the session the browser has now; it ends.
    pub previous: Option<String>,
}

/// How far somebody got.
#[derive(Debug)]
pub(crate) enum Entered {
    SignedIn(SignedIn),
    SecondFactorNeeded {
        challenge: Secret,
    },
    /// The second factor is a passkey, which is both factors in one.
    PasskeyNeeded,
}

/// The next step after the password or the provider.
pub(crate) async fn enter(ctx: &mut Ctx, known: &store::Credentials, entrance: &Entrance) -> Result<Entered, Error> {
    // The count of failures goes on: whoever knows the password must not be able to guess codes without end.
    if known.second_factor {
        let challenge = open_challenge(ctx, known.account_id).await?;
        return Ok(Entered::SecondFactorNeeded { challenge });
    }
    if known.needs_passkey {
        return Ok(Entered::PasskeyNeeded);
    }
    store::delete_failures(ctx, &known.email).await?;
    Ok(Entered::SignedIn(open(ctx, known, entrance).await?))
}

/// A session in the place of the one the browser had.
pub(crate) async fn open(ctx: &mut Ctx, known: &store::Credentials, entrance: &Entrance) -> Result<SignedIn, Error> {
    if let Some(previous) = &entrance.previous {
        session::sign_out(ctx, previous).await?;
    }
    let secret = session::open(ctx, known.account_id, known.is_staff, &entrance.user_agent).await?;
    Ok(SignedIn {
        secret,
        account_id: known.account_id,
        is_staff: known.is_staff,
    })
}
