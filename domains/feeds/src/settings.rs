//! What a store publishes.

use database::{Ctx, Error};

use crate::store;

/// What a store decided about its feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// Whether the feed for Google Merchant Center is there.
    pub google: bool,
    /// Whether the feed for Meta's catalogue is there.
    pub meta: bool,
}

/// What the store publishes; nothing until somebody says so.
pub async fn load_settings(ctx: &mut Ctx) -> Result<Settings, Error> {
    Ok(store::find_settings(ctx).await?.unwrap_or_default())
}
