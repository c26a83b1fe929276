//! Questions over HTTP, with bounds on time, length and where they go.

use std::time::Duration;

use http_client::{LazyClient, ReadError};
use identity::OpenIdFailure;
use reqwest::{Client, RequestBuilder, StatusCode, header};
use serde::de::DeserializeOwned;
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BYTES: usize = 256 * 1024;

/// What may be asked without https.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Nothing.
    HttpsOnly,
    /// Servers on this machine, for demos and tests.
    PlainOnThisMachine,
}

/// An HTTP client with bounds.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: LazyClient,
    security: Security,
}

impl Http {
    pub(crate) fn new(security: Security) -> Self {
        let client = LazyClient::new(|| http_client::builder(TIMEOUT));
        Self { client, security }
    }

    fn client(&self) -> Result<&Client, OpenIdFailure> {
        self.client.get().map_err(OpenIdFailure::Unreachable)
    }

    /// An address that may be asked.
    pub(crate) fn address(&self, text: &str) -> Result<Url, OpenIdFailure> {
        let url = Url::parse(text).map_err(|error| unusable(format!("{text:?} is no address ({error})")))?;
        match self.security {
            _ if url.scheme() == "https" => Ok(url),
            Security::PlainOnThisMachine if http_client::keeps_secrets(&url) => Ok(url),
            _ => Err(unusable(format!("{text:?} does not begin with https://"))),
        }
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, url: Url, bearer: Option<&str>) -> Result<T, OpenIdFailure> {
        let request = self.client()?.get(url).header(header::ACCEPT, "application/json");
        let request = match bearer {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let (status, body) = ask(request).await?;
        if !status.is_success() {
            return Err(OpenIdFailure::Unreachable(format!("status {}", status.as_u16())));
        }
        read(&body)
    }

    /// Sends a form; the status says how the answer is meant.
    pub(crate) async fn post(
        &self,
        url: Url,
        form: String,
        basic: Option<String>,
    ) -> Result<(StatusCode, Vec<u8>), OpenIdFailure> {
        let request = self
            .client()?
            .post(url)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        ask(match basic {
            Some(credentials) => request.header(header::AUTHORIZATION, credentials),
            None => request,
        })
        .await
    }
}

/// An answer in JSON.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, OpenIdFailure> {
    serde_json::from_slice(body).map_err(|error| unusable(format!("its answer is not as it should be ({error})")))
}

pub(crate) fn unusable(reason: String) -> OpenIdFailure {
    OpenIdFailure::Unusable(reason)
}

async fn ask(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), OpenIdFailure> {
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    let body = http_client::read(response, MAX_BYTES)
        .await
        .map_err(|error| match error {
            ReadError::TooLong => unusable(error.to_string()),
            ReadError::BrokeOff(why) => OpenIdFailure::Unreachable(why),
        })?;
    Ok((status, body))
}

fn unreachable(error: reqwest::Error) -> OpenIdFailure {
    OpenIdFailure::Unreachable(http_client::unreachable(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_is_spoken_but_with_this_machine() {
        let strict = Http::new(Security::HttpsOnly);
        let lax = Http::new(Security::PlainOnThisMachine);
        for (address, strictly, laxly) in [
            ("https://id.example/", true, true),
            ("http://127.0.0.1:9000", false, true),
            ("http://[::1]:9000", false, true),
            ("http://localhost:9000", false, true),
            ("http://localhost.example", false, false),
            ("http://10.0.0.1", false, false),
            ("file:///etc/passwd", false, false),
            ("id.example", false, false),
            ("", false, false),
        ] {
            assert_eq!(strict.address(address).is_ok(), strictly, "{address}");
            assert_eq!(lax.address(address).is_ok(), laxly, "{address}");
        }
    }
}
