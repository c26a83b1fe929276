//! The home page: what the merchant features, and what is new.

use axum::response::Response;
use catalog::{ProductFilter, Sort};
use kernel::PageRequest;
use serde::Serialize;
use web::{Problem, Visitor};

use crate::{
    head::Head,
    layout,
    list::{self, Crumb},
    structured,
    views::ProductCard,
};

#[derive(Serialize)]
struct HomeView {
    featured: Vec<ProductCard>,
    newest: Vec<ProductCard>,
    collections: Vec<Crumb>,
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
    let collections = catalog::list_collections(&mut ctx).await?;
    ctx.rollback().await;
    let filled = collections
        .into_iter()
        .filter(|collection| collection.product_count > 0);
    let links = filled.map(|collection| Crumb {
        name: collection.title,
        url: format!("/collections/{}", collection.slug),
    });
    let cards = |page: kernel::Page<catalog::ProductSummary>| page.items.into_iter().map(ProductCard::from).collect();
    let head = Head {
        description: visitor.translate("home-lead", &[("store", &visitor.store().name)]),
        image: featured
            .items
            .first()
            .map(|first| first.image_url.clone())
            .unwrap_or_default(),
        data: structured::site(&visitor, &visitor.absolute_url(&visitor.asset("shared/icon-512.png"))),
        ..Head::default()
    };
    layout::page_about(
        &visitor,
        "storefront/home.html",
        &HomeView {
            featured: cards(featured),
            newest: cards(newest),
            collections: links.collect(),
        },
        head,
    )
    .await
}
