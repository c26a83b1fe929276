//! `/admin/api-keys`: list, create, revoke.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use identity::{ApiKeyError, CreateApiKeyError, ListApiKeysError};
use kernel::{ApiKeyId, FieldError, Permission};
use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{Array, ArrayBuilder, Object, Type},
};
use web::{Answer, Api, Idempotent, Path, Problem, Query, can};

use crate::{
    endpoint::Endpoint,
    wire::{PageQuery, Paging, ids},
};

const TAG: &str = "Admin: keys";

/// A key with which a server calls the API.
#[derive(Serialize, ToSchema)]
struct ApiKey {
    #[schema(value_type = ids::ApiKeyId)]
    id: ApiKeyId,
    name: String,
    /// What it may do, such as `orders:read`.
    permissions: Vec<&'static str>,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
    /// When it stopped working.
    revoked_at: Option<DateTime<Utc>>,
}

impl From<identity::ApiKey> for ApiKey {
    fn from(key: identity::ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            permissions: key.permissions.into_iter().map(Permission::as_str).collect(),
            created_at: key.created_at,
            last_used_at: key.last_used_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// A new key with its secret, which is told this once.
#[derive(Serialize, ToSchema)]
struct NewApiKey {
    #[serde(flatten)]
    key: ApiKey,
    /// Send it as `Authorization: Bearer souk_…`. Null when the request is repeated with its Idempotency-Key: secrets are
    /// not kept.
    secret: Option<String>,
}

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateApiKey {
    /// What you call it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it may do; you must have each permission yourself. Such as `orders:read`.
    #[schema(schema_with = permissions)]
    permissions: Vec<String>,
}

fn permissions() -> Array {
    let names = Permission::ALL.iter().map(|permission| permission.as_str());
    let permission = Object::builder().schema_type(Type::String).enum_values(Some(names));
    let mut permissions = ArrayBuilder::new().items(permission).build();
    permissions.min_items = Some(1);
    permissions.max_items = Some(50);
    permissions.description = Some("What it may do; you must have each permission yourself.".to_owned());
    permissions
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_api_keys", "/admin/api-keys", list)
        .says(
            TAG,
            "List API keys",
            "Keys, the newest first; revoked ones too. Secrets are not kept.",
        )
        .guarded::<can::ManageSettings>()
        .query::<PageQuery>()
        .lists::<ApiKey>("A page of keys.")
}

async fn list(api: Api<can::ManageSettings>, paging: Paging, Query(query): Query<PageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let keys = identity::page_api_keys(&mut api.work.read(), &page)
        .await
        .map_err(|error| match error {
            ListApiKeysError::Forbidden(error) => Problem::from(error),
            ListApiKeysError::Cursor(error) => error.into(),
            ListApiKeysError::Internal(error) => error.into(),
        })?;
    Ok(paging.list(keys.map(ApiKey::from)).into_response())
}

pub(crate) fn create_endpoint() -> Endpoint {
    Endpoint::post("create_api_key", "/admin/api-keys", create)
        .says(TAG, "Create an API key", "Makes a key and tells its secret, this once.")
        .guarded::<can::ManageSettings>()
        .idempotent()
        .body::<CreateApiKey>()
        .answers::<NewApiKey>(201, "The key with its secret.")
        .never_kept()
}

/// What is kept for a repeated request has no secret in it.
async fn create(api: Api<can::ManageSettings>, Idempotent { body, request }: Idempotent<CreateApiKey>) -> Answer {
    let mut permissions = Vec::with_capacity(body.permissions.len());
    for (index, name) in body.permissions.iter().enumerate() {
        let unknown = || {
            FieldError::new(
                format!("permissions.{index}"),
                "unknown_permission",
                "is not a permission",
            )
        };
        permissions.push(Permission::parse(name).ok_or_else(unknown)?);
    }
    let mut made = None;
    let kept = web::write_idempotently(&api.work, &request, async |ctx| {
        let (key, secret) =
            identity::create_api_key(ctx, &body.name, &permissions)
                .await
                .map_err(|error| match error {
                    CreateApiKeyError::Forbidden(error) => Problem::from(error),
                    CreateApiKeyError::Invalid(error) => error.into(),
                    CreateApiKeyError::Internal(error) => error.into(),
                })?;
        let kept = created(key.clone().into(), None);
        made = Some((key, secret));
        Ok(kept)
    })
    .await?;
    Ok(match made {
        Some((key, secret)) => created(key.into(), Some(secret.into_string())),
        None => kept,
    })
}

fn created(key: ApiKey, secret: Option<String>) -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store")];
    (StatusCode::CREATED, headers, web::Json(NewApiKey { key, secret })).into_response()
}

pub(crate) fn revoke_endpoint() -> Endpoint {
    Endpoint::delete("revoke_api_key", "/admin/api-keys/{id}", revoke)
        .says(TAG, "Revoke an API key", "Ends a key for good.")
        .guarded::<can::ManageSettings>()
        .path_id::<ids::ApiKeyId>("id", "The key.")
        .idempotent()
        .answers_nothing(204, "The key no longer works.")
}

async fn revoke(
    api: Api<can::ManageSettings>,
    Path(id): Path<ApiKeyId>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    web::write_idempotently(&api.work, &request, async |ctx| {
        identity::revoke_api_key(ctx, id).await.map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

fn problem(error: ApiKeyError) -> Problem {
    match error {
        ApiKeyError::Forbidden(error) => error.into(),
        ApiKeyError::NotFound => Problem::not_found(),
        ApiKeyError::Internal(error) => error.into(),
    }
}
