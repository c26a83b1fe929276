//! Staff add a picture to a product, take one off, or say which variants it shows. Unlike a whole new list of pictures these
//! do not undo what somebody else does at the same moment.

use database::Ctx;
use kernel::{FieldError, ImageId, Invalid, Permission, ProductId, VariantId};

use crate::{
    Image, NewImage, SetImagesError,
    input::check_image,
    set_images::{lock, tell_parts_changed, tell_pictures_changed},
    store,
};

/// The most pictures of a product.
const MOST: usize = 250;

/// Adds a picture behind the others. One that is there already stays in its place and gets the words, where it is given others.
pub async fn add_image(ctx: &mut Ctx, id: ProductId, new: NewImage) -> Result<Image, SetImagesError> {
    ctx.require(Permission::WriteCatalog)?;
    let mut invalid = Invalid::default();
    check_image(&mut invalid, "image", &new.url, &new.alt);
    invalid.into_result()?;
    let product = lock(ctx, id).await?;
    let images = store::products::images(ctx, id).await?;
    match images.iter().find(|known| known.url == new.url) {
        Some(same) if new.alt.is_empty() || new.alt == same.alt => return Ok(same.clone()),
        None if images.len() >= MOST => {
            let full = FieldError::new("image.url", "too_many_images", "a product has at most 250 pictures");
            return Err(Invalid::from(full).into());
        }
        Some(_) | None => {}
    }
    let image = store::attachments::add_image(ctx, id, &new).await?;
    tell_pictures_changed(ctx, product).await?;
    Ok(image)
}

/// Takes a picture off a product and its variants.
pub async fn remove_image(ctx: &mut Ctx, id: ProductId, image: ImageId) -> Result<(), SetImagesError> {
    ctx.require(Permission::WriteCatalog)?;
    let product = lock(ctx, id).await?;
    let url = store::attachments::delete_image(ctx, id, image).await?;
    let url = url.ok_or(SetImagesError::NotFound)?;
    store::attachments::show_on_variants(ctx, id, &url, &[]).await?;
    Ok(tell_pictures_changed(ctx, product).await?)
}

/// Makes a picture the one of these variants, and of no others of its product.
pub async fn assign_image(
    ctx: &mut Ctx,
    id: ProductId,
    image: ImageId,
    variants: &[VariantId],
) -> Result<(), SetImagesError> {
    ctx.require(Permission::WriteCatalog)?;
    let product = lock(ctx, id).await?;
    let images = store::products::images(ctx, id).await?;
    let image = images
        .iter()
        .find(|known| known.id == image)
        .ok_or(SetImagesError::NotFound)?;
    store::attachments::show_on_variants(ctx, id, &image.url, variants).await?;
    Ok(tell_parts_changed(ctx, product).await?)
}
