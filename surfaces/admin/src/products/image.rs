//! One picture of a product: taking it off, after asking, and choosing the variants that show it.

use axum::response::{IntoResponse as _, Redirect};
use catalog::{Image, ProductDetails};
use kernel::{ImageId, ProductId, VariantId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::{images::problem, page};

#[derive(Serialize)]
struct ImageView {
    id: String,
    title: String,
    image: String,
    /// Where it is.
    picture: String,
    alt: String,
    variants: Vec<VariantTick>,
}

#[derive(Serialize)]
struct VariantTick {
    id: String,
    title: String,
    shown: bool,
}

/// The variants that are ticked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct VariantsForm {
    variant: Vec<VariantId>,
}

pub(crate) async fn ask(staff: Staff<can::WriteCatalog>, Path((id, image)): Path<(ProductId, ImageId)>) -> Answer {
    staff.page("admin/products/image_remove.html", &load(&staff, id, image).await?)
}

pub(crate) async fn remove(staff: Staff<can::WriteCatalog>, Path((id, image)): Path<(ProductId, ImageId)>) -> Answer {
    let mut ctx = staff.work.write();
    catalog::remove_image(&mut ctx, id, image).await.map_err(problem)?;
    ctx.commit().await?;
    back(&staff, id)
}

pub(crate) async fn variants(staff: Staff<can::WriteCatalog>, Path((id, image)): Path<(ProductId, ImageId)>) -> Answer {
    staff.page("admin/products/image_variants.html", &load(&staff, id, image).await?)
}

pub(crate) async fn assign(
    staff: Staff<can::WriteCatalog>,
    Path((id, image)): Path<(ProductId, ImageId)>,
    Form(form): Form<VariantsForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    catalog::assign_image(&mut ctx, id, image, &form.variant)
        .await
        .map_err(problem)?;
    ctx.commit().await?;
    back(&staff, id)
}

fn back(staff: &Staff<can::WriteCatalog>, id: ProductId) -> Answer {
    staff.flash("admin-flash-saved");
    Ok(Redirect::to(&format!("/admin/products/{id}/images")).into_response())
}

async fn load(visitor: &Visitor, id: ProductId, image: ImageId) -> Result<ImageView, Problem> {
    let ProductDetails {
        product,
        images,
        variants,
        ..
    } = page::load(visitor, id).await?;
    let found = images.into_iter().find(|known| known.id == image);
    let Image { url, alt, .. } = found.ok_or_else(Problem::not_found)?;
    let variants = variants.into_iter().map(|variant| VariantTick {
        id: variant.id.to_string(),
        title: variant.title,
        shown: variant.image_url == url,
    });
    Ok(ImageView {
        id: id.to_string(),
        title: product.title,
        image: image.to_string(),
        variants: variants.collect(),
        picture: url,
        alt,
    })
}
