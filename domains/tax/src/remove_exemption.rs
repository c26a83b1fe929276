//! Takes an exemption away: the customer's next order is taxed. Orders keep what they say.

use database::Ctx;
use kernel::{Forbidden, Permission, TaxExemptionId};

use crate::store;

/// Why the exemption cannot be taken away.
#[derive(Debug, thiserror::Error)]
pub enum RemoveExemptionError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store has no such exemption.
    #[error("there is no such exemption")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Takes the exemption away.
pub async fn remove_exemption(ctx: &mut Ctx, id: TaxExemptionId) -> Result<(), RemoveExemptionError> {
    ctx.require(Permission::ManageSettings)?;
    if store::exemptions::delete(ctx, id).await? {
        Ok(())
    } else {
        Err(RemoveExemptionError::NotFound)
    }
}
