//! Changes the name and the regions of a zone.

use database::Ctx;
use kernel::{Permission, ZoneId};

use crate::{SetupError, ZoneTerms, events::tell_changed, store};

/// Changes the zone when it has the expected version, which `None` lets be any; its methods stay.
pub async fn update_zone(
    ctx: &mut Ctx,
    id: ZoneId,
    expected_version: Option<i64>,
    terms: &ZoneTerms,
) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    store::held(store::zones::lock_zone(ctx, id).await?, expected_version)?;
    tell_changed(ctx).await?;
    store::found(store::zones::update_zone(ctx, id, &terms.checked()?).await?)
}
