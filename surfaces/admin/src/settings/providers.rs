//! Providers of OpenID Connect that people sign in with: the list, adding, changing and removing.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use identity::{OpenIdFailure, Provider, ProviderError, ProviderTerms};
use kernel::ProviderId;
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::removal::{self, Removal};
use crate::{
    Desk,
    forms::{Errors, tick},
};

const LIST: &str = "/admin/settings/providers";
/// What is asked for unless somebody says otherwise.
const USUAL_SCOPES: &str = "openid email profile";

/// A provider as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct ProviderForm {
    name: String,
    issuer: String,
    client_id: String,
    #[serde(skip_serializing)]
    client_secret: String,
    scopes: String,
    for_customers: String,
    for_staff: String,
    enabled: String,
}

#[derive(Serialize)]
struct ProvidersView {
    providers: Vec<ProviderRow>,
}

#[derive(Serialize)]
struct ProviderRow {
    id: String,
    name: String,
    issuer: String,
    for_customers: bool,
    for_staff: bool,
    enabled: bool,
}

#[derive(Serialize)]
struct ProviderView {
    /// `None` for a new one.
    id: Option<String>,
    /// What the provider has to be told; known once it is added.
    callback: String,
    linked: i64,
    form: ProviderForm,
    errors: Errors,
}

impl ProviderForm {
    fn of(provider: Provider) -> Self {
        Self {
            name: provider.name,
            issuer: provider.issuer,
            client_id: provider.client_id,
            client_secret: String::new(),
            scopes: provider.scopes,
            for_customers: tick(provider.for_customers),
            for_staff: tick(provider.for_staff),
            enabled: tick(provider.enabled),
        }
    }

    fn terms(&self) -> ProviderTerms {
        ProviderTerms {
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            scopes: self.scopes.clone(),
            for_customers: !self.for_customers.is_empty(),
            for_staff: !self.for_staff.is_empty(),
            enabled: !self.enabled.is_empty(),
        }
    }
}

pub(crate) async fn list(staff: Staff<can::ManageSettings>) -> Answer {
    let mut ctx = staff.work.read();
    let providers = identity::list_providers(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    let row = |provider: Provider| ProviderRow {
        id: provider.id.to_string(),
        name: provider.name,
        issuer: provider.issuer,
        for_customers: provider.for_customers,
        for_staff: provider.for_staff,
        enabled: provider.enabled,
    };
    let view = ProvidersView {
        providers: providers.into_iter().map(row).collect(),
    };
    staff.page("admin/settings/providers.html", &view)
}

pub(crate) async fn show_new(staff: Staff<can::ManageSettings>) -> Answer {
    let form = ProviderForm {
        scopes: USUAL_SCOPES.to_owned(),
        for_customers: tick(true),
        enabled: tick(true),
        ..ProviderForm::default()
    };
    render(&staff, StatusCode::OK, None, form, Errors::default()).await
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>, Path(id): Path<ProviderId>) -> Answer {
    let form = ProviderForm::of(find(&staff, id).await?);
    render(&staff, StatusCode::OK, Some(id), form, Errors::default()).await
}

async fn find(visitor: &Visitor, id: ProviderId) -> Result<Provider, Problem> {
    let mut ctx = visitor.work.read();
    let providers = identity::list_providers(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    let found = providers.into_iter().find(|provider| provider.id == id);
    found.ok_or_else(Problem::not_found)
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    id: Option<ProviderId>,
    form: ProviderForm,
    errors: Errors,
) -> Answer {
    let linked = match id {
        Some(id) => {
            let mut ctx = visitor.work.read();
            let linked = identity::count_linked_accounts(&mut ctx, id).await.map_err(problem)?;
            ctx.rollback().await;
            linked
        }
        None => 0,
    };
    let callback = id.map(|id| visitor.absolute_url(&format!("/login/providers/{id}/callback")));
    let view = ProviderView {
        id: id.map(|id| id.to_string()),
        callback: callback.unwrap_or_default(),
        linked,
        form,
        errors,
    };
    visitor.page_with_status(status, "admin/settings/provider.html", &view)
}

pub(crate) async fn create(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Form(form): Form<ProviderForm>,
) -> Answer {
    match identity::add_provider_flow(&staff.work, desk.openid.as_ref(), form.terms()).await {
        Ok(id) => {
            // The page shows the address that the provider has to be told.
            staff.flash("admin-flash-provider-added");
            Ok(Redirect::to(&format!("{LIST}/{id}")).into_response())
        }
        Err(error) => {
            let (status, errors) = refused(&staff, error)?;
            render(&staff, status, None, form, errors).await
        }
    }
}

pub(crate) async fn update(
    staff: Staff<can::ManageSettings>,
    Path(id): Path<ProviderId>,
    Form(form): Form<ProviderForm>,
) -> Answer {
    let form = ProviderForm {
        issuer: find(&staff, id).await?.issuer,
        ..form
    };
    let mut ctx = staff.work.write();
    match identity::update_provider(&mut ctx, id, form.terms()).await {
        Ok(()) => {
            ctx.commit().await?;
            Ok(saved(&staff))
        }
        Err(error) => {
            ctx.rollback().await;
            let (status, errors) = refused(&staff, error)?;
            render(&staff, status, Some(id), form, errors).await
        }
    }
}

pub(crate) async fn ask(staff: Staff<can::ManageSettings>, Path(id): Path<ProviderId>) -> Answer {
    let provider = find(&staff, id).await?;
    let removal = Removal {
        kind: "provider",
        page: "providers",
        part: "",
    };
    removal::ask(&staff, removal, id.to_string(), &provider.name)
}

pub(crate) async fn remove(staff: Staff<can::ManageSettings>, Path(id): Path<ProviderId>) -> Answer {
    let mut ctx = staff.work.write();
    identity::remove_provider(&mut ctx, id).await.map_err(problem)?;
    ctx.commit().await?;
    Ok(saved(&staff))
}

fn saved(visitor: &Visitor) -> Response {
    visitor.flash("admin-flash-saved");
    Redirect::to(LIST).into_response()
}

/// What is wrong with the form, or a problem that no form can mend.
fn refused(visitor: &Visitor, error: ProviderError) -> Result<(StatusCode, Errors), Problem> {
    match error {
        ProviderError::Invalid(invalid) => Ok((StatusCode::UNPROCESSABLE_ENTITY, Errors::of(visitor, invalid))),
        ProviderError::Provider(failure) => {
            let reason = failure.to_string();
            let key = match failure {
                OpenIdFailure::Unreachable(_) => "admin-provider-unreachable",
                _ => "admin-provider-unusable",
            };
            let sentence = visitor.translate(key, &[("reason", &reason)]);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Errors::said("issuer", sentence)))
        }
        error => Err(problem(error)),
    }
}

fn problem(error: ProviderError) -> Problem {
    match error {
        ProviderError::Forbidden(error) => error.into(),
        ProviderError::Invalid(invalid) => invalid.into(),
        error @ ProviderError::Provider(_) => Problem::internal(&error),
        ProviderError::NotFound => Problem::not_found(),
        ProviderError::Internal(error) => error.into(),
    }
}
