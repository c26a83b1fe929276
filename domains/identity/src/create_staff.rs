//! A new member of staff.

use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress, FieldError, Forbidden};

use crate::{PasswordHash, Role, RoleChoice, assigned_role, store};

/// Somebody who is to work in the back office.
#[derive(Debug)]
pub struct NewStaff {
    /// The address to sign in with.
    pub email: EmailAddress,
    /// The name the back office shows.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their first password.
    pub password: PasswordHash,
}

/// Why there is no new member of staff.
#[derive(Debug, thiserror::Error)]
pub enum CreateStaffError {
    /// The actor may not manage staff.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is empty or too long.
    #[error(transparent)]
    Invalid(FieldError),
    /// The address has an account already.
    #[error("the e-mail address has an account already")]
    EmailTaken,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Makes an account with a role. Its address counts as verified, because whoever made it vouches for it.
pub async fn create_staff(ctx: &mut Ctx, new: NewStaff) -> Result<AccountId, CreateStaffError> {
    assigned_role::require(ctx, new.role.permissions())?;
    let name = name(&new.name).map_err(CreateStaffError::Invalid)?;
    let (account_id, now) = (ctx.new_id(), ctx.now());
    if !store::insert_account(ctx, account_id, &new.email, &new.password, Some(now)).await? {
        return Err(CreateStaffError::EmailTaken);
    }
    store::insert_staff(ctx, account_id, &name, RoleChoice::BuiltIn(new.role)).await?;
    Ok(account_id)
}

/// A name of 1 to 100 printable characters, without blanks around it.
pub(crate) fn name(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        Err(FieldError::required("name"))
    } else if text.chars().count() > 100 || text.chars().any(char::is_control) {
        Err(FieldError::new(
            "name",
            "too_long",
            "may have at most 100 printable characters",
        ))
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::{NewPassword, testing};

    #[tokio::test]
    async fn only_owners_make_staff_and_an_address_has_one_account() {
        let db = TestDatabase::new().await;
        let account_id = testing::account(&db, "ann@example.com").await;
        let outcome = async |actor: Option<Role>, address: &str, name: &str| {
            let password = NewPassword::parse(testing::PASSWORD, &testing::email(address)).unwrap();
            let password = password.hash(&db.work()).await.unwrap();
            let actor = actor.map_or(Actor::System, |role| Actor::Staff {
                account: account_id,
                permissions: role.permissions().to_vec(),
            });
            let mut ctx = db.work().acting_as(actor).write();
            let new = NewStaff {
                email: testing::email(address),
                name: name.to_owned(),
                role: Role::Support,
                password,
            };
            create_staff(&mut ctx, new).await
        };
        assert!(outcome(None, "bob@example.com", "Bob").await.is_ok());
        assert!(outcome(Some(Role::Owner), "bob@example.com", "Bob").await.is_ok());
        let manager = outcome(Some(Role::Manager), "bob@example.com", "Bob").await;
        assert!(matches!(manager, Err(CreateStaffError::Forbidden(_))), "{manager:?}");
        let taken = outcome(None, "ann@example.com", "Ann").await;
        assert!(matches!(taken, Err(CreateStaffError::EmailTaken)), "{taken:?}");
        let nameless = outcome(None, "bob@example.com", " ").await;
        assert!(matches!(nameless, Err(CreateStaffError::Invalid(_))), "{nameless:?}");
    }
}
