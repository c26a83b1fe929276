//! Staff say which groups a customer is in.

use database::Ctx;
use kernel::{CustomerGroupId, CustomerId, FieldError, Invalid, Permission};

use crate::{GroupError, MOST_GROUPS, store};

/// The customer is in exactly these groups from now on.
pub async fn set_groups(ctx: &mut Ctx, customer: CustomerId, groups: &[CustomerGroupId]) -> Result<(), GroupError> {
    ctx.require(Permission::WriteCoupons)?;
    let mut groups = groups.to_vec();
    groups.sort_unstable();
    groups.dedup();
    if groups.len() > MOST_GROUPS {
        let message = format!("may be at most {MOST_GROUPS}");
        return Err(Invalid::from(FieldError::new("groups", "too_many", message)).into());
    }
    if !store::lock_customer(ctx, customer).await? {
        return Err(GroupError::NotFound);
    }
    store::groups::replace_of(ctx, customer, &groups).await
}
