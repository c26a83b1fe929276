//! The ways into an account: linking and unlinking providers.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use database::Ctx;
use identity::{LeaveForProviderError, LinkedProvider, Passkey, RemoveMethodError};
use kernel::ProviderId;
use serde::Serialize;
use web::{HasAccount, Path, Problem, Session, Visitor};

use super::security::{self, Troubles};
use crate::{Shop, login::Trouble, providers};

/// Where somebody signs in to come back here.
pub(crate) const SIGN_IN_AGAIN: &str = "/login?next=%2Faccount%2Fsecurity";

/// The ways in, as the page lists them.
#[derive(Serialize)]
pub(crate) struct MethodsView {
    password: bool,
    passkeys: Vec<PasskeyRow>,
    linked: Vec<LinkRow>,
    offered: Vec<Offer>,
}

#[derive(Serialize)]
struct PasskeyRow {
    id: String,
    name: String,
    created_at: String,
    last_used_at: Option<String>,
}

#[derive(Serialize)]
struct LinkRow {
    id: String,
    name: String,
    email: String,
    created_at: String,
    last_used_at: String,
}

#[derive(Serialize)]
struct Offer {
    id: String,
    name: String,
}

pub(super) async fn methods(ctx: &mut Ctx, session: &Session) -> Result<MethodsView, Problem> {
    let found = identity::list_sign_in_methods(ctx, session.account, session.staff.is_some()).await?;
    let link = |link: LinkedProvider| LinkRow {
        id: link.provider_id.to_string(),
        name: link.name,
        email: link.email,
        created_at: link.created_at.to_rfc3339(),
        last_used_at: link.last_used_at.to_rfc3339(),
    };
    let offer = |(id, name): (ProviderId, String)| Offer {
        id: id.to_string(),
        name,
    };
    let passkey = |passkey: Passkey| PasskeyRow {
        id: passkey.id.to_string(),
        name: passkey.name,
        created_at: passkey.created_at.to_rfc3339(),
        last_used_at: passkey.last_used_at.map(|at| at.to_rfc3339()),
    };
    Ok(MethodsView {
        password: found.password,
        passkeys: found.passkeys.into_iter().map(passkey).collect(),
        linked: found.linked.into_iter().map(link).collect(),
        offered: found.offered.into_iter().map(offer).collect(),
    })
}

/// Leaves for a provider, to link what it says with this account.
pub(crate) async fn link(
    account: HasAccount,
    State(shop): State<Shop>,
    Path(id): Path<ProviderId>,
) -> Result<Response, Problem> {
    account.count_auth_attempt(account.session.email.as_str()).await?;
    let link = Some((account.session.account, account.session.id));
    let next = "/account/security".to_owned();
    match providers::depart(&account, &shop, id, next, link).await? {
        Ok(page) => Ok(page),
        Err(LeaveForProviderError::SignInAgain) => Ok(sign_in_again(&account)),
        Err(error) => {
            let (status, trouble) = providers::trouble_leaving(error)?;
            refuse(&account, &account.session, status, trouble).await
        }
    }
}

pub(crate) async fn unlink(account: HasAccount, Path(id): Path<ProviderId>) -> Result<Response, Problem> {
    let mut ctx = account.work.write();
    match identity::unlink_provider(&mut ctx, account.session.account, id).await {
        Ok(()) => {
            ctx.commit().await?;
            account.flash("method-removed");
            Ok(Redirect::to("/account/security").into_response())
        }
        Err(error) => {
            ctx.rollback().await;
            not_removed(&account, error).await
        }
    }
}

pub(crate) async fn not_removed(account: &HasAccount, error: RemoveMethodError) -> Result<Response, Problem> {
    match error {
        RemoveMethodError::NotFound => Err(Problem::not_found()),
        RemoveMethodError::LastWay => {
            let trouble = Trouble::of("method-last");
            refuse(account, &account.session, StatusCode::CONFLICT, trouble).await
        }
        RemoveMethodError::Internal(error) => Err(error.into()),
    }
}

/// A session that is not fresh does not change how the account is entered.
fn sign_in_again(account: &HasAccount) -> Response {
    account.flash("sign-in-again");
    Redirect::to(SIGN_IN_AGAIN).into_response()
}

/// The page with what went wrong with a way in.
pub(crate) async fn refuse(
    visitor: &Visitor,
    session: &Session,
    status: StatusCode,
    trouble: Trouble,
) -> Result<Response, Problem> {
    let troubles = Troubles {
        method: Some(trouble),
        ..Troubles::default()
    };
    security::render(visitor, session, status, troubles).await
}
