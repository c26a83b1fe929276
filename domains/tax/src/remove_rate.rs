//! Removes a rate of the store's own, so that the table's holds again.

use database::Ctx;
use kernel::{Forbidden, Permission, TaxRateId};

use crate::{events::tell_changed, store};

/// Why the rate cannot be removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveRateError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store has no such rate.
    #[error("there is no such rate")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Removes the rate.
pub async fn remove_rate(ctx: &mut Ctx, id: TaxRateId) -> Result<(), RemoveRateError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    if store::delete_rate(ctx, id).await? {
        Ok(())
    } else {
        Err(RemoveRateError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;

    #[tokio::test]
    async fn an_unknown_rate_is_not_found() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let id = ctx.new_id();
        assert!(matches!(
            remove_rate(&mut ctx, id).await,
            Err(RemoveRateError::NotFound)
        ));
    }
}
