//! What is shown below the search field while somebody types. The field works without it.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use web::{MoneyView, Problem, Query, Visitor};

use crate::Shop;

/// How many characters are looked at.
const MOST_CHARS: usize = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    q: String,
}

#[derive(Serialize)]
struct SuggestionsView {
    words: Vec<String>,
    categories: Vec<CategoryLink>,
    products: Vec<ProductLink>,
}

#[derive(Serialize)]
struct CategoryLink {
    name: String,
    slug: String,
}

#[derive(Serialize)]
struct ProductLink {
    title: String,
    slug: String,
    image_url: String,
    price: Option<MoneyView>,
    /// The highest price, where there are several.
    price_max: Option<MoneyView>,
}

pub(crate) async fn handler(
    State(shop): State<Shop>,
    visitor: Visitor,
    Query(typed): Query<Typed>,
) -> Result<Response, Problem> {
    let typed: String = typed.q.chars().take(MOST_CHARS).collect();
    let guesses = match &shop.search {
        Some(engine) => {
            let mut ctx = visitor.work.read();
            let guesses = search::suggest(&mut ctx, engine, &typed).await?;
            ctx.rollback().await;
            guesses
        }
        None => search::Guesses::default(),
    };
    let view = SuggestionsView {
        words: guesses.words,
        categories: guesses
            .categories
            .into_iter()
            .map(|category| CategoryLink {
                name: category.name,
                slug: category.slug.into_string(),
            })
            .collect(),
        products: guesses
            .products
            .into_iter()
            .map(|product| ProductLink {
                title: product.title,
                slug: product.slug.into_string(),
                image_url: product.image_url,
                price: product.price.map(MoneyView::from),
                price_max: product
                    .price_upto
                    .filter(|upto| Some(*upto) != product.price)
                    .map(MoneyView::from),
            })
            .collect(),
    };
    let page = visitor.page("storefront/parts/suggestions.html", &view)?;
    Ok(([(header::CACHE_CONTROL, "private, max-age=60")], page).into_response())
}
