//! A new API key.

use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, Permission};

use crate::{ApiKey, Secret, create_staff, store};

/// Why there is no new key.
#[derive(Debug, thiserror::Error)]
pub enum CreateApiKeyError {
    /// The actor may not manage keys, or lacks a permission the key was to have.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is empty or too long, or no permission was chosen.
    #[error(transparent)]
    Invalid(FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Makes a key with the given permissions, all of which the actor must have. The secret is shown this once.
pub async fn create_api_key(
    ctx: &mut Ctx,
    name: &str,
    permissions: &[Permission],
) -> Result<(ApiKey, Secret), CreateApiKeyError> {
    ctx.require(Permission::ManageSettings)?;
    for permission in permissions {
        ctx.require(*permission)?;
    }
    let name = create_staff::name(name).map_err(CreateApiKeyError::Invalid)?;
    let mut permissions = permissions.to_vec();
    permissions.sort_unstable();
    permissions.dedup();
    if permissions.is_empty() {
        return Err(CreateApiKeyError::Invalid(FieldError::required("permissions")));
    }
    let secret = Secret::for_api_key(ctx);
    let (id, created_at) = (ctx.new_id(), ctx.now());
    let key = ApiKey {
        id,
        name,
        permissions,
        created_at,
        last_used_at: None,
        revoked_at: None,
    };
    store::insert_api_key(ctx, &key, secret.hash()).await?;
    Ok((key, secret))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::testing::TestDatabase;
    use kernel::{Actor, ApiKeyId, TypedId as _};

    use super::*;
    use crate::{ApiKeyError, authenticate_api_key, list_api_keys, record_api_key_use, revoke_api_key};

    fn with(db: &TestDatabase, permissions: &[Permission]) -> Ctx {
        let key = ApiKeyId::generate(db.database().now(), db.database().entropy());
        db.work()
            .acting_as(Actor::ApiKey {
                key,
                permissions: permissions.to_vec(),
            })
            .write()
    }

    #[tokio::test]
    async fn nobody_grants_more_than_they_may() {
        use Permission::{ManageSettings, ReadOrders, RefundOrders};
        let db = TestDatabase::new().await;
        for (own, wanted, fits) in [
            (vec![ManageSettings, ReadOrders], vec![ReadOrders], true),
            (vec![ManageSettings, ReadOrders], vec![ReadOrders, RefundOrders], false),
            (vec![ReadOrders], vec![ReadOrders], false),
        ] {
            let outcome = create_api_key(&mut with(&db, &own), "Shipping robot", &wanted).await;
            assert_eq!(outcome.is_ok(), fits, "{own:?} {wanted:?}");
        }
        let nothing = create_api_key(&mut db.work().write(), "Useless", &[]).await;
        assert!(matches!(nothing, Err(CreateApiKeyError::Invalid(error)) if error.field == "permissions"));
    }

    #[tokio::test]
    async fn a_key_works_until_it_is_revoked() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let permissions = [Permission::ReadOrders, Permission::ReadCatalog, Permission::ReadOrders];
        let (key, secret) = create_api_key(&mut ctx, " Robot ", &permissions).await.unwrap();
        ctx.commit().await.unwrap();
        assert!(
            secret.as_str().starts_with("souk_") && secret.as_str().len() == 57,
            "{}",
            secret.as_str()
        );

        let mut ctx = db.work().write();
        let found = authenticate_api_key(&mut ctx, secret.as_str()).await.unwrap().unwrap();
        assert_eq!((found.id, found.name.as_str(), found.use_due), (key.id, "Robot", true));
        assert_eq!(found.permissions, [Permission::ReadCatalog, Permission::ReadOrders]);
        record_api_key_use(&mut ctx, key.id).await.unwrap();
        ctx.commit().await.unwrap();
        db.clock().advance(TimeDelta::seconds(59));
        assert!(
            !authenticate_api_key(&mut db.work().read(), secret.as_str())
                .await
                .unwrap()
                .unwrap()
                .use_due
        );
        db.clock().advance(TimeDelta::seconds(1));
        assert!(
            authenticate_api_key(&mut db.work().read(), secret.as_str())
                .await
                .unwrap()
                .unwrap()
                .use_due
        );

        let mut ctx = db.work().write();
        revoke_api_key(&mut ctx, key.id).await.unwrap();
        assert!(matches!(
            revoke_api_key(&mut ctx, key.id).await,
            Err(ApiKeyError::NotFound)
        ));
        assert_eq!(authenticate_api_key(&mut ctx, secret.as_str()).await.unwrap(), None);
        assert!(list_api_keys(&mut ctx).await.unwrap()[0].revoked_at.is_some());
        assert!(matches!(
            list_api_keys(&mut with(&db, &[])).await,
            Err(ApiKeyError::Forbidden(_))
        ));
    }
}
