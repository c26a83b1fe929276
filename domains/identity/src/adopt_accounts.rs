//! Accounts of people who were customers elsewhere: they have an address, and no password until its owner asks for one.

use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress, Forbidden, Permission};

use crate::store;

/// Why there are no accounts.
#[derive(Debug, thiserror::Error)]
pub enum AdoptAccountsError {
    /// The actor may not import.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The account of each address, made where there was none; two statements however many they are. Nobody is told. The owner
/// of the address gets in by asking for a new password, which also proves that the address is theirs.
pub async fn adopt_accounts(
    ctx: &mut Ctx,
    emails: &[EmailAddress],
) -> Result<Vec<(EmailAddress, AccountId)>, AdoptAccountsError> {
    ctx.require(Permission::RunImports)?;
    let ids: Vec<AccountId> = emails.iter().map(|_email| ctx.new_id()).collect();
    store::insert_accounts_without_password(ctx, &ids, emails).await?;
    Ok(store::list_accounts_by_email(ctx, emails).await?)
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::{
        AccountRegistered, find_account_by_id,
        testing::{PASSWORD, count, email, sign_in, try_register},
    };

    #[tokio::test]
    async fn an_adopted_account_has_no_password_and_a_known_one_keeps_its_own() {
        let db = TestDatabase::new().await;
        try_register(&db, "ann@example.com").await;
        let told = count::<AccountRegistered>(&db).await;
        let mut ctx = db.work().write();
        let wanted = [email("ann@example.com"), email("bob@example.com")];
        let accounts = adopt_accounts(&mut ctx, &wanted).await.unwrap();
        assert_eq!(adopt_accounts(&mut ctx, &wanted).await.unwrap(), accounts);
        ctx.commit().await.unwrap();
        let mut emails: Vec<&str> = accounts.iter().map(|(email, _)| email.as_str()).collect();
        emails.sort_unstable();
        assert_eq!(emails, ["ann@example.com", "bob@example.com"]);
        assert!(sign_in(&db, "ann@example.com", PASSWORD).await.is_ok());
        assert!(sign_in(&db, "bob@example.com", PASSWORD).await.is_err());
        let (_, bob) = accounts
            .iter()
            .find(|(email, _)| email.as_str() == "bob@example.com")
            .unwrap();
        let account = find_account_by_id(&mut db.work().read(), *bob).await.unwrap().unwrap();
        assert_eq!(account.verified_at, None);
        assert_eq!(count::<AccountRegistered>(&db).await, told);
    }

    #[tokio::test]
    async fn only_those_who_may_import_adopt() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().acting_as(Actor::Guest).write();
        let refused = adopt_accounts(&mut ctx, &[email("ann@example.com")]).await;
        assert!(matches!(refused, Err(AdoptAccountsError::Forbidden(_))));
    }
}
