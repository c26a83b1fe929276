//! An account becomes a customer.

use database::{Ctx, Error};
use kernel::{AccountId, CustomerId, EmailAddress, Invalid};

use crate::{customer::checked_text, store};

/// Who the customer is.
#[derive(Debug, Clone)]
pub struct OpenCustomer {
    /// The account with which the customer signs in.
    pub account_id: AccountId,
    /// The account's e-mail address.
    pub email: EmailAddress,
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
}

/// Why there is no customer.
#[derive(Debug, thiserror::Error)]
pub enum OpenCustomerError {
    /// A name is not fit to be shown.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Looks whether names are fit to be shown, before there is an account.
pub fn check_names(first_name: &str, last_name: &str) -> Result<(), Invalid> {
    names(first_name, last_name).map(drop)
}

fn names(first_name: &str, last_name: &str) -> Result<(String, String), Invalid> {
    let mut invalid = Invalid::default();
    let first_name = checked_text(&mut invalid, "first_name", first_name);
    let last_name = checked_text(&mut invalid, "last_name", last_name);
    invalid.into_result()?;
    Ok((first_name, last_name))
}

/// Makes the customer of an account, or finds the one it has. Call it in the transaction that makes the account.
pub async fn open(ctx: &mut Ctx, command: OpenCustomer) -> Result<CustomerId, OpenCustomerError> {
    let (first_name, last_name) = names(&command.first_name, &command.last_name)?;
    Ok(store::insert_customer(
        ctx,
        &OpenCustomer {
            first_name,
            last_name,
            ..command
        },
    )
    .await?)
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{
        find, find_by_account, list_by_ids,
        testing::{account, ann},
    };

    #[tokio::test]
    async fn an_account_is_one_customer_however_often_it_is_opened() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let mut ctx = db.work().write();
        let id = open(&mut ctx, ann(account_id)).await.unwrap();
        let again = OpenCustomer {
            first_name: "Other".to_owned(),
            ..ann(account_id)
        };
        assert_eq!(open(&mut ctx, again).await.unwrap(), id);
        let customer = find_by_account(&mut ctx, account_id).await.unwrap().unwrap();
        assert_eq!((customer.id, customer.full_name().as_str()), (id, "Ann Lee"));
        assert_eq!(find(&mut ctx, id).await.unwrap(), Some(customer.clone()));
        let unknown = ctx.new_id();
        assert_eq!(list_by_ids(&mut ctx, &[unknown, id]).await.unwrap(), [customer]);
    }

    #[tokio::test]
    async fn names_that_cannot_be_shown_are_refused() {
        let db = TestDatabase::new().await;
        let account_id = ctx_id(&db);
        let bad = OpenCustomer {
            first_name: "x".repeat(101),
            last_name: "a\nb".to_owned(),
            ..ann(account_id)
        };
        let error = open(&mut db.work().write(), bad).await.unwrap_err();
        let OpenCustomerError::Invalid(invalid) = error else {
            panic!("{error}")
        };
        let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["first_name", "last_name"]);
    }

    fn ctx_id(db: &TestDatabase) -> AccountId {
        db.work().read().new_id()
    }
}
