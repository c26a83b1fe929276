//! Makes a restriction, or changes one.

use database::Ctx;
use kernel::{FieldError, Invalid, Permission, RestrictionId};

use crate::{RestrictionTerms, SetupError, events::tell_changed, store};

/// Makes a restriction, or with an id changes that one. Carts with what it forbids are offered no delivery from now on.
pub async fn put_restriction(
    ctx: &mut Ctx,
    id: Option<RestrictionId>,
    terms: &RestrictionTerms,
) -> Result<RestrictionId, SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    if terms.regions.is_empty() {
        return Err(Invalid::from(FieldError::required("regions")).into());
    }
    store::restrictions::put(ctx, id, terms)
        .await?
        .ok_or(SetupError::NotFound)
}
