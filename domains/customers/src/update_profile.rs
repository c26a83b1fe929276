//! A customer's name, telephone number and consent change.

use database::{Ctx, Error};
use kernel::{CustomerId, Invalid};

use crate::{
    Customer,
    customer::{belongs_to, checked_text},
    store,
};

/// The profile as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
    /// Telephone number; may be empty.
    pub phone: String,
    /// Whether the customer agrees to advertising.
    pub accepts_marketing: bool,
}

/// Why the profile stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum UpdateProfileError {
    /// A field is not fit to be shown.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// There is no such customer, or it is not the one who acts.
    #[error("there is no such customer")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Replaces the profile.
pub async fn update_profile(ctx: &mut Ctx, id: CustomerId, profile: Profile) -> Result<Customer, UpdateProfileError> {
    if !belongs_to(ctx.actor(), id) {
        return Err(UpdateProfileError::NotFound);
    }
    let mut invalid = Invalid::default();
    let profile = Profile {
        first_name: checked_text(&mut invalid, "first_name", &profile.first_name),
        last_name: checked_text(&mut invalid, "last_name", &profile.last_name),
        phone: checked_text(&mut invalid, "phone", &profile.phone),
        ..profile
    };
    invalid.into_result()?;
    store::update_customer(ctx, id, &profile)
        .await?
        .ok_or(UpdateProfileError::NotFound)
}
