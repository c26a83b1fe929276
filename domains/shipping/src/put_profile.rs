//! Makes a profile, or changes one.

use database::Ctx;
use kernel::{FieldError, Invalid, Permission, ProductId, ProfileId};

use crate::{SetupError, error::checked_name, events::tell_changed, store};

/// The most products of a profile.
pub const MOST_PRODUCTS: usize = 5_000;

/// Makes a profile, or with an id changes that one. Products that were in another profile leave it.
pub async fn put_profile(
    ctx: &mut Ctx,
    id: Option<ProfileId>,
    name: &str,
    products: &[ProductId],
) -> Result<ProfileId, SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    let mut invalid = Invalid::default();
    let name = checked_name(&mut invalid, name);
    if products.len() > MOST_PRODUCTS {
        let message = format!("may be at most {MOST_PRODUCTS}");
        invalid.push(FieldError::new("products", "too_many", message));
    }
    invalid.into_result()?;
    let id = store::profiles::put(ctx, id, &name)
        .await?
        .ok_or(SetupError::NotFound)?;
    store::profiles::replace_products(ctx, id, products).await?;
    Ok(id)
}
