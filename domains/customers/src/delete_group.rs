//! Staff take a group of customers away.

use database::Ctx;
use kernel::{CustomerGroupId, Permission};

use crate::{GroupError, store};

/// Takes the group away; its customers stay. Refused while a price list is for it.
pub async fn delete_group(ctx: &mut Ctx, id: CustomerGroupId, expected_version: Option<i64>) -> Result<(), GroupError> {
    ctx.require(Permission::WriteCoupons)?;
    let current = store::groups::lock(ctx, id).await?.ok_or(GroupError::NotFound)?;
    if expected_version.is_some_and(|version| version != current) {
        return Err(GroupError::VersionConflict { current });
    }
    store::groups::delete(ctx, id).await
}
