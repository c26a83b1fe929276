//! The port to providers of OpenID Connect: what identity asks of them, and what it takes as an answer.

use async_trait::async_trait;
use kernel::Time;

use crate::Secret;

/// How the store is known to a provider.
#[derive(Debug, Clone)]
pub struct OpenIdClient {
    /// The provider's name for itself, an address.
    pub issuer: String,
    /// The name it gave the store.
    pub client_id: String,
    /// What proves that name.
    pub client_secret: Secret,
    /// What is asked for, parted by blanks.
    pub scopes: String,
    /// Where the provider sends people back to.
    pub redirect_uri: String,
}

/// What a sign-in sends along to the provider.
#[derive(Debug, Clone)]
pub struct OpenIdQuestion {
    /// Comes back in the address.
    pub state: Secret,
    /// Comes back inside the signed token.
    pub nonce: Secret,
    /// The hash of what [`OpenIdAnswer::verifier`] will be (RFC 7636).
    pub challenge: String,
}

/// What a person brought back from the provider.
#[derive(Debug, Clone)]
pub struct OpenIdAnswer {
    /// What the provider trades for a token, once.
    pub code: String,
    /// Shows that the code was made for this browser.
    pub verifier: String,
}

/// What a provider says of a person, in a token whose signature, issuer, audience and time were checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenIdClaims {
    /// The provider's name for the person, which never changes.
    pub subject: String,
    /// What the question held.
    pub nonce: String,
    /// The e-mail address as written; may be missing.
    pub email: String,
    /// Whether the provider saw to it that the address is the person's.
    pub email_verified: bool,
    /// Given name; may be missing.
    pub given_name: String,
    /// Family name; may be missing.
    pub family_name: String,
}

/// Why a provider is of no use right now. The texts are for whoever set it up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenIdFailure {
    /// It does not answer, or with an error of its own.
    #[error("the provider does not answer: {0}")]
    Unreachable(String),
    /// What it says of itself does not fit, or is not safe.
    #[error("the provider cannot be used: {0}")]
    Unusable(String),
    /// It does not take the code, or the store's id and secret.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// The token proves nothing.
    #[error("the provider's token does not hold: {0}")]
    BadToken(String),
}

/// Speaks OpenID Connect: authorization code with PKCE.
#[async_trait]
pub trait OpenId: Send + Sync {
    /// Asks a provider whether it is one.
    async fn check(&self, issuer: &str) -> Result<(), OpenIdFailure>;

    /// The address where a person says who they are.
    async fn address(&self, client: &OpenIdClient, question: &OpenIdQuestion) -> Result<String, OpenIdFailure>;

    /// Trades the code for what the provider says of the person.
    async fn redeem(
        &self,
        client: &OpenIdClient,
        answer: &OpenIdAnswer,
        now: Time,
    ) -> Result<OpenIdClaims, OpenIdFailure>;
}
