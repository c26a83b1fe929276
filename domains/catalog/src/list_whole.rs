//! Products with all that belongs to them, a page after the other: what an export writes.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{Permission, ProductId, Slug};

use crate::{FindError, Product, ProductDetails, store::whole};

/// The first products after that slug, in the order of slugs, whatever their status; four statements however many they are.
pub async fn list_whole(ctx: &mut Ctx, after: Option<&Slug>, limit: i64) -> Result<Vec<ProductDetails>, FindError> {
    ctx.require(Permission::ReadCatalog)?;
    let products = whole::list(ctx, after.map(Slug::as_str).unwrap_or_default(), limit).await?;
    Ok(with_parts(ctx, products).await?)
}

/// The same of what every shopper sees.
pub async fn list_published_whole(
    ctx: &mut Ctx,
    after: Option<&Slug>,
    limit: i64,
) -> Result<Vec<ProductDetails>, Error> {
    let products = whole::list_published(ctx, after.map(Slug::as_str).unwrap_or_default(), limit).await?;
    with_parts(ctx, products).await
}

/// Those products, in no order; four statements however many they are.
pub(crate) async fn by_ids(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<ProductDetails>, Error> {
    let products = whole::list_by_ids(ctx, ids).await?;
    with_parts(ctx, products).await
}

async fn with_parts(ctx: &mut Ctx, products: Vec<Product>) -> Result<Vec<ProductDetails>, Error> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
    let variants = whole::variants(ctx, &ids).await?;
    let mut variants = grouped(variants.into_iter().map(|variant| (variant.product_id, variant)));
    let mut images = grouped(whole::images(ctx, &ids).await?);
    let mut categories = grouped(whole::categories(ctx, &ids).await?);
    let whole = products.into_iter().map(|product| ProductDetails {
        variants: variants.remove(&product.id).unwrap_or_default(),
        images: images.remove(&product.id).unwrap_or_default(),
        categories: categories.remove(&product.id).unwrap_or_default(),
        product,
    });
    Ok(whole.collect())
}

/// What belongs to each product, in the order it came.
fn grouped<T>(owned: impl IntoIterator<Item = (ProductId, T)>) -> HashMap<ProductId, Vec<T>> {
    let mut by_product: HashMap<ProductId, Vec<T>> = HashMap::new();
    for (product, thing) in owned {
        by_product.entry(product).or_default().push(thing);
    }
    by_product
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::{Actor, Sku};

    use super::*;
    use crate::{UpsertImage, UpsertProduct, UpsertVariant, find_product_by_id, upsert_products};

    fn product(slug: &str) -> UpsertProduct {
        UpsertProduct {
            option_names: vec!["Size".to_owned()],
            category_paths: vec![vec!["Clothing".to_owned(), "Shirts".to_owned()]],
            images: vec![UpsertImage {
                url: format!("https://x.test/{slug}.jpg"),
                alt: slug.to_owned(),
                formerly: None,
            }],
            variants: ["S", "M"]
                .map(|size| UpsertVariant {
                    sku: Sku::parse(&format!("{slug}-{size}")).ok(),
                    option_values: vec![size.to_owned()],
                    ..UpsertVariant::sample()
                })
                .to_vec(),
            ..UpsertProduct::sample(Slug::parse(slug).unwrap())
        }
    }

    #[tokio::test]
    async fn every_product_comes_once_and_whole() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let slugs = ["b", "a", "d", "c", "e"];
        upsert_products(&mut ctx, &slugs.map(product)).await.unwrap();
        let before = db.database().statement_count();
        let first = list_whole(&mut ctx, None, 3).await.unwrap();
        assert_eq!(db.database().statement_count() - before, 4);
        let second = list_whole(&mut ctx, first.last().map(|last| &last.product.slug), 3)
            .await
            .unwrap();
        let third = list_whole(&mut ctx, second.last().map(|last| &last.product.slug), 3)
            .await
            .unwrap();
        let all: Vec<&str> = [&first, &second, &third]
            .into_iter()
            .flatten()
            .map(|whole| whole.product.slug.as_str())
            .collect();
        assert_eq!(all, ["a", "b", "c", "d", "e"]);
        for whole in first.iter().chain(&second) {
            let alone = find_product_by_id(&mut ctx, whole.product.id).await.unwrap();
            assert_eq!(alone.as_ref(), Some(whole));
        }
        let mut guest = db.work().acting_as(Actor::Guest).read();
        assert!(matches!(
            list_whole(&mut guest, None, 3).await,
            Err(FindError::Forbidden(_))
        ));
    }
}
