//! The product that a review is about. One that is not sold any more is still there for those who got it.

use database::Ctx;
use kernel::{ProductId, Slug};
use reviews::Author;
use web::Problem;

pub(super) struct Reviewed {
    pub(super) id: ProductId,
    pub(super) slug: Slug,
    pub(super) title: String,
    pub(super) image_url: String,
    /// Whether it has a page in the shop.
    pub(super) is_published: bool,
}

pub(super) async fn find(ctx: &mut Ctx, slug: &Slug, author: Option<&Author>) -> Result<Reviewed, Problem> {
    if let Some(details) = catalog::find_product(ctx, slug).await? {
        let product = details.product;
        return Ok(Reviewed {
            id: product.id,
            slug: product.slug,
            title: product.title,
            image_url: product.image_url,
            is_published: true,
        });
    }
    let found = catalog::products_of_slugs(ctx, &[slug.to_string()]).await?;
    let (Some(id), Some(author)) = (found.unwrap_or_default().first().copied(), author) else {
        return Err(Problem::not_found());
    };
    let received = orders::received(ctx, author.customer, author.order, &[id]).await?;
    if received.is_empty() && reviews::find_own(ctx, author, id).await?.is_none() {
        return Err(Problem::not_found());
    }
    let label = catalog::labels(ctx, &[id], &[]).await?.into_iter().next();
    Ok(Reviewed {
        id,
        slug: slug.clone(),
        title: label.map(|label| label.title).unwrap_or_default(),
        image_url: String::new(),
        is_published: false,
    })
}
