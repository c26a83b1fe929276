//! A new password set from outside: by a command, or by an owner for a member of staff.

use database::{Ctx, Error};
use kernel::{AccountId, Forbidden, Permission};

use crate::{PasswordHash, reset_password_flow::store_password};

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ReplacePasswordError {
    /// The actor may not manage accounts.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Sets the password and ends every session. Whoever can do that can sign in as an owner, so it takes all an owner may do.
pub async fn replace_password(
    ctx: &mut Ctx,
    account_id: AccountId,
    password: &PasswordHash,
) -> Result<(), ReplacePasswordError> {
    for permission in Permission::ALL {
        ctx.require(*permission)?;
    }
    if store_password(ctx, account_id, password).await? {
        Ok(())
    } else {
        Err(ReplacePasswordError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::{
        NewPassword,
        testing::{account, email, sign_in},
    };

    #[tokio::test]
    async fn a_replaced_password_is_the_only_one() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let password = NewPassword::parse_allowing_common("password123", &email("ann@example.com")).unwrap();
        let hash = password.hash(&db.work()).await.unwrap();
        let mut ctx = db.work().acting_as(Actor::Guest).write();
        let refused = replace_password(&mut ctx, account_id, &hash).await;
        assert!(matches!(refused, Err(ReplacePasswordError::Forbidden(_))));
        let mut ctx = db.work().write();
        replace_password(&mut ctx, account_id, &hash).await.unwrap();
        let nobody = ctx.new_id();
        let nobody = replace_password(&mut ctx, nobody, &hash).await;
        assert!(matches!(nobody, Err(ReplacePasswordError::NotFound)));
        ctx.commit().await.unwrap();
        assert!(sign_in(&db, "ann@example.com", "password123").await.is_ok());
    }
}
