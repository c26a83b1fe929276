//! Says of a place that the merchant collects tax there no more.

use database::Ctx;
use kernel::{Forbidden, Permission};

use crate::{Place, events::tell_changed, store};

/// Why the place is not taken away.
#[derive(Debug, thiserror::Error)]
pub enum RemoveNexusError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It is none of the places.
    #[error("tax is not collected in that place")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Takes the place away. Places that lie in it or around it stay.
pub async fn remove_nexus(ctx: &mut Ctx, place: &Place) -> Result<(), RemoveNexusError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    if store::delete_nexus(ctx, place).await? {
        return Ok(());
    }
    Err(RemoveNexusError::NotFound)
}
