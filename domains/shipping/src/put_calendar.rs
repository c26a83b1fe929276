//! Says when a store works and how long it takes to hand a parcel over.

use database::Ctx;
use kernel::Permission;

use crate::{Calendar, SetupError, events::tell_changed, store};

/// Holds for every delivery that is offered from now on.
pub async fn put_calendar(ctx: &mut Ctx, calendar: &Calendar) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    Ok(store::rules::put_calendar(ctx, calendar).await?)
}
