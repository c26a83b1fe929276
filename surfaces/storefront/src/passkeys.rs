//! Passkeys: signing in with one, and adding and removing them. The browser's part is in `passkey.js`; what it learned comes
//! as an ordinary form.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use data_encoding::BASE64URL_NOPAD;
use identity::{
    AddPasskeyError, NewPasskey, PasskeyAnswer, PasskeyFlaw, PasskeyOffer, PasskeySignInError, PasskeySite, SignedData,
};
use kernel::PasskeyId;
use serde::{Deserialize, Serialize};
use web::{Form, HasAccount, Path, Problem, Visitor};

use crate::{
    account::methods,
    login::{Trouble, entrance, refuse, welcome},
};

/// What a browser learned from a device; bytes are in base 64 for addresses.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PasskeyForm {
    name: String,
    credential_id: String,
    client_data: String,
    authenticator_data: String,
    signature: String,
    user_handle: String,
    next: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignInOptions {
    challenge: String,
    rp_id: String,
    user_verification: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewOptions {
    challenge: String,
    rp: RelyingParty,
    user: User,
    pub_key_cred_params: Vec<Parameter>,
    exclude_credentials: Vec<Descriptor>,
    authenticator_selection: Selection,
    attestation: &'static str,
}

/// Why there is nothing to make.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum NotNow {
    /// The page to go to first.
    Again(&'static str),
    /// What is wrong, in the visitor's language.
    Trouble(String),
}

#[derive(Serialize)]
struct RelyingParty {
    id: String,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    name: String,
    display_name: String,
}

#[derive(Serialize)]
struct Parameter {
    #[serde(rename = "type")]
    kind: &'static str,
    alg: i64,
}

#[derive(Serialize)]
struct Descriptor {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Selection {
    resident_key: &'static str,
    require_resident_key: bool,
    user_verification: &'static str,
}

impl PasskeyForm {
    fn data(&self) -> SignedData {
        SignedData {
            client_data: decoded(&self.client_data),
            authenticator_data: decoded(&self.authenticator_data),
        }
    }
}

/// What is damaged is empty, which no device signs.
fn decoded(text: &str) -> Vec<u8> {
    BASE64URL_NOPAD.decode(text.as_bytes()).unwrap_or_default()
}

/// The host that the browser asked, and where its pages may be: where the request says, and where the installation is said to
/// be, for a proxy may have spoken https before us.
fn site(visitor: &Visitor) -> PasskeySite {
    let facts = visitor.request();
    let scheme = if facts.https { "https" } else { "http" };
    PasskeySite {
        host: host_name(&facts.host).to_owned(),
        origins: vec![format!("{scheme}://{}", facts.host), visitor.absolute_url("")],
    }
}

/// Without the port.
fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// What the browser asks devices for, to sign in.
pub(crate) async fn sign_in_options(visitor: Visitor) -> Result<Response, Problem> {
    visitor.count_auth_attempt("").await?;
    let mut ctx = visitor.work.write();
    let challenge = identity::start_passkey_sign_in(&mut ctx).await?;
    ctx.commit().await?;
    Ok(Json(SignInOptions {
        challenge: challenge.into_string(),
        rp_id: site(&visitor).host,
        user_verification: "required",
    })
    .into_response())
}

pub(crate) async fn sign_in(visitor: Visitor, Form(form): Form<PasskeyForm>) -> Result<Response, Problem> {
    visitor.count_auth_attempt("").await?;
    let answer = PasskeyAnswer {
        credential_id: decoded(&form.credential_id),
        data: form.data(),
        signature: decoded(&form.signature),
        user_handle: form.user_handle,
    };
    let site = site(&visitor);
    let key = match identity::sign_in_by_passkey_flow(&visitor.work, &site, &answer, &entrance(&visitor)).await {
        Ok(signed_in) => return welcome(&visitor, &signed_in, &form.next).await,
        Err(PasskeySignInError::Expired) => "passkey-expired",
        Err(PasskeySignInError::Unknown) => "passkey-unknown",
        Err(PasskeySignInError::Copied) => {
            tracing::warn!("a passkey counted backwards, so it was copied");
            "passkey-copied"
        }
        Err(PasskeySignInError::Flaw(flaw)) => flaw_key(flaw),
        Err(PasskeySignInError::Internal(error)) => return Err(error.into()),
    };
    refuse(
        &visitor,
        StatusCode::UNAUTHORIZED,
        String::new(),
        form.next,
        Trouble::of(key),
    )
    .await
}

/// What the browser asks a device to make.
pub(crate) async fn new_options(account: HasAccount) -> Result<Response, Problem> {
    let session = &account.session;
    account.count_auth_attempt(session.email.as_str()).await?;
    let mut ctx = account.work.write();
    let offer = match identity::offer_passkey(&mut ctx, session.account, session.id).await {
        Ok(offer) => offer,
        Err(AddPasskeyError::SignInAgain) => {
            account.flash("sign-in-again");
            return Ok(Json(NotNow::Again(methods::SIGN_IN_AGAIN)).into_response());
        }
        Err(AddPasskeyError::Internal(error)) => return Err(error.into()),
        Err(error) => return Ok(Json(NotNow::Trouble(account.translate(add_key(&error), &[]))).into_response()),
    };
    ctx.commit().await?;
    Ok(Json(options(&account, offer)).into_response())
}

fn options(account: &HasAccount, offer: PasskeyOffer) -> NewOptions {
    const KIND: &str = "public-key";
    let email = account.session.email.to_string();
    NewOptions {
        challenge: offer.challenge.into_string(),
        rp: RelyingParty {
            id: site(account).host,
            name: account.store().name.clone(),
        },
        user: User {
            id: offer.user_handle,
            name: email.clone(),
            display_name: email,
        },
        pub_key_cred_params: offer.algorithms.map(|alg| Parameter { kind: KIND, alg }).into(),
        exclude_credentials: offer
            .known
            .into_iter()
            .map(|id| Descriptor { kind: KIND, id })
            .collect(),
        authenticator_selection: Selection {
            resident_key: "required",
            require_resident_key: true,
            user_verification: "required",
        },
        attestation: "none",
    }
}

pub(crate) async fn add(account: HasAccount, Form(form): Form<PasskeyForm>) -> Result<Response, Problem> {
    let session = &account.session;
    account.count_auth_attempt(session.email.as_str()).await?;
    let new = NewPasskey {
        data: form.data(),
        name: form.name,
    };
    let mut ctx = account.work.write();
    match identity::add_passkey(&mut ctx, session.account, &site(&account), new).await {
        Ok(_id) => {
            ctx.commit().await?;
            account.flash("method-added");
            Ok(Redirect::to("/account/security").into_response())
        }
        Err(AddPasskeyError::Internal(error)) => Err(error.into()),
        Err(error) => {
            ctx.rollback().await;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            methods::refuse(&account, session, status, Trouble::of(add_key(&error))).await
        }
    }
}

/// What a page says of a passkey that was not added.
fn add_key(error: &AddPasskeyError) -> &'static str {
    match error {
        AddPasskeyError::SignInAgain => "sign-in-again",
        AddPasskeyError::Invalid(_) => "passkey-name",
        AddPasskeyError::Expired => "passkey-expired",
        AddPasskeyError::Flaw(flaw) => flaw_key(*flaw),
        AddPasskeyError::Known => "passkey-known",
        AddPasskeyError::TooMany => "passkey-too-many",
        AddPasskeyError::Internal(_) => "passkey-failed",
    }
}

pub(crate) async fn remove(account: HasAccount, Path(id): Path<PasskeyId>) -> Result<Response, Problem> {
    let mut ctx = account.work.write();
    match identity::remove_passkey(&mut ctx, account.session.account, id).await {
        Ok(()) => {
            ctx.commit().await?;
            account.flash("method-removed");
            Ok(Redirect::to("/account/security").into_response())
        }
        Err(error) => {
            ctx.rollback().await;
            methods::not_removed(&account, error).await
        }
    }
}

fn flaw_key(flaw: PasskeyFlaw) -> &'static str {
    match flaw {
        PasskeyFlaw::Person => "passkey-person",
        PasskeyFlaw::Key => "passkey-kind",
        PasskeyFlaw::Form | PasskeyFlaw::Ceremony | PasskeyFlaw::Site | PasskeyFlaw::Signature => "passkey-bad",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_has_no_port() {
        for (host, name) in [
            ("shop.example", "shop.example"),
            ("shop.example:8443", "shop.example"),
            ("[::1]:3000", "[::1]"),
            ("[::1]", "[::1]"),
            ("", ""),
        ] {
            assert_eq!(host_name(host), name);
        }
    }
}
