//! Staff choose a product's pictures and their order.

use database::Ctx;
use kernel::{Invalid, Permission, ProductId};

use crate::{Image, Product, events::ProductChanged, input::check_image, store};

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
    let product = lock(ctx, id).await?;
    store::products::replace_images(ctx, id, &pairs).await?;
    tell_pictures_changed(ctx, product).await?;
    Ok(store::products::images(ctx, id).await?)
}

/// One at a time changes what a product shows.
pub(crate) async fn lock(ctx: &mut Ctx, id: ProductId) -> Result<Product, SetImagesError> {
    store::products::lock(ctx, id).await?.ok_or(SetImagesError::NotFound)
}

/// The product has another version and keeps what follows from its pictures, and others hear of it.
pub(crate) async fn tell_pictures_changed(ctx: &mut Ctx, product: Product) -> Result<(), database::Error> {
    store::products::raise_version(ctx, product.id).await?;
    store::refresh::products(ctx, &[product.id]).await?;
    tell(ctx, product).await
}

/// The same where nothing follows from what changed.
pub(crate) async fn tell_parts_changed(ctx: &mut Ctx, product: Product) -> Result<(), database::Error> {
    store::products::touch(ctx, product.id).await?;
    tell(ctx, product).await
}

async fn tell(ctx: &mut Ctx, product: Product) -> Result<(), database::Error> {
    let changed = ProductChanged {
        product_id: product.id,
        slug: product.slug,
    };
    ctx.publish(&changed).await
}
