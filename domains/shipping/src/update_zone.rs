//! Changes the name and the regions of a zone.

use database::Ctx;
use kernel::{Permission, ZoneId};

use crate::{SetupError, ZoneTerms, events::tell_changed, store};

/// Changes the zone; its methods stay.
pub async fn update_zone(ctx: &mut Ctx, id: ZoneId, terms: &ZoneTerms) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    store::found(store::zones::update_zone(ctx, id, &terms.checked()?).await?)
}
