//! A provider of OpenID Connect on this machine, with a key of its own, that says and does what a test wants.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use identity::ProviderTerms;
use kernel::ProviderId;
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};

use crate::{browser::Browser, installation::Installation, page::Page, stocked::TestStore};

const CLIENT_ID: &str = "souk: the store";
const CLIENT_SECRET: &str = "s3cr%t";

/// What a provider does instead of what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Honest,
    /// The token's claims are no longer those that were signed.
    Forged,
    /// The token is signed by a key that was never published.
    OtherKey,
    /// The token is for another person than the one asked about.
    OtherNonce,
    /// Leaves the address out of the token, for whoever asks with the access token.
    Tacit,
    /// Answers the code without a token.
    NoToken,
    /// Does not take the store's name.
    Refusing,
    /// Fails.
    Broken,
    /// Sends more than anybody wants.
    Endless,
}

/// Somebody whom a store lets vouch for people, and who runs until the test ends.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) issuer: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    mood: Mood,
    key: EcdsaKeyPair,
    /// The claims to each code, with the challenge it was made for.
    codes: HashMap<String, (Value, String)>,
    /// Who asks with the access token.
    person: Value,
}

fn new_key() -> EcdsaKeyPair {
    let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).unwrap()
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inner = Inner {
            mood: Mood::Honest,
            key: new_key(),
            codes: HashMap::new(),
            person: Value::Null,
        };
        let provider = Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            inner: Arc::new(Mutex::new(inner)),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/token", post(token))
            .route("/keys", get(keys))
            .route("/userinfo", get(userinfo))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub(crate) fn be(&self, mood: Mood) {
        self.inner().mood = mood;
    }

    /// Adds the provider to a store.
    pub(crate) async fn join(
        &self,
        souk: &Installation,
        shop: &TestStore,
        name: &str,
        (for_customers, for_staff): (bool, bool),
    ) -> ProviderId {
        let terms = ProviderTerms {
            name: name.to_owned(),
            issuer: self.issuer.clone(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            scopes: "email".to_owned(),
            for_customers,
            for_staff,
            enabled: true,
        };
        identity::add_provider_flow(shop.work(), souk.program.openid.as_ref(), terms)
            .await
            .unwrap()
    }

    /// The person agrees: the path that the browser is sent back to.
    pub(crate) fn agree(&self, souk: &Installation, leaving: &Page, person: &Value) -> String {
        let (back, question) = asked(leaving);
        let now = souk.database().now().timestamp();
        let mut claims = json!({
            "iss": self.issuer, "aud": question["client_id"], "iat": now, "exp": now + 300, "nonce": question["nonce"],
        });
        for (name, value) in person.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let mut inner = self.inner();
        inner.person = person.clone();
        let code = format!("code-{}", inner.codes.len());
        inner
            .codes
            .insert(code.clone(), (claims, question["code_challenge"].clone()));
        format!("{back}?state={}&code={code}", question["state"])
    }

    /// Signs in or links through the form at this path, all the way.
    pub(crate) async fn send_back(
        &self,
        souk: &Installation,
        browser: &mut Browser,
        form: &str,
        person: &Value,
    ) -> Page {
        let leaving = browser.submit(form, &[("next", "/account/security")]).await.expect(200);
        let path = self.agree(souk, &leaving, person);
        browser.send("GET", &path, None).await
    }
}

/// The path to come back to, and what the sign-in page was asked.
pub(crate) fn asked(leaving: &Page) -> (String, HashMap<String, String>) {
    let address = leaving.header("refresh").strip_prefix("0;url=").unwrap();
    let address = url::Url::parse(address).unwrap();
    let question: HashMap<String, String> = address.query_pairs().into_owned().collect();
    let back = url::Url::parse(&question["redirect_uri"]).unwrap().path().to_owned();
    (back, question)
}

/// Adds a provider that nobody signs in with.
pub(crate) async fn add(souk: &Installation, shop: &TestStore) -> ProviderId {
    let provider = Provider::start().await;
    let name = format!("{} ID", shop.mark);
    provider.join(souk, shop, &name, (true, false)).await
}

async fn discovery(State(provider): State<Provider>) -> Response {
    let issuer = &provider.issuer;
    match provider.inner().mood {
        Mood::Broken => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Endless => "x".repeat(1024 * 1024).into_response(),
        _ => Json(json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize?tenant=one"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
        }))
        .into_response(),
    }
}

async fn keys(State(provider): State<Provider>) -> Json<Value> {
    let inner = provider.inner();
    let point = inner.key.public_key().as_ref();
    let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let key = json!({"kty": "EC", "crv": "P-256", "kid": "1", "x": text(&point[1..33]), "y": text(&point[33..])});
    Json(json!({ "keys": [key] }))
}

async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let mut inner = provider.inner();
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let secret = format!("Basic {}", BASE64.encode(b"souk%3A+the+store:s3cr%25t"));
    if inner.mood == Mood::Refusing || headers[header::AUTHORIZATION] != secret {
        return refuse("invalid_client");
    }
    let Some((mut claims, challenge)) = inner.codes.remove(&form["code"]) else {
        return refuse("invalid_grant");
    };
    let verifier = digest(&SHA256, form["code_verifier"].as_bytes());
    if BASE64URL_NOPAD.encode(verifier.as_ref()) != challenge {
        return refuse("invalid_grant");
    }
    match inner.mood {
        Mood::NoToken => return Json(json!({"access_token": "person"})).into_response(),
        Mood::OtherNonce => claims["nonce"] = json!("another"),
        Mood::OtherKey => inner.key = new_key(),
        Mood::Tacit => {
            claims
                .as_object_mut()
                .unwrap()
                .retain(|name, _| !name.starts_with("email"));
        }
        _ => {}
    }
    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let head = encode(&json!({"alg": "ES256", "kid": "1"}));
    let signed = format!("{head}.{}", encode(&claims));
    let signature = inner.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    let mut body = signed;
    if inner.mood == Mood::Forged {
        claims["sub"] = json!("somebody else");
        body = format!("{head}.{}", encode(&claims));
    }
    if inner.mood == Mood::OtherKey {
        inner.key = new_key();
    }
    let token = format!("{body}.{}", BASE64URL_NOPAD.encode(signature.as_ref()));
    Json(json!({"access_token": "person", "token_type": "Bearer", "id_token": token})).into_response()
}

async fn userinfo(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    if headers[header::AUTHORIZATION] != "Bearer person" {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Json(provider.inner().person.clone()).into_response()
}
