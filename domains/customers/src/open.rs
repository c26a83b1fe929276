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

/// Makes the customer of an account, or finds the one it has. Call it in the transaction that makes the account.
pub async fn open(ctx: &mut Ctx, command: OpenCustomer) -> Result<CustomerId, OpenCustomerError> {
    let mut invalid = Invalid::default();
    let first_name = checked_text(&mut invalid, "first_name", &command.first_name);
    let last_name = checked_text(&mut invalid, "last_name", &command.last_name);
    invalid.into_result()?;
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
