//! Says of one more place that the merchant collects tax there.

use database::Ctx;
use kernel::{FieldError, Forbidden, Invalid, Permission};

use crate::{Place, events::tell_changed, store};

/// The longest code of a state that a place can have.
const LONGEST_STATE: usize = 10;

/// Why the place is not put in.
#[derive(Debug, thiserror::Error)]
pub enum PutNexusError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It is no place.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Puts the place beside those there are; one that is there already stays.
pub async fn put_nexus(ctx: &mut Ctx, place: &Place) -> Result<(), PutNexusError> {
    ctx.require(Permission::ManageSettings)?;
    let state = place.state.as_bytes();
    if state.len() > LONGEST_STATE || !state.iter().all(u8::is_ascii_alphanumeric) {
        let message = "must be a country or one of its states, such as US or US-CA";
        return Err(Invalid::from(FieldError::new("place", "invalid_place", message)).into());
    }
    tell_changed(ctx).await?;
    Ok(store::put_nexus(ctx, place).await?)
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::{Nexus, RemoveNexusError, load_nexus, remove_nexus};

    fn place(text: &str) -> Place {
        Place::parse(text).unwrap()
    }

    #[tokio::test]
    async fn places_come_and_go_one_by_one() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        for text in ["US-CA", "DE", "US-CA", "EU"] {
            put_nexus(&mut ctx, &place(text)).await.unwrap();
        }
        remove_nexus(&mut ctx, &place("DE")).await.unwrap();
        let twice = remove_nexus(&mut ctx, &place("DE")).await;
        assert!(matches!(twice, Err(RemoveNexusError::NotFound)));
        let whole = remove_nexus(&mut ctx, &place("US")).await;
        assert!(matches!(whole, Err(RemoveNexusError::NotFound)));
        let left = load_nexus(&mut ctx).await.unwrap();
        assert_eq!(left, Nexus(vec![place("EU"), place("US-CA")]));
    }

    #[tokio::test]
    async fn what_is_no_place_and_who_may_not_are_refused() {
        let db = TestDatabase::new().await;
        for text in ["US-CA-1", "US-ELEVENCHARS", "US-Ä"] {
            let refused = put_nexus(&mut db.work().write(), &place(text)).await;
            assert!(matches!(refused, Err(PutNexusError::Invalid(_))), "{text}");
        }
        let mut ctx = db.work().acting_as(Actor::Guest).write();
        let refused = put_nexus(&mut ctx, &place("DE")).await;
        assert!(matches!(refused, Err(PutNexusError::Forbidden(_))));
        let refused = remove_nexus(&mut ctx, &place("DE")).await;
        assert!(matches!(refused, Err(RemoveNexusError::Forbidden(_))));
    }
}
