//! A customer, and how to find one.

use database::{Ctx, Error};
use kernel::{AccountId, Actor, CustomerId, EmailAddress, FieldError, Invalid, Time, typed_line};

use crate::store;

/// A shopper the store knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The customer's id.
    pub id: CustomerId,
    /// The account with which the customer signs in.
    pub account_id: AccountId,
    /// The account's e-mail address.
    pub email: EmailAddress,
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
    /// Telephone number; may be empty.
    pub phone: String,
    /// Whether the customer agreed to advertising.
    pub accepts_marketing: bool,
    /// Since when the store knows the customer.
    pub created_at: Time,
    /// When the profile was changed last.
    pub updated_at: Time,
}

impl Customer {
    /// First and last name with a blank between.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// The customer of that id.
pub async fn find(ctx: &mut Ctx, id: CustomerId) -> Result<Option<Customer>, Error> {
    Ok(store::list_customers(ctx, &[id]).await?.pop())
}

/// The customer who signs in with that account.
pub async fn find_by_account(ctx: &mut Ctx, account_id: AccountId) -> Result<Option<Customer>, Error> {
    store::find_customer_by_account(ctx, account_id).await
}

/// Who signs in with an account, as far as every request asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shopper {
    /// The customer.
    pub id: CustomerId,
    /// Whether they are in a group, which price lists may be for.
    pub is_in_group: bool,
}

/// The same as every request asks it.
pub async fn find_shopper(ctx: &mut Ctx, account_id: AccountId) -> Result<Option<Shopper>, Error> {
    store::find_shopper(ctx, account_id).await
}

/// The customers of those ids, in no order; unknown ids are left out.
pub async fn list_by_ids(ctx: &mut Ctx, ids: &[CustomerId]) -> Result<Vec<Customer>, Error> {
    store::list_customers(ctx, ids).await
}

/// The customers with those e-mail addresses, in no order; unknown addresses are left out. Whether somebody has proved that
/// an address is theirs is for `identity` to say.
pub async fn list_by_emails(ctx: &mut Ctx, emails: &[EmailAddress]) -> Result<Vec<Customer>, Error> {
    let emails: Vec<&str> = emails.iter().map(EmailAddress::as_str).collect();
    store::list_customers_by_email(ctx, &emails).await
}

/// Whether the actor may change what belongs to a customer: the customer, or Souk itself.
pub(crate) fn belongs_to(actor: &Actor, id: CustomerId) -> bool {
    match actor {
        Actor::System => true,
        Actor::Customer { customer, .. } => *customer == id,
        Actor::Guest | Actor::Staff { .. } | Actor::ApiKey { .. } => false,
    }
}

/// Reads a name or number by [`typed_line`] and notes when it is not fit to be shown.
pub(crate) fn checked_text(invalid: &mut Invalid, field: &str, text: &str) -> String {
    let text = typed_line(text);
    if text.chars().count() > 100 {
        invalid.push(FieldError::new(field, "too_long", "may have at most 100 characters"));
    } else if text.chars().any(char::is_control) {
        invalid.push(FieldError::new(
            field,
            "invalid_text",
            "may not hold control characters",
        ));
    }
    text
}
