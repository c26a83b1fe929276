//! To a provider and back: where the browser goes, and what it proves when it returns. Both are flows because the provider is
//! asked over the network.

use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use database::{Error, Work};
use kernel::{AccountId, EmailAddress, ProviderId, SessionId};

use crate::{
    OpenId, OpenIdAnswer, OpenIdClient, OpenIdFailure, OpenIdQuestion, Provider, Secret, provider, secret, session,
    store,
};

/// How long somebody may stay at the provider.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// Somebody wants to show who they are.
#[derive(Debug, Clone)]
pub struct LeaveForProvider {
    /// Whom to ask.
    pub provider_id: ProviderId,
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
    /// Where the visitor wanted to be.
    pub next: String,
    /// The account that is to be linked, and the session it is looked through; none to sign in.
    pub link: Option<(AccountId, SessionId)>,
}

/// Where the browser goes.
#[derive(Debug, Clone)]
pub struct Departure {
    /// The provider's name.
    pub provider: String,
    /// The provider's sign-in page.
    pub url: String,
    /// A cookie for this browser, without which nobody comes back.
    pub verifier: Secret,
}

/// Why nobody leaves.
#[derive(Debug, thiserror::Error)]
pub enum LeaveForProviderError {
    /// There is no such provider, or it is switched off.
    #[error("there is no such provider")]
    NotFound,
    /// The session is too old to change how the account signs in.
    #[error("sign in again first")]
    SignInAgain,
    /// The provider is of no use.
    #[error("nobody can be sent to {provider}")]
    Provider {
        /// Its name.
        provider: String,
        /// Why.
        #[source]
        failure: OpenIdFailure,
    },
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The browser came back.
#[derive(Clone, Default)]
pub struct ReturnFromProvider {
    /// Where the browser was sent back to.
    pub redirect_uri: String,
    /// `state` of the address.
    pub state: String,
    /// `code` of the address; empty when the provider refused.
    pub code: String,
    /// `error` of the address; empty when all went well.
    pub error: String,
    /// `iss` of the address, where the provider sends it (RFC 9207).
    pub issuer: String,
    /// The cookie; empty when the browser has none.
    pub verifier: String,
}

/// What a provider vouched for, once.
#[derive(Debug, Clone)]
pub struct ProviderProof {
    pub(crate) provider: Provider,
    pub(crate) subject: String,
    /// The address, as far as it is one.
    pub(crate) email: Option<EmailAddress>,
    pub(crate) email_verified: bool,
    /// Given and family name as the provider knows them; may be empty.
    pub names: (String, String),
    /// The account that is to be linked; none to sign in.
    pub link: Option<AccountId>,
    /// Where the visitor wanted to be.
    pub next: String,
}

/// Why the return proves nothing, with what is known of where it began.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct ReturnRefused {
    /// What is wrong.
    #[source]
    pub reason: ReturnRefusal,
    /// The provider's name, if it is known.
    pub provider: String,
    /// Where the visitor wanted to be.
    pub next: String,
    /// Whether an account was to be linked.
    pub linking: bool,
}

/// Why the return proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReturnRefusal {
    /// The visit is too long ago, was used before, began in another browser, or never happened.
    #[error("the sign-in has to begin again")]
    Expired,
    /// The visitor said no.
    #[error("the visitor did not agree")]
    Denied,
    /// The provider refused, is away, or its token does not hold.
    #[error(transparent)]
    Provider(#[from] OpenIdFailure),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

impl ProviderProof {
    /// The provider's name.
    pub fn provider_name(&self) -> &str {
        &self.provider.name
    }
}

/// Notes that this browser leaves for a provider, and says where to.
pub async fn leave_for_provider_flow(
    work: &Work,
    openid: &dyn OpenId,
    command: LeaveForProvider,
) -> Result<Departure, LeaveForProviderError> {
    let mut ctx = work.read();
    let found = find(&mut ctx, command.provider_id, command.redirect_uri).await?;
    let lately = match command.link {
        Some((_, session_id)) => session::opened_lately(&mut ctx, session_id).await?,
        None => true,
    };
    ctx.commit().await?;
    let (provider, client) = found.ok_or(LeaveForProviderError::NotFound)?;
    if !lately {
        return Err(LeaveForProviderError::SignInAgain);
    }
    let mut ctx = work.write();
    let (verifier, nonce) = (Secret::for_link(&ctx), Secret::for_link(&ctx));
    let question = OpenIdQuestion {
        state: Secret::for_link(&ctx),
        challenge: BASE64URL_NOPAD.encode(&verifier.hash()),
        nonce,
    };
    let url = match openid.address(&client, &question).await {
        Ok(url) => url,
        Err(failure) => {
            let provider = provider.name;
            return Err(LeaveForProviderError::Provider { provider, failure });
        }
    };
    let visit = store::Visit {
        state_hash: question.state.hash(),
        provider_id: provider.id,
        verifier_hash: verifier.hash(),
        nonce_hash: question.nonce.hash(),
        account_id: command.link.map(|(account_id, _)| account_id),
        next: command.next,
        expires_at: ctx.now() + PATIENCE,
    };
    store::insert_visit(&mut ctx, &visit).await?;
    ctx.commit().await?;
    Ok(Departure {
        provider: provider.name,
        url,
        verifier,
    })
}

/// Uses up the visit, and asks the provider who came back.
pub async fn return_from_provider_flow(
    work: &Work,
    openid: &dyn OpenId,
    provider_id: ProviderId,
    command: ReturnFromProvider,
) -> Result<ProviderProof, ReturnRefused> {
    let mut refused = ReturnRefused {
        reason: ReturnRefusal::Expired,
        provider: String::new(),
        next: String::new(),
        linking: false,
    };
    match redeem(work, openid, provider_id, command, &mut refused).await {
        Ok(proof) => Ok(proof),
        Err(reason) => Err(ReturnRefused { reason, ..refused }),
    }
}

async fn redeem(
    work: &Work,
    openid: &dyn OpenId,
    provider_id: ProviderId,
    command: ReturnFromProvider,
    known: &mut ReturnRefused,
) -> Result<ProviderProof, ReturnRefusal> {
    let mut ctx = work.write();
    let visit = store::delete_visit(&mut ctx, provider_id, secret::hash(&command.state)).await?;
    let visit = visit.ok_or(ReturnRefusal::Expired)?;
    let found = find(&mut ctx, provider_id, command.redirect_uri).await?;
    ctx.commit().await?;
    let (provider, client) = found.ok_or(ReturnRefusal::Expired)?;
    // A visit that began in another browser says nothing of where this one wanted to be.
    if visit.verifier_hash != secret::hash(&command.verifier) {
        return Err(ReturnRefusal::Expired);
    }
    known.provider.clone_from(&provider.name);
    known.next.clone_from(&visit.next);
    known.linking = visit.account_id.is_some();
    match command.error.as_str() {
        "" => {}
        "access_denied" => return Err(ReturnRefusal::Denied),
        error => return Err(OpenIdFailure::Refused(shown(error)).into()),
    }
    if !command.issuer.is_empty() && command.issuer != provider.issuer {
        return Err(OpenIdFailure::BadToken("the answer is another provider's".to_owned()).into());
    }
    let answer = OpenIdAnswer {
        code: command.code,
        verifier: command.verifier,
    };
    let claims = openid.redeem(&client, &answer, work.now()).await?;
    if visit.nonce_hash != secret::hash(&claims.nonce) {
        return Err(OpenIdFailure::BadToken("nonce".to_owned()).into());
    }
    Ok(ProviderProof {
        provider,
        subject: claims.subject,
        email: EmailAddress::parse(&claims.email).ok(),
        email_verified: claims.email_verified,
        names: (claims.given_name, claims.family_name),
        link: visit.account_id,
        next: visit.next,
    })
}

/// A provider in use, and how the store is known to it.
async fn find(
    ctx: &mut database::Ctx,
    id: ProviderId,
    redirect_uri: String,
) -> Result<Option<(Provider, OpenIdClient)>, Error> {
    let found = store::find_provider(ctx, id).await?;
    let Some(found) = found.filter(|provider| provider.enabled) else {
        return Ok(None);
    };
    let Some(client_secret) = provider::find_client_secret(ctx, id).await? else {
        return Ok(None);
    };
    let client = OpenIdClient {
        issuer: found.issuer.clone(),
        client_id: found.client_id.clone(),
        client_secret,
        scopes: found.scopes.clone(),
        redirect_uri,
    };
    Ok(Some((found, client)))
}

/// What an address said, fit to be shown.
fn shown(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic()).take(60).collect()
}
