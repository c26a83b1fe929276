//! The feed for Google Merchant Center is published, or no longer.

use database::{Ctx, Error};
use kernel::{Forbidden, Permission};

use crate::store;

/// Why the feed is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SwitchGoogleError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Publishes the feed or takes it away.
pub async fn switch_google(ctx: &mut Ctx, on: bool) -> Result<(), SwitchGoogleError> {
    ctx.require(Permission::ManageSettings)?;
    Ok(store::upsert_settings(ctx, on).await?)
}
