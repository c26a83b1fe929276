//! The home page: what the merchant features, and what is new.

use axum::response::Response;
use catalog::{ProductFilter, Sort};
use kernel::PageRequest;
use serde::Serialize;
use web::{Problem, Visitor};

use crate::{layout, list, views::ProductCard};

#[derive(Serialize)]
struct HomeView {
    featured: Vec<ProductCard>,
    newest: Vec<ProductCard>,
}

pub(crate) async fn handler(visitor: Visitor) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let featured = ProductFilter {
        featured: Some(true),
        ..ProductFilter::default()
    };
    let featured = catalog::list_products(&mut ctx, &featured, &PageRequest::first(8))
        .await
        .map_err(list::problem)?;
    let newest = ProductFilter {
        sort: Sort::Newest,
        ..ProductFilter::default()
    };
    let newest = catalog::list_products(&mut ctx, &newest, &PageRequest::first(12))
        .await
        .map_err(list::problem)?;
    ctx.rollback().await;
    let cards = |page: kernel::Page<catalog::ProductSummary>| page.items.into_iter().map(ProductCard::from).collect();
    layout::page(
        &visitor,
        "storefront/home.html",
        &HomeView {
            featured: cards(featured),
            newest: cards(newest),
        },
    )
    .await
}
