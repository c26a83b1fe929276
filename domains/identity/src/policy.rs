//! What a store asks of its staff.

use database::{Ctx, Error};
use kernel::Permission;

use crate::{ListStaffError, store};

/// Whether staff must have a second factor.
pub async fn staff_second_factor_required(ctx: &mut Ctx) -> Result<bool, Error> {
    store::find_policy(ctx).await
}

/// Asks every member of staff for a second factor, or no longer. Whoever has none is led to set one up before working on.
pub async fn require_staff_second_factor(ctx: &mut Ctx, required: bool) -> Result<(), ListStaffError> {
    ctx.require(Permission::ManageStaff)?;
    store::replace_policy(ctx, required).await?;
    Ok(())
}
