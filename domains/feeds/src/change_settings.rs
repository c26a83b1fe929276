//! Feeds of products are published, or no longer.

use database::{Ctx, Error};
use kernel::{Forbidden, Permission};

use crate::{Settings, store};

/// Why the feeds are as they were.
#[derive(Debug, thiserror::Error)]
pub enum ChangeSettingsError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Publishes these feeds, and takes the others away.
pub async fn change_settings(ctx: &mut Ctx, settings: Settings) -> Result<(), ChangeSettingsError> {
    ctx.require(Permission::ManageSettings)?;
    Ok(store::upsert_settings(ctx, settings).await?)
}
