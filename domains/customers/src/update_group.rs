//! Staff give a group of customers another name or note.

use database::Ctx;
use kernel::{CustomerGroupId, Permission};

use crate::{Group, GroupError, GroupTerms, store};

/// A change of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateGroup {
    /// The group.
    pub id: CustomerGroupId,
    /// The version that the change was made to, if nobody else may have changed it since.
    pub expected_version: Option<i64>,
    /// All that is said of it, changed or not.
    pub terms: GroupTerms,
}

/// Changes the group. Who is in it stays.
pub async fn update_group(ctx: &mut Ctx, change: UpdateGroup) -> Result<Group, GroupError> {
    ctx.require(Permission::WriteCoupons)?;
    let terms = change.terms.checked()?;
    let current = store::groups::lock(ctx, change.id).await?.ok_or(GroupError::NotFound)?;
    if change.expected_version.is_some_and(|version| version != current) {
        return Err(GroupError::VersionConflict { current });
    }
    store::groups::update(ctx, change.id, &terms).await?;
    store::groups::find(ctx, change.id).await?.ok_or(GroupError::NotFound)
}
