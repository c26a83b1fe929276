//! Staff choose the products of a collection by hand.

use database::{Ctx, OnConstraint as _};
use kernel::{CollectionId, Permission, ProductId};

use crate::{needs::tell_display_changed, store};

/// The most products that are chosen by hand; more belong together by rules.
const MOST: usize = 5_000;

/// What is done with a product of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// It is put at the end; one that is there stays where it is.
    Add(ProductId),
    /// It is taken out.
    Remove(ProductId),
    /// It goes before the one above it.
    Up(ProductId),
    /// It goes behind the one below it.
    Down(ProductId),
}

/// Why the products of a collection are not changed.
#[derive(Debug, thiserror::Error)]
pub enum AssignCollectionError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such collection.
    #[error("there is no such collection")]
    NotFound,
    /// There is no such product.
    #[error("one of the products does not exist")]
    NoSuchProduct,
    /// Its rules choose them.
    #[error("the collection's rules choose its products")]
    Ruled,
    /// They are too many.
    #[error("a collection may have at most 5000 products that are chosen by hand")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes these the collection's products, in this order.
pub async fn assign_collection(
    ctx: &mut Ctx,
    id: CollectionId,
    products: &[ProductId],
) -> Result<(), AssignCollectionError> {
    ctx.require(Permission::WriteCatalog)?;
    lock(ctx, id).await?;
    replace(ctx, id, products).await
}

/// Adds, takes out or moves one product.
pub async fn arrange_collection(ctx: &mut Ctx, id: CollectionId, member: Member) -> Result<(), AssignCollectionError> {
    ctx.require(Permission::WriteCatalog)?;
    lock(ctx, id).await?;
    let before = store::collections::members(ctx, id).await?;
    let after = arranged(before.clone(), member);
    if after == before {
        return Ok(());
    }
    replace(ctx, id, &after).await
}

async fn lock(ctx: &mut Ctx, id: CollectionId) -> Result<(), AssignCollectionError> {
    let collection = store::collections::lock(ctx, id).await?;
    match collection.ok_or(AssignCollectionError::NotFound)?.rules {
        None => Ok(()),
        Some(_) => Err(AssignCollectionError::Ruled),
    }
}

async fn replace(ctx: &mut Ctx, id: CollectionId, products: &[ProductId]) -> Result<(), AssignCollectionError> {
    if products.len() > MOST {
        return Err(AssignCollectionError::TooMany);
    }
    store::collections::replace_products(ctx, id, products)
        .await
        .on_constraint("collection_products_product_fk", || {
            AssignCollectionError::NoSuchProduct
        })?;
    Ok(tell_display_changed(ctx, id).await?)
}

fn arranged(mut products: Vec<ProductId>, member: Member) -> Vec<ProductId> {
    let place = |of: ProductId| products.iter().position(|product| *product == of);
    match member {
        Member::Add(product) => {
            if place(product).is_none() {
                products.push(product);
            }
        }
        Member::Remove(product) => products.retain(|other| *other != product),
        Member::Up(product) => {
            if let Some(place) = place(product)
                && place > 0
            {
                products.swap(place, place - 1);
            }
        }
        Member::Down(product) => {
            if let Some(place) = place(product)
                && place + 1 < products.len()
            {
                products.swap(place, place + 1);
            }
        }
    }
    products
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_goes_where_it_is_put() {
        let mut numbers = 0_u128;
        let [a, b, c, d] = std::array::from_fn(|_| {
            numbers += 1;
            ProductId::from(uuid::Uuid::from_u128(numbers))
        });
        for (member, after) in [
            (Member::Add(d), vec![a, b, c, d]),
            (Member::Add(a), vec![a, b, c]),
            (Member::Remove(b), vec![a, c]),
            (Member::Up(b), vec![b, a, c]),
            (Member::Up(a), vec![a, b, c]),
            (Member::Down(b), vec![a, c, b]),
            (Member::Down(c), vec![a, b, c]),
            (Member::Down(d), vec![a, b, c]),
        ] {
            assert_eq!(arranged(vec![a, b, c], member), after, "{member:?}");
        }
    }
}
