//! Staff choose a product's pictures and their order.

use database::Ctx;
use kernel::{Invalid, Permission, ProductId};

use crate::{Image, events::ProductChanged, input::check_image, store};

/// A picture of a product.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewImage {
    /// Where it is: a path of the store or an address.
    pub url: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

/// Why pictures are not set.
#[derive(Debug, thiserror::Error)]
pub enum SetImagesError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such product.
    #[error("there is no such product")]
    NotFound,
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes these the product's pictures, in this order; the first stands for it in lists.
pub async fn set_images(ctx: &mut Ctx, id: ProductId, images: Vec<NewImage>) -> Result<Vec<Image>, SetImagesError> {
    ctx.require(Permission::WriteCatalog)?;
    let mut invalid = Invalid::default();
    let mut seen = std::collections::HashSet::new();
    let mut pairs = Vec::with_capacity(images.len());
    for (index, image) in images.into_iter().enumerate() {
        check_image(&mut invalid, &format!("images.{index}"), &image.url, &image.alt);
        if seen.insert(image.url.clone()) {
            pairs.push((image.url, image.alt));
        }
    }
    invalid.into_result()?;
    let product = store::products::lock(ctx, id).await?.ok_or(SetImagesError::NotFound)?;
    store::products::replace_images(ctx, id, &pairs).await?;
    store::products::raise_version(ctx, id).await?;
    store::refresh::products(ctx, &[id]).await?;
    ctx.publish(&ProductChanged {
        product_id: id,
        slug: product.slug,
    })
    .await?;
    Ok(store::products::images(ctx, id).await?)
}
