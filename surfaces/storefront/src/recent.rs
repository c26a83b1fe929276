//! The products that a browser remembers having shown. It asks for them by their ids, and nothing of it is kept.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use kernel::ProductId;
use serde::{Deserialize, Serialize};
use web::{Problem, Query, Visitor};

use crate::views::{self, ProductCard};

/// The most products that are looked up.
const MOST: usize = 12;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Remembered {
    /// Ids, with commas between them.
    products: String,
}

#[derive(Serialize)]
struct RecentView {
    products: Vec<ProductCard>,
}

/// `GET /recently-viewed`: a piece of a page. Ids of what is gone, and what is no id, are passed over.
pub(crate) async fn handler(visitor: Visitor, Query(remembered): Query<Remembered>) -> Result<Response, Problem> {
    let typed = remembered.products.split(',');
    let ids: Vec<ProductId> = typed.filter_map(|id| id.parse().ok()).take(MOST).collect();
    // What a member pays is not for whoever uses the browser next.
    let kept = if visitor.customer().is_some() {
        "no-store"
    } else {
        "private, max-age=60"
    };
    let mut ctx = visitor.work.read();
    let products = catalog::list_products_by_id(&mut ctx, &ids).await?;
    let buyer = cart::buyer(&mut ctx).await?;
    let products = views::cards(&mut ctx, &buyer, products).await?;
    ctx.rollback().await;
    let view = RecentView { products };
    let piece = visitor.page("storefront/parts/recent_list.html", &view)?;
    Ok(([(header::CACHE_CONTROL, kept)], piece).into_response())
}
