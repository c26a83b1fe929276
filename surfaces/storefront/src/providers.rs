//! Signing in through a provider: the way there, and the way back.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use customers::{OpenCustomer, OpenCustomerError};
use identity::{
    LeaveForProvider, LeaveForProviderError, OpenIdFailure, ProviderProof, ProviderRefusal, ProviderSignIn,
    ProviderSignInError, ReturnFromProvider, ReturnRefusal, ReturnRefused, SignedIn,
};
use kernel::{AccountId, ProviderId, SessionId};
use serde::{Deserialize, Serialize};
use web::{Form, Path, Problem, Query, Visitor};

use crate::{
    Shop,
    account::methods,
    layout,
    login::{Trouble, ask_for_code, entrance, refuse, welcome},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LeaveForm {
    next: String,
}

/// What a provider writes into the address it sends the browser back to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReturnQuery {
    state: String,
    code: String,
    error: String,
    iss: String,
}

#[derive(Serialize)]
struct LeavingView {
    provider: String,
    address: String,
}

pub(crate) async fn leave(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<ProviderId>,
    Form(form): Form<LeaveForm>,
) -> Result<Response, Problem> {
    visitor.count_auth_attempt("").await?;
    match depart(&visitor, &shop, id, form.next.clone(), None).await? {
        Ok(page) => Ok(page),
        Err(error) => {
            let (status, trouble) = trouble_leaving(error)?;
            refuse(&visitor, status, String::new(), form.next, trouble).await
        }
    }
}

/// The page from which the browser goes on to the provider. A redirect would not do: what a form leads to must be of this site,
/// says the security policy of every page, and a browser holds redirects to that.
pub(crate) async fn depart(
    visitor: &Visitor,
    shop: &Shop,
    id: ProviderId,
    next: String,
    link: Option<(AccountId, SessionId)>,
) -> Result<Result<Response, LeaveForProviderError>, Problem> {
    let command = LeaveForProvider {
        provider_id: id,
        redirect_uri: callback(visitor, id),
        next,
        link,
    };
    let departure = match identity::leave_for_provider_flow(&visitor.work, shop.openid.as_ref(), command).await {
        Ok(departure) => departure,
        Err(error) => return Ok(Err(error)),
    };
    visitor.remember_departure(departure.verifier.as_str());
    let refresh = HeaderValue::from_str(&format!("0;url={}", departure.url));
    let view = LeavingView {
        provider: departure.provider,
        address: departure.url,
    };
    let mut page = layout::page(visitor, "storefront/leaving.html", &view).await?;
    if let Ok(refresh) = refresh {
        page.headers_mut().insert(header::REFRESH, refresh);
    }
    Ok(Ok(page))
}

/// Where the provider sends the browser back to.
fn callback(visitor: &Visitor, id: ProviderId) -> String {
    visitor.absolute_url(&format!("/login/providers/{id}/callback"))
}

pub(crate) async fn come_back(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<ProviderId>,
    Query(query): Query<ReturnQuery>,
) -> Result<Response, Problem> {
    visitor.count_auth_attempt("").await?;
    let command = ReturnFromProvider {
        redirect_uri: callback(&visitor, id),
        state: query.state,
        code: query.code,
        error: query.error,
        issuer: query.iss,
        verifier: visitor.end_departure().unwrap_or_default().to_owned(),
    };
    let proof = match identity::return_from_provider_flow(&visitor.work, shop.openid.as_ref(), id, command).await {
        Ok(proof) => proof,
        Err(refused) => return not_proved(&visitor, refused).await,
    };
    let outcome = match proof.link {
        Some(account) => link(&visitor, &proof, account).await?,
        None => sign_in(&visitor, &proof).await?,
    };
    match outcome {
        Ok(page) => Ok(page),
        Err(refusal) => {
            let trouble = Trouble {
                key: refusal_key(refusal),
                provider: proof.provider_name().to_owned(),
                ..Trouble::default()
            };
            not_welcome(&visitor, proof.link.is_some(), proof.next, trouble).await
        }
    }
}

/// Links the account that is signed in, if it is still the one that left.
async fn link(
    visitor: &Visitor,
    proof: &ProviderProof,
    account: AccountId,
) -> Result<Result<Response, ProviderRefusal>, Problem> {
    let session = visitor.session.as_ref().filter(|session| session.account == account);
    let Some(session) = session else {
        visitor.flash("sign-in-again");
        return Ok(Ok(Redirect::to(methods::SIGN_IN_AGAIN).into_response()));
    };
    let work = match session.staff_actor() {
        Some(actor) => visitor.work.acting_as(actor),
        None => visitor.work.clone(),
    };
    let mut ctx = work.write();
    match identity::link_provider(&mut ctx, proof, account).await {
        Ok(()) => {
            ctx.commit().await?;
            visitor.flash("method-added");
            Ok(Ok(Redirect::to("/account/security").into_response()))
        }
        Err(ProviderSignInError::Refused(refusal)) => Ok(Err(refusal)),
        Err(ProviderSignInError::Internal(error)) => Err(error.into()),
    }
}

async fn sign_in(visitor: &Visitor, proof: &ProviderProof) -> Result<Result<Response, ProviderRefusal>, Problem> {
    let entrance = entrance(visitor);
    match identity::sign_in_by_provider_flow(&visitor.work, proof, &entrance).await {
        Ok(ProviderSignIn::SignedIn(signed_in)) => Ok(Ok(welcome(visitor, &signed_in, &proof.next).await?)),
        Ok(ProviderSignIn::SecondFactorNeeded { challenge }) => {
            let (challenge, next) = (challenge.into_string(), proof.next.clone());
            Ok(Ok(ask_for_code(visitor, StatusCode::OK, challenge, next, None).await?))
        }
        Ok(ProviderSignIn::PasskeyNeeded) => {
            let (status, trouble) = (StatusCode::UNAUTHORIZED, Trouble::of("login-passkey-needed"));
            Ok(Ok(
                refuse(visitor, status, String::new(), proof.next.clone(), trouble).await?
            ))
        }
        Ok(ProviderSignIn::NewPerson) => register(visitor, proof).await,
        Err(ProviderSignInError::Refused(refusal)) => Ok(Err(refusal)),
        Err(ProviderSignInError::Internal(error)) => Err(error.into()),
    }
}

/// A new account and its customer, with the names the provider knows as far as they can be shown.
async fn register(visitor: &Visitor, proof: &ProviderProof) -> Result<Result<Response, ProviderRefusal>, Problem> {
    let mut ctx = visitor.work.write();
    let signed_in: SignedIn = match identity::register_by_provider(&mut ctx, proof, &entrance(visitor)).await {
        Ok(signed_in) => signed_in,
        Err(ProviderSignInError::Refused(refusal)) => return Ok(Err(refusal)),
        Err(ProviderSignInError::Internal(error)) => return Err(error.into()),
    };
    let account = identity::find_account_by_id(&mut ctx, signed_in.account_id).await?;
    let account = account.ok_or_else(Problem::not_found)?;
    let (first_name, last_name) = proof.names.clone();
    let named = OpenCustomer {
        account_id: account.id,
        email: account.email,
        first_name,
        last_name,
    };
    let nameless = OpenCustomer {
        first_name: String::new(),
        last_name: String::new(),
        ..named.clone()
    };
    let opened = match customers::open(&mut ctx, named).await {
        Err(OpenCustomerError::Invalid(_)) => customers::open(&mut ctx, nameless).await,
        opened => opened,
    };
    match opened {
        Ok(_customer) => ctx.commit().await?,
        Err(error @ OpenCustomerError::Invalid(_)) => return Err(Problem::internal(&error)),
        Err(OpenCustomerError::Internal(error)) => return Err(error.into()),
    }
    visitor.flash("provider-welcome");
    Ok(Ok(welcome(visitor, &signed_in, &proof.next).await?))
}

/// What stands on the page when nobody left.
pub(crate) fn trouble_leaving(error: LeaveForProviderError) -> Result<(StatusCode, Trouble), Problem> {
    match error {
        LeaveForProviderError::NotFound => Err(Problem::not_found()),
        LeaveForProviderError::SignInAgain => Err(Problem::unauthorized()),
        LeaveForProviderError::Provider { provider, failure } => {
            Ok((StatusCode::UNAUTHORIZED, failed(provider, failure)))
        }
        LeaveForProviderError::Internal(error) => Err(error.into()),
    }
}

async fn not_proved(visitor: &Visitor, refused: ReturnRefused) -> Result<Response, Problem> {
    let trouble = match refused.reason {
        ReturnRefusal::Expired => Trouble::of("provider-expired"),
        ReturnRefusal::Denied => Trouble {
            key: "provider-denied",
            provider: refused.provider,
            ..Trouble::default()
        },
        ReturnRefusal::Provider(failure) => failed(refused.provider, failure),
        ReturnRefusal::Internal(error) => return Err(error.into()),
    };
    not_welcome(visitor, refused.linking, refused.next, trouble).await
}

/// The page that somebody left for the provider, with what went wrong.
async fn not_welcome(visitor: &Visitor, linking: bool, next: String, trouble: Trouble) -> Result<Response, Problem> {
    let status = StatusCode::UNAUTHORIZED;
    match visitor.session.as_ref().filter(|_| linking) {
        Some(session) => methods::refuse(visitor, session, status, trouble).await,
        None => refuse(visitor, status, String::new(), next, trouble).await,
    }
}

/// A failure of the provider. What exactly failed is for the merchant, so it is logged; a visitor sees its kind.
fn failed(provider: String, failure: OpenIdFailure) -> Trouble {
    tracing::warn!(error = %failure, "somebody could not sign in through a provider");
    let (key, detail) = match failure {
        OpenIdFailure::Unreachable(_) => ("provider-unreachable", String::new()),
        OpenIdFailure::Unusable(_) => ("provider-unusable", String::new()),
        OpenIdFailure::Refused(detail) => ("provider-refused", detail),
        OpenIdFailure::BadToken(detail) => ("provider-bad-token", detail),
    };
    Trouble {
        key,
        provider,
        detail,
        ..Trouble::default()
    }
}

fn refusal_key(refusal: ProviderRefusal) -> &'static str {
    match refusal {
        ProviderRefusal::AddressNotConfirmed => "provider-address-not-confirmed",
        ProviderRefusal::AccountNotConfirmed => "provider-account-not-confirmed",
        ProviderRefusal::OtherPerson => "provider-other-person",
        ProviderRefusal::TakenByAnother => "provider-taken-by-another",
        ProviderRefusal::NotForStaff => "provider-not-for-staff",
        ProviderRefusal::StaffOnly => "provider-staff-only",
    }
}
