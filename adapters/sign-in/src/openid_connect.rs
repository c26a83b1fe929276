//! OpenID Connect: discovery, the authorization code with PKCE, and what the provider says of a person.

use async_trait::async_trait;
use data_encoding::BASE64;
use identity::{OpenId, OpenIdAnswer, OpenIdClaims, OpenIdClient, OpenIdFailure, OpenIdQuestion};
use kernel::Time;
use serde::Deserialize;
use url::{Url, form_urlencoded};

use crate::{
    http::{Http, Security, read, unusable},
    id_token::{self, Keys, Profile},
};

/// Asks providers over HTTP. What they say of themselves is asked anew each time, so that new keys count at once.
#[derive(Debug, Clone)]
pub struct OpenIdConnect {
    http: Http,
}

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3).
#[derive(Debug, Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Tokens {
    id_token: Option<String>,
    access_token: Option<String>,
}

/// Why a token is not given (RFC 6749, section 5.2).
#[derive(Debug, Deserialize)]
struct TokenError {
    error: String,
}

#[derive(Debug, Deserialize)]
struct UserInfo {
    sub: String,
    #[serde(flatten)]
    profile: Profile,
}

impl OpenIdConnect {
    /// A client that is as strict as said.
    pub fn new(security: Security) -> Self {
        Self {
            http: Http::new(security),
        }
    }

    async fn discover(&self, issuer: &str) -> Result<Discovery, OpenIdFailure> {
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let found: Discovery = self.http.get(self.http.address(&address)?, None).await?;
        if found.issuer != issuer {
            return Err(unusable(format!("it calls itself {:?}", found.issuer)));
        }
        Ok(found)
    }

    /// The token of the code, and what else may be asked with it.
    async fn exchange(
        &self,
        found: &Discovery,
        client: &OpenIdClient,
        answer: &OpenIdAnswer,
    ) -> Result<Tokens, OpenIdFailure> {
        let in_form = found
            .token_endpoint_auth_methods_supported
            .as_ref()
            .is_some_and(|methods| {
                let knows = |name: &str| methods.iter().any(|method| method == name);
                knows("client_secret_post") && !knows("client_secret_basic")
            });
        let address = self.http.address(&found.token_endpoint)?;
        let basic = (!in_form).then(|| basic(client));
        let (status, body) = self
            .http
            .post(address, token_form(client, answer, in_form), basic)
            .await?;
        if status.is_success() {
            return read(&body);
        }
        match serde_json::from_slice::<TokenError>(&body) {
            Ok(refused) => Err(OpenIdFailure::Refused(refused.error.chars().take(100).collect())),
            Err(_not_json) => Err(OpenIdFailure::Unreachable(format!("status {}", status.as_u16()))),
        }
    }

    /// What the token leaves out is asked for (OpenID Connect Core 1.0, section 5.3).
    async fn complete(
        &self,
        found: &Discovery,
        tokens: &Tokens,
        claims: OpenIdClaims,
    ) -> Result<OpenIdClaims, OpenIdFailure> {
        let (Some(address), Some(token), "") = (&found.userinfo_endpoint, &tokens.access_token, claims.email.as_str())
        else {
            return Ok(claims);
        };
        let info: UserInfo = self.http.get(self.http.address(address)?, Some(token)).await?;
        if info.sub != claims.subject {
            return Err(OpenIdFailure::BadToken("sub".to_owned()));
        }
        Ok(info.profile.into_claims(claims.subject, claims.nonce))
    }
}

#[async_trait]
impl OpenId for OpenIdConnect {
    async fn check(&self, issuer: &str) -> Result<(), OpenIdFailure> {
        let found = self.discover(issuer).await?;
        let addresses = [&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri];
        let addresses = addresses.into_iter().chain(&found.userinfo_endpoint);
        addresses
            .into_iter()
            .try_for_each(|address| self.http.address(address).map(|_url| ()))
    }

    async fn address(&self, client: &OpenIdClient, question: &OpenIdQuestion) -> Result<String, OpenIdFailure> {
        let found = self.discover(&client.issuer).await?;
        let mut url: Url = self.http.address(&found.authorization_endpoint)?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.client_id)
            .append_pair("redirect_uri", &client.redirect_uri)
            .append_pair("scope", &client.scopes)
            .append_pair("state", question.state.as_str())
            .append_pair("nonce", question.nonce.as_str())
            .append_pair("code_challenge", &question.challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    async fn redeem(
        &self,
        client: &OpenIdClient,
        answer: &OpenIdAnswer,
        now: Time,
    ) -> Result<OpenIdClaims, OpenIdFailure> {
        let found = self.discover(&client.issuer).await?;
        let tokens = self.exchange(&found, client, answer).await?;
        let id_token = tokens.id_token.as_deref();
        let id_token = id_token.ok_or_else(|| OpenIdFailure::BadToken("there is none".to_owned()))?;
        let keys: Keys = self.http.get(self.http.address(&found.jwks_uri)?, None).await?;
        let expected = id_token::Expected {
            issuer: &client.issuer,
            client_id: &client.client_id,
            now,
        };
        let claims = id_token::verify(id_token, &keys, &expected)?;
        self.complete(&found, &tokens, claims).await
    }
}

/// What trades the code for a token (RFC 6749, section 4.1.3; RFC 7636, section 4.5).
fn token_form(client: &OpenIdClient, answer: &OpenIdAnswer, with_secret: bool) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", &answer.code)
        .append_pair("redirect_uri", &client.redirect_uri)
        .append_pair("code_verifier", &answer.verifier);
    if with_secret {
        form.append_pair("client_id", &client.client_id)
            .append_pair("client_secret", client.client_secret.as_str());
    }
    form.finish()
}

/// Both halves are written like in a form before they are joined (RFC 6749, section 2.3.1).
fn basic(client: &OpenIdClient) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let joined = format!(
        "{}:{}",
        encode(&client.client_id),
        encode(client.client_secret.as_str())
    );
    format!("Basic {}", BASE64.encode(joined.as_bytes()))
}
