//! One product with all that belongs to it.

use database::{Ctx, Error, cache::Needs};
use kernel::{Permission, ProductId, Slug, VariantId};

use crate::{Product, ProductDetails, Variant, needs, store};

/// Why something that only staff see is not shown.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The actor may not see what is not published.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// A published product by the slug of its page, in four statements.
pub async fn find_product(ctx: &mut Ctx, slug: &Slug) -> Result<Option<ProductDetails>, Error> {
    let Some(product) = store::products::find_published(ctx, slug).await? else {
        return Ok(None);
    };
    ctx.note(&needs::products(ctx, &[product.id]));
    ctx.note(&needs::shelves(ctx));
    let details = details(ctx, product).await?;
    let sales = details.variants.iter().filter_map(|variant| variant.sale.as_ref());
    ctx.note(&Needs::default().until(needs::next_sale(sales, ctx.now())));
    Ok(Some(details))
}

/// The slug that a published product has now, if it had this one before.
pub async fn find_slug_redirect(ctx: &mut Ctx, slug: &Slug) -> Result<Option<Slug>, Error> {
    store::products::find_redirect(ctx, slug).await
}

/// Any product, for the back office. Whoever may change products may see them.
pub async fn find_product_by_id(ctx: &mut Ctx, id: ProductId) -> Result<Option<ProductDetails>, FindError> {
    ctx.require(Permission::ReadCatalog)
        .or_else(|_| ctx.require(Permission::WriteCatalog))?;
    match store::products::find(ctx, id).await? {
        Some(product) => Ok(Some(details(ctx, product).await?)),
        None => Ok(None),
    }
}

/// Any variant, for the back office. Whoever may change products may see them.
pub async fn find_variant(ctx: &mut Ctx, id: VariantId) -> Result<Option<Variant>, FindError> {
    ctx.require(Permission::ReadCatalog)
        .or_else(|_| ctx.require(Permission::WriteCatalog))?;
    Ok(store::variants::find(ctx, id).await?)
}

pub(crate) async fn details(ctx: &mut Ctx, product: Product) -> Result<ProductDetails, Error> {
    let variants = store::variants::list_of_product(ctx, product.id).await?;
    let images = store::products::images(ctx, product.id).await?;
    let categories = store::products::categories(ctx, product.id).await?;
    Ok(ProductDetails {
        product,
        variants,
        images,
        categories,
    })
}
