//! Why a setting of shipping stays as it was.

use kernel::{FieldError, Forbidden, Invalid};

/// What a caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store has nothing of that id.
    #[error("there is no such thing")]
    NotFound,
    /// Another one has this name or code, or what it refers to is not there.
    #[error(transparent)]
    Conflict(FieldError),
    /// It was changed since the version that the change was made on.
    #[error("it was changed since; its version is {current}")]
    VersionConflict {
        /// Its version now.
        current: i64,
    },
    /// Some fields hold what they cannot.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl SetupError {
    /// What a constraint of the tables means.
    pub(crate) fn of(error: database::Error) -> Self {
        let taken = |field: &str, code, message: &str| Self::Conflict(FieldError::new(field, code, message));
        match error.constraint() {
            Some("zones_name_key" | "profiles_name_key" | "boxes_name_key") => {
                taken("name", "name_taken", "is the name of another one")
            }
            Some("methods_profile_code_key") => {
                taken("code", "code_taken", "is the code of another method of the zone")
            }
            Some("restrictions_product_key") => taken("product", "restricted_already", "has a restriction already"),
            Some("methods_zone_fk") => Self::NotFound,
            Some("methods_profile_fk") => taken("profile", "gone", "is not there any more"),
            Some("methods_location_fk") => taken("location", "gone", "is not there any more"),
            Some("profile_products_product_fk" | "restrictions_product_fk" | "restrictions_variant_fk") => {
                taken("product", "no_such_product", "is no product of the store")
            }
            Some(_) | None => Self::Internal(error),
        }
    }
}

/// The name without blanks around it, when it has one of at most 100 characters.
pub(crate) fn checked_name(invalid: &mut Invalid, name: &str) -> String {
    let name = name.trim();
    if name.is_empty() {
        invalid.push(FieldError::required("name"));
    } else if name.chars().count() > 100 || name.chars().any(char::is_control) {
        invalid.push(FieldError::new(
            "name",
            "too_long",
            "may have at most 100 printable characters",
        ));
    }
    name.to_owned()
}
