//! What a customer wants, for whoever was given the link.

use kernel::SharedWishlistId;
use serde::Serialize;
use web::{Answer, Path, Problem, Visitor};

use crate::{
    layout,
    views::{self, ProductCard},
};

#[derive(Serialize)]
struct SharedView {
    products: Vec<ProductCard>,
}

/// `GET /wishlists/{id}`
pub(crate) async fn show(visitor: Visitor, Path(id): Path<SharedWishlistId>) -> Answer {
    let mut ctx = visitor.work.read();
    let wanted = customers::list_shared_wishes(&mut ctx, id).await?;
    let wanted = wanted.ok_or_else(Problem::not_found)?;
    let products = catalog::list_products_by_id(&mut ctx, &wanted).await?;
    let buyer = cart::buyer(&mut ctx).await?;
    let products = views::cards(&mut ctx, &buyer, products).await?;
    ctx.rollback().await;
    layout::page(&visitor, "storefront/wishlist.html", &SharedView { products }).await
}
