//! What a customer wants to remember.

use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::ProductId;
use serde::{Deserialize, Serialize};
use web::{Form, Problem, SignedIn};

use crate::{
    cart::local_path,
    layout,
    views::{self, ProductCard},
};

#[derive(Debug, Deserialize)]
pub(crate) struct WishForm {
    product: ProductId,
    #[serde(default)]
    back: String,
}

#[derive(Serialize)]
struct WishlistView {
    products: Vec<WishView>,
    /// Where others see it, if it is shared.
    shared_url: Option<String>,
}

#[derive(Serialize)]
struct WishView {
    id: String,
    card: ProductCard,
}

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let wanted = customers::list_wishes(&mut ctx, visitor.customer).await?;
    let shared = customers::find_shared_wishlist(&mut ctx, visitor.customer).await?;
    let products = catalog::list_products_by_id(&mut ctx, &wanted).await?;
    let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
    let buyer = cart::buyer(&mut ctx).await?;
    let cards = views::cards(&mut ctx, &buyer, products).await?;
    ctx.rollback().await;
    let products = ids.into_iter().zip(cards).map(|(id, card)| WishView {
        id: id.to_string(),
        card,
    });
    let products = products.collect();
    let view = WishlistView {
        products,
        shared_url: shared.map(|list| visitor.absolute_url(&format!("/wishlists/{list}"))),
    };
    layout::page(&visitor, "storefront/account/wishlist.html", &view).await
}

pub(crate) async fn share(visitor: SignedIn) -> Result<Response, Problem> {
    let mut ctx = visitor.work.write();
    customers::share_wishlist(&mut ctx, visitor.customer).await?;
    ctx.commit().await?;
    Ok(Redirect::to("/account/wishlist").into_response())
}

pub(crate) async fn unshare(visitor: SignedIn) -> Result<Response, Problem> {
    let mut ctx = visitor.work.write();
    customers::stop_sharing_wishlist(&mut ctx, visitor.customer).await?;
    ctx.commit().await?;
    Ok(Redirect::to("/account/wishlist").into_response())
}

pub(crate) async fn add(visitor: SignedIn, Form(form): Form<WishForm>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.write();
    customers::add_wish(&mut ctx, visitor.customer, form.product)
        .await
        .map_err(problem)?;
    ctx.commit().await?;
    visitor.flash("wishlist-added");
    Ok(Redirect::to(local_path(&form.back, "/account/wishlist")).into_response())
}

pub(crate) async fn remove(visitor: SignedIn, Form(form): Form<WishForm>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.write();
    customers::remove_wish(&mut ctx, visitor.customer, form.product).await?;
    ctx.commit().await?;
    visitor.flash("wishlist-removed");
    Ok(Redirect::to(local_path(&form.back, "/account/wishlist")).into_response())
}

fn problem(error: customers::AddWishError) -> Problem {
    match error {
        customers::AddWishError::NoSuchProduct => Problem::not_found(),
        customers::AddWishError::Full => Problem::conflict("wishlist_full", "The wishlist is full."),
        customers::AddWishError::Internal(error) => error.into(),
    }
}
