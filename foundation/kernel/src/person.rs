//! Somebody who is to be forgotten.

use crate::{CustomerId, EmailAddress};

/// A person as tables know them: what is under either of these is theirs. Somebody without an account is known by an address
/// alone; an address that nobody proved to be theirs is left out, because what is kept under it may be another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their account's customer.
    pub customer: Option<CustomerId>,
    /// Their e-mail address.
    pub email: Option<EmailAddress>,
}

impl Person {
    /// The address as statements compare it.
    pub fn email_text(&self) -> Option<&str> {
        self.email.as_ref().map(EmailAddress::as_str)
    }
}
