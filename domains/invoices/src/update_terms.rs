//! A store decides what its invoices say.

use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, Invalid, Permission};

use crate::{DocumentKind, Terms, store};

/// Why the terms are as they were.
#[derive(Debug, thiserror::Error)]
pub enum UpdateTermsError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Some fields are wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Somebody else changed them meanwhile.
    #[error("the terms were changed meanwhile")]
    VersionConflict,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Replaces the terms of that version. Documents that are written stay as they are.
pub async fn update_terms(ctx: &mut Ctx, terms: Terms) -> Result<Terms, UpdateTermsError> {
    ctx.require(Permission::ManageSettings)?;
    let mut terms = terms.checked()?;
    refuse_taken(ctx, &terms).await?;
    if !store::put_terms(ctx, &terms).await? {
        return Err(UpdateTermsError::VersionConflict);
    }
    terms.version += 1;
    Ok(terms)
}

/// A prefix under which the other kind has numbers would make the same number twice: once of an invoice and once of a credit
/// note.
async fn refuse_taken(ctx: &mut Ctx, terms: &Terms) -> Result<(), UpdateTermsError> {
    let mut invalid = Invalid::default();
    for (field, prefix, other) in [
        ("invoice_prefix", &terms.invoice_prefix, DocumentKind::CreditNote),
        ("credit_note_prefix", &terms.credit_note_prefix, DocumentKind::Invoice),
    ] {
        if store::is_taken(ctx, other, prefix).await? {
            let message = "stands before numbers of the other kind";
            invalid.push(FieldError::new(field, "prefix_taken", message));
        }
    }
    invalid.into_result()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::load_terms;

    #[tokio::test]
    async fn of_two_who_change_the_terms_one_is_told() {
        let database = TestDatabase::new().await;
        let mut ctx = database.work().write();
        let first = load_terms(&mut ctx).await.unwrap();
        assert_eq!(first, Terms::default());
        let named = Terms {
            legal_name: "Tableware GmbH".to_owned(),
            ..first.clone()
        };
        let kept = update_terms(&mut ctx, named).await.unwrap();
        assert_eq!((kept.version, &load_terms(&mut ctx).await.unwrap()), (1, &kept));
        let late = update_terms(&mut ctx, first).await;
        assert!(matches!(late, Err(UpdateTermsError::VersionConflict)));
        let again = Terms {
            note: "Thank you".to_owned(),
            ..kept
        };
        assert_eq!(update_terms(&mut ctx, again).await.unwrap().version, 2);
    }

    #[tokio::test]
    async fn terms_are_not_for_everybody() {
        let database = TestDatabase::new().await;
        let mut ctx = database.work().acting_as(Actor::Guest).write();
        let refused = update_terms(&mut ctx, Terms::default()).await;
        assert!(matches!(refused, Err(UpdateTermsError::Forbidden(_))));
    }
}
