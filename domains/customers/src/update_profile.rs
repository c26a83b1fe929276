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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::testing::TestDatabase;

    use super::*;
    use crate::testing::customer;

    #[tokio::test]
    async fn customers_change_their_own_profile_only() {
        let db = TestDatabase::new().await;
        let (ann, as_ann) = customer(&db, "ann@example.com").await;
        let (bob, _) = customer(&db, "bob@example.com").await;
        db.clock().advance(TimeDelta::minutes(1));
        let profile = Profile {
            first_name: " Anna ".to_owned(),
            last_name: String::new(),
            phone: "+1 555 0100".to_owned(),
            accepts_marketing: true,
        };
        let mut ctx = as_ann.write();
        let changed = update_profile(&mut ctx, ann, profile.clone()).await.unwrap();
        assert_eq!(
            (changed.full_name().as_str(), changed.phone.as_str()),
            ("Anna", "+1 555 0100")
        );
        assert!(changed.accepts_marketing && changed.updated_at > changed.created_at);
        let foreign = update_profile(&mut ctx, bob, profile.clone()).await;
        assert!(matches!(foreign, Err(UpdateProfileError::NotFound)));
        let long = update_profile(
            &mut ctx,
            ann,
            Profile {
                phone: "1".repeat(101),
                ..profile
            },
        )
        .await;
        assert!(matches!(long, Err(UpdateProfileError::Invalid(invalid)) if invalid.0[0].field == "phone"));
    }
}
