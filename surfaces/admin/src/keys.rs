//! API keys: making one, whose secret is shown once, and revoking one.

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect},
    routing::get,
};
use identity::{ApiKey, ApiKeyError, CreateApiKeyError};
use kernel::{ApiKeyId, FieldError, Invalid, Permission};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, can};

use crate::{
    Desk,
    forms::{Errors, word},
};

/// The routes of this room.
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/keys", get(list).post(create))
        .route("/admin/keys/{id}/revoke", get(ask).post(revoke))
}

/// A key as it is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KeyForm {
    name: String,
    permission: Vec<String>,
}

#[derive(Serialize)]
struct KeysView {
    keys: Vec<KeyRow>,
    name: String,
    permissions: Vec<PermissionChoice>,
    errors: Errors,
}

#[derive(Serialize)]
struct KeyRow {
    id: String,
    name: String,
    permissions: Vec<&'static str>,
    created_at: String,
    last_used_at: Option<String>,
    revoked_at: Option<String>,
}

#[derive(Serialize)]
struct PermissionChoice {
    name: &'static str,
    label: String,
    chosen: bool,
}

#[derive(Serialize)]
struct NewKeyView {
    name: String,
    secret: String,
}

#[derive(Serialize)]
struct RevokeView {
    key: KeyRow,
}

impl From<ApiKey> for KeyRow {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            permissions: key.permissions.iter().map(|permission| permission.as_str()).collect(),
            created_at: key.created_at.to_rfc3339(),
            last_used_at: key.last_used_at.map(|at| at.to_rfc3339()),
            revoked_at: key.revoked_at.map(|at| at.to_rfc3339()),
        }
    }
}

pub(crate) async fn list(staff: Staff<can::ManageSettings>) -> Answer {
    render(&staff, StatusCode::OK, KeyForm::default(), Errors::default()).await
}

async fn render(staff: &Staff<can::ManageSettings>, status: StatusCode, form: KeyForm, errors: Errors) -> Answer {
    let mut ctx = staff.work.read();
    let keys = identity::list_api_keys(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    // Nobody can give a key more than they have themselves.
    let grantable = staff.member().permissions.iter().map(|permission| {
        let name = permission.as_str();
        PermissionChoice {
            name,
            label: word(staff, "admin-permission", &name.replace(':', "-")),
            chosen: form.permission.iter().any(|chosen| chosen == name),
        }
    });
    let view = KeysView {
        keys: keys.into_iter().map(KeyRow::from).collect(),
        permissions: grantable.collect(),
        name: form.name,
        errors,
    };
    staff.page_with_status(status, "admin/keys/list.html", &view)
}

pub(crate) async fn create(staff: Staff<can::ManageSettings>, Form(form): Form<KeyForm>) -> Answer {
    let permissions = form
        .permission
        .iter()
        .map(|name| Permission::parse(name))
        .collect::<Option<Vec<_>>>();
    let permissions = permissions.ok_or_else(|| FieldError::new("permission", "invalid_value", "is no permission"))?;
    let mut ctx = staff.work.write();
    match identity::create_api_key(&mut ctx, &form.name, &permissions).await {
        Ok((key, secret)) => {
            ctx.commit().await?;
            let view = NewKeyView {
                name: key.name,
                secret: secret.into_string(),
            };
            let page = staff.page_with_status(StatusCode::CREATED, "admin/keys/new.html", &view)?;
            Ok(([(header::CACHE_CONTROL, "no-store")], page).into_response())
        }
        Err(CreateApiKeyError::Invalid(error)) => {
            ctx.rollback().await;
            let errors = Errors::of(&staff, Invalid::from(error));
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await
        }
        Err(CreateApiKeyError::Forbidden(error)) => Err(error.into()),
        Err(CreateApiKeyError::Internal(error)) => Err(error.into()),
    }
}

pub(crate) async fn ask(staff: Staff<can::ManageSettings>, Path(id): Path<ApiKeyId>) -> Answer {
    let mut ctx = staff.work.read();
    let keys = identity::list_api_keys(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    let key = keys
        .into_iter()
        .find(|key| key.id == id && key.revoked_at.is_none())
        .ok_or_else(Problem::not_found)?;
    staff.page("admin/keys/revoke.html", &RevokeView { key: key.into() })
}

pub(crate) async fn revoke(staff: Staff<can::ManageSettings>, Path(id): Path<ApiKeyId>) -> Answer {
    let mut ctx = staff.work.write();
    identity::revoke_api_key(&mut ctx, id).await.map_err(problem)?;
    ctx.commit().await?;
    staff.flash("admin-flash-revoked");
    Ok(Redirect::to("/admin/keys").into_response())
}

fn problem(error: ApiKeyError) -> Problem {
    match error {
        ApiKeyError::Forbidden(error) => error.into(),
        ApiKeyError::NotFound => Problem::not_found(),
        ApiKeyError::Internal(error) => error.into(),
    }
}
