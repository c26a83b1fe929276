//! Staff put a customer into some groups and take them out of others.

use database::Ctx;
use kernel::{CustomerGroupId, CustomerId, Permission};

use crate::{GroupError, set_groups, store};

/// The customer joins some groups and leaves others; all the rest stays, whoever changes it meanwhile.
pub async fn change_groups(
    ctx: &mut Ctx,
    customer: CustomerId,
    join: &[CustomerGroupId],
    leave: &[CustomerGroupId],
) -> Result<(), GroupError> {
    ctx.require(Permission::WriteCoupons)?;
    if !store::lock_customer(ctx, customer).await? {
        return Err(GroupError::NotFound);
    }
    let mut found = store::groups::list_of(ctx, &[customer]).await?;
    let now = found.remove(&customer).unwrap_or_default();
    let stays = now.into_iter().map(|(id, _name)| id).filter(|id| !leave.contains(id));
    let groups: Vec<CustomerGroupId> = stays.chain(join.iter().copied()).collect();
    set_groups(ctx, customer, &groups).await
}
